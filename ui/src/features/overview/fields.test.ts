import { describe, expect, it } from "vitest";
import { MAX_NAME_CHARS } from "../../protocol/limits";
import { copyOf } from "./fields";

describe("a copy", () => {
  it("is called by the whole title where that fits", () => {
    expect(copyOf("Opening night")).toBe("Opening night (copy)");
    const longest = "x".repeat(MAX_NAME_CHARS - " (copy)".length);
    expect(copyOf(longest)).toBe(`${longest} (copy)`);
  });

  it("has a title that is cut where the server would not take the whole", () => {
    for (const title of [
      "x".repeat(MAX_NAME_CHARS),
      "🎭".repeat(MAX_NAME_CHARS),
      `${"x".repeat(71)} ${"y".repeat(8)}`,
    ]) {
      const copy = copyOf(title);
      expect([...copy].length).toBeLessThanOrEqual(MAX_NAME_CHARS);
      expect(copy).toMatch(/^\S+… \(copy\)$/u);
    }
  });
});
