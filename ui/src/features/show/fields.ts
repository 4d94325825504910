import { mailKindName } from "../../locales/mail-words";
import { text } from "../../locales/text";
import type { Cue, MailText, PlannedPoll, Scene, SessionLength } from "../../protocol/api";
import type { ShowEvent } from "./commands";

/** What can be changed of a plan, as a change names it. */
export function fieldsOf({ showPlan: { scenes, cues, polls, mails, lengths }, version }: ShowEvent) {
  return { scenes, cues, polls, mails, lengths, version };
}

const lists: Record<string, { label: string; line: (entry: never) => string }> = {
  scenes: { label: "show-field-scenes", line: ({ name }: Scene) => name },
  cues: {
    label: "show-field-cues",
    line: ({ title, minutes }: Cue) => text("show-field-cue", { title, minutes }),
  },
  lengths: {
    label: "show-field-lengths",
    line: ({ shortest, longest }: SessionLength) =>
      text("show-field-length", { shortest: shortest ?? "–", longest: longest ?? "–" }),
  },
  polls: {
    label: "show-polls",
    line: ({ question, options }: PlannedPoll) => `${question} ${options.join(", ")}`,
  },
  mails: {
    label: "show-mails",
    line: ({ kind, subject, body }: MailText) => `${mailKindName(kind)}: ${subject}\n${body}`,
  },
};

/** A list of the plan in words, line by line. */
export function fieldWords(field: string, value: unknown) {
  const list = lists[field];
  if (list === undefined || !Array.isArray(value)) return { label: field, value: String(value) };
  return { label: text(list.label), value: value.map((entry) => list.line(entry as never)).join("\n") };
}
