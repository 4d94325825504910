//! Files that go between the server and this computer, past the page.

use houselights_shared::{EventId, RoomId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What of the server is a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ServerFile {
    /// Who is registered for an event, as CSV.
    Attendees,
    /// The sessions of an event: as CSV; to hand over, as iCalendar too.
    Agenda,
    /// The sessions of an event as iCalendar; only to save.
    Calendar,
    /// A whole event; to hand over, it is its organisation that is named.
    Archive,
    /// What an organisation knows of somebody, by a registration of theirs; only to save.
    Person,
}

/// What can be told of an event's rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReportOn {
    /// Everything that happened; only as JSON Lines.
    Log,
    /// What was said, with what it said before.
    Chat,
    /// What was asked, and what became of it.
    Questions,
    /// How polls ended.
    Polls,
    /// Who voted for what, in polls that are named.
    Votes,
    /// What moderators did.
    Audit,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// For spreadsheets.
    Csv,
    /// For programs: an object a line.
    Jsonl,
}

/// A report on an event's rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
pub struct RoomsReport {
    /// Of which event.
    pub event: EventId,
    /// Of one of its rooms; absent: of all.
    #[serde(default)]
    #[ts(optional)]
    pub room: Option<RoomId>,
    /// What is told.
    pub on: ReportOn,
    /// How it is written.
    pub format: ReportFormat,
}

/// How far a file is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FileProgress {
    /// So many bytes went.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Of so many; absent where nobody knows yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub of: Option<u64>,
}

/// What became of a line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineFate {
    /// It is new there.
    Added,
    /// It was there already.
    Known,
    /// It says itself that it is not meant.
    LeftOut,
    /// By the file they have no place, and there they are not registered.
    NoPlace,
    /// They wait for a place there, and go on waiting.
    Waits,
    /// Their place there is not paid for yet; it stays so.
    Unpaid,
    /// Something that this app does not know.
    #[serde(other)]
    Else,
}

/// A line of a file that was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileLine {
    /// From 1.
    pub line: u32,
    /// What became of it.
    pub fate: LineFate,
    /// What it is called; may be empty.
    pub name: String,
}

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileFault {
    /// From 1.
    pub line: u32,
    /// The name of the column, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub column: Option<String>,
    /// In what way; a newer server has more of them.
    #[serde(default)]
    pub code: String,
    /// What the words for it are about: another line, a time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub detail: Option<String>,
    /// The same in English.
    pub problem: String,
}

/// What was taken of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileReport {
    /// So many are new.
    #[serde(default)]
    pub added: u32,
    /// So many were there already.
    #[serde(default)]
    pub known: u32,
    /// Columns that mean nothing there.
    #[serde(default)]
    pub ignored: Vec<String>,
    /// Rooms that were not there and were made.
    #[serde(default)]
    pub rooms: Vec<String>,
    /// Where something takes place that can be no room's title: a link, or what is too long.
    #[serde(default)]
    pub places: Vec<String>,
    /// In the order of the file.
    #[serde(default)]
    pub lines: Vec<FileLine>,
}

/// What became of a file that was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FileTaken {
    /// The file's name, without the folder.
    pub name: String,
    /// What was taken of it; where something is wrong that is nothing, unless it was found half-way.
    pub taken: FileReport,
    /// What is wrong in it.
    pub faults: Vec<FileFault>,
    /// The event that it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub event: Option<String>,
    /// Whether people know of that event from elsewhere, so that it is a draft there until somebody publishes it.
    pub held_back: bool,
}
