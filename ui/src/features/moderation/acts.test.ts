import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CommandBody, Outcome, Sanction, Sanctioned } from "../../protocol";
import { acts, free, keepFrom } from "./acts";
import { Doing } from "./doing.svelte";

const whom = { participant: "tomas", name: "Tomás" };
const now = () => 1_000_000_000;
const kept = (sanction: Sanction, by = "noor"): Sanctioned => ({ ...whom, sanction, at: 0, by });
/** What somebody is kept from by now. */
let held: Sanctioned[] = [];
const looking = { me: "mo", sanctions: () => held, now };
const act = (key: string) => acts.find((one) => one.key === key) ?? acts[0];

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

  it.each<[string, Sanction, object]>([
    ["muted", { is: "muted" }, { act: "mute" }],
    ["sent out", { is: "timed_out", until: now() + 90_000_000 }, { act: "time_out", seconds: 90 }],
    ["removed", { is: "removed" }, { act: "remove" }],
    ["banned", { is: "banned" }, { act: "ban" }],
  ])("is taken back to what held before, whoever was %s", async (_, sanction, again) => {
    const { doing, sent } = desk();
    const ban = act("ban");
    held = [kept({ is: "banned" }, "mo")];
    if (ban) keepFrom(doing, whom, ban, kept(sanction), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    await doing.undo();
    expect(sent.at(-1)).toEqual({ do: "sanction", participant: "tomas", act: again });
    held = [];
    free(doing, whom, kept(sanction), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    await doing.undo();
    expect(sent.at(-1)).toEqual({ do: "sanction", participant: "tomas", act: again });
  });

  it("is taken back to nothing, where nothing held, or would not hold any more", async () => {
    const over = kept({ is: "timed_out", until: now() - 1 });
    for (const before of [undefined, over]) {
      const { doing, sent } = desk();
      const mute = act("mute");
      held = [kept({ is: "muted" }, "mo")];
      if (mute) keepFrom(doing, whom, mute, before, looking);
      await vi.waitFor(() => expect(doing.done).toBeDefined());
      await doing.undo();
      expect(sent.at(-1)).toEqual({ do: "lift_sanction", participant: "tomas" });
    }
  });

  it("can be taken back once more where that was refused", async () => {
    const { doing, sent } = desk({ is: "accepted", seq: 1 }, { is: "refused", refusal: "slow_down" });
    const mute = act("mute");
    held = [kept({ is: "muted" }, "mo")];
    if (mute) keepFrom(doing, whom, mute, undefined, looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    await doing.undo();
    expect(doing.done).toBeDefined();
    await doing.undo();
    expect([sent.length, doing.done]).toEqual([3, undefined]);
  });

  it.each<[string, Sanctioned[]]>([
    ["another sanction took its place", [kept({ is: "banned" })]],
    ["somebody else did the same anew", [kept({ is: "muted" })]],
    ["it was lifted", []],
  ])("is not offered to be taken back once %s", async (_, since) => {
    const { doing, sent } = desk();
    const mute = act("mute");
    const before = { ...kept({ is: "removed" }), at: -1 };
    held = [before];
    if (mute) keepFrom(doing, whom, mute, before, looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    held = [kept({ is: "muted" }, "mo")];
    expect(doing.done).toBeDefined();
    held = since;
    expect(doing.done).toBeUndefined();
    await doing.undo();
    expect(sent).toHaveLength(1);
  });

  it("is not offered to be taken back where whoever was let in again was sent away since", async () => {
    const { doing, sent } = desk();
    held = [];
    free(doing, whom, kept({ is: "muted" }), looking);
    await vi.waitFor(() => expect(doing.done).toBeDefined());
    held = [kept({ is: "banned" })];
    await doing.undo();
    expect([sent.length, doing.done]).toEqual([1, undefined]);
  });
});
