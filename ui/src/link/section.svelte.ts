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
      this.waiting--;
    }
  }

  /** Makes a change; nothing comes back where it was refused, and `refused` says why. */
  async change<Answer, With extends object>(
    mutation: Operation<Answer, With>,
    variables: With,
  ): Promise<Answer | undefined> {
    return (await this.#attempt(() => change(this.server, mutation, variables)))?.answer;
  }

  /** Has the core do something that it sees to itself; whether it was done, and `refused` says why not. */
  async does(call: () => Promise<unknown>): Promise<boolean> {
    return (await this.#attempt(call)) !== undefined;
  }

  async #attempt<Answer>(call: () => Promise<Answer>): Promise<{ answer: Answer } | undefined> {
    this.#begin();
    this.refused = undefined;
    try {
      return { answer: await call() };
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      this.refused = error;
      return undefined;
    } finally {
      this.waiting--;
    }
  }

  /**
   * Makes a change that names the version it is made on. Where someone was faster, it waits as `conflict` until the person
   * has decided: `again` makes it anew, on the newest version.
   */
  async changeOn<Answer, With extends object>(
    mutation: Operation<Answer, With>,
    variables: With,
    again: () => Promise<unknown>,
  ): Promise<Answer | undefined> {
    this.conflict = undefined;
    const answer = await this.change(mutation, variables);
    if (this.refused?.code === "CONFLICT") {
      this.refused = undefined;
      this.conflict = again;
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
