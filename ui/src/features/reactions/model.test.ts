import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MOST_RISING, ReactionsModel, RISES_MS } from "./model.svelte";

describe("what is thrown at the stage", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const kinds = ({ rising }: ReactionsModel) => rising.map(({ reaction }) => reaction);

  it("rises and goes", () => {
    const reactions = new ReactionsModel();
    reactions.came([{ reaction: "clap", count: 2 }]);
    expect(kinds(reactions)).toEqual(["clap", "clap"]);
    vi.advanceTimersByTime(RISES_MS + 200);
    expect(reactions.rising).toEqual([]);
  });

  it("is drawn so many times at most, whatever comes, and none of its kinds is left out", () => {
    const reactions = new ReactionsModel();
    reactions.came([
      { reaction: "clap", count: 9_000 },
      { reaction: "wow", count: 3 },
    ]);
    expect(kinds(reactions).filter((kind) => kind === "wow")).toHaveLength(1);
    for (let tick = 0; tick < 100; tick++) reactions.came([{ reaction: "heart", count: 10_000 }]);
    expect(reactions.rising).toHaveLength(MOST_RISING);
    expect(reactions.lately.get("heart")).toBe(1_000_000);
  });

  it("is shown at once where one throws it oneself, and not once more when it is counted", () => {
    const reactions = new ReactionsModel();
    expect(reactions.throw("party")).toBe(true);
    expect(kinds(reactions)).toEqual(["party"]);
    reactions.came([{ reaction: "party", count: 1 }]);
    expect(kinds(reactions)).toEqual(["party"]);
    reactions.came([{ reaction: "party", count: 1 }]);
    expect(kinds(reactions)).toEqual(["party", "party"]);
  });

  it("is another's when one's own did not come back in time", () => {
    const reactions = new ReactionsModel();
    reactions.throw("party");
    vi.advanceTimersByTime(RISES_MS + 200);
    reactions.came([{ reaction: "party", count: 1 }]);
    expect(kinds(reactions)).toEqual(["party"]);
  });

  it("is sent four times a second at most", () => {
    const reactions = new ReactionsModel();
    const throwMany = () => Array.from({ length: 6 }, () => reactions.throw("clap")).filter(Boolean).length;
    expect(throwMany()).toBe(4);
    vi.advanceTimersByTime(1_000);
    expect(throwMany()).toBe(4);
  });

  it("is counted for those who want nothing to move, until it is quiet", () => {
    const reactions = new ReactionsModel();
    reactions.came([{ reaction: "clap", count: 40 }]);
    reactions.throw("clap");
    expect(reactions.lately.get("clap")).toBe(41);
    vi.advanceTimersByTime(5_000);
    expect(reactions.lately.size).toBe(0);
  });

  it("of a kind that a newer server knows is not drawn", () => {
    const reactions = new ReactionsModel();
    reactions.came([{ reaction: "unknown", count: 5 }]);
    expect(reactions.rising).toEqual([]);
  });
});
