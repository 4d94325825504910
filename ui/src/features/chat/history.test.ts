import { describe, expect, it } from "vitest";
import type { Message } from "../../protocol";
import { History, type MessagePage } from "./history.svelte";
import { MessageList } from "./messages.svelte";

const message = (seq: number): Message => ({
  id: `m${seq}`,
  seq,
  author: "a",
  name: "A",
  role: "attendee",
  at: 0,
  text: `Words ${seq}`,
});
const messages = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => message(from + at));

describe("reading back", () => {
  it("goes on until there is nothing more", async () => {
    const list = new MessageList();
    list.restore(messages(200, 210));
    const history = new History(list, async (before, limit) => {
      const from = Math.max(0, (before?.seq ?? 0) - limit);
      return { messages: messages(from, before?.seq ?? 0), more: from > 0 };
    });
    await history.more();
    expect([history.state, list.messages.at(0)?.seq]).toEqual(["unread", 100]);
    await history.more();
    expect([history.state, list.messages.at(0)?.seq]).toEqual(["whole", 0]);
  });

  it("takes no page for the beginning that was asked for before the room began anew", async () => {
    const list = new MessageList();
    list.restore(messages(10, 20));
    let answer: (page: MessagePage) => void = () => {};
    const history = new History(list, () => new Promise((done) => (answer = done)));
    const reading = history.more();
    list.restore(messages(500, 510));
    answer({ messages: messages(0, 10), more: false });
    await reading;
    expect([history.state, list.messages.at(0)?.seq]).toEqual(["unread", 500]);
  });
});
