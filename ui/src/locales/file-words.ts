import type { ApiCode, ApiProblem, FileFault, FileLine, LineFate } from "../protocol/native";
import { apiTrouble } from "./api-words";
import { LOCALE, text } from "./text";
import type { Trouble } from "./words";

const faults: Record<string, string> = {
  file_too_long: "fault-file-too-long",
  not_utf8: "fault-not-utf8",
  no_rows: "fault-no-rows",
  too_many_rows: "fault-too-many-rows",
  column_missing: "fault-column-missing",
  column_twice: "fault-column-twice",
  too_many_cells: "fault-too-many-cells",
  open_quote: "fault-open-quote",
  cell_too_long: "fault-cell-too-long",
  empty: "fault-empty",
  not_a_name: "fault-not-a-name",
  not_a_text: "fault-not-a-text",
  not_a_state: "fault-not-a-state",
  not_an_address: "fault-not-an-address",
  same_as: "fault-same-as",
  not_a_time: "fault-not-a-time",
  no_such_time: "fault-no-such-time",
  time_twice: "fault-time-twice",
  ends_before_start: "fault-ends-before-start",
  no_such_ticket: "fault-no-such-ticket",
  no_tickets: "fault-no-tickets",
  which_ticket: "fault-which-ticket",
  not_an_answer: "fault-not-an-answer",
  sold_out: "fault-sold-out",
  too_many_people: "fault-too-many-people",
  not_registered: "fault-not-registered",
  too_many_speakers: "fault-too-many-speakers",
  too_far: "fault-too-far",
  too_many_parts: "fault-too-many-parts",
  event_full: "fault-event-full",
  calendar_too_large: "fault-calendar-too-large",
  calendar_too_many: "fault-calendar-too-many",
  calendar_none: "fault-calendar-none",
  calendar_no_line: "fault-calendar-no-line",
  calendar_unbalanced: "fault-calendar-unbalanced",
  calendar_no_title: "fault-calendar-no-title",
  calendar_no_start: "fault-calendar-no-start",
  calendar_no_end: "fault-calendar-no-end",
  calendar_all_day: "fault-calendar-all-day",
  calendar_no_moment: "fault-calendar-no-moment",
  calendar_no_duration: "fault-calendar-no-duration",
  calendar_time_zone: "fault-calendar-time-zone",
  calendar_too_long: "fault-calendar-too-long",
  calendar_repeats: "fault-calendar-repeats",
  archive: "fault-archive",
  archive_underway: "fault-archive-underway",
  archive_too_large: "fault-archive-too-large",
};

const fates: Record<LineFate, string> = {
  added: "files-fate-added",
  known: "files-fate-known",
  left_out: "files-fate-left-out",
  no_place: "files-fate-no-place",
  waits: "files-fate-waits",
  unpaid: "files-fate-unpaid",
  else: "files-fate-else",
};

/** What concerns a file is said of it in these words; the rest as everywhere. */
const troubles: Partial<Record<ApiCode, string>> = {
  OFFLINE: "files-offline",
  UNKNOWN: "files-unknown",
  CONFLICT: "files-known-event",
  FILE_UNREADABLE: "files-unreadable",
  TOO_LARGE: "files-too-large",
  NOT_KEPT: "files-not-written",
};

/** Where something is wrong in a file: its line, and its column where it has one. */
export const faultPlace = ({ line, column }: FileFault) =>
  column === undefined ? text("files-line", { line }) : text("files-line-column", { line, column });

/** What is wrong there; a fault of a newer server in that server's own words. */
export function faultWords({ code, detail, problem }: FileFault): string {
  const id = Object.hasOwn(faults, code) ? faults[code] : undefined;
  return id === undefined ? problem : text(id, { detail: detail ?? "" });
}

/** What became of a line, as it stands in the report. */
export function lineWords({ line, fate, name }: FileLine): string {
  const what = text(fates[fate] ?? fates.else);
  return `${text("files-line", { line })}: ${name === "" ? what : `${name}, ${what}`}`;
}

/** Why a file did not go, and what to do about it. */
export function fileTrouble(problem: ApiProblem): Trouble {
  const id = troubles[problem.code];
  return id === undefined ? apiTrouble(problem) : { what: text(id), cure: text(`${id}.cure`) };
}

/** `1.4 MB`. */
export function sizeWords(bytes: number): string {
  const large = bytes >= 1_000_000;
  const unit = large ? "megabyte" : "kilobyte";
  const format = new Intl.NumberFormat(LOCALE, { style: "unit", unit, maximumFractionDigits: large ? 1 : 0 });
  return format.format(bytes / (large ? 1_000_000 : 1_000));
}
