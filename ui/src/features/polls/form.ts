import type { PollForm, PollId, PollKind, ResultsShown } from "../../protocol";
import { MAX_POLL_CHARS, MAX_POLL_OPTIONS } from "../../protocol/limits";

/** The kinds that one can make, in the order in which they are offered. */
export const kinds = ["single", "multiple", "rating", "word_cloud", "open_text", "quiz"] as const;
export type KindName = (typeof kinds)[number];

export const shownWhen = ["always", "after_vote", "after_close"] as const satisfies ResultsShown[];

/** The ids of their words. */
export const kindWords: Record<KindName, string> = {
  single: "polls-kind-single",
  multiple: "polls-kind-multiple",
  rating: "polls-kind-rating",
  word_cloud: "polls-kind-word-cloud",
  open_text: "polls-kind-open-text",
  quiz: "polls-kind-quiz",
};
export const shownWords: Record<(typeof shownWhen)[number], string> = {
  always: "polls-shown-always",
  after_vote: "polls-shown-after-vote",
  after_close: "polls-shown-after-close",
};

/** How long a poll can be open by itself, in seconds; none: until somebody closes it. */
export const lengths = [undefined, 15, 30, 60, 120, 300] as const;

/** A poll while it is written. What a kind does not need is kept for when another is chosen again. */
export type Written = {
  question: string;
  kind: KindName;
  options: string[];
  correct: number[];
  most: number;
  stars: number;
  words: number;
  points: number;
  shown: ResultsShown;
  named: boolean;
  changeable: boolean;
  seconds: number | undefined;
};

/** What is being written at the moment: a new poll, or a draft. */
export type Composed = {
  poll: PollId;
  /** Of a draft: as it was when it was begun to be changed, and where it stood among those shown. */
  from: { form: PollForm; at: number } | undefined;
  written: Written;
};

export const blank = (): Written => ({
  question: "",
  kind: "single",
  options: ["", ""],
  correct: [0],
  most: 2,
  stars: 5,
  words: 3,
  points: 100,
  shown: "always",
  named: false,
  changeable: true,
  seconds: undefined,
});

export const hasOptions = (kind: KindName): boolean =>
  kind === "single" || kind === "multiple" || kind === "quiz";

/** A form to be changed. */
export function writtenOf(form: PollForm): Written {
  const { kind } = form;
  const before = blank();
  return {
    ...before,
    question: form.question,
    kind: kind.is === "unknown" ? "single" : kind.is,
    options: form.options.length > 0 ? form.options : before.options,
    correct: form.correct.length > 0 ? form.correct : before.correct,
    most: kind.is === "multiple" ? kind.most : before.most,
    stars: kind.is === "rating" ? kind.stars : before.stars,
    words: kind.is === "word_cloud" ? kind.words : before.words,
    points: kind.is === "quiz" ? kind.points : before.points,
    shown: form.shown,
    named: form.named,
    changeable: form.changeable,
    seconds: form.seconds,
  };
}

function kindOf(written: Written, options: number): PollKind {
  switch (written.kind) {
    case "multiple":
      return { is: "multiple", most: Math.min(written.most, options) };
    case "rating":
      return { is: "rating", stars: written.stars };
    case "word_cloud":
      return { is: "word_cloud", words: written.words };
    case "quiz":
      return { is: "quiz", points: written.points };
    case "single":
    case "open_text":
      return { is: written.kind };
  }
}

/** As the room takes it: options without words are left out. Nothing where it cannot be asked like this. */
export function formOf(written: Written): PollForm | undefined {
  const fits = (words: string) => words !== "" && [...words].length <= MAX_POLL_CHARS;
  const kept = hasOptions(written.kind)
    ? written.options
        .map((option, at) => ({ option: option.trim(), at }))
        .filter(({ option }) => option !== "")
    : [];
  const options = kept.map(({ option }) => option);
  const correct =
    written.kind === "quiz" ? kept.flatMap(({ at }, to) => (written.correct.includes(at) ? [to] : [])) : [];
  const question = written.question.trim();
  const enough = !hasOptions(written.kind) || (options.length >= 2 && options.length <= MAX_POLL_OPTIONS);
  if (!fits(question) || !options.every(fits) || !enough) return undefined;
  if (written.kind === "quiz" && correct.length === 0) return undefined;
  return {
    question,
    kind: kindOf(written, options.length),
    options,
    correct,
    shown: written.shown,
    named: written.named,
    changeable: written.changeable && written.kind !== "quiz",
    ...(written.seconds !== undefined && { seconds: written.seconds }),
  };
}

/** Without one of its options; what was right stays so. */
export function withoutOption(written: Written, gone: number): Written {
  return {
    ...written,
    options: written.options.filter((_, at) => at !== gone),
    correct: written.correct.filter((at) => at !== gone).map((at) => (at > gone ? at - 1 : at)),
  };
}

/** With an option a place up or down; what was right stays so. */
export function withOptionMoved(written: Written, from: number, by: 1 | -1): Written {
  const to = from + by;
  if (to < 0 || to >= written.options.length) return written;
  const options = written.options.slice();
  [options[from], options[to]] = [options[to] ?? "", options[from] ?? ""];
  const place = (at: number) => (at === from ? to : at === to ? from : at);
  return { ...written, options, correct: written.correct.map(place) };
}
