import type { MailKind, MailText } from "../protocol/api";
import { text } from "./text";

/** In the order in which somebody gets them. */
export const mailKinds: MailKind[] = [
  "CONFIRMATION",
  "REMINDER_DAY",
  "REMINDER_HOUR",
  "REMINDER_MINUTES",
  "CHANGED",
  "CANCELLED",
  "SPEAKER_INVITATION",
];

const ids: Record<MailKind, string> = {
  CONFIRMATION: "show-mail-confirmation",
  REMINDER_DAY: "show-mail-reminder-day",
  REMINDER_HOUR: "show-mail-reminder-hour",
  REMINDER_MINUTES: "show-mail-reminder-minutes",
  SPEAKER_INVITATION: "show-mail-speaker-invitation",
  CHANGED: "show-mail-changed",
  CANCELLED: "show-mail-cancelled",
};

export const mailKindName = (kind: MailKind) => text(ids[kind]);

/** What an organizer's own text of a mail begins with. */
export const ownMail = (kind: MailKind): MailText => ({
  kind,
  subject: text(`${ids[kind]}.subject`),
  body: text(`${ids[kind]}.body`),
});

/** What a mail's text may name; the server says no to anything else. */
export function placeablesOf(kind: MailKind): string[] {
  const all = ["event", "name", "when"];
  if (kind === "SPEAKER_INVITATION") return all;
  return kind === "CANCELLED" ? [...all, "ticket", "reason"] : [...all, "ticket"];
}
