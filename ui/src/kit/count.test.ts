import { describe, expect, it } from "vitest";
import { readCount } from "./count";

describe("a number of places", () => {
  it("is a whole number, and no limit where nothing is written", () => {
    expect(["100", " 7 ", "1", "1000000"].map((words) => readCount(words))).toEqual([100, 7, 1, 1_000_000]);
    expect(readCount(" ")).toBeNull();
  });

  it("is nothing else that begins like one", () => {
    const wrong = ["1,000", "1.000", "many", "10 people", "-3", "1e3", "0x10", "99999999999", "1000001", "0"];
    expect(wrong.map((words) => readCount(words)).filter((read) => read !== undefined)).toEqual([]);
    expect(readCount("0", 0)).toBe(0);
  });
});
