import type { Send } from "../../link/link";
import type { MessageId } from "../../protocol";

export const sendMessage = (send: Send, text: string) => send({ do: "send_message", text });
export const removeMessage = (send: Send, message: MessageId) => send({ do: "remove_message", message });
