import type { Send } from "../../link/link";
import type { CommandBody, CommandId, MessageId, ParticipantId } from "../../protocol";

/** What one writes: to whom it is an answer, and whom it names. */
export type Words = { text: string; reply_to?: MessageId; mentions?: ParticipantId[] };

export const sendMessage = (send: Send, words: Words, id?: CommandId) =>
  send({ do: "send_message", ...words }, id);
export const editMessage = (send: Send, message: MessageId, { text, mentions }: Words) =>
  send({ do: "edit_message", message, text, ...(mentions && { mentions }) });
/** What moderators do with what others said, as far as it can be taken back. */
export const looking = {
  hide: (message: MessageId): CommandBody => ({ do: "hide_message", message }),
  remove: (message: MessageId): CommandBody => ({ do: "remove_message", message }),
  show: (message: MessageId): CommandBody => ({ do: "show_message", message }),
  pin: (message: MessageId): CommandBody => ({ do: "pin_message", message }),
  unpin: (message: MessageId): CommandBody => ({ do: "unpin_message", message }),
};
export const removeMessage = (send: Send, message: MessageId) => send(looking.remove(message));
export const announce = (send: Send, text: string) => send({ do: "announce", text });
export const endAnnouncement = (send: Send, announcement: MessageId) =>
  send({ do: "end_announcement", announcement });
export const sendNote = (send: Send, words: Words, id?: CommandId) => send({ do: "send_note", ...words }, id);
export const removeNote = (send: Send, note: MessageId) => send({ do: "remove_note", note });
