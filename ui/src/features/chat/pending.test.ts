import { describe, expect, it } from "vitest";
import type { Outcome } from "../../protocol";
import { PendingMessages } from "./pending.svelte";

const answering = (outcome: Outcome) => async () => outcome;
const accepted = answering({ is: "accepted", seq: 5 });
const refused = answering({ is: "refused", refusal: "slow_down" });
const texts = (pending: PendingMessages, seq: number) => pending.after(seq).map(({ words }) => words.text);

describe("one's own messages", () => {
  it("are pending until the log holds them", async () => {
    const pending = new PendingMessages();
    await pending.send(accepted, { text: "Hello" }, 4);
    expect([texts(pending, 4), texts(pending, 5)]).toEqual([["Hello"], []]);
  });

  it("that were refused stay until they are taken back, discarded or sent again", async () => {
    const pending = new PendingMessages();
    const takeBack = await pending.send(refused, { text: "Hello" }, 4);
    expect(pending.list[0]?.fate.is).toBe("refused");
    await pending.send(accepted, { text: "Another" }, 4);
    expect(texts(pending, 5)).toEqual(["Hello"]);
    takeBack?.();
    expect(texts(pending, 5)).toEqual([]);
    expect(pending.trouble?.what).toContain("too fast");

    await pending.send(refused, { text: "Once more" }, 5);
    const [message] = pending.after(5);
    if (message) await pending.again(accepted, message, 4);
    expect(pending.list.map(({ words, fate }) => [words.text, fate.is])).toEqual([["Once more", "taken"]]);
  });

  it("that a newer server answered in a way that is not known come back too", async () => {
    const pending = new PendingMessages();
    await pending.send(answering({ is: "unknown" }), { text: "Hello" }, 4);
    expect(pending.list[0]?.fate).toMatchObject({ is: "refused" });
  });

  it("that the core kept from before stand first, each once", async () => {
    const pending = new PendingMessages();
    const body = { do: "send_message" as const, text: "Before" };
    const kept = [
      { id: "old", room: "room", body },
      {
        id: "refused",
        room: "room",
        body: { ...body, text: "No" },
        trouble: { problem: "offline" as const },
      },
    ];
    expect(pending.after(4, kept).map(({ words, fate }) => [words.text, fate.is])).toEqual([
      ["Before", "sent"],
      ["No", "refused"],
    ]);
    const ids: string[] = [];
    const again = pending.after(4, kept)[1];
    const say = async (_: unknown, id: string): Promise<Outcome> => {
      ids.push(id);
      return { is: "accepted", seq: 5 };
    };
    if (again) await pending.again(say, again, 4);
    expect(ids).toEqual(["refused"]);
    expect(pending.after(4, kept).map(({ words }) => words.text)).toEqual(["Before", "No"]);
  });
});
