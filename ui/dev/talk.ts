// What was said before, and what was said and not sent, as the made-up core has it.
import type {
  AuditEntry,
  AuditPage,
  CommandId,
  Message,
  MessagePage,
  NamedVote,
  ParticipantId,
  PollId,
  RoomId,
  Seq,
  VotesPage,
} from "../src/protocol";
import { FakePeople } from "./people";

/** As everybody is shown it who does not look after the chat. */
export function bare({ gone, earlier: _, ...message }: Message): Message {
  return gone ? { ...message, text: "", mentions: [], gone: { at: gone.at, hidden: false } } : message;
}

export class FakeTalk extends FakePeople {
  /** What was said in the room before what the snapshot holds, oldest first. */
  before: Message[] = [];

  async olderMessages(
    _room: RoomId,
    before: Seq | undefined,
    limit: number,
    _notes?: boolean,
  ): Promise<MessagePage> {
    this.calls.push(`olderMessages ${before ?? ""}`.trim());
    const older = this.before.filter(({ seq = 0 }) => before === undefined || seq < before);
    return { messages: older.slice(-limit), more: older.length > limit };
  }

  /** What moderators did, newest first. */
  done: AuditEntry[] = [];

  /** Who voted for what. */
  named: Record<PollId, NamedVote[]> = {};

  async votes(_room: RoomId, poll: PollId, after?: ParticipantId): Promise<VotesPage> {
    this.calls.push(`votes ${poll} ${after ?? ""}`.trim());
    const all = this.named[poll] ?? [];
    const from = all.findIndex(({ participant }) => participant === after) + 1;
    const votes = all.slice(from, from + 100);
    const last = votes.at(-1)?.participant;
    return { votes, count: all.length, ...(from + votes.length < all.length && last && { after: last }) };
  }

  async audit(_room: RoomId, before?: Seq): Promise<AuditPage> {
    this.calls.push(`audit ${before ?? ""}`.trim());
    return {
      entries: this.done.filter(({ update }) => before === undefined || update.seq < before),
      more: false,
    };
  }

  async searchMessages(_room: RoomId, query: string, before?: Seq, _notes?: boolean): Promise<MessagePage> {
    this.calls.push(`searchMessages ${query}`);
    const words = query.toLowerCase().split(/\s+/);
    const found = this.before
      .filter(({ text }) => words.every((word) => ` ${text.toLowerCase()}`.includes(` ${word}`)))
      .filter(({ seq = 0 }) => before === undefined || seq < before);
    return { messages: found.slice(-20).reverse(), more: found.length > 20 };
  }

  async discardUnsent(id: CommandId): Promise<void> {
    this.calls.push(`discardUnsent ${id}`);
  }
}
