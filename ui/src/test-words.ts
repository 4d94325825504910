// What the words of the page lacked while they were put together: a text whose variable nobody gives is drawn all the same, with a gap in it.

import { FluentBundle, type FluentVariable } from "@fluent/bundle";

const missed: string[] = [];
const { formatPattern } = FluentBundle.prototype;

FluentBundle.prototype.formatPattern = function (pattern, args, errors) {
  const own: Error[] = [];
  const said = formatPattern.call(this, pattern, args as Record<string, FluentVariable>, own);
  missed.push(...own.map(({ message }) => `${message} in “${said}”`));
  errors?.push(...own);
  return said;
};

/** What was missed since this was asked the last time. */
export const missedWords = () => missed.splice(0);
