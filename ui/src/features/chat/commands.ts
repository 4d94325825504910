import type { Send } from "../../link/link";
import type { MessageId } from "../../protocol";

/** The longest message, in Unicode scalar values; the same as in `shared/src/chat.rs`. */
export const MAX_MESSAGE_CHARS = 2_000;

export const sendMessage = (send: Send, text: string) => send({ do: "send_message", text });
export const removeMessage = (send: Send, message: MessageId) => send({ do: "remove_message", message });
