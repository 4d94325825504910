import { isProblem, type SendToInbox } from "../../link/link";
import { problemTrouble, refusalTrouble, type Trouble } from "../../locales/words";
import type { CommandId, InboxEntry, ParticipantId, Seq } from "../../protocol";
import { sendDirect } from "./commands";

type Fate =
  | { is: "sent" }
  /** In the inbox at `seq`; this page may not have it yet. */
  | { is: "taken"; seq: Seq }
  /** It was not taken, and its words are not lost. */
  | { is: "refused"; trouble: Trouble };

/** A message of one's own that the inbox, as far as this page has it, does not hold. */
export type Letter = { id: CommandId; to: ParticipantId; text: string; fate: Fate };

/** What one wrote and has not come back yet, and what was not taken. It outlives looking at something else. */
export class Letters {
  list = $state.raw<Letter[]>([]);

  /** Those to somebody that are not among the entries. */
  to(participant: ParticipantId, entries: readonly InboxEntry[]): Letter[] {
    const here = new Set(entries.map(({ body }) => (body.what === "sent" ? body.message : undefined)));
    return this.list.filter(({ id, to }) => to === participant && !here.has(id));
  }

  async send(
    send: SendToInbox,
    to: ParticipantId,
    text: string,
    id: CommandId = crypto.randomUUID(),
  ): Promise<void> {
    this.list = [...this.list.filter((letter) => letter.id !== id), { id, to, text, fate: { is: "sent" } }];
    const fate = await fateOf(send, to, text, id);
    this.list = this.list.map((letter) => (letter.id === id ? { ...letter, fate } : letter));
  }

  /** With the same id: should it have been taken after all, it is not written twice. */
  again(send: SendToInbox, { id, to, text }: Letter): Promise<void> {
    return this.send(send, to, text, id);
  }

  discard(id: CommandId): void {
    this.list = this.list.filter((letter) => letter.id !== id);
  }

  /** The inbox holds these now. */
  arrived(entries: readonly InboxEntry[]): void {
    const here = new Set(entries.flatMap(({ body }) => (body.what === "sent" ? [body.message] : [])));
    if (this.list.some(({ id }) => here.has(id))) this.list = this.list.filter(({ id }) => !here.has(id));
  }
}

async function fateOf(send: SendToInbox, to: ParticipantId, text: string, id: CommandId): Promise<Fate> {
  try {
    const outcome = await sendDirect(send, to, text, id);
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
