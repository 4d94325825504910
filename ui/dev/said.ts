// A chat in which everything happens that can.
import type { Message } from "../src/protocol";
import { people, say } from "./scenes";

const minutesAgo = (minutes: number) => (Date.now() - minutes * 60_000) * 1_000;

/** As moderators see it. */
export function said(): Message[] {
  const first = say(
    1,
    "noor",
    "Welcome! Say where you are watching from, and ask with `Q:` in front.",
    "producer",
  );
  const question = say(5, "jun", "How did you measure **tail latency** before the rewrite?");
  const changed = say(4, "amara", "We kept the old queue for a year. Best decision we made.");
  const rude = say(7, "tomas", "Buy cheap tickets at tickets.example");
  const gone = { at: minutesAgo(4), hidden: true, by: people.noor };
  return [
    first,
    say(2, "mina", "Zagreb, with four colleagues around one screen 👋"),
    { ...say(3, "jun", "Kyoto. It is late, but worth it, @Mina Kovač!"), mentions: [people.mina] },
    { ...changed, edited_at: minutesAgo(7), earlier: ["We kept the old que for a year."] },
    question,
    {
      ...say(
        6,
        "lucia",
        "@Jun Tanaka with a load test that failed on purpose 🙂 Slides: https://example.org/a-rather-long-address/that-wraps",
        "speaker",
      ),
      reply_to: question.id,
      mentions: [people.jun],
    },
    { ...say(6.2, "lucia", "And *a lot* of patience.", "speaker") },
    { ...rude, gone },
    say(8, "mina", "Same here: the second system was smaller than the first. 👏"),
    { ...say(9, "amara", "That was us, too"), reply_to: changed.id },
  ];
}

/** What the crew alone reads. */
export const notes = (): Message[] => [
  say(4, "noor", "Two minutes to questions. Mara, you read them.", "producer"),
  say(5, "mara", "Ready. I take Jun’s first.", "speaker"),
  {
    ...say(6, "noor", "@Lucía Prieto you are next, microphone on please", "producer"),
    mentions: [people.lucia],
  },
];

/** What was said before all that, for whoever reads back or searches. */
export const before = (): Message[] =>
  Array.from({ length: 190 }, (_, at) => ({
    ...say(
      -at / 20,
      at % 3 === 0 ? "jun" : "amara",
      `Before that: message ${190 - at} about latency and queues`,
    ),
    id: `before-${at}`,
    seq: 190 - at,
  })).reverse();
