import { isProblem } from "../../link/link";
import type { AuditEntry, AuditPage, Seq } from "../../protocol";

/** What was done in the room, a page at a time. */
export class AuditModel {
  entries = $state.raw<readonly AuditEntry[]>([]);
  more = $state.raw(false);
  reading = $state.raw(false);
  failed = $state.raw(false);
  #before: Seq | undefined;

  constructor(private readonly read: (before?: Seq) => Promise<AuditPage>) {}

  /** From the newest on. */
  begin(): Promise<void> {
    return this.#page(undefined, []);
  }

  older(): Promise<void> {
    return this.#page(this.#before ?? this.entries.at(-1)?.update.seq, this.entries);
  }

  async #page(before: Seq | undefined, held: readonly AuditEntry[]): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    this.failed = false;
    try {
      let page = await this.read(before);
      // So much of a log is looked through at once, and there may be nothing in it.
      while (page.entries.length === 0 && page.more && page.before !== undefined)
        page = await this.read(page.before);
      this.entries = [...held, ...page.entries];
      this.more = page.more;
      this.#before = page.before;
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.failed = true;
    } finally {
      this.reading = false;
    }
  }
}
