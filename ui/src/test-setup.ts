import { configure } from "@testing-library/svelte";
import { afterEach, expect, vi } from "vitest";
import { characterKeys } from "./kit/character-keys.svelte";
import { missedWords } from "./test-words";

/** For how long anything is waited for, in milliseconds: a busy machine takes a while for what a quiet one does at once. */
const PATIENCE = 30_000;
configure({ asyncUtilTimeout: PATIENCE });
const { waitFor } = vi;
vi.waitFor = (callback, options) =>
  waitFor(callback, { timeout: PATIENCE, ...(typeof options === "number" ? { timeout: options } : options) });

// happy-dom has no layout, so scrolling goes nowhere; what is remembered between runs of the app is forgotten between tests.
Element.prototype.scrollTo = () => {};

afterEach(() => {
  localStorage.clear();
  characterKeys.restore();
  expect(missedWords(), "every variable of a text is given").toEqual([]);
});
