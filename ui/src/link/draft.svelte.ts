import type { KeptDraft } from "../protocol/native";
import { isApiProblem, type Server } from "./link";

/** How long nobody types before what is written is kept. */
const QUIET_MS = 400;

export type Drafts = Pick<Server, "keepDraft" | "drafts" | "dropDraft">;

/**
 * The key under which a thing is kept: where in the window one comes to it, and what it is. Neither has a space. What was typed is
 * found again wherever one comes from.
 */
export const keyOf = (place: string, thing: string) => `${place} ${thing}`;
export function ofKey(key: string): { place: string; thing: string } {
  const at = key.indexOf(" ");
  return { place: key.slice(0, Math.max(0, at)), thing: key.slice(at + 1) };
}

/** What is typed in one form, kept on this computer until it is saved; and what was left there the last time. */
export class Draft {
  /** From the last time: to be restored or thrown away. */
  found = $state.raw<KeptDraft | undefined>();
  /** What is typed cannot be kept: it is too long, or there is no place for it. */
  isLost = $state.raw(false);
  readonly key: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** One after the other: what is dropped does not come back. */
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly server: Drafts,
    place: string,
    readonly thing: string,
  ) {
    this.key = keyOf(place, thing);
  }

  /** Looks for what was left; `now` is what the form shows anyway. */
  async look(now = ""): Promise<void> {
    try {
      const kept = (await this.server.drafts()).find(({ key }) => ofKey(key).thing === this.thing);
      this.found = kept && kept.text !== now && kept.text !== "" ? kept : undefined;
    } catch (error) {
      // Nothing can be offered; that nothing can be kept is told when something is typed.
      if (!isApiProblem(error)) throw error;
    }
  }

  /** What is written now. */
  keep(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#do(() => this.server.keepDraft(this.key, text), true), QUIET_MS);
  }

  /** It was saved, or is not wanted. */
  drop(): void {
    clearTimeout(this.#timer);
    const keys = new Set([this.key, this.found?.key ?? this.key]);
    this.found = undefined;
    this.isLost = false;
    for (const key of keys) this.#do(() => this.server.dropDraft(key), false);
  }

  /** The text of the last time, which is offered no more. */
  take(): string {
    const text = this.found?.text ?? "";
    this.found = undefined;
    return text;
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
