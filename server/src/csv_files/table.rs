//! Reading a table: its rows with their lines, by the names of its columns.

use std::{borrow::Cow, ops::Range};

use csv::{ReaderBuilder, StringRecord};

use super::{Fault, Imported, LONGEST_CELL, MOST_BYTES, MOST_FAULTS, MOST_ROWS, Problem, unguarded};

/// A column that is read.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// As it is written in a header, in small letters.
    pub(super) name: Cow<'static, str>,
    pub(super) other_names: &'static [&'static str],
    pub(super) is_required: bool,
}

impl Column {
    pub(super) const fn new(name: &'static str, other_names: &'static [&'static str], is_required: bool) -> Self {
        Self { name: Cow::Borrowed(name), other_names, is_required }
    }

    /// One whose name is the event's own; it may be absent.
    pub(super) fn named(name: &str) -> Self {
        Self { name: Cow::Owned(name.trim().to_lowercase()), other_names: &[], is_required: false }
    }

    fn is(&self, name: &str) -> bool {
        self.name == name || self.other_names.contains(&name)
    }
}

/// A row that is being read; what is wrong in it is noted as it is found.
pub(super) struct Row<'a> {
    pub(super) line: u64,
    /// By the place of the column among those that were asked for.
    cells: Vec<Cow<'a, str>>,
    faults: &'a mut Vec<Fault>,
}

impl Row<'_> {
    /// The cell of a column, trimmed, and without a guard that an export gave it. Empty where there is none.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| &**cell)
    }

    /// Notes what is wrong.
    pub(super) fn fault(&mut self, column: &Column, problem: Problem) {
        self.faults.push(Fault { line: self.line, column: Some(column.name.clone()), problem });
    }
}

