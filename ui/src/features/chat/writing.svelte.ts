import type { Message, ParticipantId } from "../../protocol";
import { MAX_MESSAGE_CHARS } from "../../protocol/limits";
import type { Words } from "./commands";
import { withEmoji } from "./emoji";
import { type Named, named, pieces, type Unknown, unresolved } from "./mentions";

/** What was begun to say: to what it is an answer, and who was chosen of those who have the same name. */
type Begun = { text: string; answers: Message | undefined; meant: readonly Named[] };
const nothing: Begun = { text: "", answers: undefined, meant: [] };

/** What one is writing: something new, an answer, or another text for what one said. */
export class Writing {
  text = $state("");
  answers = $state.raw<Message | undefined>();
  edits = $state.raw<Message | undefined>();
  /** Who was chosen, the last first: a name that several have is theirs. */
  #meant: readonly Named[] = [];
  /** Whom the words named that are changed. */
  #named: readonly ParticipantId[] = [];
  /** What was begun before one's own words were changed. */
  #kept = nothing;

  // Asked for anew each time: it outlives the components that look at it, and what they derive ends with them.
  get left(): number {
    return MAX_MESSAGE_CHARS - [...this.text.trim()].length;
  }

  /** Whether it can be sent. An edit that changes nothing cannot. */
  get ready(): boolean {
    return this.text.trim() !== "" && this.left >= 0 && this.text.trim() !== this.edits?.text;
  }

  answer(message: Message): void {
    if (this.edits) this.stop();
    this.answers = message;
  }

  /** Changes what one said, from these words on. */
  edit(message: Message, { text, mentions = [] }: Words = message): void {
    if (this.edits) this.stop();
    this.#kept = { text: this.text, answers: this.answers, meant: this.#meant };
    this.answers = undefined;
    this.edits = message;
    this.text = text;
    this.#meant = [];
    this.#named = mentions;
  }

  /** It is no answer any more; or it changes nothing, and what was begun before is here again. */
  stop(): void {
    if (this.edits) ({ text: this.text, answers: this.answers, meant: this.#meant } = this.#kept);
    else this.answers = undefined;
    this.#kept = nothing;
    this.#named = [];
    this.edits = undefined;
  }

  /** Of all who are called so, this one is meant. */
  mean(who: Named): void {
    this.#meant = [who, ...this.#meant.filter(({ name }) => name !== who.name)];
  }

  /**
   * Whom the words named before, and nobody here knows how they are called: by the names in them that are none of those they named beside, in their order,
   * where there are as many; else by any of those.
   */
  #unknown(known: readonly Named[]): Unknown[] {
    const unknown = this.#named.filter((id) => !known.some((one) => one.id === id));
    const words = unresolved(this.edits?.text ?? "", known);
    const own = (at: number) => (words.length === unknown.length ? words.slice(at, at + 1) : words);
    return unknown.map((id, at) => ({ id, words: own(at) }));
  }

  /** Those who are not called as somebody whom the words named before: of “@Ada Byron” the first word is not Ada. */
  #unmistaken(people: readonly Named[]): Named[] {
    const before = pieces(this.edits?.text ?? "", people).filter(({ who }) => who !== undefined);
    const names = before.map(({ text }) => text.slice(1).toLowerCase());
    return people.filter(({ name }) => !names.includes(name.toLowerCase()));
  }

  /** The words as they are said, and an empty field. */
  take(people: readonly Named[]): Words {
    const text = withEmoji(this.text.trim());
    const before = [...this.#meant, ...people].filter(({ id }) => this.#named.includes(id));
    const unknown = this.#unknown(before);
    const others = unknown.length > 0 ? this.#unmistaken(people) : people;
    const mentions = named(text, [...this.#meant, ...before, ...others], unknown);
    const reply_to = this.answers?.id;
    if (!this.edits) this.text = "";
    this.stop();
    return { text, ...(reply_to !== undefined && { reply_to }), ...(mentions.length > 0 && { mentions }) };
  }
}
