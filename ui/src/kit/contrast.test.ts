import { describe, expect, it } from "vitest";
import { contrast, readColour } from "./contrast";

describe("contrast", () => {
  it("is as WCAG has it", () => {
    expect(contrast("#000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(contrast("#fff", "#777777")).toBeCloseTo(4.48, 2);
    expect(contrast("#ffb454", "#ffb454")).toBe(1);
  });

  it("is the least there is where something is no colour", () => {
    expect(contrast("red", "#ffffff")).toBe(1);
    expect(readColour("#12345")).toBeUndefined();
    expect(readColour("#Abc")).toEqual([0xaa, 0xbb, 0xcc]);
  });
});
