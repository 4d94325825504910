//! How much of anything an event can have: one table for what the API takes, for files of templates, agendas and archives, and for what is put
//! back out of the trash. So whatever one of them makes, the others take.
//!
//! Titles and names are bounded by [`MAX_NAME_CHARS`](houselights_shared::MAX_NAME_CHARS), the times of sessions in `houselights_domain::agenda`.

use std::ops::RangeInclusive;

/// Of an event's summary.
pub(crate) const SUMMARY_CHARS: usize = 200;
/// Of the description of an event or a session.
pub(crate) const DESCRIPTION_CHARS: usize = 20_000;
/// Of the description of a ticket.
pub(crate) const TICKET_DESCRIPTION_CHARS: usize = 2_000;
/// Of what is asked at registration.
pub(crate) const QUESTION_CHARS: usize = 500;
/// Of what a speaker is.
pub(crate) const HEADLINE_CHARS: usize = 120;
/// Of a speaker's biography.
pub(crate) const BIOGRAPHY_CHARS: usize = 10_000;

/// Of why an event is cancelled.
pub(crate) const REASON_CHARS: usize = 2_000;

/// Rooms of an event; like everything here, what is in the trash does not count.
pub(crate) const MOST_ROOMS: usize = 200;
/// Tracks of an event.
pub(crate) const MOST_TRACKS: usize = 100;
/// Sessions of an event.
pub(crate) const MOST_SESSIONS: usize = 1_000;
/// Speakers of an event.
pub(crate) const MOST_SPEAKERS: usize = 1_000;
/// Who speaks in one session.
pub(crate) const MOST_SPEAKERS_OF_SESSION: usize = 30;
/// Kinds of tickets of an event.
pub(crate) const MOST_TICKET_TYPES: usize = 100;
/// Codes of an event.
pub(crate) const MOST_CODES: usize = 1_000;
/// Questions of an event.
pub(crate) const MOST_QUESTIONS: usize = 50;
/// Options of a question.
pub(crate) const MOST_OPTIONS: usize = 50;

/// Of a file with an agenda or people, as CSV or iCalendar, in bytes.
pub(crate) const TABLE_BYTES: usize = 5 * 1024 * 1024;

/// Seats and pieces, where there is a number of them at all.
pub(crate) const PEOPLE: RangeInclusive<u32> = 1..=1_000_000;
/// The highest price, in its currency's smallest unit.
pub(crate) const MOST_AMOUNT: u32 = 99_999_999;

/// The longest event, in minutes: a year.
pub(crate) const LONGEST_EVENT_MINUTES: u32 = 366 * 24 * 60;

/// The content of `ui/src/protocol/bounds.ts`: what the page lets nobody type, as this server would not take it.
#[must_use]
pub fn typescript() -> String {
    let characters = [
        ("An event's summary", "SUMMARY_CHARS", SUMMARY_CHARS),
        ("The description of an event or a session", "DESCRIPTION_CHARS", DESCRIPTION_CHARS),
        ("The description of a ticket", "TICKET_DESCRIPTION_CHARS", TICKET_DESCRIPTION_CHARS),
        ("What is asked at registration", "QUESTION_CHARS", QUESTION_CHARS),
        ("What a speaker is", "HEADLINE_CHARS", HEADLINE_CHARS),
        ("A speaker's biography", "BIOGRAPHY_CHARS", BIOGRAPHY_CHARS),
        ("Why an event is cancelled", "REASON_CHARS", REASON_CHARS),
    ];
    let mut out = String::from("// Generated from `server/src/bounds.rs` by `cargo xtask codegen`. Do not edit.\n");
    for (what, name, most) in characters {
        out.extend(["\n/** ", what, ", in Unicode scalar values. */\nexport const ", name, " = ", &most.to_string(), ";\n"]);
    }
    out
}

/// A number of rows as a statement takes it.
pub(crate) fn rows(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
