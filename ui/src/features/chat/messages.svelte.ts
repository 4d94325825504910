import { untrack } from "svelte";
import { SharedList } from "../../kit/shared-list";
import type { Gone, Message, MessageId, ParticipantId, RoomId, Seq } from "../../protocol";
import type { Named } from "./mentions";
import { type Change, Underway } from "./underway";

/** Held while one is at the end; and of a passage, of which those go that one has left behind. Full: the oldest go, and can be read again. */
const MOST_HELD = 5_000;
/** Held while one reads back, so that nothing falls off under one's eyes. Full: the oldest go all the same. */
const MOST_READ_BACK = 20_000;
/** They go together: to move everything for one of them would cost as much. */
const AT_ONCE = 500;

/** What was said in one place, those that are gone where they stood. */
export class MessageList {
  /** How many of others came while nobody looked. */
  unread = $state.raw(0);
  /** Pages of it that are read. */
  readonly underway = new Underway();
  /** Who looks: one's own, said on another device, is no news. */
  me: ParticipantId | undefined;
  #attended = false;
  /** The last position that was looked at; nothing before the room is known. */
  #seen: Seq | undefined;
  #room: RoomId | undefined;
  /** And in the rooms in which one was before. */
  readonly #seenIn = new Map<RoomId, Seq>();
  #isReadBack = false;
  #isSought = false;
  #held = $state.raw(new SharedList<Message>());
  #passage = $state.raw<SharedList<Message> | undefined>();
  /** Everybody who said something, as they were called last. */
  readonly #authors = new Map<ParticipantId, Named>();

  /** Up to the present, oldest first. */
  get messages(): SharedList<Message> {
    return this.#held;
  }

  /** What was said around something long ago that one was led to, apart from the present; nothing where one reads that. */
  get passage(): SharedList<Message> | undefined {
    return this.#passage;
  }

  /** What one reads. */
  get shown(): SharedList<Message> {
    return this.#passage ?? this.#held;
  }

  /** Looks from the end, where most of what is asked for stands. */
  find(id: MessageId): Message | undefined {
    const is = (message: Message) => message.id === id;
    return this.#passage?.findLast(is) ?? this.#held.findLast(is);
  }

  /** Somebody who said something here. */
  named(id: ParticipantId): Named | undefined {
    void this.#held;
    return this.#authors.get(id);
  }

