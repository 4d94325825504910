import { describe, expect, it } from "vitest";
import type { Update } from "../../protocol";
import { ChatModel } from "./model.svelte";

const update = (seq: number, body: Update["body"]): Update => ({ room: "room", seq, at: 0, body });

function say(chat: ChatModel, from: number, to: number) {
  for (let seq = from; seq <= to; seq++) {
    const message = { id: `m${seq}`, author: "a", name: "A", role: "attendee" as const, at: 0, text: "" };
    chat.apply(update(seq, { what: "message_sent", message }));
  }
}
const ends = ({ messages }: ChatModel) => [messages.length, messages[0]?.id, messages.at(-1)?.id];

describe("the chat", () => {
  it("holds as many messages as a snapshot carries", () => {
    const chat = new ChatModel();
    say(chat, 1, 230);
    expect(ends(chat)).toEqual([200, "m31", "m230"]);
  });

  it("drops none while one reads back, and those that fell off meanwhile afterwards", () => {
    const chat = new ChatModel();
    say(chat, 1, 200);
    chat.readBack(true);
    say(chat, 201, 260);
    expect(ends(chat)).toEqual([260, "m1", "m260"]);
    chat.apply(update(261, { what: "message_removed", message: "m2" }));
    expect(ends(chat)).toEqual([259, "m1", "m260"]);
    chat.readBack(false);
    expect(ends(chat)).toEqual([200, "m61", "m260"]);
  });

  it("has a bound while one reads back, too", () => {
    const chat = new ChatModel();
    chat.readBack(true);
    say(chat, 1, 2_010);
    expect(ends(chat)).toEqual([2_000, "m11", "m2010"]);
  });
});
