//! Tables for spreadsheets: what is exported, and what is imported of attendees and the agenda.
//!
//! A spreadsheet takes a cell that begins like a formula for one. So such cells are exported behind an apostrophe ("CSV Injection" of
//! OWASP), and an apostrophe like that is taken away where a table is imported.

mod agenda;
mod answers;
mod attendees;
mod export;
mod table;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt};

use houselights_domain::is_invisible;
use thiserror::Error;

use crate::bounds::TABLE_BYTES;

pub(crate) use agenda::agenda;
pub(crate) use answers::{answered, cell, headers};
pub(crate) use attendees::{Attendee, attendees};
pub(crate) use export::Export;

/// The longest file that is read.
pub(crate) const MOST_BYTES: usize = TABLE_BYTES;
/// The most rows, the header aside.
pub(crate) const MOST_ROWS: usize = 50_000;
/// The longest cell, in characters.
pub(crate) const LONGEST_CELL: usize = 20_000;
/// How many faults are told at once.
pub(crate) const MOST_FAULTS: usize = 100;

/// What an import read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Imported<T> {
    /// In the order of the file.
    pub(crate) rows: Vec<T>,
    /// Columns with names that mean nothing here; they were not read.
    pub(crate) ignored: Vec<String>,
    /// The lines of rows that say themselves that they are not meant.
    pub(crate) left_out: Vec<u64>,
}

/// What is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// From 1, the header's line. Where a row has several, its first.
    pub(crate) line: u64,
    /// The name of the column, where it is about one.
    pub(crate) column: Option<Cow<'static, str>>,
    pub(crate) problem: Problem,
}

/// In what way it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Problem {
    #[error("the file has more than 5 MB")]
    FileTooLong,
    #[error("the file is not text in UTF-8")]
    NotUtf8,
    #[error("the file has no rows")]
    NoRows,
    #[error("the file has more than 50,000 rows")]
    TooManyRows,
    #[error("this column is missing")]
    ColumnMissing,
    #[error("this column is there twice")]
    ColumnTwice,
    #[error("the row has more cells than there are columns")]
    TooManyCells,
    #[error("a quotation mark has no other end")]
    OpenQuote,
    #[error("a cell has more than 20,000 characters")]
    CellTooLong,
    #[error("this must not be empty")]
    Empty,
    #[error("this is too long, has more than one line, or shows nothing")]
    NotAName,
    #[error("this is no e-mail address")]
    NotAnAddress,
    #[error("this is no state: pending, confirmed, waiting, cancelled or refunded")]
    NotAState,
    #[error("the same as in line {0}")]
    SameAs(u64),
    #[error("this is no time: write 2026-05-01 14:30, or 2026-05-01T14:30:00+02:00")]
    NotATime,
    /// Clocks were set forward over it.
    #[error("there is no such time on that day")]
    NoSuchTime,
    /// Clocks were set back over it.
    #[error("this time comes twice on that day: add the offset, as in 2026-10-25T02:30:00+02:00")]
    TimeTwice,
    #[error("the end is not after the start")]
    EndsBeforeStart,
}

impl Problem {
    /// What a client knows it by.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::FileTooLong => "file_too_long",
            Self::NotUtf8 => "not_utf8",
            Self::NoRows => "no_rows",
            Self::TooManyRows => "too_many_rows",
            Self::ColumnMissing => "column_missing",
            Self::ColumnTwice => "column_twice",
            Self::TooManyCells => "too_many_cells",
            Self::OpenQuote => "open_quote",
            Self::CellTooLong => "cell_too_long",
            Self::Empty => "empty",
            Self::NotAName => "not_a_name",
            Self::NotAnAddress => "not_an_address",
            Self::NotAState => "not_a_state",
            Self::SameAs(_) => "same_as",
            Self::NotATime => "not_a_time",
            Self::NoSuchTime => "no_such_time",
            Self::TimeTwice => "time_twice",
            Self::EndsBeforeStart => "ends_before_start",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, problem } = self;
        match column {
            Some(column) => write!(f, "line {line}, {column}: {problem}"),
            None => write!(f, "line {line}: {problem}"),
        }
    }
}

/// A cell as it is exported.
fn guarded(cell: &str) -> Cow<'_, str> {
    if !parts(cell).any(|(part, at)| is_formula(part, at)) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(parts(cell).flat_map(|(part, at)| [if is_formula(part, at) { "'" } else { "" }, part]).collect())
}

/// What a cell was before it was [`guarded`].
fn unguarded(cell: &str) -> Cow<'_, str> {
    if !parts(cell).any(|(part, at)| bare(part, at).is_some()) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(parts(cell).map(|(part, at)| bare(part, at).unwrap_or(part)).collect())
}

/// A part without its guard, where it has one.
fn bare(part: &str, at: At) -> Option<&str> {
    part.strip_prefix('\'').filter(|rest| is_formula(rest, at))
}

/// Where a list is written with semicolons, as in much of Europe, a spreadsheet makes several cells of one that has some: quotation marks in the middle
/// of a line mean nothing to it, and where a line ends its row does.
fn parts(cell: &str) -> impl Iterator<Item = (&str, At)> {
    let places = std::iter::once(At::Beginning).chain(std::iter::repeat(At::Within));
    cell.split_inclusive([';', '\n', '\r']).zip(places)
}

/// Where a part stands in its cell.
#[derive(Clone, Copy)]
enum At {
    Beginning,
    Within,
}

/// Whether a spreadsheet may take a cell for a formula; or whether it only looks as if it had been guarded, so that taking the guard
/// away gives back just what was there. What is not seen before its first sign is passed over, as some programs do; and quotation marks, which to a
/// program that parts a cell begin a quotation. The wide forms are those of Chinese and Japanese keyboards.
fn is_formula(part: &str, at: At) -> bool {
    let bare = part.trim_start_matches(|c| matches!(c, '\'' | '"') || is_invisible(c));
    // An empty line between others is none.
    let breaks = matches!(at, At::Beginning) && bare.starts_with(['\r', '\n']);
    breaks || bare.starts_with(['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠'])
}
