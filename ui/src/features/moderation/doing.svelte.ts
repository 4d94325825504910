import type { Send } from "../../link/link";
import type { Outcome } from "../../protocol";

/** How long one is offered to take back what one did. */
const OFFERED_MS = 12_000;

type Done = {
  words: string;
  undo: (send: Send) => Promise<Outcome>;
  /** Whether it stands as it was done: what somebody else did since is not theirs to take back. */
  stands: () => boolean;
};

/** What a moderator did last, and how it is taken back. */
export class Doing {
  #offered = $state.raw<Done | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ask: Send) {}

  /** What can be taken back now. */
  get done(): Done | undefined {
    return this.#offered?.stands() ? this.#offered : undefined;
  }

  /** Does something; once it was done, it can be undone for as long as it stands. */
  async act(
    make: (send: Send) => Promise<Outcome>,
    words: string,
    undo: (send: Send) => Promise<Outcome>,
    stands = () => true,
  ): Promise<void> {
    const outcome = await make(this.ask);
    if (outcome.is === "accepted") this.#offer({ words, undo, stands });
  }

  /** Once: a second press while the first is under way does nothing. What was not taken back can be tried again. */
  async undo(): Promise<void> {
    const { done } = this;
    if (done === undefined) return;
    this.forget();
    const outcome = await done.undo(this.ask);
    if (outcome.is !== "accepted" && this.#offered === undefined) this.#offer(done);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#offered = undefined;
  }

  #offer(done: Done): void {
    clearTimeout(this.#timer);
    this.#offered = done;
    this.#timer = setTimeout(() => this.forget(), OFFERED_MS);
  }
}
