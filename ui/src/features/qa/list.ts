import type { AskedId, Question } from "../../protocol";

/** The parts of the queue. Everybody sees what is open and what is answered. */
export const queues = ["waiting", "open", "answered", "dismissed", "merged"] as const;
export type Queue = (typeof queues)[number];

/** The ids of their words: as they are called, and what is said of one that is empty. */
export const queueWords: Record<Queue, { name: string; empty: string; cure: string }> = {
  waiting: { name: "qa-queue-waiting", empty: "qa-empty-waiting", cure: "qa-empty-waiting.cure" },
  open: { name: "qa-queue-open", empty: "qa-empty-open", cure: "qa-empty-open.cure" },
  answered: { name: "qa-queue-answered", empty: "qa-empty-answered", cure: "qa-empty-answered.cure" },
  dismissed: { name: "qa-queue-dismissed", empty: "qa-empty-dismissed", cure: "qa-empty-dismissed.cure" },
  merged: { name: "qa-queue-merged", empty: "qa-empty-merged", cure: "qa-empty-merged.cure" },
};

export type Order = "wanted" | "newest";

/** In which part of the queue a question is. */
export function queueOf({ standing }: Question): Queue | undefined {
  return queues.find((queue) => queue === standing.is);
}

/** The most wanted or the newest first. Of those that are wanted alike the older one comes first: it has waited longer. */
export function inOrder(questions: readonly Question[], order: Order): Question[] {
  const newer = (one: Question, other: Question) => other.at - one.at || (one.id < other.id ? 1 : -1);
  const wanted = (one: Question, other: Question) => other.votes - one.votes || newer(other, one);
  return questions.toSorted(order === "wanted" ? wanted : newer);
}

/** In the order in which they stood, as far as they are still there; what is new comes behind them. */
export function asTheyStood(questions: readonly Question[], stood: readonly AskedId[]): Question[] {
  const places = new Map(stood.map((id, place) => [id, place]));
  const place = ({ id }: Question) => places.get(id) ?? stood.length;
  return questions.toSorted((one, other) => place(one) - place(other));
}

const wordsOf = (text: string): Set<string> =>
  new Set((text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length > 2));

/** Long words say more of what a text is about, in every language. */
const weight = (words: string[]): number => words.reduce((sum, word) => sum + word.length - 2, 0);

/** Of all words of two texts, how many are in both, by their weight: 0 to 1. */
export function likeness(one: string, other: string): number {
  const [left, right] = [wordsOf(one), wordsOf(other)];
  const all = weight([...new Set([...left, ...right])]);
  return all === 0 ? 0 : weight([...left].filter((word) => right.has(word))) / all;
}

/** From here on two questions may well be one. */
const ALIKE = 0.3;

/** The questions that may ask the same as `text`, the likest first. */
export function alike(questions: readonly Question[], text: string, but?: AskedId): Question[] {
  return questions
    .filter(({ id }) => id !== but)
    .map((question) => ({ question, likeness: likeness(question.text, text) }))
    .filter(({ likeness }) => likeness >= ALIKE)
    .toSorted((one, other) => other.likeness - one.likeness)
    .map(({ question }) => question);
}
