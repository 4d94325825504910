import { untrack } from "svelte";
import { Draft } from "./draft.svelte";
import type { Server } from "./link";

/**
 * What is written in a form for something new, kept on this computer until that was made. Made while a component is: it follows
 * what is written as an effect of it.
 */
export class FormDraft<Values extends Record<string, string>> {
  values = $state() as Values;
  readonly #draft: Draft;
  readonly #empty: string;
  #kept = false;

  constructor(
    server: Pick<Server, "keepDraft" | "drafts" | "dropDraft">,
    key: string,
    private readonly nothing: Values,
  ) {
    this.values = { ...nothing };
    this.#draft = new Draft(server, key);
    this.#empty = JSON.stringify(nothing);
    void this.#draft.look();
    $effect(() => {
      const text = JSON.stringify(this.values);
      untrack(() => this.#follow(text));
    });
  }

  /** What was left the last time, as one reads it. */
  get found(): { text: string; keptAt: number } | undefined {
    const { found } = this.#draft;
    if (found === undefined) return undefined;
    const written = Object.entries(this.#read(found.text)).filter(
      ([name, value]) => value !== this.nothing[name],
    );
    return { text: written.map(([, value]) => value).join(", "), keptAt: found.keptAt };
  }

  restore(): void {
    this.values = this.#read(this.#draft.take());
  }

  discard(): void {
    this.#draft.drop();
  }

  /** It was made. */
  clear(): void {
    this.values = { ...this.nothing };
    this.#kept = false;
    this.#draft.drop();
  }

  #follow(text: string): void {
    if (text !== this.#empty) {
      this.#kept = true;
      this.#draft.keep(text);
    } else if (this.#kept) this.discard();
  }

  /** The fields that this form still has; another version of the app may have had others. */
  #read(text: string): Values {
    try {
      const known: unknown = JSON.parse(text);
      const kept = typeof known === "object" && known !== null ? Object.entries(known) : [];
      const ours = kept.filter(([name, value]) => name in this.nothing && typeof value === "string");
      return { ...this.nothing, ...Object.fromEntries(ours) };
    } catch {
      return { ...this.nothing };
    }
  }
}
