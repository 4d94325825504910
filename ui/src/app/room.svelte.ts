import { ChatModel } from "../features/chat/model.svelte";
import { RunModel } from "../features/run-of-show/model.svelte";
import { StageModel } from "../features/stage/model.svelte";
import type { Seq, Snapshot, Update } from "../protocol";

/** The last position that an update stands for: what is hidden may stand for many. */
const lastOf = ({ seq, body }: Update): Seq => (body.what === "hidden" ? (body.through ?? seq) : seq);

/** A room as the page has it: the models of its features, all as of the same position of its log. */
export class Room {
  readonly stage = new StageModel();
  readonly chat = new ChatModel();
  readonly run = new RunModel();
  /** The last update that is in it. */
  seq = $state.raw<Seq>(0);
  /** Whether the page has anything of the room yet. */
  here = $state.raw(false);

  /** What comes from now on is of another room. */
  leave(): void {
    this.here = false;
    this.seq = 0;
  }

  restore(snapshot: Snapshot): void {
    this.stage.restore(snapshot);
    this.chat.restore(snapshot);
    this.run.restore(snapshot);
    this.seq = snapshot.seq;
    this.here = true;
  }

  /** Applies what is new, in order; whether there was no gap. What the page has already is passed over. */
  apply(updates: Update[]): boolean {
    for (const update of updates) {
      const last = lastOf(update);
      if (last <= this.seq) continue;
      if (!this.here || update.seq > this.seq + 1) return false;
      this.stage.apply(update);
      this.chat.apply(update);
      this.run.apply(update);
      this.seq = last;
    }
    return true;
  }
}
