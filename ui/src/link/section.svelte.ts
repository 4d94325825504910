import { untrack } from "svelte";
import type { ApiProblem } from "../protocol/native";
import { isApiProblem, type Server } from "./link";
import { change, type Operation } from "./operation";

/** What was done, in words, and how it is taken back where it can be. */
export type Told = { words: string; undo?: () => void };

/** A field that two people changed, each in another way; in words. */
export type Contested = { label: string; theirs: string; mine: string };

/** A change that was made on what somebody else has changed meanwhile: it waits until the person has decided. */
export type Conflict = {
  /** Nothing where it could not be found out. */
  fields: Contested[];
  /** Makes it all the same, once the newest is known. */
  again: () => Promise<unknown>;
};

/** What a change is made on. Values are plain: they are the same where their JSON is. */
export type Ground<Data> = {
  /** The fields that are changed, as they are to be; and all fields as they were. */
  mine: object;
  base: object;
  /** The fields as an answer has them; nothing where what was changed is gone. */
  read: (data: Data) => ({ version: number } & object) | undefined;
  /** What a field is called, and what a value of it is. */
  say: (field: string, value: unknown, data: Data) => { label: string; value: string };
  again: () => Promise<unknown>;
};

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
const value = (fields: object, name: string): unknown => new Map(Object.entries(fields)).get(name);

/** The fields of a change that somebody else has changed too, and to something else. */
export function contested<Data>(
  { mine, base, say }: Ground<Data>,
  theirs: object,
  newest: Data,
): Contested[] {
  return Object.entries(mine)
    .filter(
      ([name, wanted]) => !same(value(theirs, name), value(base, name)) && !same(value(theirs, name), wanted),
    )
    .map(([name, wanted]) => {
      const { label, value: said } = say(name, value(theirs, name), newest);
      return { label, theirs: said, mine: say(name, wanted, newest).value };
    });
}

/**
 * One part of what the server knows, as it was answered last, and the changes that are made to it. What it shows while a
 * change is under way, and after one was refused, is its own to say.
 */
