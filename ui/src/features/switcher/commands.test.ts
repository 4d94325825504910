import { describe, expect, it } from "vitest";
import type { Scene } from "../../protocol";
import { withGuest, withLayout, withoutGuest, withSeat } from "./commands";

const scene = (layout: Scene["layout"], ...seats: (string | null)[]): Scene => ({ layout, seats });

describe("the next scene", () => {
  it("keeps its people in another layout, as many as it seats", () => {
    expect(withLayout(scene("grid", "a", null, "b", "c"), "side_by_side")).toEqual(
      scene("side_by_side", "a", "b"),
    );
    expect(withLayout(scene("solo", "a"), "grid")).toEqual(scene("grid", "a"));
  });

  it("lets two change places", () => {
    expect(withSeat(scene("side_by_side", "a", "b"), 0, "b")).toEqual(scene("side_by_side", "b", "a"));
    expect(withSeat(scene("grid", "a", "b"), 2, "a")).toEqual(scene("grid", null, "b", "a"));
  });

  it("has no empty seats at its end", () => {
    expect(withSeat(scene("side_by_side", "a", "b"), 1, null)).toEqual(scene("side_by_side", "a"));
    expect(withoutGuest(scene("grid", "a", null, "b"), "b")).toEqual(scene("grid", "a"));
  });

  it("seats a guest on the first free seat, or on the last of a full scene", () => {
    expect(withGuest(scene("grid", "a", null, "c"), "b")).toEqual(scene("grid", "a", "b", "c"));
    expect(withGuest(scene("grid", "a"), "b")).toEqual(scene("grid", "a", "b"));
    expect(withGuest(scene("solo", "a"), "b")).toEqual(scene("solo", "b"));
    expect(withGuest(scene("solo", "a"), "a")).toEqual(scene("solo", "a"));
  });
});
