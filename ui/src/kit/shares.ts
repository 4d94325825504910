/** Whole per cent of each part that add up to a hundred: what is left over goes to those that were cut most. */
export function percents(counts: readonly number[]): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (count * 100) / all);
  const whole = exact.map(Math.floor);
  const left = 100 - whole.reduce((sum, share) => sum + share, 0);
  const byRest = exact
    .map((share, at) => ({ at, rest: share % 1 }))
    .toSorted((one, other) => other.rest - one.rest || one.at - other.at);
  for (const { at } of byRest.slice(0, left)) whole[at] = (whole[at] ?? 0) + 1;
  return whole;
}

/** Each of them over all who were asked, in whole per cent: for those who may choose several. */
export const percentsOf = (counts: readonly number[], all: number): number[] =>
  counts.map((count) => (all === 0 ? 0 : Math.round((count * 100) / all)));
