import { isProblem } from "../../link/link";
import { problemTrouble, type Trouble } from "../../locales/words";
import type { Message, MessageId, Seq } from "../../protocol";
import { Later, PAGE, type ReadBefore } from "./later.svelte";
import type { MessageList } from "./messages.svelte";

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

/** Reading back, page by page, as far as there is something; and going to what was said at any time. */
export class History {
  trouble = $state.raw<Trouble | undefined>();
  /** One is being led to a message. */
  isGoing = $state.raw(false);
  #state = $state.raw<"unread" | "reading" | "failed" | "whole">("unread");
  /** The first of what was held when all was read: where it has gone again, there is more. */
  #first = $state.raw<MessageId | undefined>();
  #later: Later;
  #reading: Promise<void> | undefined;
  /** Counts where one went: who goes elsewhere meanwhile is not led to where they went before. */
  #turn = 0;

  constructor(
    private readonly list: MessageList,
    private readonly read: ReadOlder,
    /** Absent where what was said is not told by its position. */
    private readonly readBefore?: ReadBefore,
  ) {
    this.#later = $state.raw(new Later(list, readBefore));
  }

  /** `unread`: there may be more above what is held. */
  get state(): "unread" | "reading" | "failed" | "whole" {
    return this.#state === "whole" && this.list.shown.at(0)?.id !== this.#first ? "unread" : this.#state;
  }

  /** Reading on from a passage, each from its end. */
  get later(): Later {
    return this.#later;
  }

  /** Reads one page more, or waits for the one that is on its way; nothing where all is here. */
  more(): Promise<void> {
    if (this.state === "whole") return Promise.resolve();
    this.#reading ??= this.#page();
    return this.#reading;
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

  async #page(): Promise<void> {
    const first = this.list.shown.at(0);
    this.#state = "reading";
    this.trouble = undefined;
    try {
      const asked = this.list.underway.read(() => this.read(first, PAGE));
      // Whoever sees what comes of it may ask for more at once.
      const page = await asked.finally(() => (this.#reading = undefined));
      // What the list begins with by now is not what was asked for: of that the page says nothing.
      const fits = page !== undefined && this.list.addOlder(page.messages, first?.id);
      this.#reads(fits && !page.more);
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.trouble = problemTrouble(error);
      this.#state = "failed";
    }
  }

  #reads(whole: boolean): void {
    this.#first = whole ? this.list.shown.at(0)?.id : undefined;
    this.#state = whole ? "whole" : "unread";
  }

  /** A server of before does not say where something stands. */
  #pathTo(id: MessageId, seq: Seq, turn: number): Promise<Path> {
    const present = this.list.messages.at(0)?.seq ?? Number.POSITIVE_INFINITY;
    if (this.readBefore === undefined || seq === 0 || present === 0) return this.#backTo(id, turn);
    return this.#around(this.readBefore, seq, Math.min(seq + AFTER, present));
  }

  async #around(read: ReadBefore, seq: Seq, before: Seq): Promise<Path> {
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
    await this.#reading;
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
      this.list.openPassage(messages);
      this.#later = new Later(this.list, this.readBefore);
    } else if (this.list.addOlder(messages, first)) this.list.seek(true);
    else return;
    this.#reads(!more);
  }
}
