import type { Message } from "../../protocol";
import { MAX_MESSAGE_CHARS } from "../../protocol/limits";
import type { Words } from "./commands";
import { withEmoji } from "./emoji";
import { type Named, named } from "./mentions";

/** What one is writing: something new, an answer, or another text for what one said. */
export class Writing {
  text = $state("");
  answers = $state.raw<Message | undefined>();
  edits = $state.raw<Message | undefined>();
  readonly left = $derived(MAX_MESSAGE_CHARS - [...this.text.trim()].length);
  /** Whether it can be sent. An edit that changes nothing cannot. */
  readonly ready = $derived(
    this.text.trim() !== "" && this.left >= 0 && this.text.trim() !== this.edits?.text,
  );
  /** What was begun before one's own words were changed. */
  #kept = "";

  /** What was begun to say, whatever is done beside. */
  get begun(): string {
    return this.edits ? this.#kept : this.text;
  }

  answer(message: Message): void {
    this.stop();
    this.answers = message;
  }

  edit(message: Message): void {
    this.stop();
    this.#kept = this.text;
    this.edits = message;
    this.text = message.text;
  }

  /** It is no answer any more, and changes nothing: what was begun before is here again. */
  stop(): void {
    if (this.edits) this.text = this.#kept;
    this.#kept = "";
    this.answers = undefined;
    this.edits = undefined;
  }

  /** The words as they are said, and an empty field. */
  take(people: readonly Named[]): Words {
    const text = withEmoji(this.text.trim());
    const mentions = named(text, people);
    const reply_to = this.answers?.id;
    if (!this.edits) this.text = "";
    this.stop();
    return { text, ...(reply_to !== undefined && { reply_to }), ...(mentions.length > 0 && { mentions }) };
  }
}
