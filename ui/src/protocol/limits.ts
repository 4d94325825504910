// Generated from the crate `shared` by `cargo xtask codegen`. Do not edit.

import type { Layout } from "./index";

/** The longest message, in Unicode scalar values, after trimming. */
export const MAX_MESSAGE_CHARS = 2000;

/** The longest direct message, in Unicode scalar values, after trimming. */
export const MAX_DIRECT_CHARS = 2000;

/** The longest name of a person, in Unicode scalar values, after trimming. */
export const MAX_NAME_CHARS = 80;

/** The longest line about what somebody does, in Unicode scalar values. */
export const MAX_HEADLINE_CHARS = 120;

/** The longest name of a company in a profile. */
export const MAX_COMPANY_CHARS = 80;

/** The longest pronouns of a profile. */
export const MAX_PRONOUNS_CHARS = 40;

/** The most that somebody says of themselves. */
export const MAX_ABOUT_CHARS = 500;

/** The most links of a profile. */
export const MAX_LINKS = 2;

/** The longest link of a profile. */
export const MAX_LINK_CHARS = 200;

/** The most people of a page of a roster. */
export const PAGE_PEOPLE = 100;

/** How many of the latest messages a snapshot carries. */
export const SNAPSHOT_MESSAGES = 200;

/** How many former texts of a message moderators are shown. */
export const EARLIER_TEXTS = 5;

/** The most entries of a page of what was done. */
export const PAGE_AUDIT = 50;

/** The most messages of a page of history. */
export const PAGE_MESSAGES = 100;

/** The most updates of a page of a replay. */
export const PAGE_REPLAY = 500;

/** The longest text that is searched for, in Unicode scalar values. */
export const MAX_QUERY_CHARS = 200;

/** The most people that a message can name. */
export const MAX_MENTIONS = 50;

/** The longest question, in Unicode scalar values, after trimming. */
export const MAX_QUESTION_CHARS = 500;

/** The longest question, option, word or text of a poll, in Unicode scalar values. */
export const MAX_POLL_CHARS = 300;

/** The longest word of a word cloud, in Unicode scalar values. */
export const MAX_WORD_CHARS = 30;

/** The most options of a poll. */
export const MAX_POLL_OPTIONS = 20;

/** The longest note of a raised hand, in Unicode scalar values. */
export const MAX_NOTE_CHARS = 140;

/** The most words that a room can refuse. */
export const MAX_REFUSED_WORDS = 500;

/** The most stars of a rating. */
export const MAX_STARS = 10;

/** The most words that one can give to a word cloud. */
export const MAX_WORDS_EACH = 5;

/** The most points of a quiz question. */
export const MAX_POINTS = 1000;

/** The longest time that a poll is open by itself, in seconds. */
export const MAX_POLL_SECONDS = 3600;

/** The slowest slow mode, in seconds. */
export const MAX_SLOW_MODE_SECONDS = 3600;

/** The longest time out, in seconds. */
export const MAX_TIME_OUT_SECONDS = 86400;

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
