import { afterEach } from "vitest";
import { characterKeys } from "./kit/character-keys.svelte";

// happy-dom has no layout, so scrolling goes nowhere; what is remembered between runs of the app is forgotten between tests.
Element.prototype.scrollTo = () => {};
afterEach(() => {
  localStorage.clear();
  characterKeys.restore();
});
