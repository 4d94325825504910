import { describe, expect, it } from "vitest";
import { mainEvent } from "../../../dev/conference";
import type { ShowEvent } from "./commands";
import { partsOf, put, renamed, swapped, unset } from "./plan";

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
    const start = Date.parse(event.sessions[0]?.startsAt ?? "");
    // It is over when the first session begins.
    expect(outside?.rows.map(({ cue, due }) => [cue.title, (due ?? 0) - start])).toEqual([
      ["Sound check", -900_000],
    ]);
    expect(first?.rows.map(({ cue, due }) => [cue.title, (due ?? 0) - start])).toEqual([
      ["Doors and music", 0],
      ["Welcome", 600_000],
    ]);
    expect(first?.planned).toBe(15);
  });

  it("has what is called between sessions behind the one that the plan has it behind, and due when that ends", () => {
    const event = show();
    const [stage] = event.rooms;
    const [first] = event.sessions;
    if (!stage || !first) throw new Error("no stage");
    const pause = {
      id: "pause",
      session: null,
      room: stage.id,
      title: "Break",
      minutes: 5,
      scene: null,
      notes: "",
    };
    const cues = put(event.showPlan.cues, partsOf(event, stage), first.id, pause);
    expect(cues.map(({ title }) => title).slice(0, 4)).toEqual([
      "Sound check",
      "Doors and music",
      "Welcome",
      "Break",
    ]);
    const parts = partsOf({ ...event, showPlan: { ...event.showPlan, cues } }, stage);
    expect(parts[2]?.rows.map(({ cue, due }) => [cue.title, due])).toEqual([
      ["Break", Date.parse(first.endsAt)],
    ]);
    expect(parts[2]?.place).toMatchObject({ behind: { id: first.id } });
  });

  it("puts a new cue at the end of its part, also where that has none yet", () => {
    const event = show();
    const [stage] = event.rooms;
    if (!stage) throw new Error("no stage");
    const added = {
      id: null,
      session: null,
      room: stage.id,
      title: "New",
      minutes: 5,
      scene: null,
      notes: "",
    };
    const none = { ...event, showPlan: { ...event.showPlan, cues: event.showPlan.cues.slice(1) } };
    expect(put(none.showPlan.cues, partsOf(none, stage), "outside", added)[0]?.title).toBe("New");
  });

  it("changes the order within a session, and leaves others where they are", () => {
    const event = show();
    const [stage] = event.rooms;
    const first = stage && partsOf(event, stage)[1];
    if (!first) throw new Error("no session");
    const titles = swapped(event.showPlan.cues, first, { id: first.rows[0]?.cue.id ?? null }, 1).map(
      ({ title }) => title,
    );
    expect(titles).toEqual(["Sound check", "Welcome", "Doors and music", "Interview", "Questions"]);
    expect(swapped(event.showPlan.cues, first, { id: first.rows[0]?.cue.id ?? null }, -1)).toEqual(
      event.showPlan.cues,
    );
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
