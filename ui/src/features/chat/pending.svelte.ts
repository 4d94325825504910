import { isProblem, type Send } from "../../link/link";
import { problemTrouble, refusalTrouble, type Trouble } from "../../locales/words";
import type { Seq } from "../../protocol";
import { sendMessage } from "./commands";

type Fate =
  | { is: "sent" }
  /** In the room's log at `seq`; this page may not have it yet. */
  | { is: "taken"; seq: Seq }
  /** The room did not take it, and its words are not lost. */
  | { is: "refused"; trouble: Trouble };

/** A message of one's own that the log, as far as this page has it, does not hold. */
export type PendingMessage = { key: number; text: string; fate: Fate };

/** What one said oneself and has not come back yet, and what the room did not take. */
export class PendingMessages {
  list = $state.raw<PendingMessage[]>([]);
  /** Why the words came back that are written anew now. */
  trouble = $state.raw<Trouble | undefined>();
  #next = 0;

  /** Those that the log as far as `seq` does not hold. */
  after(seq: Seq): PendingMessage[] {
    return this.list.filter(({ fate }) => fate.is !== "taken" || fate.seq > seq);
  }

  /** Sends a message. If the room did not take it, a function comes back that takes the words out of the list again. */
  async send(send: Send, text: string, have: Seq): Promise<(() => void) | undefined> {
    const key = this.#next++;
    this.trouble = undefined;
    this.list = [...this.after(have), { key, text, fate: { is: "sent" } }];
    const fate = await fateOf(send, text);
    this.list = this.list.map((message) => (message.key === key ? { ...message, fate } : message));
    if (fate.is !== "refused") return undefined;
    return () => {
      this.discard(key);
      this.trouble = fate.trouble;
    };
  }

  async again(send: Send, message: PendingMessage, have: Seq): Promise<void> {
    this.discard(message.key);
    await this.send(send, message.text, have);
  }

  discard(key: number): void {
    this.list = this.list.filter((message) => message.key !== key);
  }
}

async function fateOf(send: Send, text: string): Promise<Fate> {
  try {
    const outcome = await sendMessage(send, text);
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
