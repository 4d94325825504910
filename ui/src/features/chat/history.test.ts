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

describe("going to what was said long ago", () => {
  /** A log in which something was said at these positions; `asked`: before which positions was read. */
  function opened(positions: number[], held = 10) {
    const all = positions.map(message);
    const list = new MessageList();
    list.restore(all.slice(-held));
    const asked: (number | undefined)[] = [];
    const read = async (before: number | undefined, limit: number) => {
      asked.push(before);
      const older = all.filter(({ seq }) => before === undefined || seq < before);
      return { messages: older.slice(-limit), more: older.length > limit };
    };
    const history = new History(list, (before, limit) => read(before?.seq, limit), read);
    const goTo = (seq: number) => history.goTo({ id: `m${seq}`, seq });
    const shown = () => [...list.shown].map(({ seq }) => seq);
    return { all, list, asked, history, goTo, shown };
  }
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

  it("shows at once what stands around it, however far back, while things are said", async () => {
    const { list, asked, goTo, shown } = opened(range(1, 20_001), 200);
    expect(await goTo(2_000)).toBe(true);
    expect([asked, shown()]).toEqual([[2_050], range(1_950, 2_050)]);
    for (let seq = 20_001; seq < 30_000; seq++) list.add(message(seq));
    expect([list.shown.length, list.messages.at(-1)?.seq]).toEqual([100, 29_999]);
    expect(list.messages.length).toBeLessThanOrEqual(5_500);
  });

  it("goes on in both directions, without gap or double, until the present is reached", async () => {
    const { list, history, goTo, shown } = opened(range(1, 1_001), 200);
    await goTo(500);
    await history.more();
    await history.later.more();
    expect(shown()).toEqual(range(350, 650));
    list.add(message(1_001));
    await history.later.more();
    await history.later.more();
    expect(list.passage?.at(-1)?.seq).toBe(800);
    await history.later.more();
    expect([list.passage, [...list.messages].map(({ seq }) => seq)]).toEqual([undefined, range(350, 1_002)]);
  });

  it("passes over what is no message, in long steps, and over no message", async () => {
    const sparse = [...range(1, 101), 50_000, 50_001, ...range(60_000, 60_900), 90_000];
    const { list, asked, history, goTo, shown } = opened(sparse, 1);
    await goTo(50);
    while (list.passage) await history.later.more();
    expect(shown()).toEqual(sparse);
    expect(asked.length).toBeLessThan(60);
  });

  it("is followed by what becomes of it", async () => {
    const { list, goTo } = opened(range(1, 1_001));
    await goTo(500);
    list.change("m500", (one) => ({ ...one, text: "Other" }));
    expect([list.passage?.at(50)?.text, list.find("m500")?.text]).toEqual(["Other", "Other"]);
  });

  it("holds a bounded part of it", async () => {
    const { list, history, goTo } = opened(range(1, 20_001));
    await goTo(10_000);
    for (let page = 0; page < 60; page++) await history.later.more();
    expect([list.passage?.length, list.passage?.at(-1)?.seq]).toEqual([5_000, 16_049]);
    for (let page = 0; page < 60; page++) await history.more();
    expect([list.passage?.length, list.passage?.at(0)?.seq]).toEqual([5_000, 5_050]);
  });

  it("leads back to the present, also by a message there, and anew where the room was shown anew", async () => {
    const { list, history, goTo, all } = opened(range(1, 1_001));
    await goTo(20);
    expect(history.state).toBe("whole");
    await goTo(995);
    expect([list.passage, history.state]).toEqual([undefined, "unread"]);
    await goTo(20);
    history.toPresent();
    expect(list.passage).toBeUndefined();
    await goTo(20);
    list.restore(all.slice(-5));
    expect(list.shown.length).toBe(5);
  });

  it("says where there is no such message, and why it could not be read", async () => {
    const { list, goTo, history } = opened(range(1, 1_001).filter((seq) => seq !== 500));
    expect([await goTo(500), list.passage]).toEqual([false, undefined]);
    const failing = new History(
      list,
      () => Promise.reject({ problem: "offline" }),
      () => Promise.reject({ problem: "offline" }),
    );
    expect(await failing.goTo({ id: "m400", seq: 400 })).toBe(false);
    expect([failing.trouble?.what.length, history.trouble]).toEqual([expect.any(Number), undefined]);
  });

  it("leads to the last that one wanted to go to", async () => {
    const { goTo, shown } = opened(range(1, 1_001));
    const [first, second] = await Promise.all([goTo(300), goTo(700)]);
    expect([first, second, shown()[50]]).toEqual([undefined, true, 700]);
  });

  it("keeps what is read for a message of which one knows no position, until one is there", async () => {
    const { list, history } = opened(range(1, 5_601), 5_400);
    expect(await history.goTo({ id: "m150" })).toBe(true);
    for (let seq = 5_601; seq < 5_700; seq++) list.add(message(seq));
    expect(list.find("m150")).toBeDefined();
  });
});
