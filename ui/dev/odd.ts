// People whose names are long, short, or written from right to left, and what they say: nothing of it may break a list.
import type { Message, Question, RaisedHand, Timestamp } from "../src/protocol";

const LONG = "Dr. Maximiliane Freifrau von und zu Hohenwarth-Sonnenberg";
const people: [name: string, words: string][] = [
  ["أحمد عبد الرحمن بن خالد", "مرحبا من القاهرة، الصوت ممتاز! هل ستكون الشرائح متاحة؟"],
  [LONG, "A name like a train. Does it still leave room for the time?"],
  ["שירה כהן", "שלום! 3 שאלות: (א) מתי ההקלטה? (ב) איפה השקפים?"],
  [
    "Li",
    "https://example.org/a/very/long/path/without/any/break/that/goes/on/and/on/and/on/and/on/and/on?with=queries",
  ],
  ["A", "W".repeat(160)],
  ["Nguyễn Thị Minh Khai", "**Bold**, _quiet_, `code`, and 👩‍👩‍👧‍👦 👋🏽 in a line.\nAnd in another line."],
];
type Make = { id: (number: number) => string; minutesAgo: (minutes: number) => Timestamp };

export const oddTalk = ({ id, minutesAgo }: Make): Message[] =>
  people.map(([name, text], at) => ({
    id: id(1_100 + at),
    seq: 200 + at,
    author: id(1_000 + at),
    name,
    role: at === 1 ? "moderator" : "attendee",
    at: minutesAgo(9 - at),
    text,
    ...(at === 2 && { reply_to: id(1_101) }),
  }));

export const oddQuestions = ({ id, minutesAgo }: Make): Question[] =>
  people.map(([name, text], at) => ({
    id: id(1_200 + at),
    author: { participant: id(1_000 + at), name },
    text,
    at: minutesAgo(9 - at),
    standing:
      at === 3
        ? { is: "answered", at: minutesAgo(1), answer: { text: people[4]?.[1] ?? "", name: LONG } }
        : { is: "open" },
    votes: 10 ** at,
  }));

/** Two hundred of them, some with much to say. */
export const oddHands = ({ id, minutesAgo }: Make): RaisedHand[] =>
  Array.from({ length: 200 }, (_, at) => {
    const [name, note] = people[at % people.length] ?? ["", ""];
    return {
      participant: id(2_000 + at),
      name,
      note: at % 4 === 0 ? "" : note.slice(0, 200),
      at: minutesAgo(30 - at / 10),
    };
  });

/** As whom one writes with. */
export const oddPeer = (make: Make, at: number) => ({
  participant: make.id(1_000 + at),
  name: people[at]?.[0] ?? "",
  role: "attendee" as const,
});
export const oddWords = (at: number) => people[at]?.[1] ?? "";
