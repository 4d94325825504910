import { getContext, setContext } from "svelte";

/** That the person's login is over, for whatever shows what is kept of it. */
export type Ended = {
  readonly over: boolean;
  /** Goes to where one signs in again. */
  again(): void;
};

const KEY = Symbol("ended");

export const sayEnded = (ended: Ended) => setContext(KEY, ended);

/** Nothing where a window is about no person. */
export const ended = () => getContext<Ended | undefined>(KEY);
