import type {
  Announcement,
  Message,
  MessageId,
  ParticipantId,
  Seq,
  Snapshot,
  Timestamp,
  Update,
} from "../../protocol";
import { EARLIER_TEXTS, SNAPSHOT_MESSAGES } from "../../protocol/limits";

/** Held while one is at the end. Full: the oldest go, and can be read again. */
const MOST_HELD = 5_000;
/** Held while one reads back, so that nothing falls off under one's eyes. Full: the oldest go all the same. */
const MOST_READ_BACK = 20_000;
/** They go together: to move everything for one of them would cost as much. */
const AT_ONCE = 500;

/** What is gone has no words for those who do not look after the chat. */
function wordless(
  { mentions: _mentions, earlier: _earlier, ...message }: Message,
  gone: { at: Timestamp; hidden: boolean },
): Message {
  return { ...message, text: "", gone };
}

/** What was said in the room. Changes only in `restore` and `apply`; how much of it is held, in `readBack` and `addOlder` too. */
export class ChatModel {
  /** How many came while nobody looked at the chat. */
  unread = $state.raw(0);
  /** What the crew wrote to each other, oldest first. */
  notes = $state.raw<readonly Message[]>([]);
  pinned = $state.raw<Message | undefined>();
  announcement = $state.raw<Announcement | undefined>();
  #looksAfter = false;
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
  restore(snapshot: Snapshot, { looksAfter }: { looksAfter: boolean }): void {
    this.#looksAfter = looksAfter;
    this.#replace(snapshot.chat.slice());
    this.notes = snapshot.crew?.notes ?? [];
    this.pinned = snapshot.pinned;
    this.announcement = snapshot.announcement;
    this.unread = 0;
  }

  apply({ at, by, body }: Update): void {
    switch (body.what) {
      case "message_sent":
        this.#own().push(body.message);
        this.#bound();
        if (!this.#attended) this.unread += 1;
        break;
      case "message_edited": {
        const edited = (message: Message) => this.#edited(message, body, at);
        this.#change(body.message, edited);
        if (this.pinned?.id === body.message) this.pinned = edited(this.pinned);
        break;
      }
      case "message_removed":
        this.#change(body.message, (message) => this.#gone(message, { at, by, hidden: false }));
        break;
      case "message_hidden":
        this.#change(body.message, (message) => ({
          ...message,
          gone: { at, ...(by && { by }), hidden: true },
        }));
        break;
      case "message_shown":
        this.#change(body.message.id, () => body.message);
        break;
      case "message_pinned":
        this.pinned = body.message;
        break;
      case "unpinned":
        this.pinned = undefined;
        break;
      case "announced":
        this.announcement = body.announcement;
        break;
      case "announcement_ended":
        this.announcement = undefined;
        break;
      case "note_sent":
        this.notes = [...this.notes, body.note].slice(-SNAPSHOT_MESSAGES);
        break;
      case "note_removed":
        this.notes = this.notes.map((note) =>
          note.id === body.note ? wordless(note, { at, hidden: false }) : note,
        );
        break;
    }
  }

  #edited(
    message: Message,
    { text, mentions }: { text: string; mentions?: ParticipantId[] },
    at: Timestamp,
  ): Message {
    const { mentions: _, earlier, ...rest } = message;
    return {
      ...rest,
      text,
      ...(mentions && { mentions }),
      edited_at: at,
      ...(this.#looksAfter && { earlier: [...(earlier ?? []), message.text].slice(-EARLIER_TEXTS) }),
    };
  }

  #gone(
    message: Message,
    { at, by, hidden }: { at: Timestamp; by: ParticipantId | undefined; hidden: boolean },
  ): Message {
    return this.#looksAfter
      ? { ...message, gone: { at, ...(by && { by }), hidden } }
      : wordless(message, { at, hidden });
  }

  #change(id: MessageId, change: (message: Message) => Message): void {
    const held = this.#own();
    const at = held.findLastIndex((message) => message.id === id);
    const message = held[at];
    if (message) held[at] = change(message);
    this.#version += 1;
  }

  /** It was read on another device, so far. */
  readElsewhere(upTo: Seq): void {
    if (this.unread === 0) return;
    const after = this.#held.length - 1 - this.#held.findLastIndex(({ seq }) => seq <= upTo);
    this.unread = Math.min(this.unread, after);
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
