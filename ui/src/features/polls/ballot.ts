import type { Choice, PollForm } from "../../protocol";

/** What is chosen and not sent yet. */
export type Marks = { options: number[]; stars: number; words: string[]; text: string };

/** What one has voted for, to be changed. */
export function marksOf(choice: Choice | undefined): Marks {
  const none: Marks = { options: [], stars: 0, words: [], text: "" };
  switch (choice?.vote) {
    case "options":
      return { ...none, options: choice.options };
    case "rating":
      return { ...none, stars: choice.stars };
    case "words":
      return { ...none, words: choice.words };
    case "text":
      return { ...none, text: choice.text };
    case "unknown":
    case undefined:
      return none;
  }
}

/** The vote; nothing while there is none yet. */
export function choiceOf({ kind }: PollForm, { options, stars, words, text }: Marks): Choice | undefined {
  switch (kind.is) {
    case "single":
    case "multiple":
    case "quiz":
      return options.length > 0 ? { vote: "options", options } : undefined;
    case "rating":
      return stars > 0 ? { vote: "rating", stars } : undefined;
    case "word_cloud": {
      const given = words.map((word) => word.trim()).filter(Boolean);
      return given.length > 0 ? { vote: "words", words: given } : undefined;
    }
    case "open_text":
      return text.trim() === "" ? undefined : { vote: "text", text: text.trim() };
    case "unknown":
      return undefined;
  }
}
