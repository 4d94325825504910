import { describe, expect, it } from "vitest";
import { addressOf, placeOf } from "./desk.svelte";

describe("a place in the dashboard", () => {
  it("is the window's address, and back", () => {
    for (const hash of [
      "#/dashboard/org-1/events",
      "#/dashboard/org-1/new",
      "#/dashboard/org-1/event/event-7/agenda",
    ])
      expect(addressOf(placeOf(hash))).toBe(hash);
  });

  it("is the list of events where the address says nothing, or nothing that is known", () => {
    expect(placeOf("#/dashboard")).toEqual({ at: "page", organisation: undefined, page: "events" });
    expect(placeOf("#/dashboard/o/nonsense")).toMatchObject({ at: "page", page: "events" });
    expect(placeOf("#/dashboard/o/event/e/nonsense")).toMatchObject({ at: "event", section: "overview" });
  });
});
