import { SvelteMap } from "svelte/reactivity";
import type { ParticipantId } from "../protocol";

/** Full: what was watched longest ago counts as decided by somebody else. */
const MOST = 300;

/** Whether somebody else decided about something since one did oneself: what they left is not one's own to take back. */
export class Decisions<Matter> {
  /** Who looks. */
  me: ParticipantId | undefined;
  /** When others decided last about what is watched, or the watching began; counted, for no two are at once. */
  readonly #others = new SvelteMap<Matter, number>();
  #turn = 0;

  /** Whether nobody else has decided about any of these, from now on. Once somebody has, it stays so. */
  watch(...matters: Matter[]): () => boolean {
    const since = matters.map((matter) => [matter, this.#follow(matter)] as const);
    return () => since.every(([matter, turn]) => this.#others.get(matter) === turn);
  }

  /** Somebody decided; nobody is named where the room did it by itself. */
  decided(matter: Matter, by: ParticipantId | undefined): void {
    if (by !== undefined && by === this.me) return;
    if (this.#others.has(matter)) this.#others.set(matter, ++this.#turn);
  }

  /** What happened meanwhile is not known: what does not stand as it stood was decided by somebody else. */
  lookAgain(stands: (matter: Matter) => boolean): void {
    for (const matter of [...this.#others.keys()])
      if (!stands(matter)) this.#others.set(matter, ++this.#turn);
  }

  #follow(matter: Matter): number {
    const turn = this.#others.get(matter) ?? ++this.#turn;
    // The last that is watched goes last.
    this.#others.delete(matter);
    this.#others.set(matter, turn);
    for (const oldest of this.#others.keys()) {
      if (this.#others.size <= MOST) break;
      this.#others.delete(oldest);
    }
    return turn;
  }
}
