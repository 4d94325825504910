import { Leaving } from "../../kit/leaving";
import type { Send } from "../../link/link";
import type { Outcome } from "../../protocol";

/** How long one is offered to take back what one did, while nobody is at the offer. */
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
  readonly #leaving = new Leaving<Done>(OFFERED_MS, () => this.forget());

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
    if (this.#offered !== undefined) this.#leaving.end(this.#offered);
    this.#offered = undefined;
  }

  /** Somebody is at what is offered, with the focus or the pointer, or is no more: it does not go from under their hand. */
  hold(held: boolean): void {
    this.#leaving.hold(held);
  }

  #offer(done: Done): void {
    this.forget();
    this.#offered = done;
    this.#leaving.begin(done);
  }
}
