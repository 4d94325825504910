/** What of a list one needs to show it: an array is one. */
export type Sequence<Item> = {
  readonly length: number;
  at(index: number): Item | undefined;
  /** So many of the first are those of the other without a look at them. */
  common?(other: Sequence<Item>): number;
};

/**
 * A list as it stands at one time, which nobody changes any more. The same with one more behind it is another that shares its memory:
 * where something comes with every frame, a copy of thousands each time is more than all the rest that is done for it.
 */
export class SharedList<Item> implements Sequence<Item>, Iterable<Item> {
  /** May go on beyond `length`: that is of those that came out of this one. */
  readonly #items: Item[];
  readonly length: number;

  /** Of this array, which is given away. */
  constructor(items: Item[] = []) {
    this.#items = items;
    this.length = items.length;
  }

  /** Counted from the end where it is negative; nothing where there is none. */
  at(index: number): Item | undefined {
    const place = index < 0 ? this.length + index : index;
    return place < this.length ? this.#items[place] : undefined;
  }

  /** The same and one more. The first that is asked for shares the memory, any other is a copy. */
  plus(item: Item): SharedList<Item> {
    const items = this.length === this.#items.length ? this.#items : this.slice();
    items.push(item);
    return new SharedList(items);
  }

  /** The same with another one in this place. */
  with(index: number, item: Item): SharedList<Item> {
    const items = this.slice();
    items[index] = item;
    return new SharedList(items);
  }

  common(other: Sequence<Item>): number {
    const shares = other instanceof SharedList && other.#items === this.#items;
    return shares ? Math.min(this.length, other.length) : 0;
  }

  /** As that of an array. */
  slice(from = 0, to = this.length): Item[] {
    const place = (at: number) => (at < 0 ? Math.max(this.length + at, 0) : Math.min(at, this.length));
    return this.#items.slice(place(from), place(to));
  }

  /** -1 where there is none. */
  findLastIndex(is: (item: Item) => boolean): number {
    let index = this.length - 1;
    while (index >= 0 && !is(this.#items[index] as Item)) index -= 1;
    return index;
  }

  findLast(is: (item: Item) => boolean): Item | undefined {
    return this.#items[this.findLastIndex(is)];
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let index = 0; index < this.length; index++) yield this.#items[index] as Item;
  }
}
