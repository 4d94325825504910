import { momentIn, ownZone, timeIn } from "../../kit/zone";
import { text } from "../../locales/text";
import type { AuditEntry, RoomRules, Sanction, SanctionKind, Timestamp } from "../../protocol";

const DAY_MS = 86_400_000;

/** `14:05` on this computer's clock; with its day where that is another. */
export function clock(at: Timestamp, now = Date.now()): string {
  const ms = at / 1_000;
  return Math.abs(ms - now) < DAY_MS / 2 ? timeIn(ms, ownZone()) : momentIn(ms, ownZone());
}

/** What somebody is kept from. */
export function sanctionWords(sanction: Sanction): string {
  switch (sanction.is) {
    case "muted":
      return text("moderation-muted");
    case "timed_out":
      return text("moderation-timed-out", { until: clock(sanction.until) });
    case "removed":
      return text("moderation-removed");
    case "banned":
      return text("moderation-banned");
    case "unknown":
      return text("moderation-kept");
  }
}

/** The switches of the rules and their words, in the order in which they stand. */
export const switches = [
  { rule: "chat", label: "rules-chat" },
  { rule: "questions", label: "rules-questions" },
  { rule: "reactions", label: "rules-reactions" },
  { rule: "hands", label: "rules-hands" },
  { rule: "links", label: "rules-links" },
  { rule: "review", label: "rules-review" },
  { rule: "anonymous", label: "rules-anonymous" },
] as const;

const kept: Record<Sanction["is"], string> = {
  muted: "audit-muted",
  timed_out: "audit-timed-out",
  removed: "audit-removed",
  banned: "audit-banned",
  unknown: "audit-kept",
};

const lifted: Record<SanctionKind, string> = {
  muted: "audit-lifted-mute",
  timed_out: "audit-lifted-out",
  removed: "audit-lifted-remove",
  banned: "audit-lifted-ban",
  unknown: "audit-lifted",
};

const closes = ({ chat, questions, reactions, hands }: RoomRules) =>
  !(chat || questions || reactions || hands);

/** Who did it; an organizer who lifts a ban is nobody of the room. */
export const auditActor = ({ update, name }: AuditEntry) =>
  update.by === undefined ? text("audit-organizer") : name;

/** What was done, as a sentence without whoever did it. */
export function auditWords({ update, people, further, message }: AuditEntry): string {
  const { body } = update;
  const name = message?.name ?? people.map((person) => person.name).join(", ");
  switch (body.what) {
    case "rules_set":
      return text(body.before_stop && closes(body.rules) ? "audit-stopped" : "audit-rules");
    case "sanctioned":
      return text(kept[body.sanctioned.sanction.is], { name: body.sanctioned.name });
    case "sanction_lifted":
      return text(body.kind === undefined ? "audit-lifted" : lifted[body.kind], { name });
    case "message_hidden":
      return text("audit-hidden", { name });
    case "message_removed":
      return text("audit-message-removed", { name });
    case "message_shown":
      return text("audit-shown", { name: body.message.name });
    case "message_pinned":
      return text("audit-pinned", { name: body.message.name });
    case "unpinned":
      return text("audit-unpinned");
    case "announced":
      return text("audit-announced");
    case "announcement_ended":
      return text("audit-announcement-ended");
    case "question_settled":
      return text("audit-question");
    case "question_opened":
      return text("audit-question-opened");
    case "poll_dropped":
      return text("audit-poll-dropped");
    case "hand_lowered":
      return text("audit-hand-lowered", { name });
    case "hand_raised":
      return text("audit-hand-raised", { name });
    case "crew_arrived":
      return text("audit-on-stage", { name });
    case "crew_left":
      return text("audit-off-stage", { name });
    case "report_settled":
      return text("audit-report");
    case "report_reopened":
      return text("audit-report-reopened");
    case "answer_hidden":
      return text("audit-answer-hidden");
    case "answer_shown":
      return text("audit-answer-shown");
    case "admitted":
      return text("audit-admitted", { count: people.length + further });
    default:
      return text("audit-other");
  }
}

/** The words that it is about. */
export function auditQuote({ update: { body }, message }: AuditEntry): string | undefined {
  if (message) return message.text;
  if (body.what === "message_shown" || body.what === "message_pinned") return body.message.text;
  if (body.what === "question_opened") return body.question.text;
  if (body.what === "answer_hidden" || body.what === "answer_shown") return body.answer;
  return body.what === "announced" ? body.announcement.text : undefined;
}
