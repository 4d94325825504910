import { describe, expect, it } from "vitest";
import type { Message } from "../../protocol";
import type { MessagePage } from "./history.svelte";
import { message } from "./message-test";
import { taken } from "./messages.svelte";
import { Search } from "./search.svelte";

const hidden = (trace: boolean) => (one: Message) => taken(one, { at: 1, hidden: true }, trace);

/** Pages of two, the newest first, each when it is let through. */
function open(all: Message[]) {
  const waiting: (() => void)[] = [];
  const search = new Search(
    (_, before) =>
      new Promise<MessagePage>((done) => {
        const older = all.filter(({ seq }) => before === undefined || seq < before.seq).toReversed();
        waiting.push(() => done({ messages: older.slice(0, 2), more: older.length > 2 }));
      }),
  );
  search.query = "words";
  const arrive = async (asked: Promise<void>) => {
    for (const pass of waiting.splice(0)) pass();
    await asked;
  };
  return { search, arrive, found: () => search.found.map(({ text }) => text) };
}

describe("what was found", () => {
  it("goes where it is taken out, and is there again where it is shown; older ones are those of before it all the same", async () => {
    const { search, arrive, found } = open([1, 2, 3, 4].map((seq) => message(seq)));
    await arrive(search.ask());
    search.change("m3", hidden(false));
    expect(found()).toEqual(["Words 4"]);
    await arrive(search.further());
    expect(found()).toEqual(["Words 4", "Words 2", "Words 1"]);
    search.change("m3", () => message(3));
    expect(found()).toEqual(["Words 4", "Words 3", "Words 2", "Words 1"]);
  });

  it("stays for whoever sees the trace of it", async () => {
    const { search, arrive } = open([message(1)]);
    await arrive(search.ask());
    search.change("m1", hidden(true));
    expect(search.found).toEqual([{ ...message(1), gone: { at: 1, hidden: true } }]);
  });

  it("is as it is by now where it changed while it was on its way", async () => {
    const { search, arrive, found } = open([1, 2].map((seq) => message(seq)));
    const asked = search.ask();
    search.change("m1", hidden(false));
    search.change("m2", (one) => ({ ...one, text: "Others" }));
    await arrive(asked);
    expect(found()).toEqual(["Others"]);
  });

  it("has to be asked for again where what happened was not told", async () => {
    const { search, arrive } = open([message(1)]);
    search.renew();
    expect(search.stale, "nothing was asked for").toBe(false);
    await arrive(search.ask());
    search.renew();
    expect(search.stale).toBe(true);
    await arrive(search.ask());
    expect(search.stale).toBe(false);
  });

  it("has to be asked for again once the room is heard, where it was not", async () => {
    const { search, arrive } = open([message(1)]);
    await arrive(search.ask());
    search.hear(false);
    expect(search.stale).toBe(false);
    search.hear(true);
    expect(search.stale).toBe(true);
    await arrive(search.ask());
    search.hear(false);
    search.hear(true);
    expect(search.stale).toBe(false);
  });
});
