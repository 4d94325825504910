import { isProblem } from "../../link/link";
import type { AuditEntry, AuditPage, Seq } from "../../protocol";

/** What was done in the room, a page at a time. */
export class AuditModel {
  entries = $state.raw<readonly AuditEntry[]>([]);
  more = $state.raw(false);
  reading = $state.raw(false);
  failed = $state.raw(false);

  constructor(private readonly read: (before?: Seq) => Promise<AuditPage>) {}

  /** From the newest on. */
  begin(): Promise<void> {
    return this.#page(undefined, []);
  }

  older(): Promise<void> {
    return this.#page(this.entries.at(-1)?.update.seq, this.entries);
  }

  async #page(before: Seq | undefined, held: readonly AuditEntry[]): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    this.failed = false;
    try {
      const page = await this.read(before);
      this.entries = [...held, ...page.entries];
      this.more = page.more;
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.failed = true;
    } finally {
      this.reading = false;
    }
  }
}
