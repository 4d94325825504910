import { expect, it } from "vitest";
import { judge, ratioWords } from "./judge";

it("colours are judged by what they are for", () => {
  expect(judge("#ffb454", "#0d0c0b").verdict).toBe("read");
  expect(judge("#5a5a5a", "#0d0c0b").verdict).toBe("lost");
  expect(judge("#757575", "#111111").verdict).toBe("seen");
  expect(judge("amber", "#0d0c0b").verdict).toBe("none");
});

it("a ratio is never told better than it is", () => {
  expect(ratioWords(4.49)).toBe("4.4 : 1");
});
