import { describe, expect, it } from "vitest";
import { type Box, beside } from "./beside";

const box = (left: number, top: number, width: number, height: number): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const menu = { width: 268, height: 420 };
const window = { width: 1_280, height: 800 };

describe("a menu", () => {
  it("stands beside what it is about and leaves that in sight, level with what was pressed", () => {
    const atRight = box(1_000, 300, 260, 180);
    expect(beside(box(1_010, 360, 60, 28), atRight, menu, window)).toEqual({ left: 724, top: 360 });
    const atLeft = box(10, 300, 260, 180);
    expect(beside(box(20, 360, 60, 28), atLeft, menu, window)).toEqual({ left: 278, top: 360 });
  });

  it("stays in the window", () => {
    expect(beside(box(1_010, 700, 60, 28), box(1_000, 600, 260, 180), menu, window)).toEqual({
      left: 724,
      top: 372,
    });
    expect(
      beside(box(1_010, 20, 60, 28), box(1_000, 0, 260, 80), { width: 268, height: 900 }, window).top,
    ).toBe(8);
  });

  it("stands below what was pressed, or above, where what it is about takes the whole width", () => {
    const wide = box(0, 100, 1_280, 120);
    expect(beside(box(1_200, 120, 60, 28), wide, menu, window)).toEqual({ left: 1_004, top: 152 });
    expect(beside(box(20, 600, 60, 28), wide, menu, window)).toEqual({ left: 20, top: 176 });
  });
});
