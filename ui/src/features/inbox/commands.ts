import { isProblem, type SendToInbox } from "../../link/link";
import type { CommandId, DirectsFrom, MessageId, ParticipantId, RoomId, Seq, Strand } from "../../protocol";

/** The id is the message's, too. */
export const sendDirect = (send: SendToInbox, to: ParticipantId, text: string, id: CommandId) =>
  send({ do: "send_direct", to, text }, id);
/** Nobody is told of a mark that is not taken: the next one says it all. */
async function mark(send: SendToInbox, strand: Strand, up_to: Seq): Promise<void> {
  try {
    await send({ do: "mark_read", strand, up_to });
  } catch (error) {
    if (!isProblem(error)) throw error;
  }
}

export const readTalk = (send: SendToInbox, participant: ParticipantId, up_to: Seq) =>
  mark(send, { is: "person", participant }, up_to);
/** The chat of a room, or the notes of its crew. */
export const readRoom = (send: SendToInbox, room: RoomId, notes: boolean, up_to: Seq) =>
  mark(send, { is: notes ? "notes" : "room", room }, up_to);

export const block = (send: SendToInbox, participant: ParticipantId) => send({ do: "block", participant });
export const unblock = (send: SendToInbox, participant: ParticipantId) =>
  send({ do: "unblock", participant });
/** To those who look after the room that one is in. */
export const report = (send: SendToInbox, message: MessageId, from: ParticipantId, reason: string) =>
  send({ do: "report", message, from, reason });
export const allowDirects = (send: SendToInbox, from: DirectsFrom) => send({ do: "allow_directs", from });
