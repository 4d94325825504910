import type { Message, Snapshot, Update } from "../../protocol";
import { SNAPSHOT_MESSAGES } from "../../protocol/limits";

/** What was said in the room. Changes only in `restore` and `apply`. */
export class ChatModel {
  /** Oldest first. */
  messages = $state.raw<Message[]>([]);

  restore(snapshot: Snapshot): void {
    this.messages = snapshot.chat;
  }

  apply({ body }: Update): void {
    if (body.what === "message_sent") {
      // As many as a snapshot carries, so that both agree; older ones fall off.
      this.messages = [...this.messages, body.message].slice(-SNAPSHOT_MESSAGES);
    } else if (body.what === "message_removed") {
      this.messages = this.messages.filter(({ id }) => id !== body.message);
    }
  }
}
