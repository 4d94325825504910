import { describe, expect, it } from "vitest";
import type { Snapshot, Update } from "../../protocol";
import { message } from "./message-test";
import { MessageList } from "./messages.svelte";
import { ChatModel } from "./model.svelte";

const update = (seq: number, body: Update["body"]): Update => ({
  room: "room",
  seq,
  at: seq,
  by: "moderator",
  body,
});
function say(list: MessageList, from: number, to: number) {
  for (let number = from; number <= to; number++) list.add(message(number));
}
const ends = ({ messages }: MessageList) => [messages.length, messages.at(0)?.id, messages.at(-1)?.id];

describe("the messages that are held", () => {
  it("are thousands, and no more", () => {
    const list = new MessageList();
    say(list, 1, 5_500);
    expect(ends(list)).toEqual([5_500, "m1", "m5500"]);
    say(list, 5_501, 5_501);
    expect(ends(list)).toEqual([5_000, "m502", "m5501"]);
  });

  it("that came into a room while one was in another are counted when one is back", () => {
    const list = new MessageList();
    const said = (to: number) => Array.from({ length: to }, (_, at) => message(at + 1));
    list.readElsewhere(0);
    list.restore(said(3), "one");
    list.leave();
    list.restore(said(90), "other");
    expect(list.unread, "nobody was there before").toBe(0);
    list.leave();
    list.leave();
    list.restore(said(5), "one");
    expect(list.unread).toBe(2);
  });

  it("all stay while one reads back, and those that are too many go afterwards", () => {
    const list = new MessageList();
    say(list, 1, 5_000);
    list.readBack(true);
    say(list, 5_001, 9_000);
    expect(ends(list)).toEqual([9_000, "m1", "m9000"]);
    list.readBack(false);
    expect(ends(list)).toEqual([5_000, "m4001", "m9000"]);
  });

  it("have a bound while one reads back, too", () => {
    const list = new MessageList();
    list.readBack(true);
    say(list, 1, 20_501);
    expect(ends(list)).toEqual([20_000, "m502", "m20501"]);
  });

  it("are counted that came while nobody looked", () => {
    const list = new MessageList();
    say(list, 1, 3);
    expect(list.unread).toBe(3);
    list.attend(true);
    say(list, 4, 6);
    expect(list.unread).toBe(0);
    list.attend(false);
    say(list, 7, 7);
    expect(list.unread).toBe(1);
  });

  it("never change in the hands of whoever has them", () => {
    const list = new MessageList();
    say(list, 1, 2);
    const had = list.messages;
    say(list, 3, 3);
    list.change("m1", (one) => ({ ...one, text: "Other" }));
    expect([had.length, had.at(0)?.text, list.messages.length, list.messages.at(0)?.text]).toEqual([
      2,
      "Words 1",
      3,
      "Other",
    ]);
  });
});

describe("the chat", () => {
  function room(trace: boolean) {
    const chat = new ChatModel();
    const crew = { notes: [message(10)] };
    const snapshot = { chat: [message(1), message(2), message(3)], crew } as unknown as Snapshot;
    chat.restore(snapshot, { looksAfter: trace });
    return chat;
  }

  it("changes nothing once more in what was read after it was changed", () => {
    const chat = room(true);
    const read = message(1, { text: "Best", earlier: ["Words 1", "Better"], edited_at: 6 });
    chat.said.change("m1", () => read);
    chat.apply(update(5, { what: "message_edited", message: "m1", text: "Better" }));
    chat.apply(update(6, { what: "message_edited", message: "m1", text: "Best" }));
    expect(chat.said.find("m1")).toEqual(read);
    // What waited for a connection is changed twice within one moment of the room.
    for (const [seq, text] of [
      [7, "Once"],
      [8, "Twice"],
    ] as const)
      chat.apply({ ...update(seq, { what: "message_edited", message: "m1", text }), at: 9 });
    expect(chat.said.find("m1")?.text).toBe("Twice");
  });

  it("shows moderators what was changed and taken out, and by whom", () => {
    const chat = room(true);
    chat.apply(update(5, { what: "message_edited", message: "m1", text: "Better" }));
    chat.apply(update(6, { what: "message_hidden", message: "m2" }));
    chat.apply(update(7, { what: "message_removed", message: "m3" }));
    expect([...chat.said.messages]).toEqual([
      message(1, { text: "Better", earlier: ["Words 1"], edited_at: 5 }),
      message(2, { gone: { at: 6, by: "moderator", hidden: true } }),
      message(3, { gone: { at: 7, by: "moderator", hidden: false } }),
    ]);
    for (let seq = 10; seq < 20; seq++)
      chat.apply(update(seq, { what: "message_edited", message: "m1", text: `Text ${seq}` }));
    expect(chat.said.find("m1")?.earlier).toEqual(["Words 1", "Text 15", "Text 16", "Text 17", "Text 18"]);
  });

  it("keeps no words of what is gone for everybody else, and its place", () => {
    const chat = room(false);
    chat.apply(update(5, { what: "message_edited", message: "m1", text: "Better", mentions: ["b"] }));
    chat.apply(update(6, { what: "message_removed", message: "m2" }));
    const gone = { at: 6, hidden: false };
    expect([...chat.said.messages]).toEqual([
      message(1, { text: "Better", mentions: ["b"], edited_at: 5 }),
      message(2, { text: "", gone }),
      message(3),
    ]);
    chat.apply(update(7, { what: "message_shown", message: message(2) }));
    expect(chat.said.find("m2")).toEqual(message(2));
  });

  it("has a message pinned, which changes with it, and something announced", () => {
    const chat = room(false);
    chat.apply(update(5, { what: "message_pinned", message: message(2) }));
    chat.apply(update(6, { what: "message_edited", message: "m2", text: "Better" }));
    expect(chat.pinned?.text).toBe("Better");
    chat.apply(update(7, { what: "unpinned" }));
    chat.apply(update(8, { what: "announced", announcement: { id: "x", text: "Soon", at: 8 } }));
    expect([chat.pinned, chat.announcement?.text]).toEqual([undefined, "Soon"]);
    chat.apply(update(9, { what: "announcement_ended" }));
    expect(chat.announcement).toBeUndefined();
  });

  it("keeps the crew's notes apart, of which nobody is shown a trace", () => {
    const chat = room(true);
    chat.apply(update(5, { what: "note_sent", note: message(11) }));
    chat.apply(update(6, { what: "note_removed", note: "m10" }));
    expect([...chat.notes.messages]).toEqual([
      message(10, { text: "", gone: { at: 6, hidden: false } }),
      message(11),
    ]);
    expect([chat.said.messages.length, chat.said.unread, chat.notes.unread]).toEqual([3, 0, 1]);
  });

  it("has nothing new that was read on another device", () => {
    const chat = new MessageList();
    say(chat, 1, 5);
    chat.readElsewhere(3);
    expect(chat.unread).toBe(2);
    chat.readElsewhere(1);
    expect(chat.unread).toBe(2);
    chat.readElsewhere(9);
    expect(chat.unread).toBe(0);
  });
});
