import type { RoomReport } from "../../protocol/api";
import type { ReportFormat, ReportOn } from "../../protocol/native";

/** A report that one can save: how much is in it, and how it is written. */
export type Kind = {
  on: ReportOn;
  figure: (room: RoomReport) => number;
  formats: readonly ReportFormat[];
  /** Its words, in the locale: the name, what is in it, how much, and that there is nothing. */
  words: string;
};

const both = ["csv", "jsonl"] as const;

/** All that there are, in the order in which they are offered. */
export const kinds: readonly Kind[] = [
  { on: "chat", figure: (room) => room.messages, formats: both, words: "reports-chat" },
  { on: "questions", figure: (room) => room.questions, formats: both, words: "reports-questions" },
  { on: "polls", figure: (room) => room.polls, formats: both, words: "reports-polls" },
  { on: "votes", figure: (room) => room.namedPolls, formats: both, words: "reports-votes" },
  { on: "audit", figure: (room) => room.acts, formats: both, words: "reports-audit" },
  { on: "log", figure: (room) => room.entries, formats: ["jsonl"], words: "reports-log" },
];

/** How much there is in these rooms together. */
export const figureOf = ({ figure }: Kind, rooms: readonly RoomReport[]): number =>
  rooms.reduce((sum, room) => sum + figure(room), 0);

/** The name that is proposed for a file: of the event, of the room where it is of one, and what is in it. */
export function fileName(
  slug: string,
  room: RoomReport | undefined,
  on: ReportOn,
  format: ReportFormat,
): string {
  const plain = (title: string) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-+|-+$/g, "");
  return [slug, room && plain(room.title), `${on}.${format}`].filter(Boolean).join("-");
}
