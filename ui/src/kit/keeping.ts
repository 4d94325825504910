import { createContext } from "svelte";

/** What is typed in one place and not saved yet, as it is kept over a crash; and what was left there the last time. */
export type Kept = {
  /** From the last time: to be restored or thrown away. */
  readonly found: { text: string; keptAt: number } | undefined;
  /** What is typed cannot be kept. */
  readonly isLost: boolean;
  /** Looks for what was left; `now` is what is shown anyway. */
  look(now?: string): Promise<void>;
  keep(text: string): void;
  /** What is written was saved, or is not wanted. */
  drop(): void;
  /** What is offered is not wanted. */
  discard(): void;
  /** The text of the last time, which is offered no more. */
  take(): string;
};

export type KeptWords = {
  what: string;
  restore: string;
  discard: string;
  unsaved: string;
  lost: string;
};

/** How a window keeps what is typed in it. */
export type Keeping = {
  /** `thing` says what it belongs to: `kind/id/field` of what there is, `new-kind/id` of what is to be made in `id`. */
  at(thing: string): Kept;
  words(keptAt: number): KeptWords;
  /** Whether the person was led here to go on with what they had typed for this: `kind/id`. */
  leadsTo(thing: string): boolean;
};

const nowhere: Kept = {
  found: undefined,
  isLost: false,
  look: () => Promise.resolve(),
  keep: () => {},
  drop: () => {},
  discard: () => {},
  take: () => "",
};
const none: Keeping = {
  at: () => nowhere,
  words: () => ({ what: "", restore: "", discard: "", unsaved: "", lost: "" }),
  leadsTo: () => false,
};

const [get, set, has] = createContext<Keeping>();

/** Says how what is typed in this component and below it is kept. */
export const keepWith = set;

/** How the window keeps what is typed; a window that does not say keeps nothing. To be asked while a component is made. */
export const keeping = (): Keeping => (has() ? get() : none);
