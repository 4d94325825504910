//! What is wrong with a file, and where.

use std::ops::Range;

use thiserror::Error;

/// So that a file cannot make an answer as long as itself.
const MAX_MESSAGE_CHARS: usize = 400;

/// A file that is no template.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {message}")]
pub(crate) struct TemplateError {
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1. Absent where the place within the line is not known.
    pub(crate) column: Option<usize>,
    /// One line, English.
    pub(crate) message: String,
}

impl TemplateError {
    /// An error at a place given in bytes; where there is none, it is of the whole file.
    pub(super) fn new(source: &str, place: Option<Range<usize>>, message: &str) -> Self {
        let message = message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_MESSAGE_CHARS).collect();
        let Some(place) = place else { return Self { line: 1, column: None, message } };
        let before = source.as_bytes().get(..place.start).unwrap_or(source.as_bytes());
        let line = before.split(|byte| *byte == b'\n').count();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline.saturating_add(1));
        let column = source.get(start..before.len()).map(|text| text.chars().count().saturating_add(1));
        Self { line, column, message }
    }

    /// The parser's error, in the words of the format instead of those of the program.
    pub(super) fn of_parser(source: &str, error: &toml::de::Error) -> Self {
        const WORDS: [(&str, &str); 3] =
            [("missing field ", "missing key "), ("unknown field ", "unknown key "), ("invalid type: ", "wrong type: ")];
        const TYPES: [(&str, &str); 3] =
            [(" i64", " a whole number"), (" a sequence", " a list"), (" a boolean", " true or false")];
        let mut message = error.message().to_owned();
        for (theirs, ours) in WORDS {
            if let Some(rest) = message.strip_prefix(theirs) {
                message = format!("{ours}{rest}");
            }
        }
        for (theirs, ours) in TYPES {
            if let Some(rest) = message.strip_suffix(theirs) {
                message = format!("{rest}{ours}");
            }
        }
        Self::new(source, error.span(), &message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let source = "één\ntwee: ü!";
        let place = source.find('!').unwrap();
        let error = TemplateError::new(source, Some(place..place + 1), "wrong");
        assert_eq!((error.line, error.column), (2, Some(8)));
        assert_eq!(error.to_string(), "line 2: wrong");
        assert_eq!(TemplateError::new(source, Some(99..99), "").line, 2, "a place beyond the end is the end");
        assert_eq!(TemplateError::new(source, Some(1..1), "").column, None, "within a character");
    }

    #[test]
    fn a_message_is_one_line_and_bounded() {
        let error = TemplateError::new("", None, &"a\n".repeat(1_000));
        assert_eq!((error.message.chars().count(), error.message.contains('\n')), (MAX_MESSAGE_CHARS, false));
    }
}
