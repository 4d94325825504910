/** Times on clocks of the world. A zone is an IANA name, such as `Europe/Berlin`; instants are in milliseconds since the epoch. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What a clock and a calendar on a wall show, to the minute. */
export type WallTime = { year: number; month: number; day: number; hour: number; minute: number };

/** The instant of a wall time. `skipped`: clocks went past it, and the instant is as much later. `twice`: it is the first of two. */
export type Placed = { at: number; how: "exact" | "skipped" | "twice" };

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
  formats.set(key, made);
  return made;
}

const NUMERIC: Intl.DateTimeFormatOptions = {
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
};

export function wallTime(at: number, zone: string): WallTime {
  const parts = new Map(
    format(zone, NUMERIC)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
  };
}

/** As if the wall were in UTC. */
function flat({ year, month, day, hour, minute }: WallTime): number {
  // `Date.UTC` takes the years 0 to 99 for those of the last century.
  const date = new Date(Date.UTC(2000, 0, 1, hour, minute));
  return date.setUTCFullYear(year, month - 1, day);
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
export function offsetAt(at: number, zone: string): number {
  return flat(wallTime(at, zone)) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

export function instantOf(wall: WallTime, zone: string): Placed {
  const wanted = flat(wall);
  // No clock is changed twice within a day, so one of these two offsets is the one that holds.
  const [before, after] = [offsetAt(wanted - DAY_MS, zone), offsetAt(wanted + DAY_MS, zone)];
  const fitting = [...new Set([wanted - before, wanted - after])]
    .filter((at) => flat(wallTime(at, zone)) === wanted)
    .sort((one, other) => one - other);
  const [first, second] = fitting;
  if (first === undefined) return { at: wanted - before, how: "skipped" };
  return { at: first, how: second === undefined ? "exact" : "twice" };
}

const two = (number: number) => String(number).padStart(2, "0");

/** `2026-05-12`, as a date field has it. */
export function dateIn(at: number, zone: string): string {
  const { year, month, day } = wallTime(at, zone);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/** `17:05`, as a time field has it. */
export function timeIn(at: number, zone: string): string {
  const { hour, minute } = wallTime(at, zone);
  return `${two(hour)}:${two(minute)}`;
}

/** A year that begins with a nought is half written. */
const LEAST_YEAR = 1000;

/** The instant of a date field and a time field; nothing where one of them is empty, half written or wrong. */
export function instantIn(date: string, time: string, zone: string): Placed | undefined {
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  const clock = /^(\d\d):(\d\d)/.exec(time);
  if (!day || !clock) return undefined;
  const [, year = 0, month, of] = day.map(Number);
  if (year < LEAST_YEAR) return undefined;
  const [, hour, minute] = clock.map(Number);
  return instantOf({ year, month: month ?? 1, day: of ?? 1, hour: hour ?? 0, minute: minute ?? 0 }, zone);
}

/** `Tue 12 May`. */
export const dayIn = (at: number, zone: string) =>
  format(zone, { weekday: "short", day: "numeric", month: "short" }).format(at).replace(",", "");

/** `Tue 12 May 2026`. */
export const longDayIn = (at: number, zone: string) =>
  format(zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" })
    .format(at)
    .replace(",", "");

/** `Tue 12 May, 17:05`. */
export const momentIn = (at: number, zone: string) => `${dayIn(at, zone)}, ${timeIn(at, zone)}`;

/** `GMT+2`, or the zone's own letters where it has some. */
export function zoneLetters(at: number, zone: string): string {
  const parts = format(zone, { timeZoneName: "short", hour: "2-digit" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/** `17:00–18:30`. */
export const spanIn = (from: number, to: number, zone: string) => `${timeIn(from, zone)}–${timeIn(to, zone)}`;

/** From when to when: with one day where it is one, and with both otherwise. */
export function whenIn(from: number, to: number, zone: string): string {
  const [first, last] = [longDayIn(from, zone), longDayIn(to, zone)];
  return first === last ? `${first}, ${spanIn(from, to, zone)}` : `${first} – ${last}`;
}

/** The zone of this computer. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** Every zone that this computer knows. */
export function allZones(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes("UTC") ? known : [...known, "UTC"];
}

/** `Europe/Berlin` as people read it. */
export const zoneName = (zone: string) => zone.replaceAll("_", " ");
