//! Importing an agenda: `title`, `start`, `end`, and `room`, `track`, `speakers` and `description` where there are such.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use houselights_domain::{name, text};
use houselights_shared::Timestamp;

use super::{
    Fault, Imported, Problem,
    table::{self, Column, Row},
};

const TITLE: Column = Column::new("title", &["session"], true);
const START: Column = Column::new("start", &["starts", "starts at"], true);
const END: Column = Column::new("end", &["ends", "ends at"], true);
const ROOM: Column = Column::new("room", &[], false);
const TRACK: Column = Column::new("track", &[], false);
const SPEAKERS: Column = Column::new("speakers", &["speaker"], false);
const DESCRIPTION: Column = Column::new("description", &[], false);
const COLUMNS: [Column; 7] = [TITLE, START, END, ROOM, TRACK, SPEAKERS, DESCRIPTION];
/// Times without an offset.
const LOCAL: [&str; 4] = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];

/// A session to be put on the agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) line: u64,
    pub(crate) title: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) room: Option<String>,
    pub(crate) track: Option<String>,
    /// In a cell they stand one behind the other, with semicolons or line breaks between them.
    pub(crate) speakers: Vec<String>,
    /// May have more than one line; empty where there is none.
    pub(crate) description: String,
}

/// Reads a file. Times are those of the event's `zone`, unless they say their offset.
pub(crate) fn agenda(file: &[u8], zone: Tz) -> Result<Imported<Slot>, Vec<Fault>> {
    table::read(file, &COLUMNS, |row| slot(row, zone))
}

fn slot(mut row: Row<'_>, zone: Tz) -> Option<Slot> {
    let title = named(&mut row, 0, &TITLE, true);
    let start = time(&mut row, 1, &START, zone);
    let end = time(&mut row, 2, &END, zone);
    let room = named(&mut row, 3, &ROOM, false);
    let track = named(&mut row, 4, &TRACK, false);
    let speakers = speakers(&mut row);
    // As it is kept when it is typed; what cannot be kept is told where the bounds are known.
    let description = text(row.cell(6), usize::MAX).unwrap_or_else(|| row.cell(6).to_owned());
    let (start, end) = (start?, end?);
    if end <= start {
        row.fault(&END, Problem::EndsBeforeStart);
        return None;
    }
    Some(Slot { line: row.line, title: title?, start, end, room, track, speakers: speakers?, description })
}

/// What something is called; nothing where the cell is empty or wrong.
fn named(row: &mut Row<'_>, place: usize, column: &Column, is_required: bool) -> Option<String> {
    let cell = row.cell(place);
    let problem = match (cell.is_empty(), name(cell)) {
        (true, _) if !is_required => return None,
        (true, _) => Problem::Empty,
        (false, Some(name)) => return Some(name),
        (false, None) => Problem::NotAName,
    };
    row.fault(column, problem);
    None
}

fn speakers(row: &mut Row<'_>) -> Option<Vec<String>> {
    let cell = row.cell(5).to_owned();
    let written = cell.split([';', '\n']).map(str::trim).filter(|speaker| !speaker.is_empty());
    let speakers: Option<Vec<String>> = written.map(name).collect();
    if speakers.is_none() {
        row.fault(&SPEAKERS, Problem::NotAName);
    }
    speakers
}

fn time(row: &mut Row<'_>, place: usize, column: &Column, zone: Tz) -> Option<Timestamp> {
    match instant(row.cell(place), zone) {
        Ok(time) => Some(Timestamp::from_micros(time.timestamp_micros())),
        Err(problem) => {
            row.fault(column, problem);
            None
        }
    }
}

fn instant(cell: &str, zone: Tz) -> Result<DateTime<Utc>, Problem> {
    if cell.is_empty() {
        return Err(Problem::Empty);
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(cell) {
        return Ok(time.to_utc());
    }
    let local = LOCAL.iter().find_map(|format| NaiveDateTime::parse_from_str(cell, format).ok());
    match zone.from_local_datetime(&local.ok_or(Problem::NotATime)?) {
        LocalResult::Single(time) => Ok(time.to_utc()),
        LocalResult::None => Err(Problem::NoSuchTime),
        LocalResult::Ambiguous(..) => Err(Problem::TimeTwice),
    }
}
