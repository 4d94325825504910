import { untrack } from "svelte";
import type { ApiProblem } from "../protocol/native";
import { isApiProblem, type Server } from "./link";
import { change, type Operation } from "./operation";

/** What was done, in words, and how it is taken back where it can be. */
export type Told = { words: string; undo?: () => void };

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
  /** A change that named an older version: how it is made all the same, once the newest is known. */
  conflict = $state.raw<(() => Promise<unknown>) | undefined>();
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
    const turn = ++this.#turn;
    this.variables = variables;
    this.#loads++;
    this.#begin();
    try {
      const { name, document } = this.question;
      const { data, asOf, isFresh } = await this.server.ask(name, document, variables);
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
      this.waiting--;
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
    return (await this.#inTurn(mutation, variables, taken)).answer;
  }

  async #inTurn<Answer, With extends object>(
    mutation: Operation<Answer, With>,
    variables: With | (() => With),
    taken?: (answer: Answer) => void,
  ): Promise<{ answer?: Answer; refused?: ApiProblem }> {
    this.#begin();
    this.refused = undefined;
    const make = () => this.#make(mutation, typeof variables === "function" ? variables() : variables, taken);
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
   * Makes a change that names the version it is made on. Where someone was faster, it waits as `conflict` until the person
   * has decided: `again` makes it anew, on the newest version.
   */
  async changeOn<Answer, With extends object>(
    mutation: Operation<Answer, With>,
    variables: () => With,
    again: () => Promise<unknown>,
    taken?: (answer: Answer) => void,
  ): Promise<Answer | undefined> {
    this.conflict = undefined;
    const { answer, refused } = await this.#inTurn(mutation, variables, taken);
    if (refused?.code === "CONFLICT") {
      const before = this.conflict as (() => Promise<unknown>) | undefined;
      this.refused = undefined;
      this.conflict = async () => {
        await before?.();
        await again();
      };
    }
    return answer;
  }

  /** What the other did holds. */
  async takeTheirs(): Promise<void> {
    this.conflict = undefined;
    await this.load();
  }

  /** What one did oneself holds. */
  async keepMine(): Promise<void> {
    const again = this.conflict;
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
