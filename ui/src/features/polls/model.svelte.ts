import type { Choice, Mine, Poll, PollId, Snapshot, Tally, Update } from "../../protocol";

/** The polls of a room. Changes only in `restore`, `apply`, `own` and `counted`, which mirror the rules in `server/domain`. */
export class PollsModel {
  /** For whoever looks after the show as they were made, for others as they were opened. */
  polls = $state.raw<Poll[]>([]);
  /** What one voted for oneself. */
  votes = $state.raw<ReadonlyMap<PollId, Choice>>(new Map());
  /** One's points of all quizzes that are closed. */
  points = $state.raw(0);
  /** How polls stand that only those see who have voted. */
  early = $state.raw<ReadonlyMap<PollId, Tally>>(new Map());
  #looksAfter = false;

  restore({ polls }: Snapshot, { looksAfter }: { looksAfter: boolean }): void {
    this.polls = polls;
    this.early = new Map();
    this.#looksAfter = looksAfter;
  }

  own(mine: Mine | undefined): void {
    this.votes = new Map(mine?.votes.map(({ poll, choice }) => [poll, choice]));
    this.points = mine?.points ?? 0;
    const early = (mine?.votes ?? []).flatMap(({ poll, tally }) => (tally ? [[poll, tally] as const] : []));
    if (early.length > 0) this.early = new Map([...this.early, ...early]);
  }

  /** What one sees of how a poll stands. */
  tally({ id, tally }: Poll): Tally | undefined {
    return tally ?? (this.votes.has(id) ? this.early.get(id) : undefined);
  }

  /** How many are open in which one has not voted. */
  readonly unvoted = $derived(
    this.polls.filter(({ id, phase }) => phase.is === "open" && !this.votes.has(id)).length,
  );

  /** A signal told those who have voted how it stands. */
  counted(poll: PollId, tally: Tally): void {
    this.early = new Map(this.early).set(poll, tally);
  }

  apply({ at, body }: Update): void {
    switch (body.what) {
      case "poll_drafted":
      case "poll_opened":
      case "poll_reopened":
        this.#put(body.poll);
        break;
      case "poll_dropped":
        this.#drop(body.poll);
        break;
      case "poll_counted":
        this.#change(body.poll, (poll) => ({ ...poll, tally: body.tally }));
        break;
      case "answer_hidden":
        this.#change(body.poll, (poll) => ({
          ...poll,
          hidden: [...(poll.hidden ?? []), body.answer].sort(),
        }));
        break;
      case "answer_shown":
        this.#change(body.poll, (poll) => {
          const hidden = poll.hidden?.filter((answer) => answer !== body.answer) ?? [];
          const { hidden: _, ...rest } = poll;
          return hidden.length > 0 ? { ...rest, hidden } : rest;
        });
        break;
      case "poll_closed":
        this.#change(body.poll, (poll) => ({
          ...poll,
          tally: body.tally,
          form: { ...poll.form, correct: body.correct },
          phase: { is: "closed", at },
        }));
        break;
      case "poll_archived":
        if (!this.#looksAfter) this.#drop(body.poll);
        this.#change(body.poll, (poll) =>
          poll.phase.is === "closed" ? { ...poll, phase: { is: "archived", at: poll.phase.at } } : poll,
        );
        break;
    }
  }

  #put(poll: Poll): void {
    const known = this.polls.some(({ id }) => id === poll.id);
    if (known) this.#change(poll.id, () => poll);
    else this.polls = [...this.polls, poll];
  }

  #drop(poll: PollId): void {
    this.polls = this.polls.filter(({ id }) => id !== poll);
  }

  #change(poll: PollId, change: (poll: Poll) => Poll): void {
    this.polls = this.polls.map((known) => (known.id === poll ? change(known) : known));
  }
}
