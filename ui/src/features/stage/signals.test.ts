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
  it("of those on stage and of those backstage stand beside each other, however they come", () => {
    const signals = new StageSignals();
    signals.apply({ signal: "levels", levels: [level("stage", 20)] });
    signals.apply({ signal: "levels", levels: [level("backstage", 30)] });
    expect([signals.level("stage"), signals.level("backstage")]).toEqual([20, 30]);
  });

  it("fall silent one by one, each when nothing more is heard of them", () => {
    const signals = new StageSignals();
    signals.apply({ signal: "levels", levels: [level("one", 20)] });
    for (let time = 0; time < 2_000; time += 200) {
      vi.advanceTimersByTime(200);
      signals.apply({ signal: "levels", levels: [level("other", 30)] });
    }
    expect([signals.level("one"), signals.level("other")]).toEqual([127, 30]);
    vi.advanceTimersByTime(1_000);
    expect([signals.level("other"), signals.speaking("other")]).toEqual([127, false]);
  });
});
