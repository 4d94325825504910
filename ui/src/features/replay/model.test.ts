import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Mark, ReplayOutline, ReplayPart, Snapshot, Update } from "../../protocol";
import type { Problem } from "../../protocol/native";
import { marksOf, markWords, passed, share } from "./marks";
import { type Past, ReplayModel } from "./model.svelte";
import { asPosition, spoken } from "./words";

const SECOND = 1_000_000;
const mark = (seq: number, seconds: number, mark: Mark) => ({ seq, at: seconds * SECOND, mark });
const part = (title: string, from: number, until: number, rest: Partial<ReplayPart> = {}): ReplayPart => ({
  title,
  starts_at: from * SECOND,
  ends_at: until * SECOND,
  marks: [],
  ...rest,
});
const scene = { layout: "side_by_side" as const, seats: ["a", null, "b"] };
const marked = [
  mark(9, 160, { is: "ended" }),
  mark(1, 100, { is: "went_live" }),
  mark(4, 120, { is: "scene_taken", scene }),
  mark(5, 120, { is: "unknown" }),
  mark(3, 120, { is: "came_on_stage", name: "Ines" }),
  mark(11, 170, { is: "announced", text: "Too late" }),
  mark(7, 140, { is: "announced", text: "Slides are **here**" }),
];
const first = part("Opening", 0, 50, { session: "one" });
const last = part("Panel", 100, 160, { session: "two", marks: marked });
const outline: ReplayOutline = { room: "room", title: "Main stage", parts: [first, last] };

class Nothing {
  restore(_: Snapshot): void {}
  apply(_: Update[]): boolean {
    return true;
  }
}

function opened(change: Partial<Past> = {}, wanted?: string) {
  const past: Past = {
    outline: async () => outline,
    at: async () => ({ seq: 0 }) as Snapshot,
    updates: async () => ({ updates: [], more: false }),
    ...change,
  };
  return new ReplayModel(past, () => new Nothing(), wanted);
}
const come = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("what there is to watch again", () => {
  it("begins with the latest, or with the session that is wanted", async () => {
    const model = opened();
    await model.open();
    expect([model.part?.title, model.player?.playing]).toEqual(["Panel", true]);
    const wanted = opened({}, "one");
    await wanted.open();
    expect(wanted.part?.title).toBe("Opening");
  });

  it("is nothing where nothing is over", async () => {
    const model = opened({ outline: async () => ({ ...outline, parts: [] }) });
    expect(model.empty).toBe(false);
    await model.open();
    expect([model.empty, model.player]).toEqual([true, undefined]);
  });

  it("is tried again where it could not be found out, and takes its time after a second", async () => {
    const lost: Problem = { problem: "unreachable" };
    let fail: (why: Problem) => void = () => {};
    const model = opened({ outline: () => new Promise((_, reject) => (fail = reject)) });
    model.tick(0);
    void model.open();
    model.tick(900);
    expect(model.slow).toBe(false);
    model.tick(1_000);
    expect(model.slow).toBe(true);
    fail(lost);
    await come();
    expect([model.problem, model.slow]).toEqual([lost, false]);
    void model.open();
    expect(model.problem).toBeUndefined();
  });

  it("is another player for another part, as fast as before, and the one before is over", async () => {
    const model = opened();
    await model.open();
    const { player } = model;
    if (!player) throw new Error("no player");
    player.speed = 2;
    model.choose(first);
    await come();
    expect([player.playing, model.player?.from, model.player?.speed]).toEqual([false, 0, 2]);
    model.tick(0);
    model.tick(500);
    expect([player.at, model.player?.at]).toEqual([100 * SECOND, SECOND]);
  });

  it("tells nothing any more when it is closed", async () => {
    let answer: (outline: ReplayOutline) => void = () => {};
    const model = opened({ outline: () => new Promise((resolve) => (answer = resolve)) });
    void model.open();
    model.close();
    answer(outline);
    await come();
    expect([model.outline, model.player]).toEqual([undefined, undefined]);
  });
});

describe("marks", () => {
  it("are those of the part that one knows, in the order of the log", () => {
    expect(marksOf(last).map(({ seq }) => seq)).toEqual([1, 3, 4, 7, 9]);
  });

  it("are gone along, and back to the one before where one has just passed one", async () => {
    const model = opened();
    await model.open();
    await come();
    const seconds = () => (model.player?.at ?? 0) / SECOND;
    expect(model.current?.mark.is).toBe("went_live");
    model.along(1);
    expect([seconds(), model.current?.mark.is]).toEqual([120, "scene_taken"]);
    model.along(1);
    expect([seconds(), model.current?.mark.is]).toEqual([140, "announced"]);
    model.along(-1);
    expect(seconds()).toBe(120);
    model.player?.seek(147 * SECOND);
    model.along(-1);
    expect(seconds()).toBe(140);
    model.player?.seek(101 * SECOND);
    model.along(-1);
    expect(seconds()).toBe(100);
    for (let time = 0; time < 9; time++) model.along(1);
    expect([seconds(), model.player?.ended]).toEqual([160, true]);
  });

  it("say in words what they are", () => {
    expect(marksOf(last).map(markWords)).toEqual([
      "The show began",
      "Ines came on stage",
      "Side by side, 2 people",
      "Announced: Slides are here",
      "The show ended",
    ]);
  });

  it("have a place on the line, also of a part without length", () => {
    expect([share(5, 0, 10), share(-1, 0, 10), share(11, 0, 10), share(5, 5, 5)]).toEqual([0.5, 0, 1, 0]);
    expect(passed(marksOf(last), 99 * SECOND)).toBeUndefined();
  });
});

describe("the time", () => {
  it("is written short, and said in words", () => {
    expect([asPosition(0), asPosition(249_900), asPosition(3_849_000)]).toEqual(["0:00", "4:09", "1:04:09"]);
    expect([spoken(0), spoken(61_000), spoken(7_200_000), spoken(3_849_000)]).toEqual([
      "0 seconds",
      "1 minute 1 second",
      "2 hours",
      "1 hour 4 minutes 9 seconds",
    ]);
  });
});
