import { describe, expect, it } from "vitest";
import type { AgendaEvent, AgendaSession } from "./commands";
import {
  afterLast,
  boxes,
  columns,
  dateAfter,
  days,
  hours,
  isOn,
  moved,
  onDate,
  pixels,
  resized,
  spanOf,
  steps,
  within,
} from "./grid";

const MINUTE = 60_000;

function session(
  id: string,
  startsAt: string,
  minutes: number,
  change: Partial<AgendaSession> = {},
): AgendaSession {
  return {
    id,
    title: id,
    description: "",
    startsAt,
    endsAt: new Date(Date.parse(startsAt) + minutes * MINUTE).toISOString(),
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

const event = (sessions: AgendaSession[], change: Partial<AgendaEvent> = {}): AgendaEvent => ({
  id: "e",
  startsAt: "2026-05-12T07:00:00Z",
  endsAt: "2026-05-12T16:00:00Z",
  timeZone: "Europe/Berlin",
  rooms: [{ id: "main", title: "Main", kind: "STAGE" }],
  tracks: [],
  speakers: [],
  agendaWarnings: [],
  sessions,
  ...change,
});

describe("the days", () => {
  it("are those of the event's zone, from the hour before the first thing to a full hour", () => {
    const late = session("late", "2026-05-12T22:30:00Z", 30);
    const early = session("early", "2026-05-12T07:20:00Z", 30);
    const found = days(event([]), [late, early]);
    expect(found.map(({ key, from }) => [key, new Date(from).toISOString()])).toEqual([
      ["2026-05-12", "2026-05-12T06:00:00.000Z"],
      ["2026-05-13", "2026-05-12T21:00:00.000Z"],
    ]);
    expect(found.map(({ opens }) => new Date(opens).toISOString())).toEqual([
      "2026-05-12T07:00:00.000Z",
      "2026-05-12T22:00:00.000Z",
    ]);
  });

  it("have each session once, after midnight too", () => {
    const sessions = [
      session("party", "2026-05-12T20:00:00Z", 180),
      session("after", "2026-05-12T22:30:00Z", 60),
      session("breakfast", "2026-05-13T06:00:00Z", 60),
    ];
    const [first, second] = days(event(sessions), sessions);
    if (!first || !second) throw new Error("no days");
    const on = (day: typeof first) =>
      sessions.filter((one) => isOn(one, day, "Europe/Berlin")).map(({ id }) => id);
    expect([on(first), on(second)]).toEqual([["party"], ["after", "breakfast"]]);
  });

  it("are there for an event of several days before anything is planned", () => {
    const long = event([], { endsAt: "2026-05-14T16:00:00Z" });
    expect(days(long, []).map(({ key }) => key)).toEqual(["2026-05-12", "2026-05-13", "2026-05-14"]);
  });

  it("leave the hour out that clocks skip, and have the one twice that comes twice", () => {
    const spring = {
      key: "2026-03-29",
      from: Date.parse("2026-03-29T00:00:00Z"),
      opens: 0,
      to: Date.parse("2026-03-29T02:00:00Z"),
    };
    expect(hours(spring, "Europe/Berlin").map(({ label }) => label)).toEqual(["01:00", "03:00", "04:00"]);
    const autumn = {
      key: "2026-10-25",
      from: Date.parse("2026-10-24T23:00:00Z"),
      opens: 0,
      to: Date.parse("2026-10-25T02:00:00Z"),
    };
    expect(hours(autumn, "Europe/Berlin").map(({ label }) => label)).toEqual([
      "01:00",
      "02:00",
      "02:00",
      "03:00",
    ]);
  });
});

describe("a place in the grid", () => {
  it("has 8 pixels for 5 minutes, and back to the nearest", () => {
    expect(pixels(5 * MINUTE)).toBe(8);
    expect([steps(3), steps(5), steps(-13)]).toEqual([0, 5 * MINUTE, -10 * MINUTE]);
  });

  it("puts what overlaps beside each other, and what only touches below", () => {
    const from = Date.parse("2026-05-12T07:00:00Z");
    const day = { key: "", from, opens: from, to: 0 };
    const at = (time: string) => `2026-05-12T${time}:00Z`;
    const placed = boxes(
      [
        session("a", at("07:00"), 60),
        session("b", at("07:30"), 60),
        session("c", at("08:00"), 30),
        session("d", at("08:30"), 30),
      ],
      day,
    );
    expect(placed.map(({ id, lane, lanes }) => [id, lane, lanes])).toEqual([
      ["a", 0, 2],
      ["b", 1, 2],
      ["c", 0, 2],
      ["d", 0, 1],
    ]);
    expect(placed[3]).toMatchObject({ top: pixels(90 * MINUTE), height: pixels(30 * MINUTE) });
  });

  it("has a column for what is nowhere only where something is nowhere", () => {
    expect(columns(event([]), "room", "None").map(({ id }) => id)).toEqual(["main"]);
    const loose = event([session("x", "2026-05-12T07:00:00Z", 5, { room: null })]);
    expect(columns(loose, "room", "None").map(({ id }) => id)).toEqual(["main", null]);
    expect(columns(event([]), "track", "None").map(({ title }) => title)).toEqual(["None"]);
  });
});

describe("moving and resizing", () => {
  const span = { from: 7 * MINUTE, to: 37 * MINUTE };

  it("snap to 5 minutes and keep the length", () => {
    expect(moved(span, 5 * MINUTE)).toEqual({ from: 10 * MINUTE, to: 40 * MINUTE });
    expect(moved({ from: 0, to: 30 * MINUTE }, -5 * MINUTE)).toEqual({ from: -5 * MINUTE, to: 25 * MINUTE });
  });

  it("leave at least 5 minutes", () => {
    expect(resized({ from: 0, to: 30 * MINUTE }, -90 * MINUTE)).toEqual({ from: 0, to: 5 * MINUTE });
    expect(resized(span, 5 * MINUTE)).toEqual({ from: 7 * MINUTE, to: 40 * MINUTE });
  });

  it("to another date keep the time on the wall, over a change of clocks too", () => {
    const saturday = spanOf(session("a", "2026-03-28T08:00:00Z", 30));
    const sunday = onDate(saturday, dateAfter("2026-03-28", 1), "Europe/Berlin");
    expect(new Date(sunday.from).toISOString()).toBe("2026-03-29T07:00:00.000Z");
    expect(sunday.to - sunday.from).toBe(30 * MINUTE);
    expect([dateAfter("2026-03-01", -1), dateAfter("2026-12-31", 1)]).toEqual(["2026-02-28", "2027-01-01"]);
  });

  it("stay within a day, with the length kept", () => {
    const day = { from: 0, to: 60 * MINUTE };
    expect(within({ from: -9, to: 10 * MINUTE - 9 }, day)).toEqual({ from: 0, to: 10 * MINUTE });
    expect(within({ from: 55 * MINUTE, to: 65 * MINUTE }, day)).toEqual({
      from: 50 * MINUTE,
      to: 60 * MINUTE,
    });
  });

  it("find the place after the last of a day", () => {
    const opens = Date.parse("2026-05-12T07:00:00Z");
    const day = { key: "", from: opens - 60 * MINUTE, opens, to: opens + 600 * MINUTE };
    const last = session("a", "2026-05-12T09:00:00Z", 45);
    expect(afterLast([last], day).from).toBe(spanOf(last).to);
    expect(afterLast([], day).from).toBe(day.opens);
  });
});
