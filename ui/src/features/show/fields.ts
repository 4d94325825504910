import { text } from "../../locales/text";
import type { ShowPlan } from "../../protocol/api";
import type { ShowEvent } from "./commands";

/** The lists of a plan, as a change names them. */
export function fieldsOf({ version, showPlan }: ShowEvent) {
  const { scenes, cues, polls, mails } = showPlan;
  return { scenes, cues, polls, mails, version };
}

/** A list of the plan in words: what its lines are called. */
export function fieldWords(field: string, value: unknown) {
  const list = (Array.isArray(value) ? value : []) as Partial<
    ShowPlan["scenes"][number] &
      ShowPlan["cues"][number] &
      ShowPlan["polls"][number] &
      ShowPlan["mails"][number]
  >[];
  const names = list.map(({ name, title, question, subject }) => name ?? title ?? question ?? subject ?? "");
  const labels: Record<string, string> = {
    scenes: text("show-list-scenes"),
    cues: text("show-list-cues"),
    polls: text("show-polls"),
    mails: text("show-mails"),
  };
  return { label: labels[field] ?? field, value: names.join(", ") };
}
