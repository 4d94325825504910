//! What happened in the rooms of an event, as files for whoever looks after it: read out of the logs page by page, and written as it is read.
//!
//! | report | a line or row for each |
//! |---|---|
//! | `log` | entry, as those saw it who looked after the show ([`Disclosure`](houselights_domain::Disclosure)); JSON Lines only |
//! | `chat` | message, with what it said before and who took it out |
//! | `questions` | question, and what became of it |
//! | `polls` | option, number of stars, word or text of a poll with how often it was given; then whoever has points of quizzes |
//! | `votes` | vote of a poll that told those who voted that they are seen |
//! | `audit` | thing that was done to keep the room in order |
//!
//! Each names its room. Times are those of ISO 8601, in UTC; within the `body` of an entry of the log they are microseconds since 1970, as on the wire.

mod cell;
mod rows;
mod tables;

use std::{collections::VecDeque, io};

use bytes::Bytes;
use futures_util::{Stream, stream};
use houselights_domain::Disclosure;
use houselights_shared::{RoomId, Seq};

use self::{cell::Cell, rows::Rows};
use crate::{
    csv_files::Export,
    store::{RoomRow, Store, StoreError},
};

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    Log,
    Chat,
    Questions,
    Polls,
    Votes,
    Audit,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    JsonLines,
}

impl Report {
    /// By the name of a file. Nothing where there is no such: of a log there is no table.
    pub(crate) fn named(file: &str) -> Option<(Self, Format)> {
        let (name, kind) = file.split_once('.')?;
        let report = match name {
            "log" => Self::Log,
            "chat" => Self::Chat,
            "questions" => Self::Questions,
            "polls" => Self::Polls,
            "votes" => Self::Votes,
            "audit" => Self::Audit,
            _ => return None,
        };
        let format = match kind {
            "csv" if report != Self::Log => Format::Csv,
            "jsonl" => Format::JsonLines,
            _ => return None,
        };
        Some((report, format))
    }

    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Log => &["room_title", "room", "seq", "time", "by", "body"],
            Self::Chat => &tables::CHAT,
            Self::Questions => &tables::QUESTIONS,
            Self::Polls => &tables::POLLS,
            Self::Votes => &tables::VOTES,
            Self::Audit => &tables::AUDIT,
        }
    }
}

impl Format {
    /// The media type.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/jsonl",
        }
    }
}

/// Where a report is in a room.
#[derive(Default)]
struct Place {
    /// The last entry that was read.
    behind: Seq,
    disclosure: Disclosure,
}

struct Writing {
    store: Store,
    report: Report,
    format: Format,
    /// Those that are not told yet, the one that is at the front.
    rooms: VecDeque<RoomRow>,
    place: Place,
}

/// A report on these rooms, as the pieces of its file. No more of a log is in memory than a page, or what a room's polls and questions come to.
pub(crate) fn written(
    store: Store,
    (report, format): (Report, Format),
    rooms: Vec<RoomRow>,
) -> impl Stream<Item = Result<Bytes, StoreError>> + Send {
    let begun = Writing { store, report, format, rooms: rooms.into(), place: Place::default() };
    let head = match format {
        Format::Csv => table(report, true, Vec::new()),
        Format::JsonLines => Ok(Bytes::new()),
    };
    let rest = stream::try_unfold(begun, |mut writing| async move {
        let piece = writing.next().await?;
        Ok(piece.map(|piece| (piece, writing)))
    });
    futures_util::StreamExt::chain(stream::once(async move { head }), rest)
}

impl Writing {
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        let Some(room) = self.rooms.front() else { return Ok(None) };
        let Rows { rows, is_last } = self.report.rows(&self.store, room, &mut self.place).await?;
        if is_last {
            self.rooms.pop_front();
            self.place = Place::default();
        }
        match self.format {
            Format::Csv => table(self.report, false, rows).map(Some),
            Format::JsonLines => lines(self.report, &rows).map(Some),
        }
    }
}

/// Rows of a table, or its beginning.
fn table(report: Report, is_first: bool, rows: Vec<Vec<Cell>>) -> Result<Bytes, StoreError> {
    let columns = report.columns();
    let written = || -> io::Result<Vec<u8>> {
        let mut table = if is_first { Export::new(columns, true)? } else { Export::further(columns.len()) };
        for row in rows {
            let cells: Vec<String> = row.into_iter().map(Cell::plain).collect();
            table.row(&cells)?;
        }
        table.finish()
    };
    written().map(Bytes::from).map_err(|error| StoreError::Unavailable(error.to_string()))
}

fn lines(report: Report, rows: &[Vec<Cell>]) -> Result<Bytes, StoreError> {
    let mut lines = Vec::new();
    for row in rows {
        let line = cell::Line { columns: report.columns(), row };
        serde_json::to_writer(&mut lines, &line).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        lines.push(b'\n');
    }
    Ok(lines.into())
}

/// The rooms of an event that are meant: one, or all. Nothing where it is none of them.
pub(crate) fn meant(rooms: Vec<RoomRow>, one: Option<RoomId>) -> Option<Vec<RoomRow>> {
    let Some(one) = one else { return Some(rooms) };
    rooms.into_iter().find(|room| room.id == one).map(|room| vec![room])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_the_name_of_its_file() {
        assert_eq!(Report::named("chat.csv"), Some((Report::Chat, Format::Csv)));
        assert_eq!(Report::named("log.jsonl"), Some((Report::Log, Format::JsonLines)));
        for none in ["log.csv", "chat", "chat.", "chat.csv.jsonl", "chat.CSV", ".csv", "../chat.csv", "people.csv", ""] {
            assert_eq!(Report::named(none), None, "{none}");
        }
    }
}
