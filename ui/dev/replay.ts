// A show that is over, as the made-up server has its log.
import { Room } from "../src/app/room.svelte";
import type {
  Layout,
  Mark,
  Message,
  Poll,
  Question,
  ReplayMark,
  ReplayOutline,
  ReplayPage,
  Role,
  RoomId,
  Seq,
  Snapshot,
  Timestamp,
  Update,
  UpdateBody,
} from "../src/protocol";
import { PAGE_REPLAY } from "../src/protocol/limits";

const MINUTE = 60_000_000;
const id = (number: number) => `01990000-0000-7000-8000-${String(number).padStart(12, "0")}`;

type Told = { participant: string; name: string; role: Role };
type Cast = Record<"ines" | "daniel" | "amara" | "jun" | "mina" | "noor", Told>;

/** The room as its models have it, told as a server tells it. */
export function snapshotOf(
  room: RoomId,
  { stage, chat, run, qa, polls, hands, moderation, overlay, seq }: Room,
): Snapshot {
  return {
    room,
    seq,
    title: stage.title,
    phase: stage.phase,
    on_stage: stage.onStage,
    program: stage.program,
    ...(overlay.shows && { overlay: overlay.shows }),
    chat: chat.said.messages.slice(-200),
    ...(chat.pinned && { pinned: chat.pinned }),
    ...(chat.announcement && { announcement: chat.announcement }),
    rules: moderation.rules,
    questions: qa.questions,
    polls: polls.polls,
    ...(stage.crew && {
      crew: {
        control: true,
        notes: chat.notes.messages.slice(-200),
        hands: hands.raised,
        sanctions: moderation.sanctions,
        reports: moderation.reports,
        backstage: stage.backstage,
        preview: stage.preview,
        run_of_show: run.planned,
      },
    }),
  };
}

/** A log of a room that is made up as one writes it. */
class Log {
  readonly updates: Update[] = [];
  readonly marks: ReplayMark[] = [];

  constructor(
    readonly room: RoomId,
    readonly starts: Timestamp,
  ) {}

  /** At so many minutes; of what is looked for with its mark. */
  write(minute: number, body: UpdateBody, mark?: Mark): void {
    const seq = this.updates.length + 1;
    const at = Math.round(this.starts + minute * MINUTE);
    this.updates.push({ room: this.room, seq, at, body });
    if (mark) this.marks.push({ seq, at, mark });
  }
}

/** The past of a made-up room: a panel of 42 minutes, and what was before it. */
export class Past {
  readonly outline: ReplayOutline;
  readonly #log: Log;
  readonly #before: Snapshot;

  constructor(before: Snapshot, people: Cast, ends: Timestamp) {
    const starts = ends - 42 * MINUTE;
    this.#before = before;
    this.#log = panel(new Log(before.room, starts), people);
    const { marks } = this.#log;
    this.outline = {
      room: before.room,
      title: before.title,
      parts: [
        {
          session: id(299),
          title: "Opening",
          starts_at: starts - 60 * MINUTE,
          ends_at: starts - 45 * MINUTE,
          marks: [],
        },
        { session: id(300), title: "What we got wrong", starts_at: starts, ends_at: ends, marks },
      ],
    };
  }

