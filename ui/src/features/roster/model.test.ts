import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PeoplePage, PersonCard } from "../../protocol";
import { RosterModel, renewed } from "./model.svelte";

const card = (name: string): PersonCard => ({ participant: name, name, role: "attendee" });
const cards = (names: string) => names.split(" ").filter(Boolean).map(card);
const names = (people: readonly PersonCard[]) => people.map(({ name }) => name).join(" ");

describe("a page that is read anew", () => {
  it.each([
    ["somebody came", "A B C D", 0, "A AB B", false, "A AB B C D"],
    ["somebody went", "A B C D", 0, "A C", false, "A C D"],
    ["in the middle", "A B C D E", 2, "CA D", false, "A B CA D E"],
    ["the last page", "A B C D E", 2, "D", true, "A B D"],
    ["nobody of it was known", "A B C", 1, "AA AB", false, "A AA AB B C"],
    ["somebody is called otherwise now", "A B C D", 0, "B C A", false, "B C A D"],
    ["nobody is left", "A B", 0, "", true, ""],
  ])("takes the place of what was there: %s", (_, before, behind, page, isLast, after) => {
    expect(names(renewed(cards(before), behind, cards(page), isLast))).toBe(after);
  });
});

/** A room of so many, of which a page has a hundred. */
function room(count: number) {
  const here = Array.from({ length: count }, (_, number) => card(`P${String(number).padStart(4, "0")}`));
  const find = vi.fn(async (query: string, after?: string): Promise<PeoplePage> => {
    const found = here.filter(({ name }) => name.includes(query));
    const from = found.findIndex(({ participant }) => participant === after) + 1;
    const people = found.slice(from, from + 100);
    const more = from + 100 < found.length;
    return { people, count: found.length, ...(more && { after: people.at(-1)?.participant ?? "" }) };
  });
  return { here, find, roster: new RosterModel(find) };
}

describe("who is in a room", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is asked for as far as one has scrolled, once each", async () => {
    const { roster, find } = room(250);
    await roster.refresh();
    expect([roster.people.length, roster.count, roster.whole]).toEqual([100, 250, false]);
    await roster.seen(0, 12);
    expect(find).toHaveBeenCalledTimes(1);
    await roster.seen(85, 97);
    await roster.seen(190, 199);
    expect(names(roster.people)).toBe(names(room(250).here));
    expect(roster.whole).toBe(true);
    await roster.seen(240, 249);
    expect(find).toHaveBeenCalledTimes(3);
  });

  it("is read anew where one looks, and nowhere else", async () => {
    const { roster, find, here } = room(250);
    await roster.refresh();
    await roster.seen(85, 99);
    await roster.seen(150, 160);
    const [gone] = here.splice(170, 1);
    await roster.refresh();
    expect(find).toHaveBeenLastCalledWith("", "P0124");
    expect(roster.people.some(({ name }) => name === gone?.name)).toBe(false);
    expect(roster.people.length).toBe(roster.whole ? 249 : 225);
    expect(new Set(roster.people.map(({ participant }) => participant)).size).toBe(roster.people.length);
  });

  it("is sought once no more is typed, and the last that was typed is answered", async () => {
    const { roster, find } = room(250);
    await roster.refresh();
    roster.seek("P00");
    await vi.advanceTimersByTimeAsync(200);
    roster.seek("P0012");
    expect(find).toHaveBeenCalledTimes(1);
    expect(roster.people).toHaveLength(100);
    await vi.advanceTimersByTimeAsync(300);
    expect(find.mock.calls.slice(1)).toEqual([["P0012", undefined]]);
    expect([names(roster.people), roster.count]).toEqual(["P0012", 1]);
  });

  it("shows what it had where nobody answers, and goes on afterwards", async () => {
    const { roster, find } = room(3);
    await roster.refresh();
    find.mockRejectedValueOnce({ problem: "unreachable" });
    await roster.refresh();
    expect([roster.state, roster.people.length]).toEqual(["failed", 3]);
    expect(roster.trouble?.cure).toBeTruthy();
    await roster.refresh();
    expect([roster.state, roster.trouble]).toEqual(["done", undefined]);
  });

  it("is that of the last question, whichever is answered last", async () => {
    let answer: (page: PeoplePage) => void = () => {};
    const slow = new Promise<PeoplePage>((done) => (answer = done));
    const { roster, find } = room(250);
    find.mockReturnValueOnce(slow);
    const first = roster.refresh();
    roster.seek("P0007");
    await vi.advanceTimersByTimeAsync(300);
    answer({ people: cards("Late"), count: 1 });
    await first;
    expect(names(roster.people)).toBe("P0007");
  });
});
