import { expect, it } from "vitest";
import { isSought } from "./fold";

it.each([
  ["Zoë Zimmer", "zoe zim", true],
  ["Zoë Zimmer", "zim", true],
  ["Zoë Zimmer", "immer", false],
  ["Ольга Іваненко", "іван", true],
  ["O'Neil, Mo", "neil mo", true],
  ["Anybody", "  ", true],
])("finds %s by “%s”: %s", (name, sought, found) => {
  expect(isSought(name, sought)).toBe(found);
});
