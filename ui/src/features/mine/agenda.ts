import { dateIn } from "../../kit/zone";
import { DOORS_MS } from "../../protocol/limits";
import type { MyEvent, MyRegistration, MySession } from "./commands";

export type Day = { key: string; at: number; sessions: MySession[] };

/** An agenda by days on the clocks of a zone: a session belongs to the day on which it starts there. */
export function byDay(sessions: readonly MySession[], zone: string): Day[] {
  const days = new Map<string, Day>();
  for (const session of sessions.slice().sort((a, b) => a.startsAt.localeCompare(b.startsAt))) {
    const at = Date.parse(session.startsAt);
    const key = dateIn(at, zone);
    const day = days.get(key) ?? { key, at, sessions: [] };
    day.sessions.push(session);
    days.set(key, day);
  }
  return [...days.values()];
}

/** For each session on one's own agenda the titles of those that it overlaps there. */
export function clashesOf({ clashes, event }: MyRegistration): Map<string, string[]> {
  const title = (id: string) => event.sessions.find((session) => session.id === id)?.title;
  const found = new Map<string, string[]>();
  const note = (id: string, other: string | undefined) => {
    if (other !== undefined) found.set(id, [...(found.get(id) ?? []), other]);
  };
  for (const { first, second } of clashes) {
    note(first, title(second));
    note(second, title(first));
  }
  return found;
}

/** What one can do about getting in. */
export type Entrance = "enter" | "early" | "over" | "waiting" | "unpaid" | "cancelled";

export function entrance(
  {
    state,
    event,
  }: Pick<MyRegistration, "state"> & { event: Pick<MyEvent, "phase" | "startsAt" | "cancelledAt"> },
  now: number,
): Entrance {
  if (event.cancelledAt !== null || state === "CANCELLED" || state === "REFUNDED") return "cancelled";
  if (state === "WAITING") return "waiting";
  if (state === "PENDING") return "unpaid";
  if (event.phase === "LIVE") return "enter";
  if (event.phase === "ENDED" || event.phase === "ARCHIVED") return "over";
  return now >= Date.parse(event.startsAt) - DOORS_MS ? "enter" : "early";
}

/** Upcoming ones with the next first, past ones with the latest first. */
export function halves(registrations: readonly MyRegistration[], now: number) {
  const over = ({ event }: MyRegistration) =>
    event.phase === "ENDED" ||
    event.phase === "ARCHIVED" ||
    (event.phase !== "LIVE" && Date.parse(event.endsAt) < now);
  const start = ({ event }: MyRegistration) => Date.parse(event.startsAt);
  return {
    upcoming: registrations.filter((one) => !over(one)).sort((a, b) => start(a) - start(b)),
    past: registrations.filter(over).sort((a, b) => start(b) - start(a)),
  };
}
