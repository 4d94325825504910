import { describe, expect, it } from "vitest";
import { percents, percentsOf } from "./shares";

describe("shares in per cent", () => {
  it("add up to a hundred, and no one that is larger has less", () => {
    expect(percents([1, 1, 1])).toEqual([34, 33, 33]);
    expect(percents([2, 1])).toEqual([67, 33]);
    expect(percents([0, 0])).toEqual([0, 0]);
    for (let turn = 1; turn < 200; turn++) {
      const counts = [turn, turn * 3, (turn * 7) % 11, (turn * 5) % 13];
      const shares = percents(counts);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100);
      const inOrder = counts
        .map((count, at) => [count, shares[at] ?? 0])
        .sort(([one = 0], [other = 0]) => one - other);
      expect(inOrder.every(([, share = 0], at) => at === 0 || share >= (inOrder[at - 1]?.[1] ?? 0) - 1)).toBe(
        true,
      );
    }
  });

  it("of those who may choose several are of all who chose", () => {
    expect(percentsOf([3, 2, 0], 3)).toEqual([100, 67, 0]);
    expect(percentsOf([0], 0)).toEqual([0]);
  });
});
