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

/** Reading back, page by page, as far as there is something; and going to what was said at any time. */
export class History {
  /** `unread`: there may be more above what is held. */
  state = $state.raw<"unread" | "reading" | "failed" | "whole">("unread");
  trouble = $state.raw<Trouble | undefined>();
  readonly later: Later;
  /** The first of what was held when all was read: where it has gone again, there is more. */
  #first: string | undefined;
  #reading: Promise<void> | undefined;
  /** Counts where one went: who goes elsewhere meanwhile is not led to where they went before. */
  #turn = 0;

  constructor(
    private readonly list: MessageList,
    private readonly read: ReadOlder,
    /** Absent where what was said is not told by its position. */
    private readonly readBefore?: ReadBefore,
  ) {
    this.later = new Later(list, readBefore);
  }

  /** Reads one page more, or waits for the one that is on its way; nothing where all is here. */
  more(): Promise<void> {
    this.#reading ??= this.#page().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Goes to a message; whether it is there now, and nothing where one went elsewhere meanwhile. */
  async goTo({ id, seq = 0 }: Sought): Promise<boolean | undefined> {
    const turn = ++this.#turn;
    this.trouble = undefined;
    if (this.list.passage?.findLast((message) => message.id === id)) return true;
    if (this.list.find(id) !== undefined) {
      this.#leavePassage();
      return true;
    }
    const present = this.list.messages.at(0)?.seq ?? Number.POSITIVE_INFINITY;
    // A server of before does not say where something stands.
    const isThere =
      this.readBefore === undefined || seq === 0 || present === 0
        ? await this.#backTo(id)
        : await this.#passage(id, Math.min(seq + AFTER, present), this.readBefore);
    return turn === this.#turn ? isThere : undefined;
  }

  /** Back to where things are said now. */
  toPresent(): void {
    this.#turn += 1;
    this.#leavePassage();
  }

  #leavePassage(): void {
    if (this.list.passage === undefined) return;
    this.list.leavePassage();
    this.state = "unread";
  }

  async #page(): Promise<void> {
    const first = this.list.shown.at(0);
    if (this.state === "whole" && first?.id === this.#first) return;
    this.state = "reading";
    this.trouble = undefined;
    try {
      const page = await this.read(first, PAGE);
      // What the list begins with by now is not what was asked for: of that the page says nothing.
      const fits = this.list.addOlder(page.messages, first?.id);
      if (fits) this.#first = this.list.shown.at(0)?.id;
      this.state = page.more || !fits ? "unread" : "whole";
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.trouble = problemTrouble(error);
      this.state = "failed";
    }
  }

  /** Reads what stands around a message, which is apart from all that is held. */
  async #passage(id: MessageId, before: Seq, read: ReadBefore): Promise<boolean> {
    const turn = this.#turn;
    try {
      const { messages, more } = await read(before, PAGE);
      if (turn !== this.#turn || !messages.some((message) => message.id === id)) return false;
      this.list.openPassage(messages);
      this.#first = messages.at(0)?.id;
      this.state = more ? "unread" : "whole";
      this.later.state = "unread";
      return true;
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.trouble = problemTrouble(error);
      return false;
    }
  }

  /** Reads back as far as a message. */
  async #backTo(message: MessageId): Promise<boolean> {
    this.list.seek(true);
    for (let page = 0; page < MOST_PAGES && this.list.find(message) === undefined; page++) {
      await this.more();
      if (this.state !== "unread") break;
    }
    const isThere = this.list.find(message) !== undefined;
    if (!isThere) this.list.seek(false);
    return isThere;
  }
}
