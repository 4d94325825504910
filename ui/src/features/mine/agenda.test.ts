import { describe, expect, it } from "vitest";
import { byDay, clashesOf, entrance, halves } from "./agenda";
import type { MyRegistration, MySession } from "./commands";

const session = (id: string, startsAt: string, endsAt = startsAt): MySession => ({
  id,
  title: id,
  startsAt,
  endsAt,
  cancelledAt: null,
  track: null,
  room: null,
  speakers: [],
});

function registration(
  change: Partial<MyRegistration["event"]> = {},
  state: MyRegistration["state"] = "CONFIRMED",
): MyRegistration {
  const event = {
    id: "e",
    title: "E",
    slug: "e",
    summary: "",
    phase: "PUBLISHED" as const,
    startsAt: "2026-05-12T16:00:00Z",
    endsAt: "2026-05-12T18:00:00Z",
    timeZone: "Europe/Berlin",
    cancelledAt: null,
    url: "",
    branding: { accent: "#fff", background: "#000" },
    sessions: [],
    ...change,
  };
  return {
    id: "r",
    state,
    ticketTitle: "T",
    paid: { amount: 0, currency: "EUR" },
    picks: [],
    clashes: [],
    event,
  };
}

describe("one's own agenda", () => {
  it("has a session on the day on which it starts where one is", () => {
    const late = session("late", "2026-05-12T22:30:00Z");
    const early = session("early", "2026-05-12T09:00:00Z");
    expect(byDay([late, early], "Europe/London").map(({ key, sessions }) => [key, sessions.length])).toEqual([
      ["2026-05-12", 2],
    ]);
    expect(byDay([late, early], "Europe/Berlin").map(({ key }) => key)).toEqual(["2026-05-12", "2026-05-13"]);
  });

  it("names what clashes on both sides", () => {
    const at = "2026-05-12T09:00:00Z";
    const mine = registration({ sessions: [session("a", at), session("b", at), session("c", at)] });
    const clashes = clashesOf({
      ...mine,
      clashes: [
        { first: "a", second: "b" },
        { first: "a", second: "c" },
      ],
    });
    expect([clashes.get("a"), clashes.get("b"), clashes.get("x")]).toEqual([["b", "c"], ["a"], undefined]);
  });
});

describe("the entrance", () => {
  const start = Date.parse("2026-05-12T16:00:00Z");

  it("opens a quarter of an hour before the start, and with the event whenever that begins", () => {
    expect(entrance(registration(), start - 15 * 60_000 - 1)).toBe("early");
    expect(entrance(registration(), start - 15 * 60_000)).toBe("enter");
    expect(entrance(registration({ phase: "LIVE" }), start - 3_600_000)).toBe("enter");
  });

  it("stays closed to who has no ticket, and after the end", () => {
    expect(entrance(registration({}, "WAITING"), start)).toBe("waiting");
    expect(entrance(registration({}, "PENDING"), start)).toBe("unpaid");
    expect(entrance(registration({}, "REFUNDED"), start)).toBe("cancelled");
    expect(entrance(registration({ phase: "ENDED" }), start)).toBe("over");
  });
});

it("an event that was never ended is past when its time is over", () => {
  const one = registration();
  expect(halves([one], Date.parse("2026-05-12T19:00:00Z")).past).toEqual([one]);
  expect(halves([registration({ phase: "LIVE" })], Date.parse("2026-05-12T19:00:00Z")).upcoming).toHaveLength(
    1,
  );
});
