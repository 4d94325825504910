import { text } from "../../locales/text";
import type { Choice, Poll, PollForm, PollPhase, Tally } from "../../protocol";

/** The ids of the words for where a poll stands. */
export const phaseWords: Record<PollPhase["is"], string> = {
  draft: "polls-phase-draft",
  open: "polls-phase-open",
  closed: "polls-phase-closed",
  archived: "polls-phase-archived",
  unknown: "polls-phase-unknown",
};

/** The mean of the stars; nothing where nobody gave any. */
export function mean({ counts, voters }: Tally): number | undefined {
  if (voters === 0) return undefined;
  return counts.reduce((sum, count, at) => sum + count * (at + 1), 0) / voters;
}

/** Whether one's answer to a quiz was right; nothing while that is not known. */
export function wasRight({ form, phase }: Poll, choice: Choice | undefined): boolean | undefined {
  const known = phase.is === "closed" || phase.is === "archived";
  if (form.kind.is !== "quiz" || !known || choice?.vote !== "options") return undefined;
  return choice.options.every((option) => form.correct.includes(option));
}

/** Whether one may vote in it, or once more. */
export function votable({ form, phase }: Poll, choice: Choice | undefined): boolean {
  if (phase.is !== "open") return false;
  return choice === undefined || (form.changeable && form.kind.is !== "quiz");
}

/** Whether it is answered in one's own words: whoever is muted votes, but not so. */
export const inWords = ({ form: { kind } }: Poll): boolean =>
  kind.is === "word_cloud" || kind.is === "open_text";

/** Options of a choice; none where it is of another kind. */
export const optionsOf = (choice: Choice | undefined): number[] =>
  choice?.vote === "options" ? choice.options : [];

/** What somebody voted for, in words. */
export function answerWords({ options }: PollForm, choice: Choice): string {
  switch (choice.vote) {
    case "options":
      return choice.options.map((option) => options[option] ?? "").join(", ");
    case "rating":
      return text("polls-stars", { count: choice.stars });
    case "words":
      return choice.words.join(", ");
    case "text":
      return choice.text;
    case "unknown":
      return "";
  }
}
