import { isProblem } from "../../link/link";
import type { MessageId } from "../../protocol";
import type { ReadOlder } from "./history.svelte";
import { PAGE } from "./later.svelte";
import type { MessageList } from "./messages.svelte";

/** Reading back from the first of what is held of the present, or of one passage, page by page, as far as there is something. */
export class Older {
  #state = $state.raw<"unread" | "reading" | "failed" | "whole">("unread");
  /** The first of what was held when all was read: where it has gone again, there is more. */
  #first = $state.raw<MessageId | undefined>();
  #reading: Promise<void> | undefined;

  constructor(
    private readonly list: MessageList,
    private readonly read: ReadOlder,
  ) {}

  /** `unread`: there may be more above what is held. */
  get state(): "unread" | "reading" | "failed" | "whole" {
    return this.#state === "whole" && this.list.shown.at(0)?.id !== this.#first ? "unread" : this.#state;
  }

  /** The page that is on its way. */
  get reading(): Promise<void> | undefined {
    return this.#reading;
  }

  /** Reads one page more, or waits for the one that is on its way; nothing where all is here. */
  more(): Promise<void> {
    if (this.state === "whole") return Promise.resolve();
    this.#reading ??= this.#page();
    return this.#reading;
  }

  /** Something was read, back to the beginning (`whole`) or not. */
  reads(whole: boolean): void {
    this.#first = whole ? this.list.shown.at(0)?.id : undefined;
    this.#state = whole ? "whole" : "unread";
  }

  async #page(): Promise<void> {
    const first = this.list.shown.at(0);
    this.#state = "reading";
    try {
      const asked = this.list.underway.read(() => this.read(first, PAGE));
      // Whoever sees what comes of it may ask for more at once.
      const page = await asked.finally(() => (this.#reading = undefined));
      // What the list begins with by now is not what was asked for: of that the page says nothing.
      const fits = page !== undefined && this.list.addOlder(page.messages, first?.id);
      this.reads(fits && !page.more);
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.#state = "failed";
    }
  }
}
