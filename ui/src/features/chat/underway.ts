import type { Message, MessageId } from "../../protocol";

/** What became of a message. */
export type Change = (message: Message) => Message;

/** Pages that are on their way: they were read as things stood, and what becomes of their messages meanwhile is done to them when they arrive. */
export class Underway {
  readonly #pages = new Set<[MessageId, Change][]>();

  /** Asks for a page; as it is by now, or nothing where all began anew meanwhile, for what of it is still so is not known. */
  async read<Page extends { messages: Message[] }>(ask: () => Promise<Page>): Promise<Page | undefined> {
    const meanwhile: [MessageId, Change][] = [];
    this.#pages.add(meanwhile);
    try {
      const page = await ask();
      if (!this.#pages.has(meanwhile)) return undefined;
      const asItIs = (message: Message) =>
        meanwhile.reduce((before, [id, changed]) => (id === message.id ? changed(before) : before), message);
      return meanwhile.length === 0 ? page : { ...page, messages: page.messages.map(asItIs) };
    } finally {
      this.#pages.delete(meanwhile);
    }
  }

  /** A message is another. */
  change(id: MessageId, changed: Change): void {
    for (const meanwhile of this.#pages) meanwhile.push([id, changed]);
  }

  /** What happened was not told one by one. */
  beginAnew(): void {
    this.#pages.clear();
  }
}
