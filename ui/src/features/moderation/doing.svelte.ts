import type { Send } from "../../link/link";
import type { Outcome } from "../../protocol";

/** How long one is offered to take back what one did. */
const OFFERED_MS = 12_000;

/** What a moderator did last, and how it is taken back. */
export class Doing {
  done = $state.raw<{ words: string; undo: (send: Send) => Promise<Outcome> } | undefined>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ask: Send) {}

  /** Does something; once it was done, it can be undone. */
  async act(
    make: (send: Send) => Promise<Outcome>,
    words: string,
    undo: (send: Send) => Promise<Outcome>,
  ): Promise<void> {
    const outcome = await make(this.ask);
    if (outcome.is !== "accepted") return;
    clearTimeout(this.#timer);
    this.done = { words, undo };
    this.#timer = setTimeout(() => this.forget(), OFFERED_MS);
  }

  async undo(): Promise<void> {
    const done = this.done;
    this.forget();
    await done?.undo(this.ask);
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.done = undefined;
  }
}
