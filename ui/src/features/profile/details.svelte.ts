import { isProblem } from "../../link/link";
import type { ParticipantId, PersonDetails } from "../../protocol";

/** Somebody who is looked at: asked for each time, for what they say may be another. */
export class Details {
  shown = $state.raw<PersonDetails | undefined>();
  state = $state.raw<"none" | "reading" | "done" | "failed">("none");
  #turn = 0;

  constructor(private readonly find: (participant: ParticipantId) => Promise<PersonDetails>) {}

  async look(participant: ParticipantId | undefined): Promise<void> {
    const turn = ++this.#turn;
    this.shown = undefined;
    this.state = participant === undefined ? "none" : "reading";
    if (participant === undefined) return;
    try {
      const found = await this.find(participant);
      if (turn !== this.#turn) return;
      this.shown = found;
      this.state = "done";
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (turn === this.#turn) this.state = "failed";
    }
  }
}
