import { describe, expect, it } from "vitest";
import type { Message } from "../../protocol";
import { History, type MessagePage } from "./history.svelte";
import { message } from "./message-test";
import { MessageList } from "./messages.svelte";

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
    await history.older.more();
    expect([history.older.state, list.messages.at(0)?.seq]).toEqual(["unread", 100]);
    await history.older.more();
    expect([history.older.state, list.messages.at(0)?.seq]).toEqual(["whole", 0]);
  });

  it("takes no page for the beginning that was asked for before the room began anew", async () => {
    const list = new MessageList();
    list.restore(messages(10, 20));
    let answer: (page: MessagePage) => void = () => {};
    const history = new History(list, () => new Promise((done) => (answer = done)));
    const reading = history.older.more();
    list.restore(messages(500, 510));
    answer({ messages: messages(0, 10), more: false });
    await reading;
    expect([history.older.state, list.messages.at(0)?.seq]).toEqual(["unread", 500]);
  });
});

describe("going to what was said long ago", () => {
  /** A log in which something was said at these positions; `asked`: before which positions was read. */
  function opened(positions: number[], held = 10) {
    const all = positions.map((seq) => message(seq));
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
    await history.older.more();
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
    for (let page = 0; page < 60; page++) await history.older.more();
    expect([list.passage?.length, list.passage?.at(0)?.seq]).toEqual([5_000, 5_050]);
  });

  it("leads back to the present, also by a message there, and anew where the room was shown anew", async () => {
    const { list, history, goTo, all } = opened(range(1, 1_001));
    await goTo(20);
    expect(history.older.state).toBe("whole");
    await goTo(995);
    expect([list.passage, history.older.state]).toEqual([undefined, "unread"]);
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

  it("asks beyond what is kept on this computer, and says why that could not be read", async () => {
    const list = new MessageList();
    list.restore([message(1_000)]);
    let reaches = false;
    const read = async (before: number, limit: number) => {
      if (before > 480) return { messages: range(480, before).map((seq) => message(seq)), more: true };
      if (!reaches) throw { problem: "offline" };
      return { messages: range(before - limit, before).map((seq) => message(seq)), more: true };
    };
    const history = new History(list, () => read(0, 0), read);
    expect([await history.goTo({ id: "m460", seq: 460 }), history.trouble]).toEqual([
      false,
      expect.anything(),
    ]);
    reaches = true;
    expect([await history.goTo({ id: "m460", seq: 460 }), history.trouble]).toEqual([true, undefined]);
    expect([...list.shown].map(({ seq }) => seq)).toEqual(range(380, 510));
  });

  it("comes to what is answered, though one reads back by oneself meanwhile", async () => {
    const { list, history, comes } = slow(range(1, 1_001), 10);
    const going = history.goTo({ id: "m700" });
    // Pages of the same part of the log come as fast as those of the way.
    for (let page = 0; page < 2; page++) {
      const reading = history.older.more();
      await comes();
      await reading;
    }
    for (let page = 0; page < 3; page++) await comes();
    expect([await going, list.messages.length, list.messages.at(0)?.seq]).toEqual([true, 310, 691]);
  });

  it("reads back from a passage whatever is on its way elsewhere, and says of it alone that it failed", async () => {
    const { list, history, comes } = slow(range(1, 1_001), 10);
    const present = history.older.more();
    const going = history.goTo({ id: "m500", seq: 500 });
    await comes();
    expect([await going, list.passage?.at(0)?.seq]).toEqual([true, 450]);
    const back = history.older.more();
    expect(history.older.state).toBe("reading");
    await comes();
    await Promise.all([present, back]);
    expect([history.older.state, list.passage?.at(0)?.seq]).toEqual(["unread", 350]);
  });

  it("leads to the last that one wanted to go to", async () => {
    const { goTo, shown } = opened(range(1, 1_001));
    const [first, second] = await Promise.all([goTo(300), goTo(700)]);
    expect([first, second, shown()[50]]).toEqual([undefined, true, 700]);
  });

  /** The same, where pages come when they are let through. */
  function slow(positions: number[], held: number) {
    const all = positions.map((seq) => message(seq));
    const list = new MessageList();
    list.restore(all.slice(-held));
    const on: (() => void)[] = [];
    const read = (before: number | undefined, limit: number) => {
      const older = all.filter(({ seq }) => before === undefined || seq < before);
      const page = { messages: older.slice(-limit), more: older.length > limit };
      return new Promise<MessagePage>((done) => on.push(() => done(page)));
    };
    const history = new History(list, (before, limit) => read(before?.seq, limit), read);
    /** Lets the pages through that are on their way by now. */
    const comes = async () => {
      for (const page of on.splice(0)) page();
      await new Promise((done) => setTimeout(done));
    };
    const shown = () => [...list.shown].map(({ seq }) => seq);
    return { all, list, history, comes, shown, on };
  }

  it("leads into a page that is on its way already without a double", async () => {
    for (const seq of [790, 655]) {
      const { history, list, comes, shown } = slow(range(1, 1_001), 200);
      const [older, jump] = [history.older.more(), history.goTo({ id: `m${seq}`, seq })];
      await comes();
      await older;
      expect(await jump).toBe(true);
      while (list.passage) {
        const later = history.later.more();
        await comes();
        await later;
      }
      expect(shown()).toEqual(range(shown()[0] ?? 0, 1_001));
    }
  });

  it("that was given up, or is to nowhere, reads no further and leaves what one reads as it is", async () => {
    const { history, list, comes, shown, on } = slow(range(1, 20_001), 200);
    const given = history.goTo({ id: "nowhere" });
    await comes();
    const jump = history.goTo({ id: "m12000", seq: 12_000 });
    await comes();
    expect([await jump, await given]).toEqual([true, undefined]);
    await comes();
    expect([on.length, shown()]).toEqual([0, range(11_950, 12_050)]);
    const lost = history.goTo({ id: "nowhere" });
    expect(history.isGoing).toBe(true);
    for (let page = 0; page <= 60; page++) await comes();
    expect([await lost, history.isGoing, shown()]).toEqual([false, false, range(11_950, 12_050)]);
    history.toPresent();
    expect(list.messages.length).toBe(200);
  });

  it("shows what became of a message while it was on its way, and nothing of a room that began anew", async () => {
    const { all, history, list, comes } = slow(range(1, 1_001), 50);
    const jump = history.goTo({ id: "m500", seq: 500 });
    list.change("m500", (one) => ({ ...one, text: "Other" }));
    await comes();
    expect([await jump, list.find("m500")?.text]).toEqual([true, "Other"]);
    const older = history.older.more();
    list.change("m420", (one) => ({ ...one, text: "Gone" }));
    await comes();
    await older;
    expect(list.find("m420")?.text).toBe("Gone");
    const [later, again] = [history.later.more(), history.goTo({ id: "m300", seq: 300 })];
    list.restore(all.slice(-50));
    await comes();
    await later;
    expect(list.passage).toBeUndefined();
    await comes();
    expect([await again, list.passage?.at(0)?.seq]).toEqual([true, 250]);
  });

  it("reads on from each passage, also while a page of the one before is on its way", async () => {
    const { history, list, comes } = slow([1, ...range(5_000, 5_400)], 20);
    const jump = history.goTo({ id: "m5100", seq: 5_100 });
    await comes();
    await jump;
    const later = history.later.more();
    const other = history.goTo({ id: "m1", seq: 1 });
    await comes();
    await Promise.all([other, later]);
    expect(list.passage?.length).toBe(1);
    const next = history.later.more();
    while (list.passage?.length === 1) await comes();
    await next;
    expect(list.passage?.at(1)?.seq).toBe(5_000);
  });

  it("says that all is here only while it is", async () => {
    const { all, list, history, goTo } = opened(range(1, 1_001));
    await goTo(20);
    expect(history.older.state).toBe("whole");
    list.restore(all.slice(-50));
    expect(history.older.state).toBe("unread");
  });

  it("can be read on from as soon as one sees more", async () => {
    const { asked, history, goTo } = opened(range(1, 1_001), 200);
    await goTo(500);
    await history.later.more().then(() => history.later.more());
    expect(asked.slice(1)).toEqual([650, 750]);
  });

  it("leaves no gap where pages are of what is kept alone, or of those who were erased nothing is told", async () => {
    const all = range(1, 1_001).map((seq) => message(seq));
    const list = new MessageList();
    list.restore(all.slice(-100));
    let reaches = true;
    // As the app answers without the server, and the server where somebody has just been erased.
    const read = async (before: number | undefined, limit: number): Promise<MessagePage> => {
      const older = all.filter(
        ({ seq }) => (before === undefined || seq < before) && (reaches || seq >= 600),
      );
      if (older.length === 0) throw { problem: "unreachable" };
      const erased = ({ seq }: Message) => seq >= 700 && seq < 850 && seq % 3 > 0;
      return {
        messages: older.slice(-limit).filter((one) => !erased(one)),
        more: !reaches || older.length > limit,
      };
    };
    const history = new History(list, (before, limit) => read(before?.seq, limit), read);
    await history.goTo({ id: "m520", seq: 520 });
    reaches = false;
    await history.later.more();
    expect([history.later.state, list.passage?.at(-1)?.seq]).toEqual(["failed", 569]);
    reaches = true;
    while (list.passage) await history.later.more();
    const there = [
      ...range(470, 700),
      ...range(700, 850).filter((seq) => seq % 3 === 0),
      ...range(850, 1_001),
    ];
    expect([...list.shown].map(({ seq }) => seq)).toEqual(there);
  });

  it("keeps what is read for a message of which one knows no position, until one is there", async () => {
    const { list, history } = opened(range(1, 5_601), 5_400);
    expect(await history.goTo({ id: "m150" })).toBe(true);
    for (let seq = 5_601; seq < 5_700; seq++) list.add(message(seq));
    expect(list.find("m150")).toBeDefined();
  });
});
