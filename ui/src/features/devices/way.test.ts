import { describe, expect, it } from "vitest";
import { MediaWay } from "./way.svelte";

describe("the way for pictures and sound", () => {
  it("counts as blocked after 5 s of a connection without media, until media connects", () => {
    const way = new MediaWay();
    way.follow(true, false, 1_000);
    way.follow(true, false, 4_000);
    expect([way.blocked(5_999), way.blocked(6_000)]).toEqual([false, true]);
    way.follow(true, true, 7_000);
    expect(way.blocked(60_000)).toBe(false);
  });

  it("is not judged while the event itself is not reached", () => {
    const way = new MediaWay();
    way.follow(true, false, 0);
    way.follow(false, false, 4_000);
    expect(way.blocked(60_000)).toBe(false);
    way.follow(true, false, 60_000);
    expect([way.blocked(64_999), way.blocked(65_000)]).toEqual([false, true]);
  });
});
