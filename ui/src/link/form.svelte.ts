import { untrack } from "svelte";

/** Where it is kept. */
type Kept = {
  readonly found: { text: string; keptAt: number } | undefined;
  look(): Promise<void>;
  keep(text: string): void;
  drop(): void;
  discard(): void;
  take(): string;
};

/**
 * What is written and chosen in a form for something new, kept on this computer until that was made. Made while a component is: it
 * follows what is written as an effect of it.
 */
export class FormDraft<Values extends Record<string, string>> {
  values = $state() as Values;
  readonly #empty: string;
  #kept = false;

  /**
   * `nothing`: as the form begins. `offered`: what can be chosen in a list; what was kept and is not among it any more becomes what
   * the form begins with.
   */
  constructor(
    private readonly draft: Kept,
    private readonly nothing: Values,
    private readonly offered: Readonly<Record<string, (() => readonly string[]) | undefined>> = {},
  ) {
    this.values = { ...nothing };
    this.#empty = JSON.stringify(nothing);
    void this.draft.look();
    $effect(() => {
      const text = JSON.stringify(this.values);
      untrack(() => this.#follow(text));
    });
  }

  /** What was left the last time, as one reads it. */
  get found(): { text: string; keptAt: number } | undefined {
    const { found } = this.draft;
    if (found === undefined) return undefined;
    const written = Object.entries(this.#read(found.text)).filter(
      ([name, value]) => value !== this.nothing[name] && this.offered[name] === undefined,
    );
    if (written.length === 0) return undefined;
    return { text: written.map(([, value]) => value).join(", "), keptAt: found.keptAt };
  }

  /** What was left the last time. */
  get written(): Values {
    return this.#read(this.draft.found?.text ?? "");
  }

  /** Whether nothing was written or chosen. */
  get isEmpty(): boolean {
    return JSON.stringify(this.values) === this.#empty;
  }

  restore(): void {
    this.values = this.#read(this.draft.take());
  }

  discard(): void {
    this.draft.discard();
  }

  /** It was made, or is not wanted. */
  clear(): void {
    this.values = { ...this.nothing };
    this.#kept = false;
    this.draft.drop();
  }

  #follow(text: string): void {
    if (text !== this.#empty) {
      this.#kept = true;
      this.draft.keep(text);
    } else if (this.#kept) this.draft.drop();
  }

  /** The fields that this form still has; another version of the app may have had others. */
  #read(text: string): Values {
    try {
      const known: unknown = JSON.parse(text);
      const kept = typeof known === "object" && known !== null ? Object.entries(known) : [];
      const ours = kept.filter(
        ([name, value]) =>
          name in this.nothing &&
          typeof value === "string" &&
          (this.offered[name]?.().includes(value) ?? true),
      );
      return { ...this.nothing, ...Object.fromEntries(ours) };
    } catch {
      return { ...this.nothing };
    }
  }
}
