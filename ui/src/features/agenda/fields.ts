import { momentIn } from "../../kit/zone";
import { text } from "../../locales/text";
import type { SessionChange } from "../../protocol/api";
import type { Agenda, AgendaSession } from "./commands";

const iso = (at: string) => new Date(at).toISOString();

/** What can be changed of a session, as a change names it. */
export const fieldsOf = (session: AgendaSession): Required<SessionChange> => ({
  title: session.title,
  description: session.description,
  startsAt: iso(session.startsAt),
  endsAt: iso(session.endsAt),
  capacity: session.capacity,
  room: session.room?.id ?? null,
  track: session.track?.id ?? null,
  speakers: session.speakers.map(({ id }) => id),
});

const labels: Record<string, string> = {
  title: "agenda-title",
  description: "overview-description",
  startsAt: "agenda-starts",
  endsAt: "agenda-ends",
  capacity: "agenda-seats",
  room: "agenda-room",
  track: "agenda-track",
  speakers: "agenda-speakers",
};

/** A field and a value of it in words. */
export function fieldWords(field: string, value: unknown, { event }: Agenda) {
  const label = text(labels[field] ?? field);
  const titled = (list: { id: string; title: string }[], none: string) =>
    list.find(({ id }) => id === value)?.title ?? text(none);
  const said = (): string => {
    if (field === "room") return titled(event.rooms, "agenda-no-room");
    if (field === "track") return titled(event.tracks, "agenda-no-track");
    if (field === "capacity") return value === null ? text("agenda-seats-all") : String(value);
    if (field === "startsAt" || field === "endsAt")
      return momentIn(Date.parse(String(value)), event.timeZone);
    if (!Array.isArray(value)) return String(value);
    const names = event.speakers.filter(({ id }) => value.includes(id)).map(({ name }) => name);
    return names.length === 0 ? text("agenda-nobody") : names.join(", ");
  };
  return { label, value: said() };
}
