import { contrast, readColour } from "../../kit/contrast";

/** What the accent has to be seen against: WCAG 2.2, 1.4.11 for a button's surface, 1.4.3 for words. */
export const SEEN = 3;
export const READ = 4.5;

export type Verdict = "read" | "seen" | "lost" | "none";

/** How well an accent stands on a background: words can be read, a button can be seen, or neither. */
export function judge(accent: string, background: string): { verdict: Verdict; ratio: number } {
  if (!readColour(accent) || !readColour(background)) return { verdict: "none", ratio: 1 };
  const ratio = contrast(accent, background);
  return { verdict: ratio >= READ ? "read" : ratio >= SEEN ? "seen" : "lost", ratio };
}

/** Rounded down, so that what is told is never more than what is. */
export const ratioWords = (ratio: number) => `${(Math.floor(ratio * 10) / 10).toFixed(1)} : 1`;
