import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Beat } from "./beat";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("does the first at once and all that comes in a frame together at the next", async () => {
  const act = vi.fn();
  const beat = new Beat(act);
  beat.ask();
  expect(act).toHaveBeenCalledTimes(1);
  for (let times = 0; times < 50; times++) beat.ask();
  expect(act).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(20);
  expect(act).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(200);
  expect(act).toHaveBeenCalledTimes(2);
});

it("does what waits when it may wait no longer, and nothing twice", async () => {
  const act = vi.fn();
  const beat = new Beat(act);
  beat.ask();
  beat.ask();
  beat.now();
  beat.now();
  expect(act).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(50);
  expect(act).toHaveBeenCalledTimes(2);
});

it("goes on while the page is hidden and no frame is drawn", async () => {
  vi.spyOn(globalThis, "requestAnimationFrame").mockReturnValue(0);
  const act = vi.fn();
  const beat = new Beat(act);
  beat.ask();
  beat.ask();
  await vi.advanceTimersByTimeAsync(300);
  expect(act).toHaveBeenCalledTimes(2);
});
