import type { Message, Snapshot, Update } from "../../protocol";
import { SNAPSHOT_MESSAGES } from "../../protocol/limits";

/** While one reads back nothing falls off under one's eyes, up to this many. Full: the oldest fall off all the same. */
const MOST_READ_BACK = 2_000;

/** What was said in the room. Changes only in `restore` and `apply`; how much of it is held, in `readBack` too. */
export class ChatModel {
  /** Oldest first. */
  messages = $state.raw<Message[]>([]);
  /** How many came while nobody looked at the chat. */
  unread = $state.raw(0);
  #attended = false;
  /** As many as a snapshot carries, so that both agree; older ones fall off. */
  #most = SNAPSHOT_MESSAGES;

  restore(snapshot: Snapshot): void {
    this.messages = snapshot.chat;
    this.unread = 0;
  }

  apply({ body }: Update): void {
    if (body.what === "message_sent") {
      this.messages = [...this.messages, body.message].slice(-this.#most);
      if (!this.#attended) this.unread += 1;
    } else if (body.what === "message_removed") {
      this.messages = this.messages.filter(({ id }) => id !== body.message);
    }
  }

  /** Whether somebody looks at the chat. */
  attend(attended: boolean): void {
    this.#attended = attended;
    if (attended) this.unread = 0;
  }

  /** Whether somebody reads further up; afterwards it is as it would have been without. */
  readBack(reading: boolean): void {
    this.#most = reading ? MOST_READ_BACK : SNAPSHOT_MESSAGES;
    if (this.messages.length > this.#most) this.messages = this.messages.slice(-this.#most);
  }
}
