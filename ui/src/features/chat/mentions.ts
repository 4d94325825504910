import { folded } from "../../kit/fold";
import type { ParticipantId, Role } from "../../protocol";

/** Somebody, as they are called; and as what they came and what they do, as far as that is known. */
export type Named = {
  id: ParticipantId;
  name: string;
  role?: Role | undefined;
  headline?: string | undefined;
};

export type Piece = { text: string; who?: ParticipantId };

/** A name ends where no letter or figure follows. */
const GOES_ON = /^[\p{L}\p{N}]/u;

/** The text in pieces, of which some are `@` and the name of somebody. The longer name is meant: “Ada” is not “Ada Byron”. Of several of one name it is the first. */
export function pieces(text: string, people: readonly Named[]): Piece[] {
  const longest = [...people].sort((one, other) => other.name.length - one.name.length);
  const found: Piece[] = [];
  let plain = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const rest = text.slice(at + 1);
    const who = longest.find(
      ({ name }) =>
        rest.slice(0, name.length).toLowerCase() === name.toLowerCase() &&
        !GOES_ON.test(rest.slice(name.length)),
    );
    if (who === undefined) continue;
    if (at > plain) found.push({ text: text.slice(plain, at) });
    plain = at + 1 + who.name.length;
    found.push({ text: text.slice(at, plain), who: who.id });
    at = plain - 1;
  }
  if (plain < text.length) found.push({ text: text.slice(plain) });
  return found;
}

/** Somebody of whom nobody here knows how they are called, and the words behind an `@` by which they may be meant, in small letters. */
export type Unknown = { id: ParticipantId; words: readonly string[] };

/** Whom a text names, each once, in the order in which they stand. */
export function named(
  text: string,
  people: readonly Named[],
  unknown: readonly Unknown[] = [],
): ParticipantId[] {
  const meant = (word: string) => unknown.filter(({ words }) => words.includes(word)).map(({ id }) => id);
  const all = pieces(text, people).flatMap(({ text, who }) => who ?? words(text).flatMap(meant));
  return [...new Set(all)];
}

/** The words behind an `@` that name none of these, each once. */
export function unresolved(text: string, people: readonly Named[]): string[] {
  return [
    ...new Set(pieces(text, people).flatMap((piece) => (piece.who === undefined ? words(piece.text) : []))),
  ];
}

/** What stands behind an `@`, up to the end of the word. What stands in a word, as in an address, names nobody. */
function words(text: string): string[] {
  const found = text.matchAll(/(?<![\p{L}\p{N}._-])@(\S+?)(?![\p{L}\p{N}])/gu);
  return [...found].map(([, word = ""]) => word.toLowerCase());
}

/** Those whose name, or a part of it, begins so; those first whose whole name does. */
export function startingWith(query: string, people: readonly Named[], most: number): Named[] {
  const wanted = folded(query);
  const whole = people.filter(({ name }) => folded(name).startsWith(wanted));
  const part = people.filter(
    (one) =>
      !whole.includes(one) &&
      folded(one.name)
        .split(/\s+/)
        .some((word) => word.startsWith(wanted)),
  );
  return [...whole, ...part].slice(0, most);
}
