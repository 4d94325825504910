import type { Send } from "../../link/link";
import type { CommandId, MessageId, Outcome } from "../../protocol";
import { removeMessage, removeNote, sendMessage, sendNote, type Words } from "./commands";

/** One of the two places where one writes in a room. Each looks different, so that nobody writes to the wrong people. */
export type Channel = {
  key: "chat" | "notes";
  say: (send: Send, words: Words, id?: CommandId) => Promise<Outcome>;
  remove: (send: Send, message: MessageId) => Promise<Outcome>;
};

/** What everybody in the room reads. */
export const everybody: Channel = { key: "chat", say: sendMessage, remove: removeMessage };
/** What the crew alone reads. */
export const crewOnly: Channel = { key: "notes", say: sendNote, remove: removeNote };
