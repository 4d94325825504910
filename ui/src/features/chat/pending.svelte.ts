import { isProblem, type Send } from "../../link/link";
import { problemTrouble, refusalTrouble, type Trouble } from "../../locales/words";
import type { Seq } from "../../protocol";
import { sendMessage } from "./commands";

/** A message on its way: not yet in the room's log as far as this page has it. */
export type PendingMessage = { key: number; text: string; seq: Seq | undefined };

/** What one said oneself and has not come back yet, and why the last one was refused. */
export class PendingMessages {
  list = $state.raw<PendingMessage[]>([]);
  trouble = $state.raw<Trouble | undefined>();
  #next = 0;

  /** Those that the log as far as `seq` does not hold. */
  after(seq: Seq): PendingMessage[] {
    return this.list.filter((message) => message.seq === undefined || message.seq > seq);
  }

  /** Sends a message; whether the room took it. */
  async send(send: Send, text: string, have: Seq): Promise<boolean> {
    const key = this.#next++;
    this.trouble = undefined;
    this.list = [...this.after(have), { key, text, seq: undefined }];
    try {
      const outcome = await sendMessage(send, text);
      if (outcome.is === "accepted") {
        this.list = this.list.map((message) =>
          message.key === key ? { ...message, seq: outcome.seq } : message,
        );
        return true;
      }
      this.trouble =
        outcome.is === "refused" ? refusalTrouble(outcome.refusal, outcome.retry_after_ms) : undefined;
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.trouble = problemTrouble(error);
    }
    this.list = this.list.filter((message) => message.key !== key);
    return false;
  }
}
