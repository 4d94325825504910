import { afterEach, expect } from "vitest";
import { characterKeys } from "./kit/character-keys.svelte";
import { missedWords } from "./test-words";

// happy-dom has no layout, so scrolling goes nowhere; what is remembered between runs of the app is forgotten between tests.
Element.prototype.scrollTo = () => {};
afterEach(() => {
  localStorage.clear();
  characterKeys.restore();
  expect(missedWords(), "every variable of a text is given").toEqual([]);
});
