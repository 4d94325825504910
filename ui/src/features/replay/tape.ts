import type { ReplayPage, Seq, Snapshot, Timestamp, Update, UpdateBody } from "../../protocol";

/** What the past is put together in: a room as the page has it. */
export type Folded = {
  restore(snapshot: Snapshot): void;
  /** Whether there was no gap. */
  apply(updates: Update[]): boolean;
};

/** Kept of what was played, so that one goes back without asking. Full: it goes, and going back asks the server. */
const MOST_PLAYED = 5_000;

/** Whether one sees it happen. What is counted, called or kept in order goes on in silence. */
const seen: Record<UpdateBody["what"], boolean> = {
  crew_arrived: false,
  crew_left: false,
  sending_changed: false,
  came_on_stage: true,
  left_stage: true,
  preview_set: false,
  program_set: true,
  taken: true,
  went_live: true,
  ended: true,
  end_undone: true,
  run_of_show_set: false,
  cue_called: false,
  cues_reset: false,
  message_sent: true,
  message_edited: true,
  message_removed: false,
  message_hidden: false,
  message_shown: false,
  message_pinned: true,
  unpinned: false,
  announced: true,
  announcement_ended: false,
  note_sent: true,
  note_removed: false,
  question_asked: true,
  question_opened: true,
  question_settled: true,
  question_withdrawn: false,
  question_upvoted: false,
  questions_counted: false,
  poll_drafted: false,
  poll_dropped: false,
  poll_opened: true,
  poll_voted: false,
  poll_counted: false,
  answer_hidden: false,
  answer_shown: false,
  poll_closed: true,
  poll_reopened: false,
  poll_archived: false,
  overlay_set: true,
  hand_raised: false,
  hand_lowered: false,
  rules_set: false,
  sanctioned: false,
  sanction_lifted: false,
  reported: false,
  report_settled: false,
  report_reopened: false,
  admitted: false,
  hidden: false,
  unknown: false,
};

const lastOf = ({ seq, body }: Update): Seq => (body.what === "hidden" ? (body.through ?? seq) : seq);

/** A stretch of a room's log: the room at one moment, what came after it, and how far of that the room has it. Pages are put on at its end. */
export class Tape {
  /** The room at the beginning; nothing where that is no longer kept. */
  #base: Snapshot | undefined;
  #from: Timestamp = Number.POSITIVE_INFINITY;
  #at: Timestamp = 0;
  #updates: Update[] = [];
  /** How many of them the room has. */
  #played = 0;
  #more = false;
  #last: Seq = 0;

  constructor(private readonly room: Folded) {}

  /** A new one, which begins with the room at a moment. */
  begin(snapshot: Snapshot, at: Timestamp): void {
    this.#base = snapshot;
    this.#from = at;
    this.#at = at;
    this.#updates = [];
    this.#played = 0;
    this.#more = true;
    this.#last = snapshot.seq;
    this.room.restore(snapshot);
  }

  add({ updates, more }: ReplayPage): void {
    const news = updates.filter((update) => lastOf(update) > this.#last);
    this.#updates.push(...news);
    const last = news.at(-1);
    if (last) this.#last = lastOf(last);
    // A page of nothing has nothing after it.
    this.#more = more && last !== undefined;
  }

  /** To which moment the room was brought. */
  get at(): Timestamp {
    return this.#at;
  }

  /** After which position the next page begins. */
  get end(): Seq {
    return this.#last;
  }

  /** Until when all is here that happened; without an end where there is nothing more. */
  get knownUntil(): Timestamp {
    return this.#more ? (this.#updates.at(-1)?.at ?? this.#from) : Number.POSITIVE_INFINITY;
  }

  /** How many are still to be played. */
  get ahead(): number {
    return this.#updates.length - this.#played;
  }

  /** When something is seen to happen next, as far as that is here. */
  get next(): Timestamp | undefined {
    for (let index = this.#played; index < this.#updates.length; index++) {
      const update = this.#updates[index];
      if (update && seen[update.body.what]) return update.at;
    }
    return undefined;
  }

  /** Whether the room at a moment can be had without asking. */
  holds(at: Timestamp): boolean {
    return at >= (this.#base ? this.#from : this.#at) && at >= this.#from && at <= this.knownUntil;
  }

  /** Brings the room to a moment that it holds; whether there was no gap. */
  show(at: Timestamp): boolean {
    if (at < this.#at && this.#base) {
      this.#played = 0;
      this.room.restore(this.#base);
    }
    this.#at = at;
    let to = this.#played;
    while ((this.#updates[to]?.at ?? Number.POSITIVE_INFINITY) <= at) to++;
    if (to === this.#played) return true;
    const whole = this.room.apply(this.#updates.slice(this.#played, to));
    this.#played = to;
    if (to > MOST_PLAYED) this.#forget();
    return whole;
  }

  #forget(): void {
    this.#updates = this.#updates.slice(this.#played);
    this.#played = 0;
    this.#base = undefined;
    this.#from = this.#at;
  }
}
