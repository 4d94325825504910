// Generated from `server/src/bounds.rs` by `cargo xtask codegen`. Do not edit.

/** An event's summary, in Unicode scalar values. */
export const SUMMARY_CHARS = 200;

/** The description of an event or a session, in Unicode scalar values. */
export const DESCRIPTION_CHARS = 20000;

/** The description of a ticket, in Unicode scalar values. */
export const TICKET_DESCRIPTION_CHARS = 2000;

/** What is asked at registration, in Unicode scalar values. */
export const QUESTION_CHARS = 500;

/** What a speaker is, in Unicode scalar values. */
export const HEADLINE_CHARS = 120;

/** A speaker's biography, in Unicode scalar values. */
export const BIOGRAPHY_CHARS = 10000;

/** Why an event is cancelled, in Unicode scalar values. */
export const REASON_CHARS = 2000;
