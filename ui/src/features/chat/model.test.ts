import { describe, expect, it } from "vitest";
import type { Update } from "../../protocol";
import { ChatModel } from "./model.svelte";

const update = (seq: number, body: Update["body"]): Update => ({ room: "room", seq, at: 0, body });

function say(chat: ChatModel, from: number, to: number) {
  for (let seq = from; seq <= to; seq++) {
    const message = {
      id: `m${seq}`,
      seq,
      author: "a",
      name: "A",
      role: "attendee" as const,
      at: 0,
      text: "",
    };
    chat.apply(update(seq, { what: "message_sent", message }));
  }
}
const ends = ({ messages }: ChatModel) => [messages.length, messages[0]?.id, messages.at(-1)?.id];

describe("the chat", () => {
  it("holds thousands of messages, and no more", () => {
    const chat = new ChatModel();
    say(chat, 1, 5_500);
    expect(ends(chat)).toEqual([5_500, "m1", "m5500"]);
    say(chat, 5_501, 5_501);
    expect(ends(chat)).toEqual([5_000, "m502", "m5501"]);
  });

  it("drops none while one reads back, and those that are too many afterwards", () => {
    const chat = new ChatModel();
    say(chat, 1, 5_000);
    chat.readBack(true);
    say(chat, 5_001, 9_000);
    expect(ends(chat)).toEqual([9_000, "m1", "m9000"]);
    chat.readBack(false);
    expect(ends(chat)).toEqual([5_000, "m4001", "m9000"]);
  });

  it("has a bound while one reads back, too", () => {
    const chat = new ChatModel();
    chat.readBack(true);
    say(chat, 1, 20_501);
    expect(ends(chat)).toEqual([20_000, "m502", "m20501"]);
  });

  it("counts what came while nobody looked", () => {
    const chat = new ChatModel();
    say(chat, 1, 3);
    expect(chat.unread).toBe(3);
    chat.attend(true);
    say(chat, 4, 6);
    expect(chat.unread).toBe(0);
    chat.attend(false);
    say(chat, 7, 7);
    expect(chat.unread).toBe(1);
  });

  it("has nothing new that was read on another device", () => {
    const chat = new ChatModel();
    say(chat, 1, 5);
    chat.readElsewhere(3);
    expect(chat.unread).toBe(2);
    chat.readElsewhere(1);
    expect(chat.unread).toBe(2);
    chat.readElsewhere(9);
    expect(chat.unread).toBe(0);
  });
});
