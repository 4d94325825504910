import type { Send } from "../../link/link";
import type { ParticipantId } from "../../protocol";

export const bringOnStage = (send: Send, participant: ParticipantId) =>
  send({ do: "bring_on_stage", participant });
export const takeOffStage = (send: Send, participant: ParticipantId) =>
  send({ do: "take_off_stage", participant });
