import type { ReactionCount } from "../../protocol";
import { isKnown, type Thrown } from "./emoji";

/** One that rises. */
export type Rising = {
  key: number;
  reaction: Thrown /** From the left, 0 to 1. */;
  at: number;
  delay: number;
};

/** As many are drawn at once, whatever is thrown; more are not told apart anyway. */
export const MOST_RISING = 30;
/** Of a tick so many. */
const MOST_A_TICK = 8;
/** How long one rises, in milliseconds. */
export const RISES_MS = 2_400;
/** After so long without another the counts go. */
const COUNTS_STAY_MS = 4_000;
/** What one throws comes back counted within this time, or never. */
const OWN_COMES_BACK_MS = 2_000;
/** How many one can throw in a second; the server counts no more in the long run. */
const MOST_A_SECOND = 4;

/** What is thrown at the stage. It passes: nothing here is kept. */
export class ReactionsModel {
  rising = $state.raw<Rising[]>([]);
  /** How many came lately, for those who want nothing to move. */
  lately = $state.raw<ReadonlyMap<Thrown, number>>(new Map());
  #next = 0;
  /** When one threw oneself, and what, as far as it is not counted among the others yet. */
  #own: { reaction: Thrown; at: number }[] = [];
  #thrown: number[] = [];
  #quiet: ReturnType<typeof setTimeout> | undefined;

  /** So many came within a tick. */
  came(counts: ReactionCount[]): void {
    const others = counts.flatMap(({ reaction, count }) =>
      isKnown(reaction) ? [{ reaction, count: count - this.#takeOwn(reaction, count) }] : [],
    );
    const all = others.reduce((sum, { count }) => sum + count, 0);
    // Where there are too many, each kind is thinned alike, and none goes away.
    const thin = Math.min(1, MOST_A_TICK / Math.max(1, all));
    for (const { reaction, count } of others) {
      if (count > 0) this.#rise(reaction, Math.max(1, Math.round(count * thin)));
    }
    this.#count(others);
  }

  /** One throws oneself: it is shown at once. Whether it may be sent; what comes too fast is not. */
  throw(reaction: Thrown, now = Date.now()): boolean {
    this.#thrown = this.#thrown.filter((at) => now - at < 1_000);
    if (this.#thrown.length >= MOST_A_SECOND) return false;
    this.#thrown.push(now);
    this.#own.push({ reaction, at: now });
    this.#rise(reaction, 1);
    this.#count([{ reaction, count: 1 }]);
    return true;
  }

  /** What passed was of another room. */
  leave(): void {
    this.rising = [];
    this.lately = new Map();
    this.#own = [];
  }

  #takeOwn(reaction: Thrown, most: number): number {
    const now = Date.now();
    const due = this.#own.filter(({ at }) => now - at < OWN_COMES_BACK_MS);
    const taken = due.filter((own) => own.reaction === reaction).slice(0, most);
    this.#own = due.filter((own) => !taken.includes(own));
    return taken.length;
  }

  #rise(reaction: Thrown, count: number): void {
    const room = Math.max(0, Math.min(count, MOST_RISING - this.rising.length));
    if (room === 0) return;
    const more = Array.from({ length: room }, (_, at) => ({
      key: this.#next++,
      reaction,
      at: Math.random(),
      delay: at * 60,
    }));
    this.rising = [...this.rising, ...more];
    const gone = new Set(more.map(({ key }) => key));
    setTimeout(
      () => {
        this.rising = this.rising.filter(({ key }) => !gone.has(key));
      },
      RISES_MS + room * 60,
    );
  }

  #count(counts: { reaction: Thrown; count: number }[]): void {
    const lately = new Map(this.lately);
    for (const { reaction, count } of counts) {
      if (count > 0) lately.set(reaction, (lately.get(reaction) ?? 0) + count);
    }
    this.lately = lately;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.lately = new Map();
    }, COUNTS_STAY_MS);
  }
}