  at(at: Timestamp): Snapshot {
    const room = new Room();
    room.restore(this.#before);
    room.apply(this.#log.updates.filter((update) => update.at <= at));
    return snapshotOf(this.#before.room, room);
  }

  updates(after: Seq): ReplayPage {
    const rest = this.#log.updates.filter(({ seq }) => seq > after);
    return { updates: rest.slice(0, PAGE_REPLAY), more: rest.length > PAGE_REPLAY };
  }
}

const words = [
  "Good morning from Zagreb!",
  "Is there a recording of the first talk?",
  "The second system was smaller than the first, ours too.",
  "We kept the old queue for a year. Best decision we made.",
  "That slide says it all 👏",
  "How large was the team then?",
  "Same here, with ten times the messages.",
  "We tried that, and rolled it back on a Friday.",
  "Never on a Friday!",
  "Could you say that once more, slower?",
  "Thank you, that helps.",
  "What would you do differently?",
];

function panel(log: Log, { ines, daniel, amara, jun, mina, noor }: Cast): Log {
  const all: [number, () => void][] = [];
  const at = (minute: number, body: UpdateBody, mark?: Mark) =>
    all.push([minute, () => log.write(minute, body, mark)]);
  const comes = (minute: number, who: Told) =>
    at(
      minute,
      { what: "came_on_stage", member: { ...who, sending: { camera: true, microphone: true } } },
      { is: "came_on_stage", name: who.name },
    );
  const take = (minute: number, layout: Layout, ...who: Told[]) => {
    const scene = { layout, seats: who.map(({ participant }) => participant) };
    at(minute, { what: "taken", program: scene }, { is: "scene_taken", scene });
  };
  const say = (minute: number, who: Told, text: string, number: number) => {
    const message: Message = {
      id: id(3_000 + number),
      seq: 0,
      author: who.participant,
      name: who.name,
      role: who.role,
      at: Math.round(log.starts + minute * MINUTE),
      text,
    };
    all.push([
      minute,
      () => log.write(minute, { what: "message_sent", message: { ...message, seq: log.updates.length + 1 } }),
    ]);
  };
  const ask = (minute: number, number: number, who: Told | undefined, text: string): Question => {
    const question: Question = {
      id: id(3_500 + number),
      ...(who && { author: { participant: who.participant, name: who.name } }),
      text,
      at: Math.round(log.starts + minute * MINUTE),
      standing: { is: "open" },
      votes: 0,
    };
    at(minute, { what: "question_asked", question });
    return question;
  };

  at(0, { what: "went_live" }, { is: "went_live" });
  comes(0.05, ines);
  take(0.1, "solo", ines);
  at(
    0.5,
    {
      what: "announced",
      announcement: {
        id: id(3_900),
        text: "Slides are on the **session page**.",
        at: log.starts + MINUTE / 2,
      },
    },
    { is: "announced", text: "Slides are on the **session page**." },
  );
  say(0.6, noor, "Welcome! Say where you are watching from.", 0);
  for (let number = 1; number < 60; number++) {
    // Quiet from 14 to 21: everybody listens.
    const minute = 0.6 + number * 0.68;
    if (minute > 14 && minute < 21) continue;
    say(minute, [mina, jun, amara][number % 3] ?? jun, words[number % words.length] ?? "", number);
  }
  comes(3, daniel);
  take(3.1, "side_by_side", ines, daniel);
  at(3.2, { what: "announcement_ended" });
  const kept = ask(5, 1, amara, "Would you keep the old queue if you could start again?");
  const cost = ask(7, 2, undefined, "What did the outage cost, and who paid for it?");
  ask(9, 3, jun, "Is the tool open source?");
  const counts = (kept_: number, cost_: number) => [
    { question: kept.id, votes: kept_ },
    { question: cost.id, votes: cost_ },
  ];
  at(9.5, { what: "questions_counted", counts: counts(41, 12) });
  at(12, { what: "questions_counted", counts: counts(128, 64) });
  at(13, { what: "overlay_set", overlay: { shows: "question", question: kept.id } });
  const settle = (minute: number, { id: question, text }: Question) =>
    at(
      minute,
      {
        what: "question_settled",
        question,
        standing: { is: "answered", at: log.starts + minute * MINUTE },
        was_public: true,
      },
      { is: "question_answered", text },
    );
  settle(14, kept);
  at(14.05, { what: "overlay_set" });
  const form: Poll["form"] = {
    question: "Would you rewrite again?",
    kind: { is: "single" },
    options: ["Yes, in small steps", "Only if forced", "Never"],
    correct: [],
    shown: "after_close",
    named: false,
    changeable: true,
  };
  const poll: Poll = { id: id(3_950), form, phase: { is: "open", since: log.starts + 24 * MINUTE } };
  at(24, { what: "poll_opened", poll }, { is: "poll_opened", question: form.question });
  at(24.1, { what: "overlay_set", overlay: { shows: "poll", poll: poll.id } });
  const tally = { voters: 4_917, counts: [3_048, 1_279, 590], words: [], texts: [], leaders: [] };
  at(26, { what: "poll_closed", poll: poll.id, tally, correct: [] });
  at(27.5, { what: "overlay_set" });
  comes(28, amara);
  take(28.1, "grid", ines, daniel, amara);
  settle(33, cost);
  at(36, { what: "left_stage", participant: amara.participant });
  take(36.1, "solo", ines);
  at(42, { what: "ended", undo_until: log.starts + 43 * MINUTE }, { is: "ended" });
  for (const [, write] of all.sort(([one], [other]) => one - other)) write();
  return log;
}
