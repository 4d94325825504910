//! What is in an archive: the tables, in the order of their references.

use houselights_shared::{
    MAX_ABOUT_CHARS, MAX_COMPANY_CHARS, MAX_HEADLINE_CHARS, MAX_LINK_CHARS, MAX_LINKS, MAX_PRONOUNS_CHARS,
};

use super::{
    MAX_LINE_BYTES,
    column::{Column, Kind},
};
use crate::bounds::{
    BIOGRAPHY_CHARS, DESCRIPTION_CHARS, HEADLINE_CHARS, MOST_AMOUNT, MOST_CODES, MOST_QUESTIONS, MOST_ROOMS, MOST_SESSIONS,
    MOST_SPEAKERS, MOST_TICKET_TYPES, MOST_TRACKS, PEOPLE, QUESTION_CHARS, SUMMARY_CHARS, TICKET_DESCRIPTION_CHARS,
};

/// A table: its rows of an event, and their key.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// What makes a row unique, as SQL; rows are read in its order.
    pub(super) key: &'static str,
    /// Which rows belong to the event `$1`, as SQL.
    pub(super) of_event: &'static str,
    pub(super) columns: &'static [Column],
    /// How many rows there may be, without those in the trash. Of those that a person or a command makes each there are no bounds elsewhere: here
    /// they keep an archive within what a server can hold.
    pub(super) most: usize,
}

const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, optional: false }
}

const fn may(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, optional: true }
}

/// As many as an event can have seats.
const MOST_PEOPLE: usize = 1_000_000;
const FLAG: Kind = Kind::Number(0, 1);
const COUNT: Kind = Kind::Number(0, 1_000_000_000);
const SEATS: Kind = Kind::Number(*PEOPLE.start() as i64, *PEOPLE.end() as i64);
const AMOUNT: Kind = Kind::Number(0, MOST_AMOUNT as i64);
const TITLE: Kind = Kind::Name;
const LONG: Kind = Kind::Text(DESCRIPTION_CHARS);
const PHASES: &[&str] = &["draft", "published", "live", "ended", "archived"];
const ROOM_KINDS: &[&str] = &["stage", "breakout", "lounge", "booth"];
const ROLES: &[&str] = &["attendee", "speaker", "moderator", "producer", "organizer"];
const QUESTION_KINDS: &[&str] = &["text", "long_text", "choice", "choices", "consent"];
const STATES: &[&str] = &["pending", "confirmed", "waiting", "cancelled", "refunded"];
const SHOWN_TO: &[&str] = &["everybody", "crew", "nobody"];
const PICTURE_TYPES: &[&str] = &["image/png", "image/jpeg"];

