import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { completionOf } from "./completion";
import { Lookup } from "./lookup.svelte";
import type { Named } from "./mentions";

const named = (name: string): Named => ({ id: name, name });

describe("who can be named and has said nothing", () => {
  afterEach(() => void vi.useRealTimers());

  const find = vi.fn(async (query: string) => ({
    people: ["Zoë", "Zora", "Mina"].filter((name) => name.startsWith(query[0] ?? "")).map(named),
    whole: false,
  }));
  beforeEach(() => {
    vi.useFakeTimers();
    find.mockClear();
  });

  it("is asked for once no more is typed, and can be named from then on", async () => {
    const lookup = new Lookup(find);
    for (const typed of ["Z", "Zo", "Zoë"]) {
      lookup.typed(typed);
      await vi.advanceTimersByTimeAsync(200);
    }
    expect(find).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(100);
    expect(find.mock.calls).toEqual([["Zoë"]]);
    lookup.typed(undefined);
    expect(lookup.named("Zora")?.name).toBe("Zora");
    lookup.typed("M");
    await vi.advanceTimersByTimeAsync(300);
    expect(lookup.people.map(({ name }) => name)).toEqual(["Mina", "Zoë", "Zora"]);
  });

  it("is not asked for again where all of them were told: the words after a name cost nothing", async () => {
    find.mockResolvedValueOnce({ people: [named("Zoë")], whole: true });
    const lookup = new Lookup(find);
    for (const typed of ["Zo", "Zoë", "Zoë how are you"]) {
      lookup.typed(typed);
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(find).toHaveBeenCalledTimes(1);
  });

  it("is not missed where nobody answers", async () => {
    find.mockRejectedValueOnce({ problem: "unreachable" });
    const lookup = new Lookup(find);
    lookup.typed("Z");
    await vi.advanceTimersByTimeAsync(300);
    expect(lookup.people).toEqual([]);
    expect(find).toHaveBeenCalledTimes(1);
  });

  it("stands behind those whom one knows", () => {
    const choices = completionOf("Hi @zo", () => [named("Mo Zorn")], [
      named("Zoë"),
      named("Mo Zorn"),
    ])?.choices;
    expect(choices?.map(({ label }) => label)).toEqual(["Mo Zorn", "Zoë"]);
  });
});
