import type { Cue, Layout, Scene, SessionLength, ShowPlan } from "../../protocol/api";
import type { ShowEvent, ShowSession } from "./commands";

/** Where cues are called: in a session, or on a stage outside its sessions: before the first, or behind another. */
export type Place =
  | { session: ShowSession }
  | { room: { id: string; title: string }; behind: ShowSession | undefined };

/** The cues of one place, with when each is due. */
export type Part = {
  key: string;
  place: Place;
  /** The stage whose scenes its cues take. */
  stage: string;
  rows: { cue: Cue; at: number; due: number | undefined }[];
  /** How long its cues take together, in minutes. */
  planned: number;
  /** How long there is, in minutes; nothing outside of sessions. */
  given: number | undefined;
  length: SessionLength | undefined;
};

const MINUTE = 60_000;
const minutesOf = ({ startsAt, endsAt }: ShowSession) =>
  Math.round((Date.parse(endsAt) - Date.parse(startsAt)) / MINUTE);

/**
 * A stage's run of show, as the control room has it: what is called before its sessions, then its sessions as they follow each other,
 * each with what the plan has behind it. What comes before is over when the first session begins.
 */
export function partsOf(event: ShowEvent, stage: { id: string; title: string }): Part[] {
  const sessions = event.sessions
    .filter(({ room, cancelledAt }) => room?.id === stage.id && cancelledAt === null)
    .toSorted((one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt));
  const places: Place[] = [
    { room: stage, behind: undefined },
    ...sessions.flatMap((session): Place[] => [{ session }, { room: stage, behind: session }]),
  ];
  const behind = anchors(event, stage, sessions);
  const isIn = (cue: Cue, at: number, place: Place) =>
    "session" in place
      ? cue.session === place.session.id
      : cue.room === stage.id && behind[at] === place.behind?.id;
  const parts = places.map((place): Part => {
    const session = "session" in place ? place.session : undefined;
    const found = event.showPlan.cues.flatMap((cue, at) => (isIn(cue, at, place) ? [{ cue, at }] : []));
    const planned = found.reduce((sum, { cue }) => sum + cue.minutes, 0);
    let due = begins(place, sessions[0], planned);
    const rows = found.map((row) => {
      const timed = { ...row, due };
      if (due !== undefined) due += row.cue.minutes * MINUTE;
      return timed;
    });
    return {
      key: session?.id ?? ["outside", "behind" in place && place.behind?.id].filter(Boolean).join("-"),
      place,
      stage: stage.id,
      rows,
      planned,
      given: session && minutesOf(session),
      length: event.showPlan.lengths.find((length) => length.session === session?.id),
    };
  });
  return parts.filter(
    ({ place, rows }) => "session" in place || place.behind === undefined || rows.length > 0,
  );
}

/** Of each cue that is called outside of sessions: the session that the plan has it behind, on its stage. */
function anchors(event: ShowEvent, stage: { id: string }, sessions: ShowSession[]): (string | undefined)[] {
  let last: string | undefined;
  return event.showPlan.cues.map(({ room, session }) => {
    if (sessions.some(({ id }) => id === session)) last = session ?? undefined;
    return room === stage.id ? last : undefined;
  });
}

function begins(place: Place, first: ShowSession | undefined, planned: number): number | undefined {
  if ("session" in place) return Date.parse(place.session.startsAt);
  if (place.behind) return Date.parse(place.behind.endsAt);
  return first && Date.parse(first.startsAt) - planned * MINUTE;
}

/** The cues with one more at the end of a part of the stage: behind all that is called before it. */
export function put(cues: readonly Cue[], parts: readonly Part[], key: string, cue: Cue): Cue[] {
  const here = parts.findIndex((part) => part.key === key);
  const before = parts.slice(0, here + 1).flatMap(({ rows }) => rows);
  const behind = Math.max(-1, ...before.map(({ at }) => at));
  return cues.toSpliced(behind + 1, 0, cue);
}

/** Whether a session that takes so many minutes is outside of what it is meant to take. */
export const isOutgrown = ({ shortest, longest }: SessionLength, minutes: number): boolean =>
  minutes < (shortest ?? minutes) || minutes > (longest ?? minutes);

/**
 * The lengths with one of a session's bounds changed; without both it has none. Bounds that another session has outgrown are dropped: the
 * server would take none with them.
 */
export function bounded(
  { showPlan: { lengths }, sessions }: ShowEvent,
  session: string,
  change: Partial<Pick<SessionLength, "shortest" | "longest">>,
): SessionLength[] {
  const before = lengths.find((length) => length.session === session);
  const next = { session, shortest: null, longest: null, ...before, ...change };
  const others = lengths.filter((length) => {
    const of = sessions.find(({ id }) => id === length.session);
    return of !== undefined && of.id !== session && !isOutgrown(length, minutesOf(of));
  });
  return next.shortest === null && next.longest === null ? others : [...others, next];
}

/** What is of a plan has an id once it is saved, by which it stays the same wherever it is put. */
type Known = { id: string | null };
const isOne = ({ id }: Known, other: Known) => id !== null && other.id === id;

/** A list with one of its items changed: the same list where it is gone. */
export const changed = <Item extends Known>(
  list: readonly Item[],
  one: Known,
  change: Partial<Item>,
): Item[] => list.map((item) => (isOne(one, item) ? { ...item, ...change } : item));

/** A list without one of its items. */
export const without = <Item extends Known>(list: readonly Item[], one: Known): Item[] =>
  list.filter((item) => !isOne(one, item));

/** The cues with one of a place put before or behind its neighbour there; the same where it has none, or is not there any more. */
export function swapped(cues: readonly Cue[], part: Part, cue: Known, by: -1 | 1): Cue[] {
  const here = part.rows.findIndex((row) => isOne(cue, row.cue));
  const [row, other] = [part.rows[here], part.rows[here + by]];
  const next = cues.slice();
  if (row === undefined || other === undefined) return next;
  next[row.at] = other.cue;
  next[other.at] = row.cue;
  return next;
}

/** A scene under another name: whatever calls it follows. */
export function renamed(
  plan: ShowPlan,
  scene: Scene,
  name: string,
  event: ShowEvent,
): Pick<ShowPlan, "scenes" | "cues"> {
  const cues = plan.cues.map((cue) =>
    cue.scene === scene.name && stageOf(cue, event) === scene.room ? { ...cue, scene: name } : cue,
  );
  return { scenes: changed(plan.scenes, scene, { name }), cues };
}

/** Without a scene; whatever called it calls none. */
export function unset(plan: ShowPlan, scene: Scene, event: ShowEvent): Pick<ShowPlan, "scenes" | "cues"> {
  const cues = plan.cues.map((cue) =>
    cue.scene === scene.name && stageOf(cue, event) === scene.room ? { ...cue, scene: null } : cue,
  );
  return { scenes: without(plan.scenes, scene), cues };
}

/** The stage that a cue is called on. */
function stageOf(cue: Cue, event: ShowEvent): string | undefined {
  return cue.room ?? event.sessions.find(({ id }) => id === cue.session)?.room?.id;
}

export const layouts: Layout[] = ["SOLO", "SIDE_BY_SIDE", "GRID"];
