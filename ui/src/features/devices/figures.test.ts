import { describe, expect, it } from "vitest";
import type { MediaStats } from "../../protocol/native";
import { Figures } from "./figures.svelte";

const stats = (frames_sent: number, frames_received: number): MediaStats => ({
  frames_sent,
  frames_received,
  frames_lost: 0,
  samples_played: 0,
  samples_heard: 0,
  played_peak: 0,
  send_bitrate: 0,
  xruns: 0,
});

describe("the figures", () => {
  it("are a second's, by the moments at which they were read", () => {
    const figures = new Figures();
    figures.add(stats(0, 0), 1_000);
    expect([figures.sent, figures.received]).toEqual([undefined, undefined]);
    figures.add(stats(120, 60), 5_000);
    expect([figures.sent, figures.received]).toEqual([30, 15]);
    figures.add(stats(150, 61), 6_000);
    expect([figures.sent, figures.received]).toEqual([30, 1]);
  });

  it("begin anew after a reading failed, and are never below none", () => {
    const figures = new Figures();
    figures.add(stats(500, 500), 0);
    figures.add(undefined, 2_000);
    figures.add(stats(510, 510), 4_000);
    expect(figures.sent).toBeUndefined();
    figures.add(stats(0, 0), 6_000);
    expect(figures.sent).toBe(0);
  });
});
