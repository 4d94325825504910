import { describe, expect, it } from "vitest";
import type { ListedEvent } from "./commands";
import { grouped } from "./list";

const event = (id: string, phase: ListedEvent["phase"], day: number, cancelled = false): ListedEvent => ({
  id,
  title: id,
  phase,
  startsAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
  endsAt: new Date(Date.UTC(2026, 0, day, 2)).toISOString(),
  timeZone: "UTC",
  registered: 0,
  capacity: null,
  cancelledAt: cancelled ? "2026-01-01T00:00:00Z" : null,
  deletedAt: null,
  branding: { accent: "#fff", background: "#000" },
});

describe("the list of events", () => {
  it("has what runs first, then the next of all, and the latest of what was", () => {
    const groups = grouped([
      event("old", "ENDED", 1),
      event("later", "PUBLISHED", 20),
      event("draft", "DRAFT", 9),
      event("runs", "LIVE", 8),
      event("soon", "PUBLISHED", 10),
      event("older", "ARCHIVED", 0),
      event("off", "PUBLISHED", 11, true),
    ]);
    expect(groups.map(({ key, events }) => [key, ...events.map(({ id }) => id)])).toEqual([
      ["now", "runs"],
      ["next", "soon", "later"],
      ["drafts", "draft"],
      ["past", "off", "old", "older"],
    ]);
  });

  it("has no empty groups", () => {
    expect(grouped([])).toEqual([]);
  });
});
