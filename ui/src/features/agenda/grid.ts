/**
 * The geometry of the agenda: days, columns, and where a session lies in them. Lengths along a day are elapsed time, so that a
 * day on which clocks change has 23 or 25 hours and no session lies on another; what is written beside it is the wall time.
 */
import { dateIn, instantIn, timeIn } from "../../kit/zone";
import type { AgendaEvent, AgendaSession } from "./commands";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Sessions begin and end on multiples of this many minutes. It is 8 pixels high. */
export const STEP_MINUTES = 5;
export const STEP_PIXELS = 8;
const STEP_MS = STEP_MINUTES * MINUTE_MS;
const PIXELS_A_MS = STEP_PIXELS / STEP_MS;
/** A day has room for at least this much. */
const SHORTEST_DAY_MS = 6 * HOUR_MS;

export type Span = { from: number; to: number };
/** A date of the event, as far as it is shown; what is planned on it begins at `opens`. */
export type Day = Span & { key: string; opens: number };
export type Column = { id: string | null; title: string; colour: string | undefined };
/** By what the columns of the grid are made. */
export type ColumnsBy = "room" | "track";
export type Box = { id: string; top: number; height: number; lane: number; lanes: number };

export const spanOf = ({ startsAt, endsAt }: Pick<AgendaSession, "startsAt" | "endsAt">): Span => ({
  from: Date.parse(startsAt),
  to: Date.parse(endsAt),
});

/** Half open: one that begins where the other ends does not overlap it. */
export const overlap = (one: Span, other: Span) => one.from < other.to && other.from < one.to;

const floor = (at: number, step: number) => Math.floor(at / step) * step;
const ceil = (at: number, step: number) => Math.ceil(at / step) * step;

/**
 * The days of an event, each from the hour before the one in which its first thing begins to the one after its last has ended: what
 * is first or last can still be moved further.
 */
export function days({ startsAt, endsAt, timeZone }: AgendaEvent, sessions: readonly AgendaSession[]): Day[] {
  const event = spanOf({ startsAt, endsAt });
  const found = new Map<string, Span>();
  const widen = ({ from, to }: Span) => {
    const key = dateIn(from, timeZone);
    const known = found.get(key);
    found.set(key, {
      from: Math.min(from, known?.from ?? from),
      to: Math.max(to, known?.to ?? to),
    });
  };
  for (const session of sessions) widen(spanOf(session));
  widen({ from: event.from, to: event.from + HOUR_MS });
  // A day of a long event on which nothing is planned yet begins at the same hour as the event.
  for (let at = event.from + 24 * HOUR_MS; at < event.to; at += 24 * HOUR_MS)
    widen({ from: at, to: at + HOUR_MS });
  return [...found]
    .map(([key, span]) => {
      const opens = floor(span.from, HOUR_MS);
      const to = Math.max(ceil(span.to, HOUR_MS) + HOUR_MS, opens + SHORTEST_DAY_MS);
      return { key, opens, from: opens - HOUR_MS, to };
    })
    .sort((one, other) => one.from - other.from);
}

/** Whether a session belongs to a day: it begins on its date. */
export const isOn = (session: AgendaSession, day: Day, zone: string) =>
  dateIn(spanOf(session).from, zone) === day.key;

/** The date that many days after another one, as date fields have them. */
export const dateAfter = (date: string, by: number) =>
  new Date(Date.parse(`${date}T12:00:00Z`) + by * 24 * HOUR_MS).toISOString().slice(0, 10);

/** At the same time of another date. */
export function onDate({ from, to }: Span, date: string, zone: string): Span {
  const start = instantIn(date, timeIn(from, zone), zone)?.at ?? from;
  return { from: start, to: start + (to - from) };
}

/** Not beyond what is shown of a day; as long as before. */
export function within({ from, to }: Span, day: Span): Span {
  const start = Math.max(day.from, Math.min(from, day.to - (to - from)));
  return { from: start, to: start + (to - from) };
}

/** The full hours of a day, with the place of each in pixels from the top. */
export function hours(day: Day, zone: string): { label: string; top: number }[] {
  const lines: { label: string; top: number }[] = [];
  for (let at = day.from; at <= day.to; at += HOUR_MS)
    lines.push({ label: timeIn(at, zone), top: pixels(at - day.from) });
  return lines;
}

export const pixels = (ms: number) => ms * PIXELS_A_MS;

/** How far that many pixels are in time, to the nearest step. */
export const steps = (distance: number) => Math.round(distance / STEP_PIXELS) * STEP_MS;

/** The columns. One for what belongs to none is there only where something does. */
export function columns({ rooms, tracks, sessions }: AgendaEvent, by: ColumnsBy, none: string): Column[] {
  const named: Column[] =
    by === "room"
      ? rooms.map(({ id, title }) => ({ id, title, colour: undefined }))
      : tracks.map(({ id, title, colour }) => ({ id, title, colour }));
  const loose = named.length === 0 || sessions.some((session) => columnOf(session, by) === null);
  return loose ? [...named, { id: null, title: none, colour: undefined }] : named;
}

export const columnOf = (session: AgendaSession, by: ColumnsBy): string | null =>
  (by === "room" ? session.room?.id : session.track?.id) ?? null;

/** Where the sessions of one column lie on a day. Those that overlap stand beside each other. */
export function boxes(sessions: readonly AgendaSession[], day: Day): Box[] {
  const spans = sessions
    .map((session) => ({ id: session.id, ...spanOf(session) }))
    .sort((one, other) => one.from - other.from || other.to - one.to);
  const placed: Box[] = [];
  let group: { box: Box; to: number }[] = [];
  const close = () => {
    const lanes = Math.max(0, ...group.map(({ box }) => box.lane)) + 1;
    for (const { box } of group) box.lanes = lanes;
    group = [];
  };
  for (const { id, from, to } of spans) {
    if (group.every((other) => other.to <= from)) close();
    const taken = new Set(group.filter((other) => other.to > from).map(({ box }) => box.lane));
    let lane = 0;
    while (taken.has(lane)) lane++;
    const height = Math.max(pixels(to - from), STEP_PIXELS * 2);
    const box = { id, top: pixels(from - day.from), height, lane, lanes: 1 };
    placed.push(box);
    group.push({ box, to });
  }
  close();
  return placed;
}

/** Moved in time; on a multiple of the step whatever it was before. */
export function moved({ from, to }: Span, by: number): Span {
  const start = Math.round((from + by) / STEP_MS) * STEP_MS;
  return { from: start, to: start + (to - from) };
}

/** Ends earlier or later; never before one step has passed. */
export function resized({ from, to }: Span, by: number): Span {
  const end = Math.round((to + by) / STEP_MS) * STEP_MS;
  return { from, to: Math.max(end, from + STEP_MS) };
}

/** Where a new session fits on a day: after the last one of a column on it, for half an hour. */
export function afterLast(sessions: readonly AgendaSession[], day: Day): Span {
  const from = Math.max(day.opens, ...sessions.map((session) => spanOf(session).to));
  return { from, to: from + 30 * MINUTE_MS };
}
