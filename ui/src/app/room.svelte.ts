import { ChatModel } from "../features/chat/model.svelte";
import { HandsModel } from "../features/hands/model.svelte";
import { ModerationModel } from "../features/moderation/model.svelte";
import { OverlayModel } from "../features/overlay/model.svelte";
import { PollsModel } from "../features/polls/model.svelte";
import { QaModel } from "../features/qa/model.svelte";
import { RunModel } from "../features/run-of-show/model.svelte";
import { StageModel } from "../features/stage/model.svelte";
import type { Mine, ParticipantId, Seq, Snapshot, Update } from "../protocol";

/** The last position that an update stands for: what is hidden may stand for many. */
const lastOf = ({ seq, body }: Update): Seq => (body.what === "hidden" ? (body.through ?? seq) : seq);

/** A room as the page has it: the models of its features, all as of the same position of its log. */
export class Room {
  readonly stage = new StageModel();
  readonly chat = new ChatModel();
  readonly run = new RunModel();
  readonly qa = new QaModel();
  readonly polls = new PollsModel();
  readonly hands = new HandsModel();
  readonly moderation = new ModerationModel();
  readonly overlay = new OverlayModel();
  /** One waits to be let in. */
  waiting = $state.raw(false);
  /** The last update that is in it. */
  seq = $state.raw<Seq>(0);
  /** Whether the page has anything of the room yet. */
  here = $state.raw(false);

  /** What comes from now on is of another room. */
  leave(): void {
    this.here = false;
    this.seq = 0;
    this.chat.leave();
  }

  /** Who looks at it. */
  ofMe(me: ParticipantId): void {
    this.chat.own(me);
    this.qa.decisions.me = me;
  }

  /** `read`: how far one has read the chat, or the notes of the crew, on any device; 0 where that is not known. */
  restore(snapshot: Snapshot, read: (notes: boolean) => Seq = () => 0): void {
    const looking = { looksAfter: snapshot.crew?.control ?? false, again: this.here };
    this.stage.restore(snapshot);
    this.chat.restore(snapshot, looking);
    this.run.restore(snapshot);
    this.qa.restore(snapshot, looking);
    this.polls.restore(snapshot, looking);
    this.hands.restore(snapshot);
    this.moderation.restore(snapshot, looking);
    this.overlay.restore(snapshot);
    this.seq = snapshot.seq;
    this.here = true;
    this.waiting = false;
    this.readElsewhere(read);
  }

  /** As in `restore`; of a room that is not here yet nothing is counted. */
  readElsewhere(read: (notes: boolean) => Seq): void {
    if (!this.here) return;
    this.chat.said.readElsewhere(read(false));
    this.chat.notes.readElsewhere(read(true));
  }

  /** What of the room is one's own; nothing where one has just come in. */
  own(mine: Mine | undefined): void {
    this.qa.own(mine);
    this.polls.own(mine);
    this.hands.own(mine);
    this.moderation.own(mine);
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
      this.qa.apply(update);
      this.polls.apply(update);
      this.hands.apply(update);
      this.moderation.apply(update);
      this.overlay.apply(update);
      this.seq = last;
    }
    return true;
  }
}
