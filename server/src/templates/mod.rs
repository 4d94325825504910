//! Event templates: what an event of a certain occasion begins with, as one TOML file.
//!
//! Reading and writing are pure. Whoever makes an event of a [`Template`] adds what a template cannot know: the start, the time zone,
//! the people. Times are whole minutes, counted from the start of the event on the clocks of its time zone: what is planned for ten o'clock the
//! next day is at ten o'clock also where the clocks change overnight.
//!
//! # The file
//!
//! At most [`MAX_FILE_BYTES`] of UTF-8. Keys that are not named here are refused, so that a slip of the pen is not taken for silence.
//! A *key* is kebab case (`main-stage`), at most 64 characters, and refers to something within the file only. A *title* is one line of
//! 1 to 80 characters. A *text* may have many lines; blanks at its ends are not kept.
//!
//! ```toml
//! format = 1                     # the version of the format; 1 is the only one
//! name = "fireside-chat"         # a key, what the template is called
//! title = "Fireside chat"        # a title
//! summary = "One host, one guest."   # one line, at most 200 characters
//! description = "Markdown"       # a text, suggested for the event's page; may be absent
//! accent = "#b45309"             # #rrggbb
//! background = "#1c1917"         # #rrggbb
//! minutes = 60                   # how long the event is, a year at most; absent: until its last session ends
//! capacity = 200                 # how many may register; absent: as many as like
//!
//! [[rooms]]
//! key = "stage"
//! title = "The hearth"
//! kind = "stage"                 # stage, breakout, lounge or booth
//! scenes = [{ name = "Both", layout = "side_by_side" }]   # stages only: solo, side_by_side or grid; no name twice in a room
//!
//! [[tracks]]
//! key = "talks"
//! title = "Talks"
//! colour = "#b45309"
//!
//! [[sessions]]                   # they may overlap, in one room too: the agenda of the event warns of it
//! key = "talk"
//! title = "The conversation"
//! description = "A text."        # may be absent
//! room = "stage"                 # absent: takes place in no room, like a lunch
//! track = "talks"                # may be absent
//! starts_after_minutes = 0       # below 0: before the event begins
//! minutes = 45
//! shortest = 30                  # suggested bounds of `minutes`; may be absent
//! longest = 60
//! capacity = 100                 # how many may pick it; absent: as many as like
//!
//! [[run_of_show]]                # cues in their order; each names a session or, where it belongs to none, a room
//! session = "talk"
//! title = "Welcome"
//! minutes = 5
//! scene = "Both"                 # of the stage the cue is called on; may be absent
//! notes = "A text."              # may be absent
//!
//! [[polls]]
//! session = "talk"
//! question = "One line."
//! options = ["2 to 10", "one line each"]
//! multiple = false               # whether several may be chosen; absent: false
//!
//! [[questions]]                  # asked at registration
//! label = "One line."
//! kind = "choice"                # text, long_text, choice, choices or consent
//! options = ["for choice", "and choices", "alone"]
//! required = true                # absent: false
//!
//! [[tickets]]
//! title = "Free"
//! description = "A text."        # may be absent
//! amount = 0                     # in the currency's smallest unit; absent: 0, free
//! currency = "EUR"               # ISO 4217; needed where something is to be paid
//! quantity = 100                 # absent: no bound of its own
//! hidden = true                  # not shown on the page; absent: false
//! waiting_list = true            # absent: false
//!
//! [mails.confirmation]           # and reminder_day, reminder_hour, reminder_minutes, speaker_invitation, changed, cancelled;
//! subject = "{ $event }"         # where one is absent, the product's own text is sent
//! body = "Plain text with { $placeables }; which there are depends on the mail, see MailKind::placeables."
//! ```
//!
//! # Errors
//!
//! A [`TemplateError`] names the line, counted from 1, and says in words what is wrong there. Only the first error of a file is told.

mod builtin;
mod check;
mod error;
mod file;
mod mails;
mod of_event;
mod plan;
mod plan_ids;
#[cfg(test)]
mod property;
mod reader;
mod word;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use houselights_shared::Layout;

pub(crate) use builtin::{builtin, builtin_named};
pub(crate) use error::TemplateError;
pub(crate) use mails::{MailKind, MailText};
pub(crate) use of_event::key_of;
pub(crate) use plan::{CalledIn, Lengths, Plan, PlanChange, PlanFault, PlannedCue, PlannedPoll, PlannedScene};
pub(crate) use plan_ids::PlanIds;
pub(crate) use word::Word;

