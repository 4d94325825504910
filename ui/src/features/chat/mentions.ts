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

/** Whom a text names, each once, in the order in which they stand. */
export function named(text: string, people: readonly Named[]): ParticipantId[] {
  return [...new Set(pieces(text, people).flatMap(({ who }) => who ?? []))];
}

/** How often a text seems to name somebody, and it is none of these. What stands in a word, as in an address, names nobody. */
export function unresolved(text: string, people: readonly Named[]): number {
  const plain = pieces(text, people).filter(({ who }) => who === undefined);
  return plain.flatMap((piece) => piece.text.match(/(?<![\p{L}\p{N}._-])@(?=\S)/gu) ?? []).length;
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
