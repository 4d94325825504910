import { describe, expect, it } from "vitest";
import { bars } from "./preview";

const session = (
  title: string,
  startsAfterMinutes: number,
  minutes: number,
  track: string | null = null,
) => ({
  title,
  startsAfterMinutes,
  minutes,
  track,
});

describe("the drawing of a template", () => {
  it("has its sessions in the order of time, as shares of the whole", () => {
    const drawn = bars([session("talk", 30, 30, "Talks"), session("doors", 0, 30)], 60);
    expect(drawn).toEqual([
      { title: "doors", from: 0, width: 0.5, track: -1 },
      { title: "talk", from: 0.5, width: 0.5, track: 0 },
    ]);
  });

  it("keeps what is short to be seen, and what is too long inside", () => {
    const [short, long] = bars([session("blink", 599, 1), session("long", 599, 900)], 600);
    expect(short?.width).toBe(0.02);
    expect((short?.from ?? 1) + (short?.width ?? 1)).toBeLessThanOrEqual(1);
    expect(long).toMatchObject({ from: 0, width: 1 });
  });
});
