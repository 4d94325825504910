import { isProblem } from "../../link/link";
import type { ReplayPage, Seq, Snapshot, Timestamp } from "../../protocol";
import type { Problem } from "../../protocol/native";
import { type Folded, Tape } from "./tape";

/** Where a room's past comes from. A call that fails rejects with a `Problem`. */
export type Source = {
  /** The room at a moment: all that had happened by then. */
  at(at: Timestamp): Promise<Snapshot>;
  /** What came after a position. */
  updates(after: Seq): Promise<ReplayPage>;
};

export const SPEEDS = [1, 1.5, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

const MICROS = 1_000;
/** What a key or a button goes back or forward. */
export const STEP = 10_000 * MICROS;
/** Where nothing happens for longer, it can be passed over. */
const LONG_QUIET = 30_000 * MICROS;
/** One comes out of the quiet so long before something happens. */
const BEFORE_NEXT = 2_000 * MICROS;
/** The most that one tick plays, in milliseconds: a computer that slept goes on where it was. */
const LONGEST_TICK = 1_000;
/** What has not come after this is said to take its time, in milliseconds. */
const SLOW = 1_000;
/** So much is fetched ahead, in milliseconds of playing; and no more than so many at once. */
const AHEAD = 60_000;
const MOST_AHEAD = 2_000;
/** From one attempt to fetch ahead to the next, in milliseconds. */
const AGAIN = 5_000;

/** Whether it may be gone by itself. */
const passes = (problem: Problem) => problem.problem !== "refused" || problem.retry_after_ms !== undefined;

/** Plays a part of a room's log into a room. Its clock is that of who calls `tick`; it waits where something has not come yet. */
export class Player<R extends Folded> {
  /** Which moment is shown, or asked for. */
  at = $state.raw<Timestamp>(0);
  playing = $state.raw(false);
  speed = $state.raw<Speed>(1);
  /** Whether there is anything to see yet. */
  shown = $state.raw(false);
  /** How often the room was set to another moment, and not played there. */
  cuts = $state.raw(0);
  /** What is waited for takes its time. */
  slow = $state.raw(false);
  /** Why it does not go on. The moment stands, and `retry` tries again. */
  problem = $state.raw<Problem | undefined>();
  /** For how many seconds nothing happens, where that is long. */
  quiet = $state.raw<number | undefined>();
  readonly ended = $derived.by(() => this.at >= this.until);

  readonly #tape: Tape;
  /** The clock, in milliseconds. */
  #now: number | undefined;
  /** A moment that the server is asked for. */
  #wanted: Timestamp | undefined;
  #asking = false;
  /** The position after which a page is on its way. */
  #fetching: Seq | undefined;
  #waitsSince: number | undefined;
  /** Why the next page did not come, and when it is asked for again. */
  #failed: Problem | undefined;
  #again = 0;
  #gapAgain = 0;
  #closed = false;

  constructor(
    readonly room: R,
    private readonly source: Source,
    readonly from: Timestamp,
    readonly until: Timestamp,
  ) {
    this.#tape = new Tape(room);
    this.at = from;
  }

  /** Shows the beginning, and plays from there. */
  begin(): void {
    this.playing = true;
    this.#ask(this.from);
  }

  /** Nothing is shown any more, whatever still comes. */
  close(): void {
    this.#closed = true;
    this.playing = false;
  }

  /** Plays or stands still; at the end it begins again. */
  toggle(): void {
    this.playing = !this.playing;
    if (this.playing && this.ended) this.seek(this.from);
  }

  /** Goes to a moment. What is here is shown at once; for anything else the server is asked, once for however many that are wanted in a row. */
  seek(to: Timestamp): void {
    this.at = Math.round(Math.min(Math.max(to, this.from), this.until));
    if (!this.#tape.holds(this.at)) {
      this.#ask(this.at);
      return;
    }
    this.#wanted = undefined;
    this.problem = undefined;
    if (this.at < this.#tape.at) this.cuts += 1;
    this.#show();
    this.#look();
  }

  /** Goes back or forward. */
  step(by: number): void {
    this.seek(this.at + by);
  }

  /** Goes to where something happens again. */
  skip(): void {
    const next = this.#next;
    if (this.quiet !== undefined && next !== undefined) this.seek(next - BEFORE_NEXT);
  }

  faster(by: 1 | -1): void {
    this.speed = SPEEDS[SPEEDS.indexOf(this.speed) + by] ?? this.speed;
  }

  retry(): void {
    this.problem = undefined;
    this.#failed = undefined;
    this.#waitsSince = this.#now;
    if (this.#wanted !== undefined) this.#ask(this.#wanted);
    else if (this.shown) this.#fetch();
    else this.#ask(this.at);
  }

  /** Time has come so far, in milliseconds on any clock that goes evenly. */
  tick(now: number): void {
    const passed = Math.min(Math.max(0, now - (this.#now ?? now)), LONGEST_TICK);
    this.#now = now;
    if (this.#closed) return;
    if (this.playing && this.shown && this.#wanted === undefined) this.#play(passed);
    this.#fetchAhead(now);
    this.#look();
  }

  #play(passed: number): void {
    // What is known does not go on, and what was shown does not go back.
    const known = Math.max(this.at, this.#tape.knownUntil);
    this.at = Math.round(Math.min(this.at + passed * MICROS * this.speed, this.until, known));
    this.#show();
    if (this.ended) this.playing = false;
  }

  #show(): void {
    if (this.#tape.show(this.at)) return;
    // Never where the server is right: the room is asked for anew, and by itself not again and again.
    const now = this.#now ?? 0;
    const anew = now >= this.#gapAgain;
    this.#gapAgain = now + AGAIN;
    this.#wanted = this.at;
    if (anew) this.#ask(this.at);
    else this.problem = { problem: "unreachable" };
  }

  /** When something happens next; the end, where nothing does any more. */
  get #next(): Timestamp | undefined {
    const rest = this.#tape.knownUntil >= this.until ? this.until : undefined;
    const next = this.#tape.next ?? rest;
    return next === undefined ? undefined : Math.min(next, this.until);
  }

  /** It cannot go on without what has not come. */
  get #waits(): boolean {
    const behind = this.playing && !this.ended && this.at >= this.#tape.knownUntil;
    return this.#wanted !== undefined || (this.shown && behind);
  }

  #look(): void {
    const waits = this.#waits;
    if (waits && this.#failed && this.#wanted === undefined) this.problem = this.#failed;
    if (!waits || this.problem) this.#waitsSince = undefined;
    else this.#waitsSince ??= this.#now;
    this.slow = this.#waitsSince !== undefined && (this.#now ?? 0) - this.#waitsSince >= SLOW;
    const next = this.shown && this.#wanted === undefined ? this.#next : undefined;
    const quiet = next === undefined ? 0 : next - this.at;
    this.quiet = quiet > LONG_QUIET ? Math.floor(quiet / 1_000 / MICROS) : undefined;
  }

  #ask(at: Timestamp): void {
    this.#wanted = at;
    this.problem = undefined;
    if (!this.#asking) void this.#answered();
  }

  /** One question at a time: what is wanted by the time of an answer is asked for next. */
  async #answered(): Promise<void> {
    this.#asking = true;
    try {
      while (this.#wanted !== undefined && this.problem === undefined && !this.#closed)
        await this.#answer(this.#wanted);
    } finally {
      this.#asking = false;
      if (!this.#closed) this.#look();
    }
  }

  async #answer(wanted: Timestamp): Promise<void> {
    const stands = () => wanted === this.#wanted && !this.#closed;
    try {
      const snapshot = await this.source.at(wanted);
      if (!stands()) return;
      this.#wanted = undefined;
      this.#failed = undefined;
      this.#tape.begin(snapshot, wanted);
      this.shown = true;
      this.cuts += 1;
      this.#fetch();
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (stands()) this.problem = error;
    }
  }

  #fetchAhead(now: number): void {
    if (!this.shown || this.#wanted !== undefined) return;
    const { knownUntil, ahead } = this.#tape;
    if (knownUntil >= this.until || ahead >= MOST_AHEAD) return;
    if ((knownUntil - this.at) / MICROS / this.speed >= AHEAD) return;
    if (this.#failed && (now < this.#again || !passes(this.#failed))) return;
    this.#fetch();
  }

  #fetch(): void {
    const { end } = this.#tape;
    if (this.#fetching === end) return;
    this.#fetching = end;
    void this.#fetched(end);
  }

  async #fetched(end: Seq): Promise<void> {
    // Another moment was gone to meanwhile: what follows there is another page.
    const stands = () => end === this.#fetching && end === this.#tape.end && !this.#closed;
    try {
      const page = await this.source.updates(end);
      if (!stands()) return;
      this.#tape.add(page);
      if (this.problem !== undefined && this.problem === this.#failed) this.problem = undefined;
      this.#failed = undefined;
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (!stands()) return;
      this.#failed = error;
      const wait = error.problem === "refused" ? (error.retry_after_ms ?? 0) : 0;
      this.#again = (this.#now ?? 0) + Math.max(AGAIN, wait);
    } finally {
      if (this.#fetching === end) this.#fetching = undefined;
      if (!this.#closed) this.#look();
    }
  }
}