/// The longest file that is read.
pub(crate) const MAX_FILE_BYTES: usize = 512 * 1024;

/// What an event begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    /// A key. Of a template that comes with Houselights, its id.
    pub(crate) name: String,
    pub(crate) title: String,
    /// One line.
    pub(crate) summary: String,
    /// Markdown; may be empty.
    pub(crate) description: String,
    /// `#rrggbb`, in small letters, like every colour here.
    pub(crate) accent: String,
    pub(crate) background: String,
    /// How long the event is. A session may end later, as on any agenda.
    pub(crate) minutes: u32,
    pub(crate) capacity: Option<u32>,
    pub(crate) rooms: Vec<Room>,
    pub(crate) tracks: Vec<AgendaTrack>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) run_of_show: Vec<Cue>,
    pub(crate) polls: Vec<Poll>,
    pub(crate) questions: Vec<Question>,
    pub(crate) tickets: Vec<Ticket>,
    /// The mails that have a text of their own.
    pub(crate) mails: BTreeMap<MailKind, MailText>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) kind: RoomKind,
    /// Of stages only.
    pub(crate) scenes: Vec<Scene>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoomKind {
    Stage,
    Breakout,
    Lounge,
    Booth,
}

/// A scene nobody sits in yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scene {
    /// Unlike any other in its room.
    pub(crate) name: String,
    pub(crate) layout: Layout,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AgendaTrack {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) colour: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// The key of a room. Absent: it takes place in none.
    pub(crate) room: Option<String>,
    /// The key of a track.
    pub(crate) track: Option<String>,
    /// Before the event begins where it is less than none.
    pub(crate) starts_after_minutes: i32,
    pub(crate) minutes: u32,
    /// The least minutes that make sense, for whoever changes the length.
    pub(crate) shortest: Option<u32>,
    /// The most.
    pub(crate) longest: Option<u32>,
    pub(crate) capacity: Option<u32>,
}

impl Session {
    /// When it is over, in minutes after the start of the event.
    pub(crate) fn ends_after_minutes(&self) -> i32 {
        self.starts_after_minutes.saturating_add_unsigned(self.minutes)
    }
}

/// A step of the run of show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cue {
    pub(crate) place: CuePlace,
    pub(crate) title: String,
    pub(crate) minutes: u32,
    /// The name of a scene of the stage that the cue is called on.
    pub(crate) scene: Option<String>,
    pub(crate) notes: String,
}

/// What a cue belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CuePlace {
    /// The key of a session on a stage.
    Session(String),
    /// The key of a stage: before, between or after its sessions.
    Room(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Poll {
    /// The key of the session in which it is a draft.
    pub(crate) session: String,
    pub(crate) question: String,
    pub(crate) options: Vec<String>,
    /// Whether several options may be chosen.
    pub(crate) multiple: bool,
}

/// A question asked at registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) label: String,
    pub(crate) kind: QuestionKind,
    /// Of [`Choice`](QuestionKind::Choice) and [`Choices`](QuestionKind::Choices) only.
    pub(crate) options: Vec<String>,
    pub(crate) required: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuestionKind {
    Text,
    LongText,
    Choice,
    Choices,
    Consent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) title: String,
    pub(crate) description: String,
    /// In the currency's smallest unit; 0 is free.
    pub(crate) amount: u32,
    /// ISO 4217. Present where something is to be paid.
    pub(crate) currency: Option<String>,
    pub(crate) quantity: Option<u32>,
    /// Not shown on the page.
    pub(crate) hidden: bool,
    pub(crate) waiting_list: bool,
}

impl Template {
    /// Reads a file of the [format](self).
    pub(crate) fn read(source: &str) -> Result<Self, TemplateError> {
        check::template(source, &file::parse(source)?)
    }

    /// The file that reads as this template. A template put together elsewhere may break a rule of the format: it is good to keep once
    /// [`read`](Self::read) has taken what was written.
    pub(crate) fn to_toml(&self) -> String {
        write::file(self)
    }

    /// The room a cue is called in; none where its keys lead nowhere, which those of a template that was read do not.
    pub(crate) fn room_of(&self, place: &CuePlace) -> Option<&Room> {
        let key = match place {
            CuePlace::Room(key) => key,
            CuePlace::Session(key) => self.sessions.iter().find(|session| session.key == *key)?.room.as_ref()?,
        };
        self.rooms.iter().find(|room| room.key == *key)
    }
}
