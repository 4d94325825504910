import { line, plain } from "../../kit/markdown";
import { text } from "../../locales/text";
import { layoutName } from "../../locales/words";
import type { Mark, ReplayMark, ReplayPart, Timestamp } from "../../protocol";

/** A mark of which this page knows what it is. */
export type Known = ReplayMark & { mark: Exclude<Mark, { is: "unknown" }> };

/** The marks of a part, in the order in which they were. */
export function marksOf({ marks, starts_at, ends_at }: ReplayPart): Known[] {
  const isKnown = (mark: ReplayMark): mark is Known => mark.mark.is !== "unknown";
  return marks
    .filter(isKnown)
    .filter(({ at }) => at >= starts_at && at <= ends_at)
    .sort((one, other) => one.at - other.at || one.seq - other.seq);
}

/** The last of those that were by a moment. */
export function passed(marks: readonly Known[], at: Timestamp): Known | undefined {
  return marks.findLast((mark) => mark.at <= at);
}

export function markWords({ mark }: Known): string {
  switch (mark.is) {
    case "went_live":
      return text("replay-mark-live");
    case "ended":
      return text("replay-mark-ended");
    case "came_on_stage":
      return text("replay-mark-stage", { name: mark.name });
    case "scene_taken": {
      const count = mark.scene.seats.filter((seat) => seat !== null).length;
      return text("replay-mark-scene", { layout: layoutName(mark.scene.layout), count });
    }
    case "question_answered":
      return text("replay-mark-question", { words: mark.text });
    case "poll_opened":
      return text("replay-mark-poll", { words: mark.question });
    case "announced":
      return text("replay-mark-announced", { words: plain(line(mark.text)) });
  }
}

/** Where a moment is between two others: 0 to 1. */
export function share(at: Timestamp, from: Timestamp, until: Timestamp): number {
  return until > from ? Math.min(Math.max((at - from) / (until - from), 0), 1) : 0;
}
