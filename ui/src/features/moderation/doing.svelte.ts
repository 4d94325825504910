import type { Send } from "../../link/link";
import type { Outcome } from "../../protocol";

/** How long one is offered to take back what one did. */
const OFFERED_MS = 12_000;

type Done = { words: string; undo: (send: Send) => Promise<Outcome> };

/** What a moderator did last, and how it is taken back. */
export class Doing {
  done = $state.raw<Done | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ask: Send) {}

  /** Does something; once it was done, it can be undone. */
  async act(
    make: (send: Send) => Promise<Outcome>,
    words: string,
    undo: (send: Send) => Promise<Outcome>,
  ): Promise<void> {
    const outcome = await make(this.ask);
    if (outcome.is === "accepted") this.#offer({ words, undo });
  }

  /** Once: a second press while the first is under way does nothing. What was not taken back can be tried again. */
  async undo(): Promise<void> {
    const { done } = this;
    if (done === undefined) return;
    this.forget();
    const outcome = await done.undo(this.ask);
    if (outcome.is !== "accepted" && this.done === undefined) this.#offer(done);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.done = undefined;
  }

  #offer(done: Done): void {
    clearTimeout(this.#timer);
    this.done = done;
    this.#timer = setTimeout(() => this.forget(), OFFERED_MS);
  }
}
