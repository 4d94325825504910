import type { Send } from "../../link/link";
import type {
  MessageId,
  ParticipantId,
  ReportId,
  ReportTarget,
  RulesEdit,
  SanctionAct,
  SanctionKind,
} from "../../protocol";

export const editRules = (send: Send, change: RulesEdit) => send({ do: "edit_rules", change });
export const stopAll = (send: Send) => send({ do: "stop_all" });
export const resume = (send: Send) => send({ do: "resume" });
export const sanction = (send: Send, participant: ParticipantId, act: SanctionAct) =>
  send({ do: "sanction", participant, act });
export const lift = (send: Send, participant: ParticipantId, kind: SanctionKind) =>
  send({ do: "lift_sanction", participant, kind });
export const hideMessage = (send: Send, message: MessageId) => send({ do: "hide_message", message });
export const showMessage = (send: Send, message: MessageId) => send({ do: "show_message", message });
export const report = (send: Send, target: ReportTarget, reason: string) =>
  send({ do: "report", target, reason });
export const settle = (send: Send, settled: ReportId) => send({ do: "settle_report", report: settled });
export const reopen = (send: Send, settled: ReportId) => send({ do: "reopen_report", report: settled });
/** Those who are named; all who wait, where nobody is. */
export const admit = (send: Send, participants: ParticipantId[]) => send({ do: "admit", participants });
