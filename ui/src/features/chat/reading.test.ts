import { describe, expect, it, vi } from "vitest";
import type { Message } from "../../protocol";
import { DIGEST_MS, Digest } from "./digest.svelte";
import { History, type MessagePage } from "./history.svelte";
import { message } from "./message-test";
import { ChatModel } from "./model.svelte";
import { Reading } from "./reading.svelte";

const said = (number: number, author = "ada"): Message =>
  message(number, { author, name: author === "ada" ? "Ada" : "Ben", at: number });
const several = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, step) => said(from + step));

describe("how far one has read", () => {
  it("counts what others said since one left the end, until one comes back", () => {
    const reading = new Reading();
    expect(reading.news(several(0, 5), "me")).toBe(0);
    reading.leave(said(4));
    const later = [...several(0, 8), said(8, "me"), said(9)];
    expect(reading.news(later, "me")).toBe(4);
    // Where one reads further up the line stays.
    reading.leave(said(9));
    expect([reading.seen, reading.news(later, "me")]).toEqual(["m4", 4]);
    reading.return();
    expect([reading.seen, reading.news(later, "me")]).toEqual(["m4", 0]);
  });
});

describe("the digest for a screen reader", () => {
  it("says the first at once, and the others together, as often as every few seconds", () => {
    const digest = new Digest();
    expect(digest.hear([said(1)], 0)).toBe(false);
    expect(digest.said).toBe("Ada: Words 1");
    for (let number = 2; number < 500; number++) expect(digest.hear([said(number)], number)).toBe(true);
    expect(digest.said).toBe("Ada: Words 1");
    expect(digest.tell(DIGEST_MS - 1)).toBe(false);
    expect(digest.tell(DIGEST_MS)).toBe(true);
    expect(digest.said).toBe("498 new messages, the last by Ada: Words 499");
    expect(digest.tell(3 * DIGEST_MS)).toBe(true);
    expect(digest.said).toBe("498 new messages, the last by Ada: Words 499");
  });

  it("reads no long message to its end, and nothing of what one did not look at", () => {
    const digest = new Digest();
    digest.hear([{ ...said(1), text: "🙂".repeat(400) }], 0);
    expect([...digest.said].length).toBeLessThan(180);
    digest.hear([said(2)], 1);
    digest.hush();
    expect([digest.tell(DIGEST_MS), digest.said]).toEqual([true, ""]);
  });
});

describe("reading back", () => {
  const snapshot = (messages: Message[]) => ({ chat: messages }) as Parameters<ChatModel["restore"]>[0];

  function opened(read: (before: Message | undefined) => Promise<MessagePage>) {
    const chat = new ChatModel();
    chat.restore(snapshot(several(300, 500)), { looksAfter: false });
    return { chat, history: new History(chat.said, read) };
  }

  it("puts page before page, without gap or double, until all is here", async () => {
    const asked: (string | undefined)[] = [];
    const { chat, history } = opened(async (before) => {
      asked.push(before?.id);
      const to = Number(before?.id.slice(1));
      return { messages: several(Math.max(to - 100, 50), to), more: to - 100 > 50 };
    });
    // The second while the first is on its way asks for nothing.
    await Promise.all([history.older.more(), history.older.more()]);
    for (let times = 0; times < 5; times++) await history.older.more();
    expect(asked).toEqual(["m300", "m200", "m100"]);
    expect([...chat.said.messages].map(({ id }) => id)).toEqual(several(50, 500).map(({ id }) => id));
    expect(history.older.state).toBe("whole");
  });

  it("drops a page that comes late, after the room was shown anew", async () => {
    let answer = (_: MessagePage) => {};
    const { chat, history } = opened(() => new Promise((done) => (answer = done)));
    const read = history.older.more();
    chat.restore(snapshot(several(400, 600)), { looksAfter: false });
    answer({ messages: several(200, 300), more: true });
    await read;
    expect([chat.said.messages.length, chat.said.messages.at(0)?.id]).toEqual([200, "m400"]);
  });

  it("goes to a message although a page is on its way already", async () => {
    const answers: ((page: MessagePage) => void)[] = [];
    const { history } = opened(() => new Promise((done) => answers.push(done)));
    void history.older.more();
    const found = history.goTo({ id: "m150" });
    answers[0]?.({ messages: several(200, 300), more: true });
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.({ messages: several(100, 200), more: true });
    expect(await found).toBe(true);
  });

  it("says that it failed, and can be tried again", async () => {
    let fails = true;
    const { chat, history } = opened(async () => {
      if (fails) throw { problem: "offline" };
      return { messages: several(299, 300), more: false };
    });
    await history.older.more();
    expect(history.older.state).toBe("failed");
    fails = false;
    await history.older.more();
    expect([history.older.state, chat.said.messages.at(0)?.id]).toEqual(["whole", "m299"]);
  });
});
