import { isProblem } from "../../link/link";
import { problemTrouble, type Trouble } from "../../locales/words";
import type { ParticipantId, PeoplePage, PersonCard } from "../../protocol";
import { PAGE_PEOPLE } from "../../protocol/limits";

/** Those in whose names words are begun, behind somebody. */
export type FindPeople = (query: string, after: ParticipantId | undefined) => Promise<PeoplePage>;

/** So long after the last letter one has typed what one seeks. */
const TYPED_MS = 300;
/** So many rows before the first in sight are asked for with it. */
const BEFORE = PAGE_PEOPLE / 4;
/** So near to the last that is known, what follows is asked for. */
const NEAR_END = 20;

/**
 * The list, in which a page of it that begins behind so many takes the place of what was known there: up to the last of the page that was known before, and
 * where the page is the last one to the end. Nobody stands in it twice.
 */
export function renewed(
  people: readonly PersonCard[],
  behind: number,
  page: readonly PersonCard[],
  isLast: boolean,
): PersonCard[] {
  const told = new Set(page.map(({ participant }) => participant));
  const last = people.findLastIndex(({ participant }, at) => at >= behind && told.has(participant));
  const rest = isLast ? [] : people.slice(Math.max(last + 1, behind));
  const others = (list: readonly PersonCard[]) => list.filter(({ participant }) => !told.has(participant));
  return [...others(people.slice(0, behind)), ...page, ...others(rest)];
}

/** Who is in a room, as far as one has scrolled. It is asked for what one sees, and never by itself for all. */
export class RosterModel {
  people = $state.raw<readonly PersonCard[]>([]);
  /** How many there are in all of whom one seeks. */
  count = $state.raw(0);
  query = $state.raw("");
  state = $state.raw<"new" | "reading" | "done" | "failed">("new");
  trouble = $state.raw<Trouble | undefined>();
  /** Nobody stands behind the last. */
  whole = $state.raw(false);
  #turn = 0;
  #first = 0;
  #typed: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly find: FindPeople) {}

  /** Seeks others, once no more is typed. Until they are there, those of before are shown. */
  seek(query: string): void {
    this.query = query;
    clearTimeout(this.#typed);
    this.#typed = setTimeout(() => void this.#begin(), TYPED_MS);
  }

  /** Nothing more is asked for by itself. */
  leave(): void {
    clearTimeout(this.#typed);
  }

  /** Those whom one sees, as they are now. */
  async refresh(): Promise<void> {
    if (this.state === "reading") return;
    const behind = Math.max(0, Math.min(this.#first - BEFORE, this.people.length - 1));
    await this.#read(behind);
  }

  /** One sees these. */
  async seen(from: number, to: number): Promise<void> {
    this.#first = from;
    const isNear = to >= this.people.length - NEAR_END;
    if (isNear && !this.whole && this.state === "done") await this.#read(this.people.length);
  }

  async #begin(): Promise<void> {
    this.#first = 0;
    await this.#read(0, []);
  }

  async #read(behind: number, among?: readonly PersonCard[]): Promise<void> {
    const turn = ++this.#turn;
    const after = behind > 0 ? this.people[behind - 1]?.participant : undefined;
    this.state = "reading";
    try {
      const page = await this.find(this.query.trim(), after);
      if (turn !== this.#turn) return;
      const isLast = page.after === undefined;
      this.people = renewed(among ?? this.people, behind, page.people, isLast);
      if (isLast || behind + page.people.length >= this.people.length) this.whole = isLast;
      this.count = page.count;
      this.trouble = undefined;
      this.state = "done";
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (turn !== this.#turn) return;
      this.trouble = problemTrouble(error);
      this.state = "failed";
    }
  }
}
