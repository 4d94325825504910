/**
 * What of an agenda is probably not meant so, as the server says it; and where a session is held or was just changed, so that the server
 * has not been asked again, as it would say it.
 */
import type { AgendaWarningKind } from "../../protocol/api";
import type { AgendaEvent, AgendaSession } from "./commands";
import { overlap, spanOf } from "./grid";

export type Warning = {
  kind: AgendaWarningKind;
  /** One, or two of which the first begins first. */
  sessions: AgendaSession[];
  /** Who would have to be in two places. */
  who: string | undefined;
};
/** A warning as it stands at one of its sessions. */
export type Trouble = { kind: AgendaWarningKind; other: AgendaSession | undefined; who: string | undefined };

type Shown = Pick<AgendaEvent, "startsAt" | "endsAt" | "speakers" | "agendaWarnings">;

/** All of them. `unsure` are the sessions of which the server's answer is older than what is shown. */
export function warnings(
  event: Shown,
  sessions: readonly AgendaSession[],
  unsure: ReadonlySet<string>,
): Warning[] {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const said = event.agendaWarnings
    .filter(({ sessions: ids }) => ids.every((id) => byId.has(id) && !unsure.has(id)))
    .map(({ kind, sessions: ids, speaker }) => ({
      kind,
      sessions: ids.flatMap((id) => byId.get(id) ?? []),
      who: event.speakers.find(({ id }) => id === speaker)?.name,
    }));
  const held = sessions.filter(({ cancelledAt }) => cancelledAt === null);
  const looked = new Set<string>();
  const seen = held
    .filter(({ id }) => unsure.has(id))
    .flatMap((one) => {
      looked.add(one.id);
      return [
        ...alone(event, one),
        ...held.filter(({ id }) => !looked.has(id)).flatMap((other) => between(one, other)),
      ];
    });
  return [...said, ...seen];
}

/** That it ends after its event is none here: the event's end goes along. */
function alone(event: Shown, one: AgendaSession): Warning[] {
  const of = (kind: AgendaWarningKind): Warning => ({ kind, sessions: [one], who: undefined });
  const full = one.capacity !== null && one.picked > one.capacity;
  const early = spanOf(one).from < Date.parse(event.startsAt);
  return [...(full ? [of("OVERBOOKED")] : []), ...(early ? [of("BEGINS_BEFORE_EVENT")] : [])];
}

function between(one: AgendaSession, other: AgendaSession): Warning[] {
  if (!overlap(spanOf(one), spanOf(other))) return [];
  const sessions = spanOf(one).from <= spanOf(other).from ? [one, other] : [other, one];
  const twice = one.speakers.filter(({ id }) => other.speakers.some((speaker) => speaker.id === id));
  const taken = one.room !== null && one.room.id === other.room?.id;
  return [
    ...twice.map(({ name }): Warning => ({ kind: "SPEAKER_TWICE", sessions, who: name })),
    ...(taken ? [{ kind: "ROOM_TAKEN", sessions, who: undefined } satisfies Warning] : []),
  ];
}

/** For each session what stands against it. */
export function troubles(all: readonly Warning[]): Map<string, Trouble[]> {
  const found = new Map<string, Trouble[]>();
  for (const { kind, sessions, who } of all) {
    for (const { id } of sessions) {
      const other = sessions.find((session) => session.id !== id);
      found.set(id, [...(found.get(id) ?? []), { kind, other, who }]);
    }
  }
  return found;
}
