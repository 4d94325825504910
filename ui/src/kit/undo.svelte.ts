/** A change that was made, and the change that takes it back. */
export type Step<Change> = {
  label: string;
  forth: Change;
  back: Change;
  /** Whether it stands as it was left; once it does not, it never does again. What is left out always stands. */
  stands?: () => boolean;
};

/** What somebody else changed since is not to be undone. */
const standing = <Change>(steps: Step<Change>[]) => steps.filter(({ stands }) => stands?.() ?? true);

/** What came of a change that somebody else has to make, as far as it matters here. */
type Answer = { is: string; retry_after_ms?: number };

/** Full: the oldest step can no longer be undone. */
const MOST = 100;

/** What was done, to be undone and done again. A step is moved only when its change was made. */
export class UndoStack<Change> {
  #done = $state.raw<Step<Change>[]>([]);
  #undone = $state.raw<Step<Change>[]>([]);
  #moving = false;

  /** What `undo` would take back. */
  get toUndo(): string | undefined {
    return standing(this.#done).at(-1)?.label;
  }

  get toRedo(): string | undefined {
    return standing(this.#undone).at(-1)?.label;
  }

  /** Something new was done: what was undone before cannot be done again. */
  push(step: Step<Change>): void {
    this.#done = [...standing(this.#done), step].slice(-MOST);
    this.#undone = [];
  }

  /** Makes the inverse change; whether there was something to undo, and it worked. */
  undo(make: (change: Change) => Promise<boolean>): Promise<boolean> {
    this.#done = standing(this.#done);
    return this.#move(
      this.#done.at(-1),
      (step) => make(step.back),
      (step) => {
        this.#done = this.#done.filter((other) => other !== step);
        this.#undone = [...this.#undone, step];
      },
    );
  }

  /** Asks for the inverse change; what is refused for good does not stand in the way of what was done before it. */
  async takeBack(ask: (change: Change) => Promise<Answer>): Promise<boolean> {
    const last = standing(this.#done).at(-1);
    return this.undo(async (change) => {
      const { is, retry_after_ms } = await ask(change);
      if (is === "refused" && retry_after_ms === undefined) this.#drop((step) => step === last);
      return is === "accepted";
    });
  }

  redo(make: (change: Change) => Promise<boolean>): Promise<boolean> {
    this.#undone = standing(this.#undone);
    return this.#move(
      this.#undone.at(-1),
      (step) => make(step.forth),
      (step) => {
        this.#undone = this.#undone.filter((other) => other !== step);
        this.#done = [...this.#done, step];
      },
    );
  }

  /** What it was about is gone, or someone else changed it. */
  forget(about: (change: Change) => boolean): void {
    this.#drop(({ forth }) => about(forth));
  }

  #drop(is: (step: Step<Change>) => boolean): void {
    this.#done = this.#done.filter((step) => !is(step));
    this.#undone = this.#undone.filter((step) => !is(step));
  }

  /** One at a time: a second press while the first is under way does nothing. */
  async #move(
    step: Step<Change> | undefined,
    make: (step: Step<Change>) => Promise<boolean>,
    moved: (step: Step<Change>) => void,
  ): Promise<boolean> {
    if (step === undefined || this.#moving) return false;
    this.#moving = true;
    try {
      if (!(await make(step))) return false;
      moved(step);
      return true;
    } finally {
      this.#moving = false;
    }
  }
}
