import { emojiStarting } from "./emoji";
import { type Named, startingWith } from "./mentions";

/** What can stand instead of what was typed last, which begins at `from`. */
export type Completion = { from: number; choices: Choice[] };
/** `sign` is shown before the words: an emoji. */
export type Choice = { key: string; sign?: string; label: string; insert: string };

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
  const choices = offers.map(({ id, name }) => {
    return { key: id, label: name, insert: `@${name} ` };
  });
  return offered(before.length - mention.length - 1, choices);
}

const offered = (from: number, choices: Choice[]) => (choices.length > 0 ? { from, choices } : undefined);
