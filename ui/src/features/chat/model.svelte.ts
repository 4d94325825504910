import type { Message, Snapshot, Update } from "../../protocol";

/** The page keeps as many as a snapshot carries (`SNAPSHOT_MESSAGES` in `shared`), so that both agree; older ones fall off. */
export const MOST_MESSAGES = 200;

/** What was said in the room. Changes only in `restore` and `apply`. */
export class ChatModel {
  /** Oldest first. */
  messages = $state.raw<Message[]>([]);

  restore(snapshot: Snapshot): void {
    this.messages = snapshot.chat;
  }

  apply({ body }: Update): void {
    if (body.what === "message_sent") {
      this.messages = [...this.messages, body.message].slice(-MOST_MESSAGES);
    } else if (body.what === "message_removed") {
      this.messages = this.messages.filter(({ id }) => id !== body.message);
    }
  }
}