/// Reads a file: all of its rows, or what is wrong with it. `read` notes a fault for each row that it makes nothing of.
pub(super) fn read<T>(
    file: &[u8],
    columns: &[Column],
    mut read: impl FnMut(Row<'_>) -> Option<T>,
) -> Result<Imported<T>, Vec<Fault>> {
    let text = text(file).map_err(|fault| vec![fault])?;
    let mut records = Records::of(text);
    let Some((line, header)) = records.next().map_err(|fault| vec![fault])? else {
        return Err(vec![about(1, Problem::NoRows)]);
    };
    let Layout { places, ignored } = layout(line, &header, columns)?;
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut count = 0;
    while faults.len() < MOST_FAULTS {
        let (line, record) = match records.next() {
            Ok(Some(found)) => found,
            Ok(None) => break,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        count += 1;
        if count > MOST_ROWS {
            return Err(vec![about(line, Problem::TooManyRows)]);
        }
        if record.iter().skip(header.len()).any(|cell| !cell.trim().is_empty()) {
            faults.push(about(line, Problem::TooManyCells));
            continue;
        }
        let cell = |place: &Option<usize>| unguarded(place.and_then(|place| record.get(place)).unwrap_or_default().trim());
        let cells = places.iter().map(cell).collect();
        rows.extend(read(Row { line, cells, faults: &mut faults }));
    }
    if count == 0 && faults.is_empty() {
        faults.push(about(line, Problem::NoRows));
    }
    faults.truncate(MOST_FAULTS);
    if faults.is_empty() { Ok(Imported { rows, ignored, left_out: Vec::new() }) } else { Err(faults) }
}

/// The file as text, without a byte order mark.
fn text(file: &[u8]) -> Result<&str, Fault> {
    if file.len() > MOST_BYTES {
        return Err(about(1, Problem::FileTooLong));
    }
    let text = str::from_utf8(file).map_err(|error| {
        let before = file.get(..error.valid_up_to()).unwrap_or_default();
        about(1 + lines(before, 0..before.len()), Problem::NotUtf8)
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// How a file is laid out.
struct Layout {
    /// Where in a row each column is that was asked for, if it is there.
    places: Vec<Option<usize>>,
    /// The names of other columns.
    ignored: Vec<String>,
}

fn layout(line: u64, header: &StringRecord, columns: &[Column]) -> Result<Layout, Vec<Fault>> {
    let names: Vec<String> = header.iter().map(|name| unguarded(name.trim()).to_lowercase()).collect();
    let (mut places, mut faults) = (Vec::new(), Vec::new());
    for column in columns {
        let mut found = names.iter().enumerate().filter(|(_, name)| column.is(name)).map(|(place, _)| place);
        let place = found.next();
        let problem = match place {
            None if column.is_required => Some(Problem::ColumnMissing),
            Some(_) if found.next().is_some() => Some(Problem::ColumnTwice),
            None | Some(_) => None,
        };
        faults.extend(problem.map(|problem| Fault { line, column: Some(column.name.clone()), problem }));
        places.push(place);
    }
    let is_ignored = |name: &String| !name.is_empty() && !columns.iter().any(|column| column.is(name));
    let ignored = names.iter().filter(|name| is_ignored(name)).cloned().collect();
    if faults.is_empty() { Ok(Layout { places, ignored }) } else { Err(faults) }
}

/// The rows of a text, with their lines. Rows in which nothing is written are passed over.
struct Records<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    /// Up to where lines were counted, and how many there were.
    counted: (usize, u64),
}

impl<'a> Records<'a> {
    fn of(text: &'a str) -> Self {
        let mut reader = ReaderBuilder::new();
        reader.delimiter(delimiter(text)).flexible(true).has_headers(false);
        Self { text, reader: reader.from_reader(text.as_bytes()), counted: (0, 0) }
    }

    fn next(&mut self) -> Result<Option<(u64, StringRecord)>, Fault> {
        loop {
            let begun = self.place();
            let mut record = StringRecord::new();
            let is_there = self.reader.read_record(&mut record).map_err(|_| about(1, Problem::NotUtf8))?;
            let raw = self.text.get(begun..self.place()).unwrap_or_default();
            let blank = raw.len() - raw.trim_start_matches(['\r', '\n']).len();
            let line = self.line_at(begun + blank);
            // In a row, quotation marks come in pairs: around a cell, and doubled in one.
            if raw.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
                return Err(about(line, Problem::OpenQuote));
            }
            if !is_there {
                return Ok(None);
            }
            if record.iter().any(|cell| cell.chars().nth(LONGEST_CELL).is_some()) {
                return Err(about(line, Problem::CellTooLong));
            }
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(Some((line, record)));
            }
        }
    }

    fn place(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX)
    }

    /// The line of a place that is not before the one that was asked for last.
    fn line_at(&mut self, place: usize) -> u64 {
        let (counted, before) = self.counted;
        self.counted = (place.max(counted), before + lines(self.text.as_bytes(), counted..place));
        1 + self.counted.1
    }
}

/// The mark between cells: that of comma, semicolon and tab which the header has most of, outside of quotation marks.
fn delimiter(text: &str) -> u8 {
    let mut is_quoted = false;
    let header: Vec<char> = text
        .trim_start_matches(['\r', '\n'])
        .chars()
        .take_while(|c| {
            is_quoted ^= *c == '"';
            is_quoted || !matches!(c, '\r' | '\n')
        })
        .collect();
    let count = |wanted: u8| {
        let mut is_quoted = false;
        let counts = |c: &&char| {
            is_quoted ^= **c == '"';
            !is_quoted && **c == char::from(wanted)
        };
        header.iter().filter(counts).count()
    };
    let most = [b'\t', b';', b','].into_iter().max_by_key(|mark| count(*mark));
    most.unwrap_or(b',')
}

const fn about(line: u64, problem: Problem) -> Fault {
    Fault { line, column: None, problem }
}

/// How many lines end within a part of a text. Files of old machines end them with a carriage return alone.
fn lines(text: &[u8], part: Range<usize>) -> u64 {
    let ends = |at: usize| match text.get(at) {
        Some(b'\n') => true,
        Some(b'\r') => text.get(at + 1) != Some(&b'\n'),
        Some(_) | None => false,
    };
    part.fold(0, |lines, at| lines + u64::from(ends(at)))
}
