import { Decisions } from "../../link/decisions.svelte";
import type { Announcement, Message, MessageId, ParticipantId, Snapshot, Update } from "../../protocol";
import { EARLIER_TEXTS } from "../../protocol/limits";
import { MessageList, taken } from "./messages.svelte";

/** Of what a message said before, its first text and the latest. */
const traced = (earlier: string[]) => earlier.filter((_, at) => at !== 1 || earlier.length <= EARLIER_TEXTS);

/** What holds messages of its own, from wherever, and follows what becomes of them. */
export type Follower = {
  change: (id: MessageId, changed: (message: Message) => Message) => void;
  /** All that is here is new: of what happened before nothing is told. */
  renew: () => void;
};

/** What moderators decide about: whether a message is in the chat, what is pinned, and what is announced. */
export type Matter = MessageId | typeof PIN | typeof ANNOUNCEMENT;
export const PIN = "pin";
export const ANNOUNCEMENT = "announcement";

/** What was said in the room and among its crew, what is pinned and announced. Changes only in `restore` and `apply`. */
export class ChatModel {
  readonly said = new MessageList();
  readonly notes = new MessageList();
  pinned = $state.raw<Message | undefined>();
  /** What was pinned until its author changed it: whoever looks after the chat decides whether it is again. */
  changed = $state.raw<MessageId | undefined>();
  /** What its author took down with the last update. */
  #takenDown: MessageId | undefined;
  announcement = $state.raw<Announcement | undefined>();
  readonly decisions = new Decisions<Matter>();
  /** Who looks after the show is told what was changed and taken out, and by whom. */
  #looksAfter = false;

  readonly #followers = new Set<Follower>();

  /** Tells somebody what becomes of messages, until the function that comes back is called. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** Who looks at it. */
  own(me: ParticipantId): void {
    this.said.me = me;
    this.notes.me = me;
    this.decisions.me = me;
  }

  /** What comes from now on is of another room. */
  leave(): void {
    this.said.leave();
    this.notes.leave();
    this.changed = undefined;
  }

  /** It stays unpinned. */
  leaveUnpinned(): void {
    this.changed = undefined;
  }

  restore(
    { room, chat, crew, pinned, announcement }: Snapshot,
    { looksAfter }: { looksAfter: boolean },
  ): void {
    this.#looksAfter = looksAfter;
    this.decisions.lookAgain((matter) => {
      if (matter === PIN) return pinned?.id === this.pinned?.id;
      if (matter === ANNOUNCEMENT) return announcement?.id === this.announcement?.id;
      return this.#standsIn(chat, matter);
    });
    this.said.restore(chat, room);
    this.notes.restore(crew?.notes ?? [], room);
    this.pinned = pinned;
    this.changed = undefined;
    this.announcement = announcement;
    for (const follower of this.#followers) follower.renew();
  }

  apply(update: Update): void {
    const { body } = update;
    this.#decide(update);
    const takenDown = this.#takenDown;
    this.#takenDown = undefined;
    if (body.what === "message_sent") this.said.add(body.message);
    else if (body.what === "message_edited") {
      this.#edit(update, body);
      if (this.#looksAfter && takenDown === body.message) this.changed = takenDown;
    } else if (body.what === "message_removed") this.#take(this.said, update, body.message, false);
    else if (body.what === "message_hidden") this.#take(this.said, update, body.message, true);
    else if (body.what === "message_shown") this.#change(this.said, body.message.id, () => body.message);
    else if (body.what === "message_pinned") this.#pin(body.message);
    else if (body.what === "unpinned") {
      if (update.by === this.pinned?.author) this.#takenDown = this.pinned?.id;
      this.pinned = undefined;
    } else if (body.what === "announced") this.announcement = body.announcement;
    else if (body.what === "announcement_ended") this.announcement = undefined;
    else if (body.what === "note_sent") this.notes.add(body.note);
    else if (body.what === "note_removed") this.#take(this.notes, update, body.note, false);
  }

  #decide({ body, by }: Update): void {
    if (body.what === "message_hidden" || body.what === "message_removed")
      this.decisions.decided(body.message, by);
    else if (body.what === "message_shown") this.decisions.decided(body.message.id, by);
    else if (body.what === "message_pinned" || body.what === "unpinned") this.decisions.decided(PIN, by);
    else if (body.what === "announced" || body.what === "announcement_ended")
      this.decisions.decided(ANNOUNCEMENT, by);
  }

  /** Whether a message is in the chat, or out of it, as it was; or oneself took it out. */
  #standsIn(chat: readonly Message[], id: MessageId): boolean {
    const [before, now] = [this.said.find(id), chat.find((message) => message.id === id)];
    if (before === undefined || now === undefined) return false;
    return now.gone?.at === before.gone?.at || (now.gone?.by !== undefined && now.gone.by === this.said.me);
  }

  #pin(message: Message): void {
    this.pinned = message;
    this.changed = undefined;
  }

  #edit({ at }: Update, { message: id, text, mentions }: Edited): void {
    const edited = (before: Message): Message => {
      // A page that was read later has it already. What is changed twice at once has one time.
      const since = before.edited_at ?? Number.NEGATIVE_INFINITY;
      if (since > at || (since === at && before.text === text)) return before;
      const { mentions: _, earlier, ...message } = before;
      return {
        ...message,
        ...(this.#looksAfter && { earlier: traced([...(earlier ?? []), message.text]) }),
        ...(mentions && { mentions }),
        text,
        edited_at: at,
      };
    };
    this.#change(this.said, id, edited);
    if (this.pinned?.id === id) this.pinned = edited(this.pinned);
  }

  #change(list: MessageList, id: MessageId, changed: (message: Message) => Message): void {
    list.change(id, changed);
    for (const follower of this.#followers) follower.change(id, changed);
  }

  /** Of notes nobody is shown a trace. */
  #take(list: MessageList, { at, by }: Update, id: string, hidden: boolean): void {
    const gone = { at, hidden, ...(by !== undefined && { by }) };
    this.#change(list, id, (message) => taken(message, gone, this.#looksAfter && list === this.said));
  }
}

type Edited = Extract<Update["body"], { what: "message_edited" }>;
