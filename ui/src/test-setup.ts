import { afterEach } from "vitest";

// happy-dom has no layout, so scrolling goes nowhere; what is remembered between runs of the app is forgotten between tests.
Element.prototype.scrollTo = () => {};
afterEach(() => localStorage.clear());
