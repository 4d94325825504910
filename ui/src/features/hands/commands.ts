import type { Send } from "../../link/link";
import type { ParticipantId } from "../../protocol";

export const takeHand = (send: Send, participant: ParticipantId) => send({ do: "take_hand", participant });
export const dismissHand = (send: Send, participant: ParticipantId) =>
  send({ do: "dismiss_hand", participant });
export const restoreHand = (send: Send, participant: ParticipantId) =>
  send({ do: "restore_hand", participant });
