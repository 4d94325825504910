import { describe, expect, it } from "vitest";
import { Anchor } from "./anchor";
import { Rows } from "./rows";

/** Rows of 40 pixels each. */
function listed(...keys: string[]) {
  const rows = new Rows(40);
  rows.set(keys);
  for (const key of keys) rows.measure(key, 40);
  return rows;
}

describe("what one reads", () => {
  it("stays where it is when something above comes, goes or grows", () => {
    const rows = listed("a", "b", "c", "d", "e", "f", "g");
    const anchor = new Anchor();
    anchor.drop(rows, 100, 100);
    expect(anchor.place(rows)).toBe(100);
    rows.set(["b", "c", "d", "e", "f", "g"]);
    expect(anchor.place(rows)).toBe(60);
    rows.set(["y", "z", "b", "c", "d", "e", "f", "g", "h"]);
    for (const key of ["y", "z", "h"]) rows.measure(key, 40);
    expect(anchor.place(rows)).toBe(140);
    rows.measure("b", 70);
    expect(anchor.place(rows)).toBe(170);
  });

  it("stays also when the first of it goes, and is nothing when all of it went", () => {
    const rows = listed("a", "b", "c", "d", "e", "f", "g");
    const anchor = new Anchor();
    anchor.drop(rows, 100, 100);
    rows.set(["a", "b", "d", "e", "f", "g"]);
    expect(anchor.place(rows)).toBe(60);
    rows.set(["a", "b"]);
    expect(anchor.place(rows)).toBeUndefined();
  });

  it("can be one row in the middle of the window", () => {
    const rows = listed("a", "b", "c", "d");
    const anchor = new Anchor();
    anchor.set("c", 30);
    expect(anchor.place(rows)).toBe(50);
  });
});
