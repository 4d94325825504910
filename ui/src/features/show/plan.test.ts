import { describe, expect, it } from "vitest";
import { mainEvent } from "../../../dev/conference";
import type { ShowEvent } from "./commands";
import { partsOf, renamed, swapped, unset } from "./plan";

function show(): ShowEvent {
  const event = mainEvent();
  const sessions = event.sessions.map(({ room, ...session }) => ({
    ...session,
    room: room === null ? null : { id: room },
  }));
  return { ...event, sessions } as unknown as ShowEvent;
}

describe("a run of show", () => {
  it("goes by stage and session, and says when each cue is due", () => {
    const event = show();
    const [stage] = event.rooms;
    if (!stage) throw new Error("no stage");
    const [outside, first] = partsOf(event, stage);
    expect(outside?.rows.map(({ cue, due }) => [cue.title, due])).toEqual([["Sound check", undefined]]);
    const start = Date.parse(event.sessions[0]?.startsAt ?? "");
    expect(first?.rows.map(({ cue, due }) => [cue.title, (due ?? 0) - start])).toEqual([
      ["Doors and music", 0],
      ["Welcome", 600_000],
    ]);
    expect(first?.planned).toBe(15);
  });

  it("changes the order within a session, and leaves others where they are", () => {
    const event = show();
    const [stage] = event.rooms;
    const first = stage && partsOf(event, stage)[1];
    if (!first) throw new Error("no session");
    const titles = swapped(event.showPlan.cues, first, first.rows[0]?.at ?? -1, 1).map(({ title }) => title);
    expect(titles).toEqual(["Sound check", "Welcome", "Doors and music", "Interview", "Questions"]);
    expect(swapped(event.showPlan.cues, first, first.rows[0]?.at ?? -1, -1)).toEqual(event.showPlan.cues);
  });

  it("follows a scene that is called otherwise, and calls none that is gone", () => {
    const event = show();
    const [host] = event.showPlan.scenes;
    if (!host) throw new Error("no scene");
    expect(renamed(event.showPlan, host, "Presenter", event).cues.map(({ scene }) => scene)).toEqual([
      null,
      null,
      "Presenter",
      "Interview",
      "Everybody",
    ]);
    expect(unset(event.showPlan, host, event).cues[2]?.scene).toBeNull();
  });
});
