import { describe, expect, it } from "vitest";
import type { AgendaSession } from "./commands";
import { overlap } from "./grid";
import { troubles, warnings } from "./warnings";

const START = Date.parse("2026-05-12T07:00:00Z");
const at = (minute: number) => new Date(START + minute * 60_000).toISOString();
const ines = { id: "ines", name: "Ines" };

function session(id: string, from: number, to: number, change: Partial<AgendaSession> = {}): AgendaSession {
  return {
    id,
    title: id,
    description: "",
    startsAt: at(from),
    endsAt: at(to),
    capacity: null,
    picked: 0,
    cancelledAt: null,
    version: 1,
    track: null,
    room: { id: "main" },
    speakers: [],
    ...change,
  };
}

const event = { startsAt: at(0), endsAt: at(600), speakers: [ines], agendaWarnings: [] };
const all = (sessions: AgendaSession[]) => new Set(sessions.map(({ id }) => id));
const kinds = (found: ReturnType<typeof warnings>) =>
  found.map((one) => [one.kind, ...one.sessions.map(({ id }) => id)]);

describe("what the server warns of", () => {
  const said = [
    { kind: "ROOM_TAKEN", sessions: ["a", "b"], room: "main", speaker: null },
    { kind: "SPEAKER_TWICE", sessions: ["a", "c"], room: null, speaker: "ines" },
    { kind: "ENDS_AFTER_EVENT", sessions: ["c"], room: null, speaker: null },
    { kind: "ROOM_TAKEN", sessions: ["a", "gone"], room: "main", speaker: null },
  ] as const;
  const sessions = [session("a", 0, 60), session("b", 30, 60), session("c", 0, 60, { room: null })];
  const told = { ...event, agendaWarnings: said.map((one) => ({ ...one, sessions: [...one.sessions] })) };

  it("stands at each of its sessions, with the other and with who it is about", () => {
    const found = troubles(warnings(told, sessions, new Set()));
    expect(found.get("a")?.map(({ kind, other, who }) => [kind, other?.id, who])).toEqual([
      ["ROOM_TAKEN", "b", undefined],
      ["SPEAKER_TWICE", "c", "Ines"],
    ]);
    expect(found.get("c")?.map(({ kind }) => kind)).toEqual(["SPEAKER_TWICE", "ENDS_AFTER_EVENT"]);
  });

  it("is not believed of a session that was changed since: what is shown is looked at", () => {
    const moved = sessions.map((one) => (one.id === "a" ? session("a", 120, 180) : one));
    expect(kinds(warnings(told, moved, new Set(["a"])))).toEqual([["ENDS_AFTER_EVENT", "c"]]);
  });
});

describe("where the server was not asked again", () => {
  it("two in one room, a speaker in two places, more people than seats, and what begins early are warned of, each once", () => {
    const sessions = [
      session("late", 10, 60, { speakers: [ines] }),
      session("early", -30, 20),
      session("there", 20, 30, { room: { id: "other" }, speakers: [ines], capacity: 5, picked: 6 }),
    ];
    expect(kinds(warnings(event, sessions, all(sessions)))).toEqual([
      ["ROOM_TAKEN", "early", "late"],
      ["SPEAKER_TWICE", "late", "there"],
      ["BEGINS_BEFORE_EVENT", "early"],
      ["OVERBOOKED", "there"],
    ]);
  });

  it("nothing is that only touches, is cancelled, is in no room, or takes the event's end along", () => {
    expect(overlap({ from: 0, to: 5 }, { from: 5, to: 9 })).toBe(false);
    const sessions = [
      session("a", 0, 30, { capacity: 5, picked: 5 }),
      session("b", 0, 30, { cancelledAt: at(0) }),
      session("c", 0, 30, { room: null }),
      session("d", 0, 30, { room: null }),
      session("e", 30, 700),
    ];
    expect(warnings(event, sessions, all(sessions))).toEqual([]);
  });
});
