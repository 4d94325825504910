import { folded } from "../../kit/fold";
import { roleName } from "../../locales/words";
import { emojiStarting } from "./emoji";
import { type Named, startingWith } from "./mentions";

/** What can stand instead of what was typed last, which begins at `from`. */
export type Completion = { from: number; choices: Choice[] };
export type Choice = {
  key: string;
  /** An emoji, before the words. */
  sign?: string;
  label: string;
  /** What tells somebody from others of the same name, as far as one knows. */
  aside?: string | undefined;
  insert: string;
  /** Whom it names. */
  who?: Named;
};

const MOST = 6;
const EMOJI = /(?:^|\s):([a-z0-9_+]{2,})$/;
/** Names have spaces. */
const MENTION = /(?:^|\s)@([^@\n]{0,40})$/;

/** What is typed of a name before the caret; nothing where none is. */
export const nameTyped = (before: string): string | undefined => MENTION.exec(before)?.[1];

/** What the words before the caret can become; nothing where they are just words. Whom one knows stand before `others`. */
export function completionOf(
  before: string,
  people: () => readonly Named[],
  others: readonly Named[] = [],
): Completion | undefined {
  const emoji = EMOJI.exec(before)?.[1];
  if (emoji !== undefined) {
    const choices = emojiStarting(emoji, MOST).map(({ sign, name }) => {
      return { key: name, sign, label: `:${name}:`, insert: `${sign} ` };
    });
    return offered(before.length - emoji.length - 1, choices);
  }
  const mention = nameTyped(before);
  if (mention === undefined) return undefined;
  const known = people();
  const strangers = others.filter(({ id }) => !known.some((one) => one.id === id));
  const offers = [...startingWith(mention, known, MOST), ...startingWith(mention, strangers, MOST)].slice(
    0,
    MOST,
  );
  const choices = offers.map((who) => {
    const isShared = offers.some(({ id, name }) => id !== who.id && folded(name) === folded(who.name));
    const aside = isShared ? does({ ...who, ...others.find(({ id }) => id === who.id) }) : undefined;
    return { key: who.id, label: who.name, aside, insert: `@${who.name} `, who };
  });
  return offered(before.length - mention.length - 1, choices);
}

const does = ({ headline, role }: Named) => headline || (role && roleName(role));

const offered = (from: number, choices: Choice[]) => (choices.length > 0 ? { from, choices } : undefined);
