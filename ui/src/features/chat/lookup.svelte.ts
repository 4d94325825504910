import { isProblem } from "../../link/link";
import type { ParticipantId } from "../../protocol";
import type { Named } from "./mentions";

/** Those in whose names words are begun, as far as they are told at once; `whole`: there are no others. */
export type FindNamed = (query: string) => Promise<{ people: readonly Named[]; whole: boolean }>;

/** So long after the last letter, and after the question before, is asked. */
const TYPED_MS = 300;
/** So many of those that were found are kept. Full: the oldest go. */
const MOST_MET = 500;

/** Finds those who could be named and have said nothing yet. Whoever was found can be named from then on. */
export class Lookup {
  #met = $state.raw<readonly Named[]>([]);
  /** What the server has told all of: what is longer begins with it. */
  #answered = new Set<string>();
  #asked = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly find: FindNamed | undefined) {}

  get people(): readonly Named[] {
    return this.#met;
  }

  named(id: ParticipantId): Named | undefined {
    return this.#met.find((one) => one.id === id);
  }

  /** What is typed of a name now; nothing where none is. */
  typed(name: string | undefined): void {
    const query = name?.trim() ?? "";
    if (query === this.#asked) return;
    this.#asked = query;
    clearTimeout(this.#timer);
    const known = [...this.#answered].some((told) => query.startsWith(told));
    if (query === "" || this.find === undefined || known) return;
    this.#timer = setTimeout(() => void this.#ask(query), TYPED_MS);
  }

  async #ask(query: string): Promise<void> {
    try {
      const found = await this.find?.(query);
      if (found === undefined) return;
      if (found.whole) this.#answered.add(query);
      const told = new Set(found.people.map(({ id }) => id));
      const others = this.#met.filter(({ id }) => !told.has(id));
      this.#met = [...found.people, ...others].slice(0, MOST_MET);
    } catch (error) {
      // Those who said something are offered all the same.
      if (!isProblem(error)) throw error;
    }
  }
}
