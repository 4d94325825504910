import type { CommandId, Outcome, Refusal, Seq } from "../protocol";
import type { Problem } from "../protocol/native";
import { isProblem } from "./link";

/** What came of what one wrote. */
export type Fate<Why> =
  | { is: "sent" }
  /** In the log at `seq`; this page may not have it yet. */
  | { is: "taken"; seq: Seq }
  /** It was not taken, and its words are not lost. */
  | { is: "refused"; trouble: Why };

/** Something of one's own that the log, as far as this page has it, does not hold. */
export type Sent<Words, Why> = { id: CommandId; words: Words; fate: Fate<Why> };

/** Why something was not taken, as it is told. */
export type Reasons<Why> = {
  refused: (refusal: Refusal, retryAfterMs?: number) => Why;
  problem: (problem: Problem) => Why;
};

/** What one wrote oneself and has not come back yet, and what was not taken. */
export class Pending<Words, Why> {
  list = $state.raw<Sent<Words, Why>[]>([]);

  constructor(private readonly reasons: Reasons<Why>) {}

  /** Sends something; under the id of what is here already it is the same again, which is not taken twice. */
  async send(words: Words, id: CommandId, send: () => Promise<Outcome>): Promise<Fate<Why>> {
    this.list = [...this.list.filter((other) => other.id !== id), { id, words, fate: { is: "sent" } }];
    const fate = await this.#fateOf(send());
    this.list = this.list.map((sent) => (sent.id === id ? { ...sent, fate } : sent));
    return fate;
  }

  /** Those that the log as far as `seq` does not hold, and before them those that the core kept of before. */
  after(seq: Seq, kept: readonly Sent<Words, Why>[] = []): Sent<Words, Why>[] {
    const before = kept.filter(({ id }) => this.list.every((sent) => sent.id !== id));
    return [...before, ...this.list.filter(({ fate }) => fate.is !== "taken" || fate.seq > seq)];
  }

  /** What the log holds as far as `seq` is not looked at any more. */
  settle(seq: Seq): void {
    if (this.list.some(({ fate }) => fate.is === "taken" && fate.seq <= seq)) this.list = this.after(seq);
  }

  discard(id: CommandId): void {
    if (this.list.some((sent) => sent.id === id)) this.list = this.list.filter((sent) => sent.id !== id);
  }

  async #fateOf(answer: Promise<Outcome>): Promise<Fate<Why>> {
    const { reasons } = this;
    try {
      const outcome = await answer;
      switch (outcome.is) {
        case "accepted":
          return { is: "taken", seq: outcome.seq };
        case "refused":
          return { is: "refused", trouble: reasons.refused(outcome.refusal, outcome.retry_after_ms) };
        case "unknown":
          return { is: "refused", trouble: reasons.refused("unknown") };
      }
    } catch (error) {
      if (!isProblem(error)) throw error;
      return { is: "refused", trouble: reasons.problem(error) };
    }
  }
}
