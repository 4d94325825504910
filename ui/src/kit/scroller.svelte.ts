import { tick } from "svelte";
import { Anchor } from "./anchor";
import { Rows } from "./rows";
import type { Sequence } from "./shared-list";

/** As high as a row of one line, until the first is measured. */
const GUESS = 52;
/** Drawn beyond what is seen, above and below. */
const BEYOND = 400;
const NEAR_START = 600;
/** So near to its end, going down, one is there. */
const NEAR_END = 24;

/** A row in the document, how far down it stands, and which element it has: that of a row that left, where there was one. */
export type Drawn<Item> = { key: string; item: Item; index: number; top: number; slot: number };
/** Where one reads: whether at the end, and whether near the beginning. */
export type Place = { atEnd: boolean; nearStart: boolean };

/** Which rows of a long list are drawn, and where its window stands: at the end while one is there, else where one reads. */
export class Scroller<Item> {
  drawn = $state.raw<Drawn<Item>[]>([]);
  total = $state.raw(0);
  /** The row that has the focus, and the one that is to get it: they stay in the document wherever one scrolls. */
  #focused: string | undefined;
  #next: string | undefined;
  readonly #rows = new Rows(GUESS);
  readonly #anchor = new Anchor();
  /** By their slots. */
  readonly #elements = new Map<number, HTMLElement>();
  /** Those whose height may be another: new in the document, of another item, or told by the browser. */
  #unsure = new Set<string>();
  #items: Sequence<Item> = [];
  /** The most rows that were drawn since the window has its size. No fewer are from then on, so that none leaves without one that takes its element. */
  #most = 0;
  #slots = 0;
  #box: HTMLElement | undefined;
  #body: HTMLElement | undefined;
  #place: Place;
  /** What is seen: from where, how much, and how far down the rows begin. */
  #seen = { top: 0, height: 0, width: 0, lead: 0 };
  /** Where it was scrolled to last from here: that is no scrolling of the person. */
  #put = 0;
  readonly #sizes = new ResizeObserver((entries) => {
    for (const { target, borderBoxSize } of entries) {
      const key = target instanceof HTMLElement ? target.dataset.key : undefined;
      // Most of it is about rows that came, and known already.
      if (key !== undefined && !this.#rows.isKnown(key, borderBoxSize[0]?.blockSize)) this.#unsure.add(key);
    }
    if (entries.some(({ target }) => target === this.#box)) this.#resized();
    else if (this.#unsure.size > 0) requestAnimationFrame(() => this.settle());
  });

  /** `follows`: it begins at its end, and stays there with what comes; otherwise it begins at its beginning. */
  constructor(
    private readonly onplace: (place: Place) => void,
    private readonly onseen: (from: number, to: number) => void = () => {},
    /** May change: what ends long before the newest is not followed. */
    public follows = true,
  ) {
    this.#place = { atEnd: follows, nearStart: false };
  }

  /** Works on these elements until the function that comes back is called. */
  attach(box: HTMLElement, body: HTMLElement): () => void {
    [this.#box, this.#body] = [box, body];
    this.#sizes.observe(box);
    return () => {
      this.#box = undefined;
      this.#sizes.disconnect();
    };
  }

  /** An element for rows. */
  attachRow(slot: number, element: HTMLElement): () => void {
    this.#elements.set(slot, element);
    this.#sizes.observe(element);
    return () => {
      this.#sizes.unobserve(element);
      this.#elements.delete(slot);
    };
  }

  /** The rows are these now. What comes of it in the document is settled by whoever put it there. */
  set(items: Sequence<Item>, keyOf: (item: Item) => string): void {
    const keyAt = (index: number) => {
      const item = items.at(index);
      return item === undefined ? undefined : keyOf(item);
    };
    this.#rows.set({ length: items.length, at: keyAt }, items.common?.(this.#items));
    this.#items = items;
    this.#draw();
  }

  /** After what is drawn came into the document: measures it; once all is known, scrolls to where the window has to stand. */
  settle(): void {
    const box = this.#box;
    if (!box || !this.#body || box.clientHeight === 0) return;
    this.#seen.height = box.clientHeight;
    this.#seen.lead = this.#body.offsetTop;
    if (this.#measure()) {
      void this.#drawAndSettle();
      return;
    }
    const to = this.#place.atEnd ? box.scrollHeight - box.clientHeight : this.#aim();
    if (Math.abs(box.scrollTop - to) >= 1) box.scrollTop = to;
    this.#put = box.scrollTop;
    this.#seen.top = this.#put;
    if (!this.#place.atEnd) this.#note();
    const above = this.#put - this.#seen.lead;
    if (this.#rows.length > 0) this.onseen(this.#rows.at(above), this.#rows.at(above + this.#seen.height));
  }

  /** The person scrolled, or what was scrolled from here arrived. */
  scrolled(): void {
    const box = this.#box;
    if (!box || box.clientHeight === 0 || box.scrollTop === this.#put) return;
    const up = box.scrollTop < this.#seen.top;
    this.#put = Number.NaN;
    this.#seen.top = box.scrollTop;
    const left = box.scrollHeight - box.scrollTop - box.clientHeight;
    this.#stand(this.follows && left < (up ? 1 : NEAR_END));
    void this.#drawAndSettle();
  }

  /** A wheel that turns up is sooner than the scrolling that it leads to, which must not be undone by what comes in between. */
  turned({ deltaY }: WheelEvent): void {
    if (deltaY < 0) this.#leaveEnd();
  }

  /** The row that has the focus, or is to get it. */
  get held(): string | undefined {
    return this.#next ?? this.#focused;
  }

  /** The focus is in this row now, or in none of them. */
  focused(key: string | undefined): void {
    this.#focused = key;
    this.#next = undefined;
  }

  toEnd(): void {
    this.#seen.top = Math.max(this.#seen.lead + this.#rows.total - this.#seen.height, 0);
    this.#stand(true);
    void this.#drawAndSettle();
  }

  /** Shows a row in the upper part of the window, and gives it the focus (`focuses`); whether there is such a row. */
  async reveal(key: string, focuses: boolean): Promise<boolean> {
    const index = this.#rows.indexOf(key);
    if (index < 0) return false;
    this.#anchor.set(key, this.#seen.height / 3);
    this.#place = { atEnd: false, nearStart: this.#seen.lead + this.#rows.top(index) < NEAR_START };
    if (focuses) this.#next = key;
    await this.#drawAndSettle();
    if (focuses) {
      this.#elementOf(key)?.focus({ preventScroll: true });
      this.#next = undefined;
    }
    // Of a list that is seen whole one is always at the end.
    const { clientHeight: height = 0, scrollHeight: all = 0 } = this.#box ?? {};
    if (this.follows && height > 0 && all <= height) this.#place = { ...this.#place, atEnd: true };
    this.onplace(this.#place);
    return true;
  }

  /** The key of the row so many away from the one that has the focus, or from the last in sight. */
  away(steps: number): string | undefined {
    const { top, lead, height } = this.#seen;
    const held = this.#indexOf(this.held);
    const from = held >= 0 ? held : this.#rows.at(top - lead + height - 1) + (steps < 0 ? 1 : 0);
    return this.#rows.keyOf(Math.min(Math.max(from + steps, 0), this.#rows.length - 1));
  }

  /**
   * Gives a row the focus, and shows it whole. Who goes on to the last (`onwards`) is at the end and stays there; who goes to any other, or
   * back to the last, reads: what comes takes it out of sight no more.
   */
  async focus(key: string, onwards: boolean): Promise<void> {
    const element = await this.#give(key);
    if (onwards && this.follows && key === this.#rows.keyOf(this.#rows.length - 1)) return this.toEnd();
    element?.scrollIntoView({ block: "nearest" });
    this.#leaveEnd();
    this.scrolled();
  }

  /** Gives a row the focus back: whoever is at the end stays there, whoever reads sees it whole. */
  async regain(key: string): Promise<void> {
    const element = await this.#give(key);
    if (this.#place.atEnd) return;
    element?.scrollIntoView({ block: "nearest" });
    this.scrolled();
  }

  async #give(key: string): Promise<HTMLElement | undefined> {
    this.#next = key;
    if (!this.#elementOf(key)) {
      this.#draw();
      await tick();
    }
    const element = this.#elementOf(key);
    element?.focus({ preventScroll: true });
    this.#next = undefined;
    return element;
  }

  /** Nothing until the row is in the document: the element may still show the one that left. */
  #elementOf(key: string): HTMLElement | undefined {
    const slot = this.drawn.find((row) => row.key === key)?.slot;
    const element = slot === undefined ? undefined : this.#elements.get(slot);
    return element?.dataset.key === key ? element : undefined;
  }

  /** -1 where there is no such row. */
  #indexOf(key: string | undefined): number {
    return key === undefined ? -1 : this.#rows.indexOf(key);
  }

  /** Whether there was news. */
  #measure(): boolean {
    let news = false;
    for (const key of this.#unsure) {
      const element = this.#elementOf(key);
      if (!element) continue;
      this.#unsure.delete(key);
      if (this.#rows.measure(key, element.getBoundingClientRect().height)) news = true;
    }
    return news;
  }

  /** Where the window has to stand. */
  #aim(): number {
    const { top, lead, height } = this.#seen;
    if (this.#place.atEnd) return Math.max(lead + this.#rows.total - height, 0);
    return Math.max(lead + (this.#anchor.place(this.#rows) ?? top - lead), 0);
  }

  /** The rows that are to be in the document. */
  #wanted(): number[] {
    const [rows, seen] = [this.#rows, this.#seen];
    const above = seen.top - seen.lead - BEYOND;
    const to = rows.length === 0 ? 0 : rows.at(above + seen.height + 2 * BEYOND) + 1;
    const from = Math.max(Math.min(rows.at(above), to - this.#most), 0);
    this.#most = Math.max(this.#most, to - from);
    const kept = [...new Set([this.#focused, this.#next])]
      .map((key) => this.#indexOf(key))
      .filter((index) => (index >= 0 && index < from) || index >= to);
    const indices = Array.from({ length: to - from }, (_, step) => from + step);
    if (kept.length > 0) {
      indices.push(...kept);
      indices.sort((one, other) => one - other);
    }
    return indices;
  }

  #draw(): void {
    const rows = this.#rows;
    this.#seen.top = this.#aim();
    const indices = this.#wanted();
    const before = new Map(this.drawn.map((row) => [row.key, row]));
    const stays = new Set(indices.map((index) => rows.keyOf(index)));
    const slotOf = this.#slotsFor(stays);
    const drawn = indices.flatMap((index) => {
      const [key, item] = [rows.keyOf(index), this.#items.at(index)];
      if (key === undefined || item === undefined) return [];
      const [known, top] = [before.get(key), rows.top(index)];
      if (known?.item !== item) this.#unsure.add(key);
      // The same object says that nothing is to be done for it.
      const same = known?.item === item && known.index === index && known.top === top;
      return [same ? known : { key, item, index, top, slot: known?.slot ?? slotOf(index) }];
    });
    const isSame = drawn.length === this.drawn.length && drawn.every((row, at) => row === this.drawn[at]);
    if (!isSame) this.drawn = drawn;
    if (!stays.has(this.#focused)) this.#focused = undefined;
    // Of what is not in the document nothing is measured.
    for (const key of this.#unsure) if (!stays.has(key)) this.#unsure.delete(key);
    this.total = rows.total;
  }

  /**
   * Which slot each row gets that comes, from the first down: that of one that leaves, where there is any. The row with the focus would
   * lose it if its element moved in the document, so a row above it gets that of one above it, and one below it that of one below; its
   * own goes with it.
   */
  #slotsFor(stays: Set<string | undefined>): (index: number) => number {
    const focused = this.drawn.findIndex(({ key }) => key === this.#focused);
    const [above, below]: [number[], number[]] = [[], []];
    for (const [place, { key, slot }] of this.drawn.entries())
      if (place !== focused && !stays.has(key)) (place < focused ? above : below).push(slot);
    // Where nothing has the focus, or it goes, every row counts as below it.
    const line = this.#indexOf(this.#focused);
    return (index) => (index < line ? above : below).shift() ?? this.#slots++;
  }

  async #drawAndSettle(): Promise<void> {
    this.#draw();
    await tick();
    this.settle();
  }

  #resized(): void {
    const [box, seen] = [this.#box, this.#seen];
    if (!box || box.clientHeight === 0) return;
    // They wrap elsewhere now.
    if (seen.width !== box.clientWidth) {
      this.#rows.forget();
      for (const { key } of this.drawn) this.#unsure.add(key);
    }
    this.#most = 0;
    seen.width = box.clientWidth;
    seen.height = box.clientHeight;
    void this.#drawAndSettle();
  }

  /** Takes note of what one reads. */
  #note(): void {
    const { top, lead, height } = this.#seen;
    this.#anchor.drop(this.#rows, top - lead, height);
  }

  /** Of a list that is seen whole one is always at the end. */
  #leaveEnd(): void {
    if (this.#place.atEnd && this.#seen.top > 0) this.#stand(false);
  }

  #stand(atEnd: boolean): void {
    this.#note();
    const nearStart = this.#seen.top - this.#seen.lead < NEAR_START;
    if (this.#place.atEnd === atEnd && this.#place.nearStart === nearStart && !nearStart) return;
    this.#place = { atEnd, nearStart };
    this.onplace(this.#place);
  }
}
