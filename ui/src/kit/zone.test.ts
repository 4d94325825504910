import { describe, expect, it } from "vitest";
import { dateIn, dayIn, instantIn, instantOf, offsetAt, ownZone, timeIn, whenIn, zoneLetters } from "./zone";

const at = (text: string) => Date.parse(text);

describe("times in a zone", () => {
  it("are what the wall shows there", () => {
    expect(timeIn(at("2026-05-12T15:05:00Z"), "Europe/Berlin")).toBe("17:05");
    expect(timeIn(at("2026-05-12T15:05:00Z"), "Asia/Kathmandu")).toBe("20:50");
    expect(dateIn(at("2026-12-31T23:30:00Z"), "Asia/Tokyo")).toBe("2027-01-01");
    expect(dayIn(at("2026-05-12T15:05:00Z"), "Europe/Berlin")).toBe("Tue 12 May");
  });

  it("know an offset of three quarters of an hour, and midnight as 00:00", () => {
    expect(offsetAt(at("2026-05-12T00:00:00Z"), "Asia/Kathmandu")).toBe(5.75 * 3_600_000);
    expect(timeIn(at("2026-05-12T22:00:00Z"), "Europe/Berlin")).toBe("00:00");
  });

  it("have years of before the last century, and a year that is half written is none", () => {
    const wall = { year: 27, month: 12, day: 27, hour: 9, minute: 30 };
    expect(new Date(instantOf(wall, "UTC").at).toISOString()).toBe("0027-12-27T09:30:00.000Z");
    expect(instantIn("0027-12-27", "09:30", "UTC")).toBeUndefined();
    expect(instantIn("2027-12-27", "09:30", "UTC")?.how).toBe("exact");
  });

  it("lead back to the instant", () => {
    for (const zone of ["Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC", "America/St_Johns"]) {
      for (let day = 0; day < 400; day += 9) {
        const instant = at("2026-01-01T12:00:00Z") + day * 86_400_000;
        expect(instantIn(dateIn(instant, zone), timeIn(instant, zone), zone)).toEqual({
          at: instant,
          how: "exact",
        });
      }
    }
  });
});

describe("the change of clocks", () => {
  it("in spring moves a time that does not exist as far as the clocks go", () => {
    expect(instantIn("2026-03-29", "02:30", "Europe/Berlin")).toEqual({
      at: at("2026-03-29T01:30:00Z"),
      how: "skipped",
    });
    expect(timeIn(at("2026-03-29T01:30:00Z"), "Europe/Berlin")).toBe("03:30");
    expect(instantIn("2026-03-08", "02:30", "America/New_York")?.how).toBe("skipped");
  });

  it("in autumn takes the first of two", () => {
    expect(instantIn("2026-10-25", "02:30", "Europe/Berlin")).toEqual({
      at: at("2026-10-25T00:30:00Z"),
      how: "twice",
    });
    expect(instantIn("2026-10-25", "03:00", "Europe/Berlin")).toEqual({
      at: at("2026-10-25T02:00:00Z"),
      how: "exact",
    });
  });

  it("of half an hour, as on Lord Howe Island, is one too", () => {
    expect(instantIn("2026-10-04", "02:15", "Australia/Lord_Howe")?.how).toBe("skipped");
    expect(instantIn("2026-04-05", "01:45", "Australia/Lord_Howe")?.how).toBe("twice");
  });

  it("is in the letters of the zone", () => {
    expect(zoneLetters(at("2026-07-01T12:00:00Z"), "Europe/Berlin")).not.toBe(
      zoneLetters(at("2026-12-01T12:00:00Z"), "Europe/Berlin"),
    );
  });
});

it("a span of several days has both of them, as they are where one looks from", () => {
  const [from, to] = [at("2026-05-12T20:00:00Z"), at("2026-05-12T22:30:00Z")];
  expect(whenIn(from, to, "UTC")).toBe("Tue 12 May 2026, 20:00–22:30");
  expect(whenIn(from, to, "Europe/Berlin")).toBe("Tue 12 May 2026 – Wed 13 May 2026");
});

it("what is not a date or a time has no instant", () => {
  expect(instantIn("", "12:00", "UTC")).toBeUndefined();
  expect(instantIn("2026-05-12", "", "UTC")).toBeUndefined();
  expect(ownZone()).not.toBe("");
});
