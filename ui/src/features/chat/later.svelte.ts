import { isProblem } from "../../link/link";
import type { Message, Seq } from "../../protocol";
import type { MessagePage } from "./history.svelte";
import type { MessageList } from "./messages.svelte";

/** As many as the server tells at once. */
export const PAGE = 100;

/** Reads what came before a position. */
export type ReadBefore = (before: Seq, limit: number) => Promise<MessagePage>;

/** Reading on from a passage of long ago, page by page, until it comes to what is held of the present. */
export class Later {
  state = $state.raw<"unread" | "reading" | "failed">("unread");
  #reading: Promise<void> | undefined;

  constructor(
    private readonly list: MessageList,
    private readonly read: ReadBefore | undefined,
  ) {}

  /** Reads one page more, or waits for the one that is on its way. */
  more(): Promise<void> {
    this.#reading ??= this.#page().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #page(): Promise<void> {
    const last = this.list.passage?.at(-1);
    if (last === undefined || this.read === undefined) return;
    this.state = "reading";
    try {
      const next = await this.#after(last.seq, this.read);
      if (next) this.list.addNewer(next, last.id);
      else this.list.join(last.id);
      this.state = "unread";
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.state = "failed";
    }
  }

  /**
   * What came next after a position; nothing where that is held already. Pages end before a position, and no two messages stand at one:
   * of as many positions as a page has messages none is passed over. Where there is nothing for long, the steps become longer, and
   * shorter again where more came than a page has.
   */
  async #after(position: Seq, read: ReadBefore): Promise<Message[] | undefined> {
    let [from, step, until] = [position + 1, PAGE, Number.POSITIVE_INFINITY];
    for (;;) {
      const present = this.list.messages.at(0)?.seq ?? from;
      if (from >= present) return undefined;
      const half = Math.max(PAGE, Math.floor((until - from) / 2));
      const before = Math.min(from + Math.min(step, half), present);
      const { messages } = await read(before, PAGE);
      const next = messages.filter(({ seq }) => seq >= from);
      if (next.length === 0) [from, step] = [before, step * 2];
      else if (next.length === messages.length && messages.length >= PAGE && before - from > PAGE)
        until = before;
      else return next;
    }
  }
}
