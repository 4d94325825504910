import type { Send } from "../../link/link";
import type { Layout, ParticipantId } from "../../protocol";
import { SEATS } from "../../protocol/limits";

export const seatsOf = (layout: Layout): number => SEATS[layout];

// Each says what is to change and not what the scene shall be: the room makes the change to the scene as it stands there, so
// that quick hands, or two producers, do not undo each other.

/** The same people in another layout, as many as it seats. */
export const divide = (send: Send, layout: Layout) =>
  send({ do: "edit_preview", change: { edit: "divide", layout } });

/** Someone, or nobody, onto a seat. */
export const seat = (send: Send, index: number, participant: ParticipantId | null) =>
  send({
    do: "edit_preview",
    change:
      participant === null ? { edit: "empty", seat: index } : { edit: "seat", seat: index, participant },
  });

/** Someone into the scene, on the first free seat. */
export const addGuest = (send: Send, participant: ParticipantId) =>
  send({ do: "edit_preview", change: { edit: "add", participant } });

export const removeGuest = (send: Send, participant: ParticipantId) =>
  send({ do: "edit_preview", change: { edit: "remove", participant } });

export const take = (send: Send) => send({ do: "take" });
