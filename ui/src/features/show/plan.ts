import type { Cue, Layout, Scene, SessionLength, ShowPlan } from "../../protocol/api";
import type { ShowEvent, ShowSession } from "./commands";

/** Where cues are called: in a session, or on a stage outside its sessions. */
export type Place = { session: ShowSession } | { room: { id: string; title: string } };

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

const isIn = (cue: Cue, place: Place) =>
  "session" in place ? cue.session === place.session.id : cue.room === place.room.id;

/** A stage's run of show: first what is called outside of its sessions, then its sessions as they follow each other. */
export function partsOf(event: ShowEvent, stage: { id: string; title: string }): Part[] {
  const sessions = event.sessions.filter(({ room }) => room?.id === stage.id);
  const places: Place[] = [
    { room: stage },
    ...sessions
      .toSorted((one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt))
      .map((session) => ({ session })),
  ];
  return places.map((place) => {
    const session = "session" in place ? place.session : undefined;
    let due = session && Date.parse(session.startsAt);
    const rows: Part["rows"] = [];
    event.showPlan.cues.forEach((cue, at) => {
      if (!isIn(cue, place)) return;
      rows.push({ cue, at, due });
      if (due !== undefined) due += cue.minutes * MINUTE;
    });
    return {
      key: session?.id ?? stage.id,
      place,
      stage: stage.id,
      rows,
      planned: rows.reduce((sum, { cue }) => sum + cue.minutes, 0),
      given: session && minutesOf(session),
      length: event.showPlan.lengths.find((length) => length.session === session?.id),
    };
  });
}

/** A list with one of its items changed. */
export const changed = <Item>(list: readonly Item[], at: number, change: Partial<Item>): Item[] =>
  list.map((item, index) => (index === at ? { ...item, ...change } : item));

/** A list without one of its items. */
export const without = <Item>(list: readonly Item[], at: number): Item[] =>
  list.filter((_, index) => index !== at);

/** The cues with one of a place put before or behind its neighbour there; the same where it has none. */
export function swapped(cues: readonly Cue[], part: Part, at: number, by: -1 | 1): Cue[] {
  const here = part.rows.findIndex((row) => row.at === at);
  const other = part.rows[here + by];
  const next = cues.slice();
  const [one, two] = [cues[at], other && cues[other.at]];
  if (one === undefined || other === undefined || two === undefined) return next;
  next[at] = two;
  next[other.at] = one;
  return next;
}

/** A scene under another name: whatever calls it follows. */
export function renamed(
  plan: ShowPlan,
  scene: Scene,
  name: string,
  event: ShowEvent,
): Pick<ShowPlan, "scenes" | "cues"> {
  const at = plan.scenes.indexOf(scene);
  const cues = plan.cues.map((cue) =>
    cue.scene === scene.name && stageOf(cue, event) === scene.room ? { ...cue, scene: name } : cue,
  );
  return { scenes: changed(plan.scenes, at, { name }), cues };
}

/** Without a scene; whatever called it calls none. */
export function unset(plan: ShowPlan, scene: Scene, event: ShowEvent): Pick<ShowPlan, "scenes" | "cues"> {
  const cues = plan.cues.map((cue) =>
    cue.scene === scene.name && stageOf(cue, event) === scene.room ? { ...cue, scene: null } : cue,
  );
  return { scenes: without(plan.scenes, plan.scenes.indexOf(scene)), cues };
}

/** The stage that a cue is called on. */
function stageOf(cue: Cue, event: ShowEvent): string | undefined {
  return cue.room ?? event.sessions.find(({ id }) => id === cue.session)?.room?.id;
}

export const layouts: Layout[] = ["SOLO", "SIDE_BY_SIDE", "GRID"];
