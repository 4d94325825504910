import { describe, expect, it } from "vitest";
import { away, canResume, checklist, nextOf } from "./checklist";
import type { OverviewEvent } from "./commands";

const event: OverviewEvent = {
  id: "e",
  title: "T",
  slug: "t",
  summary: "",
  description: "",
  phase: "DRAFT",
  startsAt: "2026-05-01T10:00:00Z",
  endsAt: "2026-05-01T12:00:00Z",
  timeZone: "UTC",
  capacity: null,
  registered: 0,
  cancelledAt: null,
  deletedAt: null,
  version: 1,
  oneDevicePerTicket: false,
  slugFollowsTitle: true,
  url: "",
  organisation: { id: "o", name: "O", may: [] },
  branding: { accent: "#ffb454", background: "#0d0c0b" },
  sessions: [],
  speakers: [{ id: "s", email: "s@example.org", invitedAt: null }],
  tickets: [{ id: "t", isHidden: true, price: { amount: 0, currency: "EUR" } }],
};
const before = Date.parse("2026-04-01T00:00:00Z");

describe("the list before publishing", () => {
  it("says what is missing, and what of it keeps people out", () => {
    const open = checklist(event, before).filter(({ done }) => !done);
    expect(open.map(({ key, needed }) => [key, needed])).toEqual([
      ["tickets", true],
      ["agenda", false],
      ["summary", false],
      ["speakers", false],
    ]);
  });

  it("is done when nothing is missing, and not when the event is over", () => {
    const full: OverviewEvent = {
      ...event,
      summary: "Come",
      sessions: [{ id: "x", startsAt: event.startsAt, endsAt: event.endsAt }],
      speakers: [],
      tickets: [{ id: "t", isHidden: false, price: { amount: 0, currency: "EUR" } }],
    };
    expect(checklist(full, before).every(({ done }) => done)).toBe(true);
    expect(checklist(full, Date.parse("2027-01-01T00:00:00Z")).filter(({ done }) => !done)).toHaveLength(1);
  });
});

it("what is cancelled is only put away", () => {
  expect(nextOf({ phase: "PUBLISHED", cancelledAt: "2026-04-01T00:00:00Z" })).toBe("archive");
  expect(nextOf({ phase: "ARCHIVED", cancelledAt: null })).toBeUndefined();
});

it("how far away something is is said in the unit that matters", () => {
  expect(away(59_000)).toEqual({ unit: "minutes", count: 1, rest: 0 });
  expect(away(3 * 3_600_000 + 20 * 60_000)).toEqual({ unit: "hours", count: 3, rest: 20 });
  expect(away(12 * 86_400_000)).toEqual({ unit: "days", count: 12, rest: 0 });
  expect(away(-1).unit).toBe("now");
});

describe("an event that was ended", () => {
  it("can go on until it would have ended by itself", () => {
    const ended = { ...event, phase: "ENDED" as const };
    const last = Date.parse("2026-05-01T18:00:00Z");
    expect([last - 1, last].map((now) => canResume(ended, now))).toEqual([true, false]);
    expect(canResume({ ...ended, phase: "LIVE" }, before)).toBe(false);
    expect(canResume({ ...ended, cancelledAt: "2026-05-01T11:00:00Z" }, before)).toBe(false);
  });
});
