import { describe, expect, it } from "vitest";
import type { Outcome } from "../../protocol";
import { PendingMessages } from "./pending.svelte";

const answering = (outcome: Outcome) => async () => outcome;
const accepted = answering({ is: "accepted", seq: 5 });
const refused = answering({ is: "refused", refusal: "slow_down" });
const texts = (pending: PendingMessages, seq: number) => pending.after(seq).map(({ text }) => text);

describe("one's own messages", () => {
  it("are pending until the log holds them", async () => {
    const pending = new PendingMessages();
    await pending.send(accepted, "Hello", 4);
    expect([texts(pending, 4), texts(pending, 5)]).toEqual([["Hello"], []]);
  });

  it("that were refused stay until they are taken back, discarded or sent again", async () => {
    const pending = new PendingMessages();
    const takeBack = await pending.send(refused, "Hello", 4);
    expect(pending.list[0]?.fate.is).toBe("refused");
    await pending.send(accepted, "Another", 4);
    expect(texts(pending, 5)).toEqual(["Hello"]);
    takeBack?.();
    expect(texts(pending, 5)).toEqual([]);
    expect(pending.trouble?.what).toContain("too fast");

    await pending.send(refused, "Once more", 5);
    const [message] = pending.after(5);
    if (message) await pending.again(accepted, message, 4);
    expect(pending.list.map(({ text, fate }) => [text, fate.is])).toEqual([["Once more", "taken"]]);
  });

  it("that a newer server answered in a way that is not known come back too", async () => {
    const pending = new PendingMessages();
    await pending.send(answering({ is: "unknown" }), "Hello", 4);
    expect(pending.list[0]?.fate).toMatchObject({ is: "refused" });
  });
});
