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
    const [last, read] = [this.list.passage?.at(-1), this.read];
    if (last === undefined || read === undefined) return Promise.resolve();
    this.#reading ??= this.#page(last, read);
    return this.#reading;
  }

  async #page(last: Message, read: ReadBefore): Promise<void> {
    this.state = "reading";
    try {
      const next = this.list.underway.read(async () => ({ messages: await this.#after(last.seq, read) }));
      // Whoever sees what comes of it may ask for more at once.
      const page = await next.finally(() => (this.#reading = undefined));
      this.state = "unread";
      if (page === undefined) return;
      if (page.messages.length > 0) this.list.addNewer(page.messages, last.id);
      else this.list.join(last.id);
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.state = "failed";
    }
  }

  /**
   * What came next after a position; nothing where the present does. Pages end before a position, and no two messages stand at one: of as many positions as
   * a page has messages none is passed over. Where there is nothing for long, the steps become longer, and shorter again where a page does not reach back to
   * the position.
   */
  async #after(position: Seq, read: ReadBefore): Promise<Message[]> {
    let [from, step, until] = [position + 1, PAGE, Number.POSITIVE_INFINITY];
    for (;;) {
      const present = this.list.messages.at(0)?.seq ?? from;
      if (from >= present) return [];
      const half = Math.max(PAGE, Math.floor((until - from) / 2));
      const before = Math.min(from + Math.min(step, half), present);
      const { messages, more } = await read(before, PAGE);
      const next = messages.filter(({ seq }) => seq >= from);
      const isWhole = next.length < messages.length || !more;
      if (!isWhole && before - from > PAGE) until = before;
      else if (next.length === 0) [from, step] = [before, step * 2];
      else return isWhole ? next : [...(await this.#between(from, next[0]?.seq ?? from, read)), ...next];
    }
  }

  /** What stands from a position on before another: without the server a page begins with what is kept, and what came before that cannot be read. */
  async #between(from: Seq, before: Seq, read: ReadBefore): Promise<Message[]> {
    if (from >= before) return [];
    const { messages } = await read(before, PAGE);
    return messages.filter(({ seq }) => seq >= from);
  }
}
