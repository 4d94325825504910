import type { KeptDraft } from "../protocol/native";
import { isApiProblem, type Server } from "./link";

/** What is written is kept so long after the first key that was not: whoever types on and on has it kept all the while. */
const KEPT_AFTER_MS = 400;

export type Drafts = Pick<Server, "keepDraft" | "drafts" | "dropDraft">;

/** What is written and not kept yet, in all of the window. */
const waiting = new Set<Draft>();

/** The window may be gone in a moment, without a word of it. */
function leaving() {
  for (const draft of waiting) draft.flush();
}
addEventListener("pagehide", leaving);
addEventListener("blur", leaving);
document.addEventListener("visibilitychange", leaving);

/**
 * The key under which a thing is kept: where in the window one comes to it, and what it is. Neither has a space. What was typed is
 * found again wherever one comes from. Where something is kept under it that nobody decided on yet, more spaces make another key of
 * the same thing.
 */
export const keyOf = (place: string, thing: string) => `${place} ${thing}`;
export function ofKey(key: string): { place: string; thing: string } {
  const at = key.indexOf(" ");
  return { place: key.slice(0, Math.max(0, at)), thing: key.slice(at + 1).trimStart() };
}

/** What is typed in one form, kept on this computer until it is saved; and what was left there the last time. */
export class Draft {
  /** From the last time: to be restored or thrown away. */
  found = $state.raw<KeptDraft | undefined>();
  /** What is typed cannot be kept: it is too long, or there is no place for it. */
  isLost = $state.raw(false);
  /** Under which what is typed now is kept: never that of something that is still offered. */
  #key: string;
  /** What goes with it when it is saved: what was restored into it. */
  readonly #gone = new Set<string>();
  /** Left before what is offered. */
  #older: KeptDraft[] = [];
  #written: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** One after the other: what is dropped does not come back. */
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly server: Drafts,
    place: string,
    readonly thing: string,
  ) {
    this.#key = keyOf(place, thing);
  }

  /** Looks for what was left; `now` is what the form shows anyway. What is written meanwhile is kept behind it. */
  look(now = ""): Promise<void> {
    this.#last = this.#last.then(() => this.#look(now));
    return this.#last;
  }

  async #look(now: string): Promise<void> {
    try {
      const left = (await this.server.drafts()).filter(
        ({ key, text }) => ofKey(key).thing === this.thing && text !== now && text !== "",
      );
      [this.found, ...this.#older] = left;
      while (left.some(({ key }) => key === this.#key)) this.#key = this.#key.replace(" ", "  ");
    } catch (error) {
      // Nothing can be offered; that nothing can be kept is told when something is typed.
      if (!isApiProblem(error)) throw error;
    }
  }

  /** What is written now. */
  keep(text: string): void {
    this.#written = text;
    waiting.add(this);
    this.#timer ??= setTimeout(() => this.flush(), KEPT_AFTER_MS);
  }

  /** Keeps at once what is written. */
  flush(): void {
    const text = this.#written;
    this.#forget();
    if (text !== undefined) this.#do(() => this.server.keepDraft(this.#key, text), true);
  }

  /** What is written was saved, or is not wanted. What is offered still is. */
  drop(): void {
    this.#forget();
    this.isLost = false;
    this.#do(() => this.server.dropDraft(this.#key), false);
    for (const key of this.#gone) this.#do(() => this.server.dropDraft(key), false);
    this.#gone.clear();
  }

  /** What is offered is not wanted. What was left before it is offered then. */
  discard(): void {
    const key = this.found?.key;
    this.found = this.#older.shift();
    if (key !== undefined) this.#do(() => this.server.dropDraft(key), false);
  }

  /** The text of the last time, which is offered no more. It stays kept until what it became is saved, or not wanted. */
  take(): string {
    const { key, text } = this.found ?? { text: "" };
    this.found = undefined;
    if (key !== undefined) this.#gone.add(key);
    return text;
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#written = undefined;
    waiting.delete(this);
  }

  /** What could not be dropped is offered once more, which does no harm. */
  #do(call: () => Promise<void>, keeps: boolean): void {
    this.#last = this.#last.then(async () => {
      try {
        await call();
        if (keeps) this.isLost = false;
      } catch (error) {
        if (!isApiProblem(error)) throw error;
        if (keeps) this.isLost = true;
      }
    });
  }
}
