import type { Sequence } from "./shared-list";

/** So many have to be measured before one knows how high a row is on average; more would change nothing but the places of all others. */
const ENOUGH = 24;

/**
 * Where the rows of a long list stand, whose heights become known one after the other. What was not measured yet is thought to be
 * as high as the first that were. Knows no element.
 */
export class Rows {
  #keys: Sequence<string> = [];
  #heights = new Map<string, number>();
  #guess: number;
  #guessed = 0;
  #sum = 0;
  /** The upper edge of each row, and behind the last the lower edge of all. */
  #tops = new Float64Array(1);
  /** So many of the first rows stand where `#tops` says; the others have to be reckoned again. */
  #sure = 0;

  constructor(private readonly first: number) {
    this.#guess = first;
  }

  get length(): number {
    return this.#keys.length;
  }

  /** The rows are these now, so many of the first as before. What was measured of those that stay is kept. */
  set(keys: Sequence<string>, common = 0): void {
    const [before, most] = [this.#keys, Math.min(this.#sure, keys.length)];
    let same = Math.min(common, most);
    while (same < most && keys.at(same) === before.at(same)) same += 1;
    this.#keys = keys;
    this.#sure = same;
    if (this.#heights.size > 2 * keys.length + 1_000) this.#forgetOthers();
  }

  /** In whole pixels, so that nothing stands between two. Whether that is news. */
  measure(key: string, exactly: number): boolean {
    const height = Math.round(exactly);
    const known = this.#heights.get(key);
    if (known === height) return false;
    this.#heights.set(key, height);
    if (known === undefined && this.#guessed < ENOUGH) this.#learn(height);
    else this.#sure = Math.min(this.#sure, Math.max(this.indexOf(key), 0));
    return true;
  }

  /** Whether a row is known to be so high. */
  isKnown(key: string, height: number | undefined): boolean {
    return height !== undefined && this.#heights.get(key) === Math.round(height);
  }

  /** They are wider or narrower now: what was measured is no good any more. */
  forget(): void {
    this.#heights.clear();
    this.#guess = this.first;
    this.#guessed = 0;
    this.#sum = 0;
    this.#sure = 0;
  }

  keyOf(index: number): string | undefined {
    return this.#keys.at(index);
  }

  /** -1 where there is no such row. Looks from the end, where most of what is asked for stands. */
  indexOf(key: string): number {
    let index = this.#keys.length - 1;
    while (index >= 0 && this.#keys.at(index) !== key) index -= 1;
    return index;
  }

  /** The upper edge of a row; of the one behind the last, the lower edge of all. */
  top(index: number): number {
    return index < this.#keys.length ? (this.#edges()[index] ?? 0) : this.total;
  }

  get total(): number {
    return this.#edges()[this.#keys.length] ?? 0;
  }

  /** The row that stands at this height; the first above all of them, the last below. */
  at(y: number): number {
    const tops = this.#edges();
    let [low, high] = [0, Math.max(this.#keys.length - 1, 0)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((tops[middle] ?? 0) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #edges(): Float64Array {
    const [keys, from] = [this.#keys, this.#sure];
    if (from === keys.length) return this.#tops;
    if (this.#tops.length <= keys.length) {
      // More than is needed now: at the end of a list they become more with every frame.
      const tops = new Float64Array(keys.length * 2 + 1);
      tops.set(this.#tops.subarray(0, from + 1));
      this.#tops = tops;
    }
    const tops = this.#tops;
    let edge = tops[from] ?? 0;
    for (let index = from; index < keys.length; index++) {
      edge += this.#heights.get(keys.at(index) ?? "") ?? this.#guess;
      tops[index + 1] = edge;
    }
    this.#sure = keys.length;
    return tops;
  }

  #learn(height: number): void {
    this.#guessed += 1;
    this.#sum += height;
    this.#guess = Math.round(this.#sum / this.#guessed);
    this.#sure = 0;
  }

  #forgetOthers(): void {
    const [before, keys] = [this.#heights, this.#keys];
    this.#heights = new Map();
    for (let index = 0; index < keys.length; index++) {
      const key = keys.at(index) ?? "";
      const height = before.get(key);
      if (height !== undefined) this.#heights.set(key, height);
    }
  }
}
