import type { Send } from "../../link/link";
import { Pending, type Sent } from "../../link/pending.svelte";
import { problemTrouble, reasons, type Trouble } from "../../locales/words";
import type { CommandId, Seq } from "../../protocol";
import type { UnsentMessage } from "../../protocol/native";
import { askQuestion } from "./commands";

/** A question of one's own that the room, as far as this page has it, does not hold. */
export type AskedHere = Sent<{ text: string; anonymous: boolean }, Trouble>;

/** What one asks: what is being written, and what was asked and is not in the room yet. */
export class Asking {
  draft = $state("");
  /** Of the question in the field alone: nobody is anonymous, or named, by what they chose for another. */
  unnamed = $state(false);
  /** Why the words came back that are written anew now. */
  trouble = $state.raw<Trouble | undefined>();
  readonly #sent = new Pending<AskedHere["words"], Trouble>(reasons);

  constructor(
    private readonly send: Send,
    /** What was not sent is not wanted any more. */
    private readonly drop: (id: CommandId) => Promise<void>,
  ) {}

  /** Those that the log as far as `seq` does not hold; first those that the core has kept over its own end. */
  after(seq: Seq, kept: readonly UnsentMessage[]): AskedHere[] {
    return this.#sent.after(seq, kept.flatMap(ofBefore));
  }

  /** Asks what was written; where that is not taken it stands in the field again, unless the next question was begun. */
  async ask(words: AskedHere["words"], have: Seq): Promise<void> {
    const id = crypto.randomUUID();
    this.draft = "";
    this.unnamed = false;
    const fate = await this.#ask({ id, words }, have);
    if (fate.is !== "refused" || this.draft !== "") return;
    this.discard(id);
    this.trouble = fate.trouble;
    this.draft = words.text;
    this.unnamed = words.anonymous;
  }

  again(asked: AskedHere, have: Seq): void {
    void this.#ask(asked, have);
  }

  discard(id: CommandId): void {
    this.#sent.discard(id);
    void this.drop(id);
  }

  #ask({ id, words }: Pick<AskedHere, "id" | "words">, have: Seq) {
    this.trouble = undefined;
    this.#sent.settle(have);
    return this.#sent.send(words, id, () => askQuestion(this.send, words, id));
  }
}

function ofBefore({ id, body, trouble }: UnsentMessage): AskedHere[] {
  if (body.do !== "ask_question") return [];
  const { text, anonymous } = body;
  const fate = trouble
    ? { is: "refused" as const, trouble: problemTrouble(trouble) }
    : { is: "sent" as const };
  return [{ id, words: { text, anonymous }, fate }];
}
