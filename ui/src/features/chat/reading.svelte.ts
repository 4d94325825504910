import type { Sequence } from "../../kit/shared-list";
import type { Message, MessageId, ParticipantId } from "../../protocol";

/** How far one has read: up to the end while one is there, and to where one left it until one comes back. */
export class Reading {
  atEnd = $state.raw(true);
  /** The last message that one saw before others came unseen; a line stands below it. */
  seen = $state.raw<MessageId | undefined>();

  /** One leaves the end, or looks away from it. */
  leave(last: Message | undefined): void {
    if (!this.atEnd) return;
    this.atEnd = false;
    this.seen = last?.id;
  }

  /** One looks at something else: where one comes back, the line is below the last that one saw. */
  lookAway(last: Message | undefined): void {
    if (this.atEnd) this.seen = last?.id;
  }

  /** One is at the end. The line stays where it is until one leaves again. */
  return(): void {
    this.atEnd = true;
  }

  /** What others said since; while one is at the end there is nothing new. */
  news(messages: Sequence<Message>, me: ParticipantId | undefined): number {
    if (this.atEnd || this.seen === undefined) return 0;
    let news = 0;
    for (let index = messages.length - 1; index >= 0; index--) {
      const message = messages.at(index);
      if (message === undefined || message.id === this.seen) break;
      if (message.author !== me) news += 1;
    }
    return news;
  }
}
