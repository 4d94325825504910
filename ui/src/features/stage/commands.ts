import type { Send } from "../../link/link";

export const goLive = (send: Send) => send({ do: "go_live" });
export const endShow = (send: Send) => send({ do: "end_show" });
export const undoEnd = (send: Send) => send({ do: "undo_end" });
