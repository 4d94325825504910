import { Pending, type Sent } from "../../link/pending.svelte";
import { problemTrouble, reasons, type Trouble } from "../../locales/words";
import type { CommandId, Message, Outcome, Seq } from "../../protocol";
import type { UnsentMessage } from "../../protocol/native";
import type { Words } from "./commands";

/** A message of one's own that the log, as far as this page has it, does not hold. */
export type PendingMessage = Sent<Words, Trouble>;
/** Another text for what one said, which was not taken while one was at the next. */
export type RefusedChange = { id: CommandId; message: Message; words: Words; trouble: Trouble };
/** Says it, under an id; how, is the place's. */
type Say = (words: Words, id: CommandId) => Promise<Outcome>;

/** What one said oneself and has not come back yet, and what the room did not take. */
export class PendingMessages {
  readonly #sent = new Pending<Words, Trouble>(reasons);
  /** Why the words came back that are written anew now. */
  trouble = $state.raw<Trouble | undefined>();
  changes = $state.raw<readonly RefusedChange[]>([]);

  get list(): PendingMessage[] {
    return this.#sent.list;
  }

  /** Those that the log as far as `seq` does not hold; first those of before, which the core has kept over its own end too. */
  after(seq: Seq, kept: readonly UnsentMessage[] = []): PendingMessage[] {
    return this.#sent.after(seq, kept.flatMap(ofBefore));
  }

  /** Sends a message. If the room did not take it, a function comes back that takes the words out of the list again. */
  async send(
    say: Say,
    words: Words,
    have: Seq,
    id: CommandId = crypto.randomUUID(),
  ): Promise<(() => void) | undefined> {
    this.trouble = undefined;
    this.#sent.settle(have);
    const fate = await this.#sent.send(words, id, () => say(words, id));
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
    this.#sent.discard(id);
  }

  /** Another text was not taken, and the field is not free for it. */
  keep(message: Message, words: Words, trouble: Trouble): void {
    this.changes = [...this.changes, { id: crypto.randomUUID(), message, words, trouble }];
  }

  /** What one said stays as it is, or is changed once more. */
  leave({ id }: RefusedChange): void {
    this.changes = this.changes.filter((other) => other.id !== id);
  }
}

function ofBefore({ id, body, trouble }: UnsentMessage): PendingMessage[] {
  if (body.do !== "send_message" && body.do !== "send_note") return [];
  const { do: _, ...words } = body;
  return [
    { id, words, fate: trouble ? { is: "refused", trouble: problemTrouble(trouble) } : { is: "sent" } },
  ];
}
