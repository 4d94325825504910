import type { NamedVote, ParticipantId, VotesPage } from "../../protocol";

/** Who voted for what in a poll that is named, a page at a time. */
export class VotesModel {
  votes = $state.raw<readonly NamedVote[]>([]);
  /** How many there are in all. */
  count = $state.raw(0);
  more = $state.raw(false);
  reading = $state.raw(false);
  failed = $state.raw(false);

  constructor(private readonly read: (after?: ParticipantId) => Promise<VotesPage>) {}

  /** From the first name on. */
  begin(): Promise<void> {
    return this.#page(undefined, []);
  }

  further(): Promise<void> {
    return this.#page(this.votes.at(-1)?.participant, this.votes);
  }

  async #page(after: ParticipantId | undefined, held: readonly NamedVote[]): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    this.failed = false;
    try {
      const page = await this.read(after);
      // Who changed their name meanwhile may stand behind where they stood before.
      const known = new Set(held.map(({ participant }) => participant));
      this.votes = [...held, ...page.votes.filter(({ participant }) => !known.has(participant))];
      this.count = page.count;
      this.more = page.after !== undefined;
    } catch {
      this.failed = true;
    } finally {
      this.reading = false;
    }
  }
}
