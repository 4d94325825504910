//! Writing a table (RFC 4180).

use std::io;

use csv::{Terminator, Writer, WriterBuilder};

use super::guarded;

/// A table that is being written.
pub(crate) struct Export {
    writer: Writer<Vec<u8>>,
    width: usize,
}

impl Export {
    /// With its header. Excel takes a file for UTF-8 only with a byte order mark; other programs do without it.
    pub(crate) fn new(header: &[&str], with_mark: bool) -> io::Result<Self> {
        let begun = if with_mark { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        let writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(begun);
        let mut export = Self { writer, width: header.len() };
        export.row(header)?;
        Ok(export)
    }

    /// More rows of a table of which there is something already.
    pub(crate) fn further(width: usize) -> Self {
        Self { writer: WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new()), width }
    }

    /// One more row, of as many cells as the header has: anything else is refused, and nothing of it written.
    pub(crate) fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> io::Result<()> {
        if cells.len() != self.width {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a row is as wide as the header"));
        }
        Ok(self.writer.write_record(cells.iter().map(|cell| guarded(cell.as_ref()).into_owned()))?)
    }

    /// The file.
    pub(crate) fn finish(self) -> io::Result<Vec<u8>> {
        self.writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}
