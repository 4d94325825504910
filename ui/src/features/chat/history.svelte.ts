import { isProblem } from "../../link/link";
import { problemTrouble, type Trouble } from "../../locales/words";
import type { Message, MessageId, Seq } from "../../protocol";
import { Later, PAGE, type ReadBefore } from "./later.svelte";
import type { MessageList } from "./messages.svelte";
import { Older } from "./older.svelte";

/** Messages that came before others, oldest first, and whether there are still older ones. */
export type MessagePage = { messages: Message[]; more: boolean };
/** Reads what came before a message; before anything that is held, the newest. */
export type ReadOlder = (before: Message | undefined, limit: number) => Promise<MessagePage>;
/** A message to go to. Where it stands in the log is known of what was found, and not of what is answered. */
export type Sought = { id: MessageId; seq?: Seq | undefined };

/** So much of the log after a message is read with it. */
const AFTER = PAGE / 2;
/** So many pages are read for one message of which one does not know where it stands, and then it is given up. */
const MOST_PAGES = 60;

/** Where one is led while all begins anew, one is led again; not for ever. */
const MOST_TRIES = 3;

/** What leads to a message: what stands around it, or all between it and `first`, with which what one reads begins. */
type Path = MessagePage & { first?: MessageId | undefined };

/** Reading back from the present, or from a passage that one was led to and on from it; and going to what was said at any time. */
export class History {
  /** Why one could not be led to a message. */
  trouble = $state.raw<Trouble | undefined>();
  /** One is being led to a message. */
  isGoing = $state.raw(false);
  readonly #present: Older;
  /** Back and on from the passage that was opened last. */
  #around: { older: Older; later: Later };
  /** Counts where one went: who goes elsewhere meanwhile is not led to where they went before. */
  #turn = 0;

  constructor(
    private readonly list: MessageList,
    private readonly read: ReadOlder,
    /** Absent where what was said is not told by its position. */
    private readonly readBefore?: ReadBefore,
  ) {
    this.#present = new Older(list, read);
    this.#around = $state.raw(this.#aroundPassage());
  }

  /** Reading back from what one reads. */
  get older(): Older {
    return this.list.passage ? this.#around.older : this.#present;
  }

  /** Reading on from a passage. */
  get later(): Later {
    return this.#around.later;
  }

  /** Goes to a message; whether it is there now, and nothing where one went elsewhere meanwhile. */
  async goTo({ id, seq = 0 }: Sought): Promise<boolean | undefined> {
    const turn = ++this.#turn;
    this.trouble = undefined;
    this.isGoing = true;
    try {
      for (let tries = 0; tries < MOST_TRIES && !this.#isHere(id); tries++) {
        const path = await this.list.underway.read(() => this.#pathTo(id, seq, turn));
        if (turn !== this.#turn) return undefined;
        if (path?.messages.some((message) => message.id === id)) this.#take(path);
        else if (path) break;
      }
      return this.#isHere(id);
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (turn !== this.#turn) return undefined;
      this.trouble = problemTrouble(error);
      return false;
    } finally {
      if (turn === this.#turn) this.isGoing = false;
    }
  }

  /** Back to where things are said now. */
  toPresent(): void {
    this.#turn += 1;
    this.isGoing = false;
    this.list.leavePassage();
  }

  /** Whether one reads what a message stands in; where it stands in the present, one reads that from now on. */
  #isHere(id: MessageId): boolean {
    if (this.list.passage?.findLast((message) => message.id === id)) return true;
    const isHere = this.list.find(id) !== undefined;
    if (isHere) this.list.leavePassage();
    return isHere;
  }

  #aroundPassage() {
    return { older: new Older(this.list, this.read), later: new Later(this.list, this.readBefore) };
  }

  /** A server of before does not say where something stands. */
  #pathTo(id: MessageId, seq: Seq, turn: number): Promise<Path> {
    const present = this.list.messages.at(0)?.seq ?? Number.POSITIVE_INFINITY;
    if (this.readBefore === undefined || seq === 0 || present === 0) return this.#backTo(id, turn);
    return this.#pageAround(this.readBefore, seq, Math.min(seq + AFTER, present));
  }

  async #pageAround(read: ReadBefore, seq: Seq, before: Seq): Promise<Path> {
    const page = await read(before, PAGE);
    const first = page.messages.at(0)?.seq ?? 0;
    if (!page.more || first <= seq) return page;
    // Without the server it is what is kept on this computer, which begins behind it: what came before only the server has.
    const older = await read(first, PAGE);
    return { messages: [...older.messages, ...page.messages], more: older.more };
  }

  /** Reads back as far as a message, and shows nothing of it before: what one reads stays where it is. */
  async #backTo(id: MessageId, turn: number): Promise<Path> {
    // It may be in the page that is on its way.
    await this.older.reading;
    const first = this.list.shown.at(0);
    let path: MessagePage = { messages: [], more: true };
    for (let page = 0; page < MOST_PAGES && path.more; page++) {
      if (turn !== this.#turn || this.list.find(id) !== undefined) break;
      const { messages, more } = await this.read(path.messages.at(0) ?? first, PAGE);
      path = { messages: [...messages, ...path.messages], more: more && messages.length > 0 };
      if (messages.some((message) => message.id === id)) break;
    }
    return { ...path, first: first?.id };
  }

  #take({ messages, more, first }: Path): void {
    if (first === undefined) {
      this.#around = this.#aroundPassage();
      this.list.openPassage(messages);
      this.older.reads(!more);
    } else if (this.#join(messages, first)) {
      this.list.seek(true);
      this.older.reads(!more);
    }
  }

  /** Puts before what one reads what was read back from `first`, of which some may have been read by scrolling meanwhile; whether it goes together. */
  #join(messages: readonly Message[], first: MessageId): boolean {
    const now = this.list.shown.at(0)?.id;
    const met = messages.findIndex(({ id }) => id === now);
    return met < 0 ? this.list.addOlder(messages, first) : this.list.addOlder(messages.slice(0, met), now);
  }
}