export class Section<Data, Variables extends object = object> {
  data = $state.raw<Data | undefined>();
  /** When `data` was true, in milliseconds since 1970-01-01 00:00 UTC. */
  asOf = $state.raw(0);
  /** Whether `data` came from the server; otherwise from this computer, which cannot reach it. */
  isFresh = $state.raw(true);
  /** Why it was not answered. */
  problem = $state.raw<ApiProblem | undefined>();
  /** Why the last change was not made. */
  refused = $state.raw<ApiProblem | undefined>();
  told = $state.raw<Told | undefined>();
  conflict = $state.raw<Conflict | undefined>();
  /** How often what another did was taken in place of what one did oneself. */
  yielded = $state(0);
  /** How many calls are under way. */
  waiting = $state.raw(0);
  #turn = 0;
  #loads = 0;
  /** Changes are made one after the other: each is made on what the one before has left. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly server: Server,
    private readonly question: Operation<Data, Variables>,
    public variables: Variables,
  ) {}

  /** Whoever calls from an effect wants to hear of what it is about, and not of this. */
  #begin(): void {
    untrack(() => this.waiting++);
  }

  /** Asks, or asks again; a later call wins. What is there stays until the answer is. */
  async load(variables: Variables = this.variables): Promise<void> {
    this.variables = variables;
    this.#begin();
    try {
      await this.refresh();
    } finally {
      this.waiting--;
    }
  }

  /** Asks again, of which nobody need know who did not ask for it. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    this.#loads++;
    try {
      const { name, document } = this.question;
      const { data, asOf, isFresh } = await this.server.ask(name, document, this.variables);
      if (turn !== this.#turn) return;
      this.data = data as Data;
      this.asOf = asOf;
      this.isFresh = isFresh;
      this.problem = undefined;
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      if (turn === this.#turn) this.problem = error;
    } finally {
      this.#loads--;
    }
  }

  /**
   * Makes a change when those before it were answered; nothing comes back where it was refused, and `refused` says why. What it is
   * made with may be told when its turn comes; `taken` is told the answer before the next change has its turn.
   */
  async change<Answer, With extends object>(
    mutation: Operation<Answer, With>,
    variables: With | (() => With),
    taken?: (answer: Answer) => void,
  ): Promise<Answer | undefined> {
    const made = await this.#inTurn(() =>
      this.#make(mutation, typeof variables === "function" ? variables() : variables, taken),
    );
    return made.answer;
  }

  /** Has the core do something that it sees to itself; whether it was done, and `refused` says why not. */
  async does(call: () => Promise<unknown>): Promise<boolean> {
    return await this.#inTurn(async () => {
      try {
        await call();
        return true;
      } catch (error) {
        if (!isApiProblem(error)) throw error;
        this.refused = error;
        return false;
      }
    });
  }

  async #inTurn<Made>(make: () => Promise<Made>): Promise<Made> {
    this.#begin();
    this.refused = undefined;
    const turn = this.#last.then(make, make);
    this.#last = turn;
    try {
      return await turn;
    } finally {
      this.waiting--;
    }
  }

  async #make<Answer, With extends object>(
    mutation: Operation<Answer, With>,
    variables: With,
    taken?: (answer: Answer) => void,
  ): Promise<{ answer?: Answer; refused?: ApiProblem }> {
    try {
      const answer = await change(this.server, mutation, variables);
      taken?.(answer);
      // What was asked for before it was made may not have it.
      if (taken !== undefined && this.#loads > 0) void this.load();
      return { answer };
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      this.refused = error;
      // Whether it was made can be seen.
      if (error.code === "UNKNOWN") void this.load();
      return { refused: error };
    }
  }

  /**
   * Makes a change that names the version it is made on. Where someone else was faster, and changed other fields, it is made on
   * what they left; where they changed the same ones it waits as `conflict` until the person has decided.
   */
  async changeOn<Answer, With extends { version: number }>(
    mutation: Operation<Answer, With>,
    variables: () => With,
    ground: Ground<Data>,
    taken?: (answer: Answer) => void,
  ): Promise<Answer | undefined> {
    this.conflict = undefined;
    return await this.#inTurn(() => this.#makeOn(mutation, variables(), ground, taken));
  }

  async #makeOn<Answer, With extends { version: number }>(
    mutation: Operation<Answer, With>,
    first: With,
    ground: Ground<Data>,
    taken?: (answer: Answer) => void,
  ): Promise<Answer | undefined> {
    let made = first;
    for (;;) {
      const { answer, refused } = await this.#make(mutation, made, taken);
      if (refused?.code !== "CONFLICT") return answer;
      this.refused = undefined;
      const newest = await this.#newest();
      const theirs = newest === undefined ? undefined : ground.read(newest);
      if (newest !== undefined && theirs === undefined) {
        this.data = newest;
        this.refused = { code: "NOT_FOUND", message: "it is gone" };
        return undefined;
      }
      const fields = newest === undefined || theirs === undefined ? [] : contested(ground, theirs, newest);
      if (theirs === undefined || theirs.version === made.version || fields.length > 0) {
        this.#await({ fields, again: ground.again });
        return undefined;
      }
      made = { ...made, version: theirs.version };
    }
  }

  /** What waits already is decided together with it. */
  #await({ fields, again }: Conflict): void {
    const before = this.conflict;
    this.conflict = {
      fields: [...(before?.fields ?? []), ...fields],
      again: async () => {
        await before?.again();
        await again();
      },
    };
  }

  /** How it stands on the server now; nothing where that cannot be found out. */
  async #newest(): Promise<Data | undefined> {
    try {
      const { name, document } = this.question;
      const { data, isFresh } = await this.server.ask(name, document, this.variables);
      return isFresh ? (data as Data) : undefined;
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      return undefined;
    }
  }

  /** What the other did holds. */
  async takeTheirs(): Promise<void> {
    this.conflict = undefined;
    await this.load();
    this.yielded++;
  }

  /** What one did oneself holds. */
  async keepMine(): Promise<void> {
    const again = this.conflict?.again;
    this.conflict = undefined;
    await this.load();
    await again?.();
  }

  /** Makes a change and asks for everything anew; whether it was made. */
  async changeAll<Answer, With extends object>(
    mutation: Operation<Answer, With>,
    variables: With,
    told?: Told,
  ): Promise<boolean> {
    if ((await this.change(mutation, variables)) === undefined) return false;
    this.told = told;
    await this.load();
    return true;
  }
}
