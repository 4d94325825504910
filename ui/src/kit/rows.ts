/** So many have to be measured before one knows how high a row is on average; more would change nothing but the places of all others. */
const ENOUGH = 24;

/**
 * Where the rows of a long list stand, whose heights become known one after the other. What was not measured yet is thought to be
 * as high as the first that were. Knows no element.
 */
export class Rows {
  #keys: readonly string[] = [];
  #heights = new Map<string, number>();
  #guess: number;
  #guessed = 0;
  #sum = 0;
  /** The upper edge of each row, and behind the last the lower edge of all; nothing where it has to be reckoned again. */
  #tops: Float64Array | undefined;

  constructor(private readonly first: number) {
    this.#guess = first;
  }

  get length(): number {
    return this.#keys.length;
  }

  /** The rows are these now. What was measured of those that stay is kept. */
  set(keys: readonly string[]): void {
    this.#keys = keys;
    this.#tops = undefined;
    if (this.#heights.size > 2 * keys.length + 1_000) this.#forgetOthers();
  }

  /** In whole pixels, so that nothing stands between two. Whether that is news. */
  measure(key: string, exactly: number): boolean {
    const height = Math.round(exactly);
    const known = this.#heights.get(key);
    if (known === height) return false;
    this.#heights.set(key, height);
    if (known === undefined && this.#guessed < ENOUGH) this.#learn(height);
    this.#tops = undefined;
    return true;
  }

  /** They are wider or narrower now: what was measured is no good any more. */
  forget(): void {
    this.#heights.clear();
    this.#guess = this.first;
    this.#guessed = 0;
    this.#sum = 0;
    this.#tops = undefined;
  }

  keyOf(index: number): string | undefined {
    return this.#keys[index];
  }

  /** -1 where there is no such row. Looks from the end, where most of what is asked for stands. */
  indexOf(key: string): number {
    return this.#keys.lastIndexOf(key);
  }

  /** The upper edge of a row; of the one behind the last, the lower edge of all. */
  top(index: number): number {
    return this.#edges()[index] ?? this.total;
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
    if (this.#tops) return this.#tops;
    const tops = new Float64Array(this.#keys.length + 1);
    let edge = 0;
    for (const [index, key] of this.#keys.entries()) {
      edge += this.#heights.get(key) ?? this.#guess;
      tops[index + 1] = edge;
    }
    this.#tops = tops;
    return tops;
  }

  #learn(height: number): void {
    this.#guessed += 1;
    this.#sum += height;
    this.#guess = Math.round(this.#sum / this.#guessed);
  }

  #forgetOthers(): void {
    const here = new Set(this.#keys);
    for (const key of this.#heights.keys()) if (!here.has(key)) this.#heights.delete(key);
  }
}
