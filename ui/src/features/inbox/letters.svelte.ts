import { SvelteMap } from "svelte/reactivity";
import type { SendToInbox } from "../../link/link";
import { Pending, type Sent } from "../../link/pending.svelte";
import { problemTrouble, reasons, type Trouble } from "../../locales/words";
import type { CommandId, InboxEntry, ParticipantId } from "../../protocol";
import type { UnsentLetter } from "../../protocol/native";
import { sendDirect } from "./commands";

/** A message of one's own that the inbox, as far as this page has it, does not hold. */
export type Letter = Sent<{ to: ParticipantId; text: string }, Trouble>;

/** What one writes, what one wrote and has not come back yet, and what was not taken. It outlives looking at something else. */
export class Letters {
  readonly #sent = new Pending<Letter["words"], Trouble>(reasons);
  /** What the core has kept that is not taken, also over its own end. */
  kept = $state.raw<readonly UnsentLetter[]>([]);
  /** What was begun, by to whom. */
  readonly drafts = new SvelteMap<ParticipantId, string>();

  /** Also those that are taken, until the inbox tells of them. */
  get list(): readonly Letter[] {
    return this.#sent.after(-1, this.kept.map(ofBefore));
  }

  /** Those to somebody that are not among the entries. */
  to(participant: ParticipantId, entries: readonly InboxEntry[]): Letter[] {
    const here = new Set(entries.map(({ body }) => (body.what === "sent" ? body.message : undefined)));
    return this.list.filter(({ id, words }) => words.to === participant && !here.has(id));
  }

  async send(
    send: SendToInbox,
    to: ParticipantId,
    text: string,
    id: CommandId = crypto.randomUUID(),
  ): Promise<void> {
    await this.#sent.send({ to, text }, id, () => sendDirect(send, to, text, id));
  }

  /** With the same id: should it have been taken after all, it is not written twice. */
  again(send: SendToInbox, { id, words }: Letter): Promise<void> {
    return this.send(send, words.to, words.text, id);
  }

  discard(id: CommandId): void {
    this.#sent.discard(id);
  }

  /** The inbox holds these now. */
  arrived(entries: readonly InboxEntry[]): void {
    for (const { body } of entries) if (body.what === "sent") this.#sent.discard(body.message);
  }
}

function ofBefore({ id, to, text, trouble }: UnsentLetter): Letter {
  return {
    id,
    words: { to, text },
    fate: trouble ? { is: "refused", trouble: problemTrouble(trouble) } : { is: "sent" },
  };
}
