//! What a column may hold.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

use crate::{graphql::input, payments::Currency, store::Value};

/// What a column may hold. Archives come from anywhere: nothing is stored that could not have been put in by hand.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A UUID: of the row itself, or of a row of this table before it.
    Id(&'static str),
    /// A UUID of what may be gone by now.
    AnyId,
    /// One line with something to see.
    Name,
    /// Text of at most so many characters.
    Text(usize),
    /// One line of at most so many characters; it may be empty.
    Line(usize),
    /// A number from this to that.
    Number(i64, i64),
    /// Microseconds since 1970.
    Instant,
    /// One of these.
    Word(&'static [&'static str]),
    /// `#rrggbb`: it goes into pages as it is.
    Colour,
    /// The end of an address.
    Slug,
    /// A time zone of the IANA database.
    Zone,
    /// An e-mail address.
    Email,
    /// ISO 4217.
    Currency,
    /// A JSON list of texts, as text, of at most so many bytes.
    Texts(usize),
    /// JSON as text, of at most so many bytes.
    Json(usize),
    /// Bytes, at most so many.
    Bytes(usize),
}

/// A column, and whether it may be absent.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) optional: bool,
}

impl Column {
    /// A value of this column as JSON.
    pub(super) fn write(value: &Value) -> Json {
        match value {
            Value::Null => Json::Null,
            Value::Int(number) => json!(number),
            Value::Text(text) => json!(text),
            Value::Bytes(bytes) => json!(STANDARD.encode(bytes)),
        }
    }

    /// What an archive has for this column, checked for all but references.
    pub(super) fn read(&self, value: &Json) -> Result<Value, String> {
        if value.is_null() {
            return if self.optional { Ok(Value::Null) } else { Err(format!("`{}` is missing", self.name)) };
        }
        self.kind.read(value).ok_or_else(|| format!("`{}` does not hold what it should", self.name))
    }
}

impl Kind {
    fn read(self, value: &Json) -> Option<Value> {
        let text = || value.as_str().filter(|text| !text.contains('\0'));
        // As it is kept, or not at all.
        let same = |kept: Option<String>| kept.filter(|kept| Some(kept.as_str()) == value.as_str()).map(Value::Text);
        match self {
            Self::Id(_) => text()?.parse::<uuid::Uuid>().ok().map(|id| Value::Text(id.to_string())),
            Self::Name => same(houselights_domain::name(text()?)),
            Self::AnyId => text()?.parse::<uuid::Uuid>().ok().map(|id| Value::Text(id.to_string())),
            Self::Line(most) => houselights_domain::text(text()?, most).filter(|line| !line.contains('\n')).map(Value::Text),
            Self::Slug => same(input::slug("", text()?).ok()),
            Self::Zone => same(input::time_zone("", text()?).ok()),
            Self::Text(most) => houselights_domain::text(text()?, most).map(Value::Text),
            Self::Number(least, most) => value.as_i64().filter(|number| (least..=most).contains(number)).map(Value::Int),
            Self::Instant => value.as_i64().filter(|at| (0..=7_258_118_400_000_000).contains(at)).map(Value::Int),
            Self::Word(words) => text().filter(|word| words.contains(word)).map(Value::from),
            Self::Colour => same(input::colour("", text()?).ok()),
            // One that was kept before its domain had one form is that of now.
            Self::Email => {
                let is_old = |text: &str| !text.is_ascii() && text == text.trim().to_lowercase();
                let kept = input::email("", text()?).ok();
                kept.filter(|kept| text().is_some_and(|text| kept == text || is_old(text))).map(Value::Text)
            }
            Self::Currency => {
                text().filter(|code| Currency::parse(code).is_some_and(|known| known.code() == *code)).map(Value::from)
            }
            Self::Texts(most) => {
                text().filter(|json| json.len() <= most && serde_json::from_str::<Vec<String>>(json).is_ok()).map(Value::from)
            }
            Self::Json(most) => {
                text().filter(|json| json.len() <= most && serde_json::from_str::<Json>(json).is_ok()).map(Value::from)
            }
            Self::Bytes(most) => STANDARD.decode(text()?).ok().filter(|bytes| bytes.len() <= most).map(Value::Bytes),
        }
    }
}