  /** Everybody who said something here. */
  get authors(): Named[] {
    void this.#held;
    return [...this.#authors.values()];
  }

  /** What was read back before is not kept: of it somebody may have been erased. What came meanwhile, unseen, is counted. */
  restore(messages: readonly Message[], room?: RoomId): void {
    this.underway.beginAnew();
    this.#room = room;
    if (room !== undefined) this.#seen ??= this.#seenIn.get(room);
    this.#authors.clear();
    this.#know(messages);
    this.#held = new SharedList(messages.slice());
    this.#passage = undefined;
    if (this.#attended || this.#seen === undefined) this.#look();
    else this.unread = messages.filter((message) => this.#isNews(message)).length;
  }

  /** What comes from now on is of another room. */
  leave(): void {
    if (this.#room !== undefined && this.#seen !== undefined) this.#seenIn.set(this.#room, this.#seen);
    this.#room = undefined;
    this.#seen = undefined;
  }

  add(message: Message): void {
    this.#know([message]);
    this.#held = this.#held.plus(message);
    if (this.#held.length > this.#most() + AT_ONCE) this.#bound();
    if (this.#attended) this.#seen = message.seq;
    else if (this.#isNews(message)) this.unread += 1;
  }

  /** It is another where it stands; nothing where it is not held. */
  change(id: MessageId, changed: Change): void {
    this.underway.change(id, changed);
    this.#held = replaced(this.#held, id, changed);
    if (this.#passage) this.#passage = replaced(this.#passage, id, changed);
  }

  /** It was read on another device, so far. */
  readElsewhere(upTo: Seq): void {
    if (upTo === 0) return;
    this.#seen = Math.max(this.#seen ?? 0, upTo);
    if (this.unread === 0) return;
    const after = this.#held.length - 1 - this.#held.findLastIndex(({ seq }) => seq <= upTo);
    this.unread = Math.min(this.unread, after);
  }

  /** Whether somebody looks at it. */
  attend(attended: boolean): void {
    this.#attended = attended;
    // Whoever says so does not want to say it again with every message.
    if (attended) untrack(() => this.#look());
  }

  /** Whether somebody reads further up. */
  readBack(reading: boolean): void {
    this.#isReadBack = reading;
    this.seek(false);
  }

  /** Whether somebody is led further up: nothing that is read for it goes before they are there, and read back. */
  seek(sought: boolean): void {
    this.#isSought = sought;
    if (this.#held.length > this.#most()) this.#bound();
  }

  /** Leads to a passage, which ends before what is held of the present. */
  openPassage(messages: readonly Message[]): void {
    const present = this.#held.at(0)?.seq ?? Number.POSITIVE_INFINITY;
    this.#knowOthers(messages);
    this.#passage = new SharedList(messages.filter(({ seq }) => seq < present));
  }

  /** Back to the present. */
  leavePassage(): void {
    this.#passage = undefined;
  }

  /** Those before `first`; nothing where that is no longer the first of what one reads. Whether it was. */
  addOlder(older: readonly Message[], first: MessageId | undefined): boolean {
    if (this.shown.at(0)?.id !== first) return false;
    this.#knowOthers(older);
    const all = [...older, ...this.shown];
    if (this.#passage) this.#passage = new SharedList(all.slice(0, MOST_HELD));
    else this.#held = new SharedList(all);
    return true;
  }

  /** A page of those after `last`; nothing where that is no longer the last of the passage. */
  addNewer(newer: readonly Message[], last: MessageId): void {
    if (this.#passage?.at(-1)?.id !== last) return;
    this.#knowOthers(newer);
    this.#passage = new SharedList([...this.#passage, ...newer].slice(-MOST_HELD));
  }

  /** Between `last`, if it still ends the passage, and the present nothing was said: they are one. */
  join(last: MessageId): void {
    if (this.#passage?.at(-1)?.id !== last) return;
    this.#held = new SharedList([...this.#passage, ...this.#held]);
    this.#passage = undefined;
  }

  /** Everything that is here was looked at. */
  #look(): void {
    this.#seen = Math.max(this.#seen ?? 0, this.#held.at(-1)?.seq ?? 0);
    this.unread = 0;
  }

  /** A server that does not say where a message stands tells it once. */
  #isNews({ author, seq, gone }: Message): boolean {
    return author !== this.me && gone === undefined && (seq === 0 || seq > (this.#seen ?? 0));
  }

  #know(messages: readonly Message[]): void {
    for (const { author: id, name, role } of messages) this.#authors.set(id, { id, name, role });
  }

  /** What was said long ago tells of nobody how they are called last. */
  #knowOthers(messages: readonly Message[]): void {
    this.#know(messages.filter(({ author }) => !this.#authors.has(author)));
  }

  #most(): number {
    return this.#isReadBack || this.#isSought ? MOST_READ_BACK : MOST_HELD;
  }

  #bound(): void {
    this.#held = new SharedList(this.#held.slice(-this.#most()));
  }
}

/** The same, and another message where this one stands; nothing else where it does not. */
function replaced(list: SharedList<Message>, id: MessageId, changed: Change): SharedList<Message> {
  const index = list.findLastIndex((message) => message.id === id);
  const message = index < 0 ? undefined : list.at(index);
  return message === undefined ? list : list.with(index, changed(message));
}

/** The same, taken out of the chat. Its words stay with those alone who are shown the trace of what went. */
export function taken(message: Message, gone: Gone, trace: boolean): Message {
  if (trace) return { ...message, gone };
  const { mentions: _mentions, earlier: _earlier, ...rest } = message;
  return { ...rest, text: "", gone: { at: gone.at, hidden: false } };
}
