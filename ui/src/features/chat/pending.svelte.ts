import { isProblem } from "../../link/link";
import { problemTrouble, refusalTrouble, type Trouble } from "../../locales/words";
import type { CommandId, Outcome, Seq } from "../../protocol";
import type { UnsentMessage } from "../../protocol/native";
import type { Words } from "./commands";

type Fate =
  | { is: "sent" }
  /** In the room's log at `seq`; this page may not have it yet. */
  | { is: "taken"; seq: Seq }
  /** The room did not take it, and its words are not lost. */
  | { is: "refused"; trouble: Trouble };

/** A message of one's own that the log, as far as this page has it, does not hold. */
export type PendingMessage = { id: CommandId; words: Words; fate: Fate };
/** Says it, under an id; how, is the place's. */
type Say = (words: Words, id: CommandId) => Promise<Outcome>;

/** What one said oneself and has not come back yet, and what the room did not take. */
export class PendingMessages {
  list = $state.raw<PendingMessage[]>([]);
  /** Why the words came back that are written anew now. */
  trouble = $state.raw<Trouble | undefined>();

  /** Those that the log as far as `seq` does not hold; first those of before, which the core has kept over its own end too. */
  after(seq: Seq, kept: readonly UnsentMessage[] = []): PendingMessage[] {
    const before = kept.filter(({ id }) => this.list.every((message) => message.id !== id)).flatMap(ofBefore);
    return [...before, ...this.list.filter(({ fate }) => fate.is !== "taken" || fate.seq > seq)];
  }

  /** Sends a message. If the room did not take it, a function comes back that takes the words out of the list again. */
  async send(
    say: Say,
    words: Words,
    have: Seq,
    id: CommandId = crypto.randomUUID(),
  ): Promise<(() => void) | undefined> {
    this.trouble = undefined;
    const others = this.after(have).filter((message) => message.id !== id);
    this.list = [...others, { id, words, fate: { is: "sent" } }];
    const fate = await fateOf(say(words, id));
    this.list = this.list.map((message) => (message.id === id ? { ...message, fate } : message));
    if (fate.is !== "refused") return undefined;
    return () => {
      this.discard(id);
      this.trouble = fate.trouble;
    };
  }

  /** Under the same id: if it was taken after all, it is not said twice. */
  async again(say: Say, { id, words }: PendingMessage, have: Seq): Promise<void> {
    await this.send(say, words, have, id);
  }

  discard(id: CommandId): void {
    this.list = this.list.filter((message) => message.id !== id);
  }
}

function ofBefore({ id, body, trouble }: UnsentMessage): PendingMessage[] {
  if (body.do !== "send_message" && body.do !== "send_note") return [];
  const { do: _, ...words } = body;
  return [
    { id, words, fate: trouble ? { is: "refused", trouble: problemTrouble(trouble) } : { is: "sent" } },
  ];
}

async function fateOf(answer: Promise<Outcome>): Promise<Fate> {
  try {
    const outcome = await answer;
    switch (outcome.is) {
      case "accepted":
        return { is: "taken", seq: outcome.seq };
      case "refused":
        return { is: "refused", trouble: refusalTrouble(outcome.refusal, outcome.retry_after_ms) };
      case "unknown":
        return { is: "refused", trouble: refusalTrouble("unknown") };
    }
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { is: "refused", trouble: problemTrouble(error) };
  }
}
