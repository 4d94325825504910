import { expect, it } from "vitest";
import { Decisions } from "./decisions.svelte";

it("knows nothing any more of what was watched long ago: it counts as decided by somebody else", () => {
  const decisions = new Decisions<number>();
  const first = decisions.watch(0);
  const second = decisions.watch(1);
  // Watched again, it is the last that goes; what was watched of it before stands on.
  decisions.watch(0);
  for (let matter = 2; matter < 301; matter++) decisions.watch(matter);
  expect([first(), second()]).toEqual([true, false]);
  decisions.watch(1);
  expect(second()).toBe(false);
});

it("is of no use for what others decided before one looked", () => {
  const decisions = new Decisions<string>();
  decisions.me = "mo";
  decisions.decided("pin", "ann");
  const stands = decisions.watch("pin", "message");
  expect(stands()).toBe(true);
  decisions.lookAgain((matter) => matter !== "message");
  expect(stands()).toBe(false);
});
