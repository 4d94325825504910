import type {
  DirectsFrom,
  InboxBatch,
  InboxEntry,
  InboxEntryBody,
  InboxPage,
  InboxSnapshot,
  ParticipantId,
  Peer,
  RoomId,
  RoomRead,
  Seq,
} from "../../protocol";

/** What was written between oneself and somebody: `entries` are its end, without a gap, oldest first. */
export type Talk = {
  with: Peer;
  entries: InboxEntry[];
  /** Nothing stands before `entries`. */
  whole: boolean;
  unread: number;
  readUpTo: Seq;
};

/** Where one was mentioned. */
export type Mention = { entry: InboxEntry; body: Extract<InboxEntryBody, { what: "mentioned" }> };

type Marks = Readonly<Record<RoomId, Seq>>;

/** As many mentions are kept as a snapshot tells of. */
const MOST_MENTIONS = 50;

/** What is for oneself alone. It is about no room, and changes only in `restore`, `apply` and `loaded`. */
export class InboxModel {
  /** Nothing is known of it before the first snapshot. */
  known = $state.raw(false);
  directsFrom = $state.raw<DirectsFrom>("everybody");
  blocked = $state.raw<Peer[]>([]);
  /** The latest first. */
  talks = $state.raw<Talk[]>([]);
  /** The latest first. */
  mentions = $state.raw<Mention[]>([]);
  /** How far one has read the chats of rooms. */
  rooms = $state.raw<Marks>({});
  /** And the notes of their crews. */
  notes = $state.raw<Marks>({});
  #upTo: Seq = 0;

  /** Messages and mentions that were not read. */
  get unread(): number {
    return (
      this.talks.reduce((sum, { unread }) => sum + unread, 0) +
      this.mentions.filter((mention) => !this.isRead(mention)).length
    );
  }

  /** Those in the chat of a room, or in the notes of its crew, that were not read. */
  mentionsIn(room: RoomId | undefined, notes: boolean): Mention[] {
    const isThere = ({ body }: Mention) => body.room === room && body.notes === notes;
    return this.mentions.filter((mention) => isThere(mention) && !this.isRead(mention));
  }

  isRead({ body }: Mention): boolean {
    return this.readIn(body.room, body.notes) >= body.seq;
  }

  /** How far one has read the chat of a room, or the notes of its crew: a position of its log. */
  readIn(room: RoomId, notes: boolean): Seq {
    return (notes ? this.notes : this.rooms)[room] ?? 0;
  }

  isBlocked(participant: ParticipantId): boolean {
    return this.blocked.some((peer) => peer.participant === participant);
  }

  talk(participant: ParticipantId): Talk | undefined {
    return this.talks.find((talk) => talk.with.participant === participant);
  }

  restore(snapshot: InboxSnapshot): void {
    this.#upTo = snapshot.up_to;
    this.known = true;
    this.directsFrom = snapshot.directs_from;
    this.blocked = snapshot.blocked;
    this.rooms = marks(snapshot.rooms);
    this.notes = marks(snapshot.notes);
    this.mentions = snapshot.mentions.flatMap(mention).reverse();
    this.talks = snapshot.conversations.map(({ with: peer, latest, unread, read_up_to }) => ({
      with: peer,
      entries: [latest],
      whole: false,
      unread,
      readUpTo: read_up_to,
    }));
  }

