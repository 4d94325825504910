import { describe, expect, it } from "vitest";
import { Rows } from "./rows";

const keys = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `k${from + index}`);

describe("the rows of a long list", () => {
  it("are thought to be as high as the first that were measured", () => {
    const rows = new Rows(50);
    rows.set(keys(0, 10));
    expect([rows.top(0), rows.top(3), rows.total]).toEqual([0, 150, 500]);
    rows.measure("k0", 20);
    rows.measure("k1", 40);
    expect([rows.top(1), rows.top(2), rows.top(3), rows.total]).toEqual([20, 60, 90, 300]);
    expect(rows.measure("k1", 40.2)).toBe(false);
    expect(rows.measure("k1", 20)).toBe(true);
    expect(rows.total).toBe(280);
  });

  it("are found by their height, and none stands outside", () => {
    const rows = new Rows(10);
    rows.set(keys(0, 1_000));
    expect([-5, 0, 9.9, 10, 5_555, 10_000, 99_999].map((y) => rows.at(y))).toEqual([
      0, 0, 0, 1, 555, 999, 999,
    ]);
    rows.set([]);
    expect([rows.at(10), rows.total, rows.top(0)]).toEqual([0, 0, 0]);
  });

  it("keep what was measured when others come before and behind them, and go", () => {
    const rows = new Rows(10);
    rows.set(keys(10, 20));
    for (const key of keys(10, 20)) rows.measure(key, 30);
    rows.measure("k15", 100);
    rows.set(keys(5, 25));
    const at = rows.indexOf("k15");
    expect([at, rows.top(at + 1) - rows.top(at)]).toEqual([10, 100]);
    expect(rows.indexOf("k99")).toBe(-1);
  });

  it("do not move for each that is measured, once one knows how high they are", () => {
    const rows = new Rows(10);
    rows.set(keys(0, 1_000));
    for (const key of keys(0, 30)) rows.measure(key, 20);
    const before = rows.top(900) - rows.top(100);
    for (const key of keys(30, 60)) rows.measure(key, 500);
    expect(rows.top(900) - rows.top(100)).toBe(before);
  });

  it("stand where they would if all of them were reckoned anew, whatever came, went or grew", () => {
    const rows = new Rows(10);
    const measured: [string, number][] = [];
    let [first, end, seed] = [0, 40, 7];
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return (seed >> 8) % below;
    };
    for (let step = 0; step < 300; step++) {
      end += next(3);
      if (next(9) === 0) first += next(20);
      const here = keys(first, end).filter((key) => key !== `k${first + 3}`);
      rows.set(here);
      const key = here[next(here.length)] ?? "";
      measured.push([key, 10 + next(90)]);
      rows.measure(key, measured.at(-1)?.[1] ?? 0);
      const anew = new Rows(10);
      anew.set(here);
      for (const [known, height] of measured) anew.measure(known, height);
      const tops = (of: Rows) => [...here.keys()].map((index) => of.top(index));
      expect([...tops(rows), rows.total]).toEqual([...tops(anew), anew.total]);
    }
  });

  it("forget the heights of what is long gone", () => {
    const rows = new Rows(10);
    for (let from = 0; from < 5_000; from += 10) {
      rows.set(keys(from, from + 20));
      for (const key of keys(from, from + 20)) rows.measure(key, 300);
    }
    rows.set(keys(0, 1));
    rows.measure("k0", 20);
    rows.set(keys(0, 2));
    expect(rows.total).toBe(320);
    expect(rows.measure("k3", 300)).toBe(true);
  });
});
