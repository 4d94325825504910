import { describe, expect, it } from "vitest";
import { ticketType } from "../../../dev/makers";
import { everyDay, readPrice, saleOf, writePrice } from "./figures";

describe("a price", () => {
  it("is read as people write it", () => {
    expect(["79", "79.5", "79,50", "0", ""].map((words) => readPrice(words, 2))).toEqual([
      7900, 7950, 7950, 0, 0,
    ]);
    expect(readPrice("1200", 0)).toBe(1200);
    expect(readPrice("0.29", 2)).toBe(29);
  });

  it("is none where it is not clear what is meant", () => {
    expect(["1.234.5", "-3", "ten", "1.999"].map((words) => readPrice(words, 2))).toEqual(
      Array(4).fill(undefined),
    );
    expect(readPrice("1.5", 0)).toBeUndefined();
  });

  it("stands in the field as it was meant", () => {
    expect([writePrice(7900, 2), writePrice(0, 2), writePrice(1200, 0)]).toEqual(["79.00", "0", "1200"]);
  });
});

describe("the days of the sale", () => {
  const day = (name: string, registrations: number) => ({ day: name, registrations, gross: 0 });

  it("have no gaps", () => {
    expect(
      everyDay([day("2026-03-01", 2), day("2026-02-27", 1)], 30).map(({ registrations }) => registrations),
    ).toEqual([1, 0, 2]);
    expect(everyDay([], 30)).toEqual([]);
  });

  it("are the latest where there are many", () => {
    const days = everyDay([day("2026-01-01", 1), day("2026-03-01", 1)], 10);
    expect([days.length, days[0]?.day]).toEqual([10, "2026-02-20"]);
  });
});

describe("the sale of a ticket", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");

  it("stands as its window and its quantity say", () => {
    const of = (change: object) => saleOf(ticketType("T", 0, change), now);
    expect(of({})).toBe("on");
    expect(of({ isHidden: true })).toBe("hidden");
    expect(of({ salesStart: "2026-03-02T00:00:00Z" })).toBe("later");
    expect(of({ salesEnd: "2026-03-01T12:00:00Z" })).toBe("over");
    expect(of({ quantity: 5, taken: 5 })).toBe("sold-out");
    expect(of({ quantity: 5, taken: 5, waitingList: true })).toBe("waiting");
  });
});
