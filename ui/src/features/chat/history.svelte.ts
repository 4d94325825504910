import { isProblem } from "../../link/link";
import { problemTrouble, type Trouble } from "../../locales/words";
import type { Message, MessageId } from "../../protocol";
import type { MessageList } from "./messages.svelte";

/** Messages that came before others, oldest first, and whether there are still older ones. */
export type MessagePage = { messages: Message[]; more: boolean };
/** Reads what came before a message; before anything that is held, the newest. */
export type ReadOlder = (before: Message | undefined, limit: number) => Promise<MessagePage>;

const PAGE = 100;
/** So many pages are read for one message, and then it is given up. */
const MOST_PAGES = 60;

/** Reading back, page by page, as far as there is something. */
export class History {
  /** `unread`: there may be more above what is held. */
  state = $state.raw<"unread" | "reading" | "failed" | "whole">("unread");
  trouble = $state.raw<Trouble | undefined>();
  /** The first of what was held when all was read: where it has gone again, there is more. */
  #first: string | undefined;
  #reading: Promise<void> | undefined;

  constructor(
    private readonly list: MessageList,
    private readonly read: ReadOlder,
  ) {}

  /** Reads one page more, or waits for the one that is on its way; nothing where all is here. */
  more(): Promise<void> {
    this.#reading ??= this.#page().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #page(): Promise<void> {
    const first = this.list.messages.at(0);
    if (this.state === "whole" && first?.id === this.#first) return;
    this.state = "reading";
    this.trouble = undefined;
    try {
      const page = await this.read(first, PAGE);
      // What the list begins with by now is not what was asked for: of that the page says nothing.
      const fits = this.list.addOlder(page.messages, first?.id);
      this.#first = this.list.messages.at(0)?.id;
      this.state = page.more || !fits ? "unread" : "whole";
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.trouble = problemTrouble(error);
      this.state = "failed";
    }
  }

  /** Reads back as far as a message; whether it is there now. */
  async backTo(message: MessageId): Promise<boolean> {
    for (let page = 0; page < MOST_PAGES && this.list.find(message) === undefined; page++) {
      await this.more();
      if (this.state !== "unread") break;
    }
    return this.list.find(message) !== undefined;
  }
}
