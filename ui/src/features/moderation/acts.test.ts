import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Decisions } from "../../link/decisions.svelte";
import type { CommandBody, Outcome, Sanction, Sanctioned } from "../../protocol";
import { acts, free, hide, keepFrom } from "./acts";
import { Doing } from "./doing.svelte";

const whom = { participant: "tomas", name: "Tomás" };
const now = () => 1_000_000_000;
const kept = (sanction: Sanction, by = "noor"): Sanctioned => ({ ...whom, sanction, at: 0, by });
/** What somebody is kept from by now. */
let held: Sanctioned[] = [];
const looking = { me: "mo", sanctions: () => held, now };
function act(key: string) {
  const found = acts.find((one) => one.key === key);
  if (!found) throw new Error(key);
  return found;
}

/** Somebody at work, whom the room answers like this, one after the other, and then always yes. */
function desk(...outcomes: Outcome[]) {
  const sent: CommandBody[] = [];
  const doing = new Doing(async (body) => {
    sent.push(body);
    return outcomes.shift() ?? { is: "accepted", seq: 1 };
  });
  return { doing, sent };
}

describe("what a moderator did about somebody", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each<[string, string, Sanction, object]>([
    ["muted", "mute", { is: "muted" }, { act: "mute" }],
    ["sent out", "out-day", { is: "timed_out", until: now() + 90_000_000 }, { act: "time_out", seconds: 90 }],
    ["removed", "remove", { is: "removed" }, { act: "remove" }],
    ["banned", "ban", { is: "banned" }, { act: "ban" }],
  ])("is taken back to what held before, whoever was %s", async (_, key, sanction, again) => {
    const { doing, sent } = desk();
    held = [kept(sanction)];
    keepFrom(doing, whom, act(key), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    await doing.undo();
    expect(sent.at(-1)).toEqual({ do: "sanction", participant: "tomas", act: again });
    free(doing, kept(sanction), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    expect(sent.at(-1)).toEqual({ do: "lift_sanction", participant: "tomas", kind: sanction.is });
    held = [];
    await doing.undo();
    expect(sent.at(-1)).toEqual({ do: "sanction", participant: "tomas", act: again });
  });

  it("is taken back of a message as long as nobody else decided about it, also while it was done", async () => {
    const decisions = new Decisions<string>();
    decisions.me = "mo";
    const [{ doing }, message] = [desk(), { ...whom, message: "m" }];
    hide(doing, message, (id) => decisions.watch(id));
    decisions.decided("m", "mo");
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    decisions.decided("m", "ann");
    expect(doing.done).toBeUndefined();
    hide(doing, message, (id) => decisions.watch(id));
    decisions.decided("m", undefined);
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
    expect(doing.done).toBeUndefined();
  });

  it("is taken back to nothing, where nothing of the kind held, or would not hold any more", async () => {
    const over = kept({ is: "timed_out", until: now() - 1 });
    for (const before of [kept({ is: "muted" }), over]) {
      const { doing, sent } = desk();
      held = [before];
      keepFrom(doing, whom, act("out-hour"), looking);
      await vi.waitFor(() => expect(doing.done).toBeDefined());
      await doing.undo();
      expect(sent.at(-1)).toEqual({ do: "lift_sanction", participant: "tomas", kind: "timed_out" });
    }
  });

  it("is taken back alone, whatever somebody else did since", async () => {
    const { doing, sent } = desk();
    held = [];
    keepFrom(doing, whom, act("mute"), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    held = [kept({ is: "muted" }, "mo"), kept({ is: "banned" })];
    await doing.undo();
    expect(sent.at(-1)).toEqual({ do: "lift_sanction", participant: "tomas", kind: "muted" });
  });

  it("can be taken back for twelve seconds, and as long again once nobody is at the offer any more", async () => {
    const { doing } = desk();
    held = [];
    keepFrom(doing, whom, act("mute"), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    doing.hold(true);
    vi.advanceTimersByTime(60_000);
    expect(doing.done).toBeDefined();
    doing.hold(false);
    vi.advanceTimersByTime(11_999);
    expect(doing.done).toBeDefined();
    vi.advanceTimersByTime(1);
    expect(doing.done).toBeUndefined();
  });

  it("can be taken back once more where that was refused", async () => {
    const { doing, sent } = desk({ is: "accepted", seq: 1 }, { is: "refused", refusal: "slow_down" });
    held = [];
    keepFrom(doing, whom, act("mute"), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    await doing.undo();
    expect(doing.done).toBeDefined();
    await doing.undo();
    expect([sent.length, doing.done]).toEqual([3, undefined]);
  });

  it.each<[string, Sanctioned[]]>([
    ["somebody else did the same anew", [kept({ is: "timed_out", until: now() + 5 })]],
    ["it was lifted", []],
  ])("is not offered to be taken back once %s", async (_, since) => {
    const { doing, sent } = desk();
    const before = { ...kept({ is: "timed_out", until: now() + 9 }), at: -1 };
    held = [before];
    keepFrom(doing, whom, act("out-hour"), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    held = [kept({ is: "timed_out", until: now() + 7 }, "mo")];
    expect(doing.done).toBeDefined();
    held = since;
    expect(doing.done).toBeUndefined();
    await doing.undo();
    expect(sent).toHaveLength(1);
  });

  it("is not offered to be taken back where whoever was let in again was sent away anew since", async () => {
    const { doing, sent } = desk();
    held = [];
    free(doing, kept({ is: "banned" }), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    held = [{ ...kept({ is: "banned" }), at: 1 }];
    await doing.undo();
    expect([sent.length, doing.done]).toEqual([1, undefined]);
  });
});
