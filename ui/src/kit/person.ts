import { getContext, setContext } from "svelte";

/** Somebody, and what of theirs one looks at. */
export type Someone = { participant: string; name: string; message?: string | undefined };
/** Opens what can be said of somebody and done about them, beside what was pressed. */
export type OpenPerson = (someone: Someone, anchor: HTMLElement) => void;

const KEY = Symbol("person");

export const sayPerson = (open: OpenPerson) => setContext(KEY, open);

/** Nothing where nobody is opened: then a name is just a name. */
export const personOpener = () => getContext<OpenPerson | undefined>(KEY);
