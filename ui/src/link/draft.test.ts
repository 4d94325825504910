import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { KeptDraft } from "../protocol/native";
import { Draft, ofKey } from "./draft.svelte";

const PLACE = "#/dashboard/o";
const THING = "event/main/summary";

/** What is kept, in the order in which it was. */
function computer(...left: string[]) {
  const kept = new Map<string, KeptDraft>();
  let at = 0;
  const put = (key: string, text: string) => {
    kept.delete(key);
    at += 1;
    kept.set(key, { key, text, keptAt: at });
  };
  left.forEach((text, number) => {
    put(`${PLACE}${" ".repeat(number + 1)}${THING}`, text);
  });
  const server = {
    keepDraft: async (key: string, text: string) => put(key, text),
    drafts: async () => [...kept.values()].reverse(),
    dropDraft: async (key: string) => void kept.delete(key),
  };
  return { server, texts: () => [...kept.values()].map(({ text }) => text), kept };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

async function drafted(...left: string[]) {
  const { server, texts, kept } = computer(...left);
  const draft = new Draft(server, PLACE, THING);
  await draft.look();
  return { draft, texts, kept, again: () => new Draft(server, PLACE, THING) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("what is written", () => {
  it("is kept while it is written, without a pause", async () => {
    const { draft, texts } = await drafted();
    for (let written = "a"; written.length <= 10; written += "a") {
      draft.keep(written);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(texts()[0]?.length).toBeGreaterThan(5);
  });

  it.each([
    ["loses the keys", () => window.dispatchEvent(new Event("blur"))],
    ["is left", () => window.dispatchEvent(new Event("pagehide"))],
    ["is hidden", () => document.dispatchEvent(new Event("visibilitychange"))],
  ])("is kept at once where the window %s", async (_, happens) => {
    const { draft, texts } = await drafted();
    draft.keep("not yet");
    await settled();
    expect(texts()).toEqual([]);
    happens();
    await settled();
    expect(texts()).toEqual(["not yet"]);
  });

  it("does not come back when it was saved", async () => {
    const { draft, texts } = await drafted();
    draft.keep("saved");
    draft.drop();
    window.dispatchEvent(new Event("pagehide"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(texts()).toEqual([]);
  });
});

describe("what is offered and not decided on", () => {
  it("stays beside what is written, and is offered when that is saved", async () => {
    const { draft, texts, kept, again } = await drafted("of yesterday");
    draft.keep("of today");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(texts()).toEqual(["of yesterday", "of today"]);
    expect([...kept.keys()].map(ofKey)).toEqual([
      { place: PLACE, thing: THING },
      { place: PLACE, thing: THING },
    ]);
    // The app ends, and both are there: one after the other.
    const next = again();
    await next.look();
    expect(next.found?.text).toBe("of today");
    next.keep("of tomorrow");
    await vi.advanceTimersByTimeAsync(1_000);
    next.discard();
    expect(next.found?.text).toBe("of yesterday");
    next.drop();
    await settled();
    expect([next.found?.text, texts()]).toEqual(["of yesterday", ["of yesterday"]]);
  });

  it("is kept until what it became is saved", async () => {
    const { draft, texts } = await drafted("of yesterday");
    expect(draft.take()).toBe("of yesterday");
    draft.keep("of yesterday, and more");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(texts()).toContain("of yesterday, and more");
    draft.drop();
    await settled();
    expect(texts()).toEqual([]);
  });

  it("is not written over by what is typed before it was found", async () => {
    const { server, texts } = computer("of yesterday");
    const draft = new Draft(server, PLACE, THING);
    void draft.look();
    draft.keep("of today");
    draft.flush();
    await settled();
    expect(texts()).toEqual(["of yesterday", "of today"]);
  });
});
