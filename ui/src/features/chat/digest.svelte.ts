import { text } from "../../locales/text";
import type { Message } from "../../protocol";

/** So much of a message is read out: whoever wants the rest goes there. */
const MOST_CHARS = 160;

/** From one digest to the next. */
export const DIGEST_MS = 6_000;

/**
 * What a screen reader says of the chat: the first message after a while at once, and then every few seconds how many came and what
 * the last one was. Never every message: at a hundred a second nobody hears anything else.
 */
export class Digest {
  /** What is to be said now. */
  said = $state.raw("");
  #waiting: Message | undefined;
  #count = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** Others said this; whether something is left for later. */
  hear(messages: readonly Message[], now: number): boolean {
    this.#count += messages.length;
    this.#waiting = messages.at(-1) ?? this.#waiting;
    return !this.tell(now);
  }

  /** Says what waits, where the last digest is long enough ago; whether nothing waits any more. */
  tell(now: number): boolean {
    const message = this.#waiting;
    if (message === undefined) return true;
    if (now < this.#last + DIGEST_MS) return false;
    const { name } = message;
    const words = shortened(message.text);
    this.said =
      this.#count === 1
        ? text("chat-digest-one", { name, words })
        : text("chat-digest", { count: this.#count, name, words });
    this.#last = now;
    this.#count = 0;
    this.#waiting = undefined;
    return true;
  }

  /** One looks elsewhere: nothing of what waits is said any more. */
  hush(): void {
    this.said = "";
    this.#count = 0;
    this.#waiting = undefined;
  }
}

function shortened(words: string): string {
  const all = [...words];
  return all.length > MOST_CHARS ? `${all.slice(0, MOST_CHARS).join("")}…` : words;
}
