import { momentIn } from "../../kit/zone";
import { text } from "../../locales/text";
import { MAX_NAME_CHARS } from "../../protocol/limits";
import type { Overview, OverviewEvent } from "./commands";

const iso = (at: string) => new Date(at).toISOString();

/** What can be changed of an event, as a change names it. */
export function fieldsOf(event: OverviewEvent) {
  const { title, slug, summary, description, capacity, oneDevicePerTicket, timeZone, version } = event;
  const when = { startsAt: iso(event.startsAt), endsAt: iso(event.endsAt), timeZone };
  return { title, slug, summary, description, capacity, oneDevicePerTicket, ...when, version };
}

/** What a copy of an event is called: the title is cut to fit, as the server counts. */
export function copyOf(title: string): string {
  const named = text("overview-copy-of", { title });
  const over = [...named].length - MAX_NAME_CHARS;
  if (over <= 0) return named;
  const kept = [...title].slice(0, -(over + 1)).join("");
  return text("overview-copy-of", { title: `${kept.trimEnd()}…` });
}

const labels: Record<string, string> = {
  title: "overview-name",
  slug: "overview-slug",
  summary: "overview-summary",
  description: "overview-description",
  capacity: "overview-capacity",
  oneDevicePerTicket: "overview-device",
  startsAt: "creation-when",
  endsAt: "overview-ends",
  timeZone: "creation-zone",
};

/** A field and a value of it in words. */
export function fieldWords(field: string, value: unknown, { event }: Overview) {
  const label = text(labels[field] ?? field);
  const said = (): string => {
    if (typeof value === "boolean") return text(value ? "yes" : "no");
    if (field === "capacity") return value === null ? text("tickets-no-limit") : String(value);
    if (field === "startsAt" || field === "endsAt")
      return momentIn(Date.parse(String(value)), event.timeZone);
    return String(value);
  };
  return { label, value: said() };
}
