import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StageSignals } from "./signals.svelte";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const level = (participant: string, below_full_scale: number) => ({
  participant,
  below_full_scale,
  speaking: true,
});

describe("levels", () => {
  it("are replaced by the next", () => {
    const signals = new StageSignals();
    signals.apply({ signal: "levels", levels: [level("one", 20), level("other", 30)] });
    signals.apply({ signal: "levels", levels: [level("other", 40)] });
    expect([signals.level("one"), signals.level("other")]).toEqual([127, 40]);
  });

  it("of everyone are silent when two reports were lost", () => {
    const signals = new StageSignals();
    for (let second = 0; second < 5; second++) {
      signals.apply({ signal: "levels", levels: [level("one", 20)] });
      vi.advanceTimersByTime(1_000);
    }
    expect([signals.level("one"), signals.speaking("one")]).toEqual([20, true]);
    vi.advanceTimersByTime(2_000);
    expect([signals.level("one"), signals.speaking("one")]).toEqual([127, false]);
  });
});