/// All of them. The event's own row is the one of its organisation's, which whoever imports says.
pub(super) const TABLES: &[Table] = &[
    Table {
        name: "images",
        key: "id",
        of_event: "id IN (SELECT logo_id FROM events WHERE id = $1 UNION SELECT cover_id FROM events WHERE id = $1 \
                   UNION SELECT picture_id FROM speakers WHERE event_id = $1)",
        columns: &[
            must("id", Kind::Id("images")),
            must("content_type", Kind::Word(PICTURE_TYPES)),
            must("width", Kind::Number(1, 8_192)),
            must("height", Kind::Number(1, 8_192)),
            must("bytes", Kind::Bytes(5 * 1024 * 1024)),
            must("created_at", Kind::Instant),
        ],
        most: MOST_SPEAKERS + 100,
    },
    Table {
        name: "events",
        key: "id",
        of_event: "id = $1",
        columns: &[
            must("id", Kind::Id("events")),
            must("title", TITLE),
            may("slug", Kind::Slug),
            must("phase", Kind::Word(PHASES)),
            must("summary", Kind::Text(SUMMARY_CHARS)),
            must("description", LONG),
            must("starts_at", Kind::Instant),
            must("ends_at", Kind::Instant),
            must("time_zone", Kind::Zone),
            may("capacity", SEATS),
            must("taken", COUNT),
            must("accent", Kind::Colour),
            must("background", Kind::Colour),
            may("logo_id", Kind::Id("images")),
            may("cover_id", Kind::Id("images")),
            must("one_device", FLAG),
            must("show_plan", Kind::Json(4 * 1024 * 1024)),
            must("version", COUNT),
            may("cancelled_at", Kind::Instant),
            may("cancel_reason", LONG),
            may("ended_at", Kind::Instant),
            may("slug_follows", FLAG),
            must("created_at", Kind::Instant),
        ],
        most: 1,
    },
    Table {
        name: "rooms",
        key: "id",
        of_event: "event_id = $1",
        columns: &[
            must("id", Kind::Id("rooms")),
            must("event_id", Kind::Id("events")),
            must("kind", Kind::Word(ROOM_KINDS)),
            must("title", TITLE),
            must("position", COUNT),
            must("created_at", Kind::Instant),
            may("deleted_at", Kind::Instant),
        ],
        most: MOST_ROOMS,
    },
    Table {
        name: "agenda_tracks",
        key: "id",
        of_event: "event_id = $1",
        columns: &[
            must("id", Kind::Id("agenda_tracks")),
            must("event_id", Kind::Id("events")),
            must("title", TITLE),
            must("colour", Kind::Colour),
            must("position", COUNT),
            must("created_at", Kind::Instant),
            may("deleted_at", Kind::Instant),
        ],
        most: MOST_TRACKS,
    },
    Table {
        name: "participants",
        key: "id",
        of_event: "event_id = $1",
        columns: &[
            must("id", Kind::Id("participants")),
            must("event_id", Kind::Id("events")),
            must("name", TITLE),
            must("role", Kind::Word(ROLES)),
            must("created_at", Kind::Instant),
            may("came_at", Kind::Instant),
        ],
        most: MOST_PEOPLE,
    },
    Table {
        name: "sessions",
        key: "id",
        of_event: "event_id = $1",
        columns: &[
            must("id", Kind::Id("sessions")),
            must("event_id", Kind::Id("events")),
            may("room_id", Kind::Id("rooms")),
            may("track_id", Kind::Id("agenda_tracks")),
            must("title", TITLE),
            must("description", LONG),
            must("starts_at", Kind::Instant),
            must("ends_at", Kind::Instant),
            may("capacity", SEATS),
            must("picked", COUNT),
            must("version", COUNT),
            must("created_at", Kind::Instant),
            may("cancelled_at", Kind::Instant),
            may("deleted_at", Kind::Instant),
        ],
        most: MOST_SESSIONS,
    },
    Table {
        name: "speakers",
        key: "id",
        of_event: "event_id = $1",
        columns: &[
            must("id", Kind::Id("speakers")),
            must("event_id", Kind::Id("events")),
            may("participant_id", Kind::Id("participants")),
            must("name", TITLE),
            must("headline", Kind::Line(HEADLINE_CHARS)),
            must("biography", Kind::Text(BIOGRAPHY_CHARS)),
            may("email", Kind::Email),
            may("picture_id", Kind::Id("images")),
            must("position", COUNT),
            must("created_at", Kind::Instant),
            may("invited_at", Kind::Instant),
            may("deleted_at", Kind::Instant),
        ],
        most: MOST_SPEAKERS,
    },
    Table {
        name: "session_speakers",
        key: "session_id || ':' || speaker_id",
        of_event: "session_id IN (SELECT id FROM sessions WHERE event_id = $1)",
        columns: &[must("session_id", Kind::Id("sessions")), must("speaker_id", Kind::Id("speakers")), must("position", COUNT)],
        most: 30_000,
    },
    Table {
        name: "ticket_types",
        key: "id",
        of_event: "event_id = $1",
        columns: &[
            must("id", Kind::Id("ticket_types")),
            must("event_id", Kind::Id("events")),
            must("title", TITLE),
            must("description", Kind::Text(TICKET_DESCRIPTION_CHARS)),
            must("amount", AMOUNT),
            must("currency", Kind::Currency),
            may("quantity", SEATS),
            must("taken", COUNT),
            may("sales_start", Kind::Instant),
            may("sales_end", Kind::Instant),
            must("hidden", FLAG),
            must("waiting_list", FLAG),
            must("position", COUNT),
            must("created_at", Kind::Instant),
            may("deleted_at", Kind::Instant),
        ],
        most: MOST_TICKET_TYPES,
    },
    Table {
        name: "ticket_codes",
        key: "id",
        of_event: "event_id = $1",
        columns: &[
            must("id", Kind::Id("ticket_codes")),
            must("event_id", Kind::Id("events")),
            must("code", Kind::Name),
            may("ticket_type_id", Kind::Id("ticket_types")),
            may("percent_off", Kind::Number(1, 100)),
            may("amount_off", AMOUNT),
            may("quantity", SEATS),
            must("taken", COUNT),
            may("valid_from", Kind::Instant),
            may("valid_until", Kind::Instant),
            must("created_at", Kind::Instant),
            may("deleted_at", Kind::Instant),
        ],
        most: MOST_CODES,
    },
    Table {
        name: "questions",
        key: "id",
        of_event: "event_id = $1",
        columns: &[
            must("id", Kind::Id("questions")),
            must("event_id", Kind::Id("events")),
            must("label", Kind::Text(QUESTION_CHARS)),
            must("kind", Kind::Word(QUESTION_KINDS)),
            must("options", Kind::Texts(50_000)),
            must("required", FLAG),
            must("position", COUNT),
            must("created_at", Kind::Instant),
            may("deleted_at", Kind::Instant),
        ],
        most: MOST_QUESTIONS,
    },
    Table {
        name: "registrations",
        key: "id",
        of_event: "event_id = $1",
        columns: &[
            must("id", Kind::Id("registrations")),
            must("event_id", Kind::Id("events")),
            must("ticket_type_id", Kind::Id("ticket_types")),
            may("code_id", Kind::Id("ticket_codes")),
            may("participant_id", Kind::Id("participants")),
            must("email", Kind::Email),
            must("name", TITLE),
            must("state", Kind::Word(STATES)),
            must("amount", AMOUNT),
            must("currency", Kind::Currency),
            must("answers", Kind::Json(200_000)),
            must("created_at", Kind::Instant),
            may("expires_at", Kind::Instant),
            may("confirmed_at", Kind::Instant),
            may("ended_at", Kind::Instant),
            may("used_at", Kind::Instant),
        ],
        most: MOST_PEOPLE,
    },
    Table {
        name: "session_picks",
        key: "registration_id || ':' || session_id",
        of_event: "registration_id IN (SELECT id FROM registrations WHERE event_id = $1)",
        columns: &[
            must("registration_id", Kind::Id("registrations")),
            must("session_id", Kind::Id("sessions")),
            must("created_at", Kind::Instant),
        ],
        most: 5_000_000,
    },
    // Not by what an address is known of whoever is forgotten: its key is this server's.
    Table {
        name: "bans",
        key: "participant_id || ':' || room_id",
        of_event: "participant_id IN (SELECT id FROM participants WHERE event_id = $1)",
        columns: &[
            must("participant_id", Kind::Id("participants")),
            must("room_id", Kind::Id("rooms")),
            must("at", Kind::Instant),
        ],
        most: MOST_PEOPLE,
    },
    Table {
        name: "profiles",
        key: "participant_id",
        of_event: "participant_id IN (SELECT id FROM participants WHERE event_id = $1)",
        columns: &[
            must("participant_id", Kind::Id("participants")),
            must("headline", Kind::Line(MAX_HEADLINE_CHARS)),
            must("company", Kind::Line(MAX_COMPANY_CHARS)),
            must("pronouns", Kind::Line(MAX_PRONOUNS_CHARS)),
            must("about", Kind::Text(MAX_ABOUT_CHARS)),
            must("links", Kind::Texts(MAX_LINKS * (MAX_LINK_CHARS + 8))),
            must("shown_to", Kind::Word(SHOWN_TO)),
            must("changed_at", Kind::Instant),
        ],
        most: MOST_PEOPLE,
    },
    Table {
        name: "updates",
        // Numbers of equal length are in the order of their text.
        key: "room_id || ':' || CAST(1000000000000000 + seq AS TEXT)",
        of_event: "room_id IN (SELECT id FROM rooms WHERE event_id = $1)",
        columns: &[
            must("room_id", Kind::Id("rooms")),
            must("seq", Kind::Number(1, i64::MAX)),
            must("at", Kind::Instant),
            may("by_participant", Kind::AnyId),
            may("command_by", Kind::AnyId),
            may("command_id", Kind::AnyId),
            // Whatever a room tells is in its log: the whole plan of a show, too, with who speaks in its sessions.
            must("body", Kind::Json(MAX_LINE_BYTES)),
        ],
        most: 5_000_000,
    },
];
