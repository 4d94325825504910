import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SecondHand } from "../../kit/clock.svelte";
import type { Cue, RunOfShow, Snapshot, Update } from "../../protocol";
import { RunModel } from "./model.svelte";
import { asSpan, standing } from "./timing";

const cue = (id: string, rest: Partial<Cue> = {}): Cue => ({
  id,
  title: `Cue ${id}`,
  minutes: 5,
  notes: "",
  session: "talk",
  dropped: false,
  ...rest,
});

const member = (participant: string) => ({ participant, name: participant.toUpperCase() });

const planned = (cues: Cue[], uninvited = 0): RunOfShow => ({
  scenes: [
    { name: "Both", layout: "side_by_side" },
    { name: "All", layout: "grid" },
  ],
  sessions: [{ session: "talk", title: "The talk", cast: [member("ada"), member("grace")], uninvited }],
  cues,
  polls: [],
});

function running(cues: Cue[], called?: string, uninvited = 0): RunModel {
  const run = new RunModel();
  const crew = { backstage: [], preview: { layout: "solo" as const, seats: [] } };
  run.restore({
    polls: [],
    crew: {
      ...crew,
      run_of_show: planned(cues, uninvited),
      ...(called && { called: { cue: called, at: 0 } }),
    },
  } as unknown as Snapshot);
  return run;
}

const told = (body: Update["body"], at = 0): Update => ({ room: "room", seq: 1, at, body });
const ids = (run: RunModel) => run.planned.cues.map(({ id }) => id);

describe("the run of show", () => {
  it("begins with the first cue, and goes on behind the one that is called", () => {
    const run = running([cue("1"), cue("2"), cue("3")]);
    expect([run.current?.id, run.next?.id, run.previous?.id]).toEqual([undefined, "1", undefined]);
    run.apply(told({ what: "cue_called", cue: "2" }, 7));
    expect([run.current?.id, run.next?.id, run.previous?.id]).toEqual(["2", "3", "1"]);
    expect(run.called).toEqual({ cue: "2", at: 7 });
    expect(run.planned.cues.map((one) => run.isOver(one))).toEqual([true, false, false]);
    run.apply(told({ what: "cues_reset" }));
    expect([run.current, run.next?.id]).toEqual([undefined, "1"]);
  });

  it("keeps a cue that was taken out of the plan until another is called", () => {
    const run = running([cue("1"), cue("2"), cue("3")], "2");
    const left = [cue("1"), cue("2", { dropped: true }), cue("3")];
    run.apply(told({ what: "run_of_show_set", run_of_show: planned(left) }));
    expect([run.current?.id, run.next?.id]).toEqual(["2", "3"]);
    run.apply(told({ what: "cue_called", cue: "3" }));
    expect(ids(run)).toEqual(["1", "3"]);
  });

  it("of an audience, or of an older server, is empty", () => {
    const run = running([cue("1")], "1");
    run.restore({ polls: [] } as unknown as Snapshot);
    expect([run.planned.cues, run.called]).toEqual([[], undefined]);
  });

  it("stands in parts: what is outside of sessions, and each session", () => {
    const run = running([
      cue("0", { session: undefined }),
      cue("1"),
      cue("2"),
      cue("3", { session: undefined }),
    ]);
    expect(run.parts.map(({ title, cues }) => [title, cues.map(({ id }) => id)])).toEqual([
      [undefined, ["0"]],
      ["The talk", ["1", "2"]],
      [undefined, ["3"]],
    ]);
  });

  it("says who is not here, who is not invited, and which seat nobody takes", () => {
    const [both, all, none] = [
      cue("1", { scene: "Both" }),
      cue("2", { scene: "All" }),
      cue("3", { session: undefined }),
    ];
    const run = running([both, all, none], undefined, 1);
    const nobody = () => false;
    expect(run.lack(both, nobody)).toEqual({ absent: ["ADA", "GRACE"], uninvited: 1, free: 0 });
    expect(run.lack(all, (who) => who === "ada")).toEqual({ absent: ["GRACE"], uninvited: 1, free: 0 });
    expect(run.lack(none, nobody)).toEqual({ absent: [], uninvited: 0, free: 0 });
    run.apply(
      told({
        what: "run_of_show_set",
        run_of_show: {
          ...planned([both]),
          sessions: [{ session: "talk", title: "", cast: [member("ada")], uninvited: 0 }],
        },
      }),
    );
    expect(run.lack(both, () => true)).toEqual({ absent: [], uninvited: 0, free: 1 });
  });
});

describe("the time of a cue", () => {
  const minute = 60_000_000;
  it("is over or under the plan as it was called late or early, and later the longer it takes", () => {
    const due = cue("1", { due: 100 * minute });
    const at = (called: number, elapsed: number) => standing(due, { cue: "1", at: called * minute }, elapsed);
    expect(at(100, 0)).toEqual({ left: 300, over: 0 });
    expect(at(101.5, 60)).toEqual({ left: 240, over: 90 });
    expect(at(98, 60)).toEqual({ left: 240, over: -120 });
    expect(at(98, 330)).toEqual({ left: -30, over: -90 });
    expect(at(101, 330)).toEqual({ left: -30, over: 90 });
    expect(at(100 + 60 * 24, 0), "a rehearsal on another day is not late").toEqual({
      left: 300,
      over: undefined,
    });
    expect(standing(cue("1"), { cue: "1", at: 0 }, 301)).toEqual({ left: -1, over: undefined });
  });

  it("is written as on a clock", () => {
    expect([0, 5, -65, 3_600, 3_725].map(asSpan)).toEqual(["0:00", "0:05", "1:05", "1:00:00", "1:02:05"]);
  });
});

describe("a second hand", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(10_400);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("counts each second as it begins, and never back", () => {
    const hand = new SecondHand();
    let ahead = 0;
    const stop = hand.run(9_900, () => Date.now() + ahead);
    expect(hand.elapsed).toBe(0);
    vi.advanceTimersByTime(499);
    expect(hand.elapsed).toBe(0);
    vi.advanceTimersByTime(1);
    expect(hand.elapsed).toBe(1);
    // The server's clock is found to be behind: no second is shown twice.
    ahead = -1_300;
    vi.advanceTimersByTime(1_000);
    expect(hand.elapsed).toBe(1);
    vi.advanceTimersByTime(1_300);
    expect(hand.elapsed).toBe(2);
    stop();
    vi.advanceTimersByTime(5_000);
    expect(hand.elapsed).toBe(2);
  });
});
