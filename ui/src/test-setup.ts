import { configure } from "@testing-library/svelte";
import { afterEach, expect, vi } from "vitest";
import { characterKeys } from "./kit/character-keys.svelte";
import { missedWords } from "./test-words";

// happy-dom has no layout, so scrolling goes nowhere; what is remembered between runs of the app is forgotten between tests.
Element.prototype.scrollTo = () => {};

// How long something may take that comes: a window that is drawn takes a second where other things are built beside it. Nothing waits longer than it has to.
const PATIENCE_MS = 15_000;
configure({ asyncUtilTimeout: PATIENCE_MS });
const { waitFor } = vi;
vi.waitFor = (comes, options) =>
  waitFor(comes, typeof options === "number" ? options : { timeout: PATIENCE_MS, ...options });

afterEach(() => {
  localStorage.clear();
  characterKeys.restore();
  expect(missedWords(), "every variable of a text is given").toEqual([]);
});
