import type { Message, MessageId, Snapshot, Update } from "../../protocol";

/** Held while one is at the end. Full: the oldest go, and can be read again. */
const MOST_HELD = 5_000;
/** Held while one reads back, so that nothing falls off under one's eyes. Full: the oldest go all the same. */
const MOST_READ_BACK = 20_000;
/** They go together: to move everything for one of them would cost as much. */
const AT_ONCE = 500;

/** What was said in the room. Changes only in `restore` and `apply`; how much of it is held, in `readBack` and `addOlder` too. */
export class ChatModel {
  /** How many came while nobody looked at the chat. */
  unread = $state.raw(0);
  #attended = false;
  #most = MOST_HELD;
  #held: Message[] = [];
  /** Whether somebody has the list as it is: then it is not changed any more, a copy is. So many messages that come at once cost one copy. */
  #lent = false;
  #version = $state.raw(0);

  /** Oldest first. */
  get messages(): readonly Message[] {
    void this.#version;
    this.#lent = true;
    return this.#held;
  }

  /** What was read back before is not kept: of it somebody may have been erased. */
  restore(snapshot: Snapshot): void {
    this.#replace(snapshot.chat.slice());
    this.unread = 0;
  }

  apply({ body }: Update): void {
    if (body.what === "message_sent") {
      this.#own().push(body.message);
      this.#bound();
      if (!this.#attended) this.unread += 1;
    } else if (body.what === "message_removed") {
      this.#replace(this.#held.filter(({ id }) => id !== body.message));
    }
  }

  /** Whether somebody looks at the chat. */
  attend(attended: boolean): void {
    this.#attended = attended;
    if (attended) this.unread = 0;
  }

  /** Whether somebody reads further up. */
  readBack(reading: boolean): void {
    this.#most = reading ? MOST_READ_BACK : MOST_HELD;
    this.#bound();
  }

  /** A page of those before `first`; nothing where that is no longer the first. */
  addOlder(older: readonly Message[], first: MessageId | undefined): void {
    if (this.#held[0]?.id === first) this.#replace(older.concat(this.#held));
  }

  /** The list, to be changed. */
  #own(): Message[] {
    if (this.#lent) this.#replace(this.#held.slice());
    return this.#held;
  }

  #replace(messages: Message[]): void {
    this.#held = messages;
    this.#lent = false;
    this.#version += 1;
  }

  #bound(): void {
    if (this.#held.length > this.#most + AT_ONCE) this.#replace(this.#held.slice(-this.#most));
  }
}
