//! What stands in a row, for a table and for JSON alike.

use chrono::SecondsFormat;
use houselights_shared::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::graphql::input::shown;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Nothing,
    Text(String),
    Number(u64),
    Is(bool),
    Time(Timestamp),
    /// In a table they stand one behind the other with semicolons between them, or on lines of their own where one has a semicolon in it.
    Texts(Vec<String>),
    /// As it is, or in a table as text.
    Json(Value),
}

impl Cell {
    /// As it stands in a table.
    pub(super) fn plain(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Is(is) => if is { "yes" } else { "no" }.to_owned(),
            Self::Time(at) => iso(at),
            Self::Texts(texts) => {
                let has_semicolon = texts.iter().any(|text| text.contains(';'));
                texts.join(if has_semicolon { "\n" } else { "; " })
            }
            Self::Json(value) => value.to_string(),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_none(),
            Self::Text(text) => text.serialize(serializer),
            Self::Number(number) => number.serialize(serializer),
            Self::Is(is) => is.serialize(serializer),
            Self::Time(at) => iso(*at).serialize(serializer),
            Self::Texts(texts) => texts.serialize(serializer),
            Self::Json(value) => value.serialize(serializer),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Self {
        Self::Time(at)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

fn iso(at: Timestamp) -> String {
    shown(at).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A row as an object, in the order of its columns.
pub(super) struct Line<'a> {
    pub(super) columns: &'static [&'static str],
    pub(super) row: &'a [Cell],
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().zip(self.row))
    }
}
