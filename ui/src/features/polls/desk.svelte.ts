import { SvelteMap } from "svelte/reactivity";
import { isProblem, type Send } from "../../link/link";
import { problemTrouble, refusalTrouble, type Trouble } from "../../locales/words";
import type { Outcome, Poll, PollForm, PollId } from "../../protocol";
import type { Marks } from "./ballot";
import { draftPoll } from "./commands";
import { blank, type Composed, type Written, writtenOf } from "./form";
import type { PollsModel } from "./model.svelte";

/** A poll as it stands in the list, or the one that is being written. */
export type Row = { is: "poll"; key: PollId; poll: Poll } | { is: "composer"; key: "composer" };

/** Why a poll was not saved, and whether that is about its options. */
export type Unsaved = { trouble: Trouble; options: boolean };

/** The polls under one's hands: what is chosen, and for whoever runs them what is written, and where it stands. */
export class PollDesk {
  /** What is written: it outlives its draft. */
  composed = $state.raw<Composed | undefined>();
  /** Why what is written was not saved; until it is written otherwise. */
  unsaved = $state.raw<Unsaved | undefined>();
  /** What is chosen, or written for an answer, and not voted yet. */
  readonly marked = new SvelteMap<PollId, Marks>();

  constructor(
    readonly polls: PollsModel,
    /** Sends; a refusal is shown where it was written. */
    readonly send: Send,
  ) {}

  /** What became of the draft that is changed here: somebody else may throw it away or open it meanwhile. */
  get lost(): "dropped" | "opened" | undefined {
    if (!this.composed?.from) return undefined;
    const poll = this.#held(this.composed.poll);
    if (poll?.phase.is === "draft") return undefined;
    return poll ? "opened" : "dropped";
  }

  /** Those of `shown`, with what is written where its draft stands, or stood. A new one stands apart. */
  rows(shown: readonly Poll[]): Row[] {
    const { composed, lost } = this;
    const rows = shown.map((poll): Row => ({ is: "poll", key: poll.id, poll }));
    if (!composed) return rows;
    // Told of before it was answered that it is saved.
    if (!composed.from) return rows.filter(({ key }) => key !== composed.poll);
    const composer: Row = { is: "composer", key: "composer" };
    const at = lost ? -1 : shown.findIndex(({ id }) => id === composed.poll);
    if (at >= 0) return rows.with(at, composer);
    return rows.toSpliced(composed.from.at, 0, composer);
  }

  begin(): void {
    this.composed = { poll: crypto.randomUUID(), from: undefined, written: blank() };
  }

  change({ id, form }: Poll, at: number): void {
    this.composed = { poll: id, from: { form, at }, written: writtenOf(form) };
  }

  write(written: Written): void {
    if (this.composed) this.composed = { ...this.composed, written };
    this.unsaved = undefined;
  }

  /** Nothing: it is voted, or one leaves one's vote as it is. */
  mark(poll: PollId, marks: Marks | undefined): void {
    if (marks) this.marked.set(poll, marks);
    else this.marked.delete(poll);
  }

  close(): void {
    this.composed = undefined;
    this.unsaved = undefined;
  }

  /** Saves what is written, as a new draft where its own is gone; whether it was. */
  async save(form: PollForm): Promise<boolean> {
    const { composed } = this;
    if (!composed) return false;
    const poll = this.lost ? crypto.randomUUID() : composed.poll;
    this.unsaved = undefined;
    const unsaved = await draftPoll(this.send, poll, form).then(refused, failed);
    if (unsaved) {
      if (this.composed?.written === composed.written) this.unsaved = unsaved;
      return false;
    }
    // What was typed while it was saved is not saved.
    if (this.composed?.written === composed.written) this.close();
    else if (this.composed) this.composed = { ...this.composed, poll, from: undefined };
    return true;
  }

  #held(id: PollId): Poll | undefined {
    return this.polls.polls.find((poll) => poll.id === id);
  }
}

function refused(outcome: Outcome): Unsaved | undefined {
  if (outcome.is !== "refused") return undefined;
  const trouble = refusalTrouble(outcome.refusal, outcome.retry_after_ms);
  return { trouble, options: outcome.refusal === "options_alike" };
}

function failed(error: unknown): Unsaved {
  if (!isProblem(error)) throw error;
  return { trouble: problemTrouble(error), options: false };
}
