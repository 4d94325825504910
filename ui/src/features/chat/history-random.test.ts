import { describe, expect, it } from "vitest";
import type { Message, Seq, UpdateBody } from "../../protocol";
import { History, type MessagePage } from "./history.svelte";
import { message } from "./message-test";
import { ChatModel } from "./model.svelte";

const SEEDS = 60;

/** Whole numbers below a bound, the same for a seed (mulberry32). */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A room, and a page that hears of it late, and reads what was said in answers that are long on their way, early, or lost. */
class Room {
  readonly said: Message[] = [];
  readonly chat = new ChatModel();
  readonly history: History;
  readonly did: string[] = [];
  reaches = true;
  #seq: Seq = 1;
  #updates: (() => void)[] = [];
  #answers: (() => void)[] = [];

  constructor(
    readonly below: (bound: number) => number,
    readonly told: number,
  ) {
    this.history = new History(
      this.chat.said,
      (before, most) => this.#read(before?.seq, most),
      (before, most) => this.#read(before, most),
    );
  }

  get list() {
    return this.chat.said;
  }

  #read(before: Seq = Number.POSITIVE_INFINITY, most: number): Promise<MessagePage> {
    const page = () => {
      const older = this.said.filter(({ seq }) => seq < before);
      return { messages: older.slice(-most), more: older.length > most };
    };
    const asAsked = this.below(2) === 0 ? page() : undefined;
    return new Promise((done, fail) =>
      this.#answers.push(() => {
        if (this.reaches && this.below(20) > 0) done(asAsked ?? page());
        else fail({ problem: "unreachable" });
      }),
    );
  }

  #update(seq: Seq, body: UpdateBody): void {
    this.#updates.push(() => this.chat.apply({ room: "r", seq, at: seq, by: "mo", body }));
  }

  say(): void {
    this.#seq += 1 + (this.below(5) === 0 ? this.below(this.below(10) === 0 ? 3_000 : 20) : 0);
    const seq = this.#seq;
    const said = message(seq);
    this.said.push(said);
    this.#update(seq, { what: "message_sent", message: said });
  }

  /** Something becomes of a message. */
  change(): void {
    const at = this.below(this.said.length);
    const message = this.said[at];
    if (message === undefined) return;
    const seq = ++this.#seq;
    const { gone, ...rest } = message;
    if (gone) {
      const shown = { ...rest, text: `Shown ${seq}` };
      this.said[at] = shown;
      this.#update(seq, { what: "message_shown", message: shown });
    } else if (this.below(2) === 0) {
      this.said[at] = { ...rest, text: `Edited ${seq}`, edited_at: seq };
      this.#update(seq, { what: "message_edited", message: rest.id, text: `Edited ${seq}` });
    } else {
      this.said[at] = { ...rest, text: "", gone: { at: seq, hidden: true } };
      this.#update(seq, { what: "message_hidden", message: rest.id });
    }
  }

  /** The room as a whole, as it stands. */
  tell(): void {
    this.#updates = [];
    this.chat.restore({ chat: this.said.slice(-this.told) } as Parameters<ChatModel["restore"]>[0], {
      looksAfter: false,
    });
  }

  hear(most: number): void {
    if (this.reaches) for (const update of this.#updates.splice(0, most)) update();
  }

  async answer(all = false): Promise<void> {
    while (this.#answers.length > 0 && (all || this.below(5) < 3)) {
      this.#answers.splice(this.below(this.#answers.length), 1)[0]?.();
      await new Promise((done) => setTimeout(done));
    }
  }

  /** What is held, and the passage, are each what was said, one after the other; and as it is, where all was heard. */
  holds(): void {
    const at = new Map(this.said.map(({ id }, index) => [id, index]));
    for (const list of [this.list.messages, this.list.passage ?? []]) {
      const shown = [...list];
      const from = at.get(shown[0]?.id ?? "") ?? 0;
      const there = this.said.slice(from, from + shown.length);
      expect(shown.map(({ id }) => id)).toEqual(there.map(({ id }) => id));
      if (this.#updates.length === 0)
        expect(shown.map(({ text }) => text)).toEqual(there.map(({ text }) => text));
    }
  }

  /** One thing that can happen. */
  happen(): void {
    const { history, below } = this;
    const any = this.said[below(this.said.length)];
    const does: [string, () => void][] = [
      ["says", () => Array.from({ length: 1 + below(below(10) === 0 ? 150 : 5) }, () => this.say())],
      ["changes", () => this.change()],
      ["changes", () => this.change()],
      ["jumps", () => any && void history.goTo({ id: any.id, seq: below(5) > 0 ? any.seq : undefined })],
      ["jumps", () => any && void history.goTo({ id: any.id, seq: any.seq })],
      ["reads back", () => void history.older.more()],
      ["reads on", () => void history.later.more()],
      ["reads on", () => void history.later.more()],
      ["to the newest", () => history.toPresent()],
      ["told anew", () => this.reaches && this.tell()],
      ["away or there", () => (this.reaches = !this.reaches)],
    ];
    const [what, act] = does[below(does.length)] as [string, () => void];
    this.did.push(`${what} ${any?.id}`);
    act();
  }
}

/** Whatever happens, and in whatever order it arrives, what one reads is what was said; and one can read all of it. */
async function hold(seed: number): Promise<void> {
  const below = random(seed);
  const room = new Room(below, 5 + below(60));
  for (let count = below(600); count >= 0; count--) room.say();
  room.tell();
  try {
    for (let turn = 0; turn < 120; turn++) {
      room.happen();
      room.hear(below(20));
      await room.answer();
      room.holds();
    }
    room.reaches = true;
    room.hear(Number.POSITIVE_INFINITY);
    await room.answer(true);
    room.holds();
    const read = async (is: () => boolean, more: () => Promise<void>) => {
      for (let page = 0; page < 400 && !is(); page++) {
        const reading = more();
        await room.answer(true);
        await Promise.race([reading, new Promise((done) => setTimeout(done))]);
      }
    };
    await read(
      () => room.list.passage === undefined,
      () => room.history.later.more(),
    );
    await read(
      () => room.history.older.state === "whole",
      () => room.history.older.more(),
    );
    room.holds();
    expect(room.list.messages.length).toBe(room.said.length);
  } catch (error) {
    throw new Error(`seed ${seed}: ${room.did.join(", ")}`, { cause: error });
  }
}

describe("what one reads of a chat", () => {
  it("is what was said, whatever happens and however late it is heard", async () => {
    for (let seed = 1; seed <= SEEDS; seed++) await hold(seed);
  });
});