  /** False where something is missing in between. */
  apply(batch: InboxBatch): boolean {
    if (!this.known || batch.after > this.#upTo) return false;
    for (const entry of batch.entries) if (entry.position > this.#upTo) this.#take(entry);
    this.#upTo = Math.max(this.#upTo, batch.up_to);
    return true;
  }

  /**
   * A part of a conversation that was asked for: what stands before `asked`, or its end. Nothing where what one has does not begin there
   * any more: between the two something would be missing.
   */
  loaded(peer: Peer, page: InboxPage, asked: Seq | undefined): void {
    const talk = this.talk(peer.participant) ?? begun(peer);
    const first = talk.entries[0]?.position;
    if (asked !== undefined && asked !== first) return;
    const before = page.entries.filter(({ position }) => first === undefined || position < first);
    this.#put({ ...talk, entries: [...before, ...talk.entries], whole: !page.has_more });
  }

  #take(entry: InboxEntry): void {
    const { body } = entry;
    switch (body.what) {
      case "received":
        this.#said(body.from, entry, 1);
        break;
      case "sent":
        this.#said(body.to, entry, 0);
        break;
      case "mentioned":
        // What the message says by now stands in the place of what it said.
        this.mentions = [
          ...mention(entry),
          ...this.mentions.filter((held) => held.body.message !== body.message),
        ].slice(0, MOST_MENTIONS);
        break;
      case "unmentioned":
        this.mentions = this.mentions.filter((held) => held.body.message !== body.message);
        break;
      case "read_up_to":
        if (body.strand.is === "person") this.#read(body.strand.participant, body.up_to);
        else if (body.strand.is === "room") this.rooms = { ...this.rooms, [body.strand.room]: body.up_to };
        else if (body.strand.is === "notes") this.notes = { ...this.notes, [body.strand.room]: body.up_to };
        break;
      case "blocked":
        this.#unblock(body.who.participant);
        this.blocked = [...this.blocked, body.who];
        break;
      case "unblocked":
        this.#unblock(body.participant);
        break;
      case "directs_allowed":
        this.directsFrom = body.from;
        break;
      case "forgotten":
        this.#forget(body.participant);
        break;
      case "unknown":
        break;
    }
  }

  #said(peer: Peer, entry: InboxEntry, unread: number): void {
    const talk = this.talk(peer.participant) ?? begun(peer);
    this.#put({ ...talk, with: peer, entries: [...talk.entries, entry], unread: talk.unread + unread });
  }

  /** What came after the mark, as far as it is here; the rest was counted by the server. */
  #read(participant: ParticipantId, upTo: Seq): void {
    const talk = this.talk(participant);
    if (talk === undefined) return;
    const after = talk.entries.filter(
      ({ position, body }) => position > upTo && body.what === "received",
    ).length;
    const unread = Math.min(talk.unread, after);
    this.talks = this.talks.map((held) => (held === talk ? { ...talk, unread, readUpTo: upTo } : held));
  }

  #unblock(participant: ParticipantId): void {
    this.blocked = this.blocked.filter((peer) => peer.participant !== participant);
  }

  /** What somebody wrote is gone, and so is their name; what one wrote to them stays. */
  #forget(participant: ParticipantId): void {
    this.mentions = this.mentions.filter(({ body }) => body.by.participant !== participant);
    this.blocked = this.blocked.map((peer) =>
      peer.participant === participant ? { ...peer, name: "" } : peer,
    );
    this.talks = this.talks.flatMap((talk) => {
      if (talk.with.participant !== participant) return [talk];
      const entries = talk.entries.filter(({ body }) => body.what === "sent");
      return entries.length === 0 ? [] : [{ ...talk, with: { ...talk.with, name: "" }, entries, unread: 0 }];
    });
  }

  /** At its place: where the latest message is, it stands first. */
  #put(talk: Talk): void {
    const others = this.talks.filter((held) => held.with.participant !== talk.with.participant);
    const latest = (held: Talk) => held.entries.at(-1)?.position ?? 0;
    this.talks = [...others, talk].sort((one, other) => latest(other) - latest(one));
  }
}

/** Of a conversation that was not told of: it may be an old one, of which a snapshot with many does not tell. */
const begun = (peer: Peer): Talk => ({ with: peer, entries: [], whole: false, unread: 0, readUpTo: 0 });

const marks = (read: readonly RoomRead[]): Marks =>
  Object.fromEntries(read.map(({ room, up_to }) => [room, up_to]));

function mention(entry: InboxEntry): Mention[] {
  return entry.body.what === "mentioned" ? [{ entry, body: entry.body }] : [];
}
