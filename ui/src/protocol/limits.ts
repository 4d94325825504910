// Generated from the crate `shared` by `cargo xtask codegen`. Do not edit.

import type { Layout } from "./index";

/** The longest message, in Unicode scalar values, after trimming. */
export const MAX_MESSAGE_CHARS = 2000;

/** The longest direct message, in Unicode scalar values, after trimming. */
export const MAX_DIRECT_CHARS = 2000;

/** The longest name of a person, in Unicode scalar values, after trimming. */
export const MAX_NAME_CHARS = 80;

/** How many of the latest messages a snapshot carries. */
export const SNAPSHOT_MESSAGES = 200;

/** For how long an end can be undone, in seconds. */
export const UNDO_END_SECONDS = 60;

/** So long before it begins the doors of an event open, in milliseconds. */
export const DOORS_MS = 900000;

/** So long after its end an event ends by itself, in milliseconds. */
export const ENDS_BY_ITSELF_MS = 21600000;

/** The most seats of each layout. */
export const SEATS: Record<Layout, number> = {
  solo: 1,
  side_by_side: 2,
  grid: 9,
  unknown: 9,
};
