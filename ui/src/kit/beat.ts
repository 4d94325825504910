/** A page that nobody sees has no animation frames: it goes on at this beat. */
const UNSEEN_MS = 250;

/**
 * Does something as often as it is asked for, and at most once a frame: at once where nothing was done in this frame yet, together
 * with all that is asked for until then at the next.
 */
export class Beat {
  #waits = false;
  #asked = false;

  constructor(private readonly act: () => void) {}

  ask(): void {
    this.#asked = true;
    if (this.#waits) return;
    this.now();
    this.#waits = true;
    const next = () => {
      clearTimeout(unseen);
      cancelAnimationFrame(seen);
      this.#waits = false;
      if (this.#asked) this.ask();
    };
    const unseen = setTimeout(next, UNSEEN_MS);
    const seen = requestAnimationFrame(next);
  }

  /** Does what was asked for, without waiting for the frame. */
  now(): void {
    if (!this.#asked) return;
    this.#asked = false;
    this.act();
  }
}
