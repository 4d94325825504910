//! Single values, checked where they stand.

use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};

use houselights_domain::is_blank;
use houselights_shared::MAX_NAME_CHARS;
use toml::Spanned;

use super::{TemplateError, Word};

pub(super) const MAX_KEY_CHARS: usize = 64;

/// Turns what is written into what is meant. `key` is what the value is called in the file.
pub(super) struct Reader<'s> {
    pub(super) source: &'s str,
}

impl Reader<'_> {
    pub(super) fn at(&self, place: Range<usize>, message: impl AsRef<str>) -> TemplateError {
        TemplateError::new(self.source, Some(place), message.as_ref())
    }

    /// An error `into` bytes after the beginning of a part of a value, where the file has the part letter by letter; else at the value.
    pub(super) fn within(&self, value: &Spanned<String>, (part, into): (&str, usize), message: &str) -> TemplateError {
        let place = value.span();
        let found = self.source.get(place.clone()).and_then(|written| written.find(part));
        let offset = found.map_or(0, |offset| offset.saturating_add(into));
        self.at(place.start.saturating_add(offset)..place.end, message)
    }

    /// At most so many of something.
    pub(super) fn count<T>(&self, what: &str, list: &[Spanned<T>], most: usize) -> Result<(), TemplateError> {
        list.get(most).map_or(Ok(()), |beyond| Err(self.at(beyond.span(), format!("too many {what}: at most {most}"))))
    }

    pub(super) fn title(&self, key: &str, value: &Spanned<String>) -> Result<String, TemplateError> {
        houselights_domain::name(value.get_ref()).ok_or_else(|| {
            let message = format!("`{key}` must be one line of 1 to {MAX_NAME_CHARS} characters that show something");
            self.at(value.span(), message)
        })
    }

    /// One line that says something.
    pub(super) fn line(&self, key: &str, value: &Spanned<String>, most: usize) -> Result<String, TemplateError> {
        let line = self.text(key, value, most)?;
        if is_blank(&line) || line.contains(['\n', '\t', '\u{2028}', '\u{2029}']) {
            return Err(self.at(value.span(), format!("`{key}` must be one line that shows something")));
        }
        Ok(line)
    }

    /// A text of any number of lines, also none.
    pub(super) fn text(&self, key: &str, value: &Spanned<String>, most: usize) -> Result<String, TemplateError> {
        let text = houselights_domain::text(value.get_ref(), usize::MAX);
        let text = text.ok_or_else(|| self.at(value.span(), format!("`{key}` has a control character")))?;
        if text.chars().count() > most {
            return Err(self.at(value.span(), format!("`{key}` is too long: at most {most} characters")));
        }
        Ok(text)
    }

    /// A text that says something.
    pub(super) fn something(&self, key: &str, value: &Spanned<String>, most: usize) -> Result<String, TemplateError> {
        let text = self.text(key, value, most)?;
        if is_blank(&text) { Err(self.at(value.span(), format!("`{key}` must show something"))) } else { Ok(text) }
    }

    /// A text that may be absent.
    pub(super) fn optional_text(
        &self,
        key: &str,
        value: Option<&Spanned<String>>,
        most: usize,
    ) -> Result<String, TemplateError> {
        value.map_or_else(|| Ok(String::new()), |value| self.text(key, value, most))
    }

    /// A key in kebab case.
    pub(super) fn key(&self, key: &str, value: &Spanned<String>) -> Result<String, TemplateError> {
        let written = value.get_ref();
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if written.len() > MAX_KEY_CHARS || !written.split('-').all(is_word) {
            let message = format!(
                "`{key}` must be small letters and digits with single hyphens between, at most {MAX_KEY_CHARS}, such as `main-stage`"
            );
            return Err(self.at(value.span(), message));
        }
        Ok(written.clone())
    }

    /// A key that stands for one of `all`.
    pub(super) fn reference<'t, T>(
        &self,
        what: &str,
        value: &Spanned<String>,
        all: &'t [T],
        key_of: impl Fn(&T) -> &String,
    ) -> Result<&'t T, TemplateError> {
        let found = all.iter().find(|one| key_of(one) == value.get_ref());
        found.ok_or_else(|| self.at(value.span(), format!("there is no {what} `{}` in this file", value.get_ref())))
    }

    /// Refuses what is there twice, at the second place.
    pub(super) fn distinct<'t>(
        &self,
        what: &str,
        values: impl Iterator<Item = (&'t String, &'t Spanned<String>)>,
    ) -> Result<(), TemplateError> {
        let mut known = HashSet::new();
        for (value, written) in values {
            if !known.insert(value) {
                return Err(self.at(written.span(), format!("this {what} is there already: `{value}`")));
            }
        }
        Ok(())
    }

    /// `#rrggbb`, in small letters.
    pub(super) fn colour(&self, key: &str, value: &Spanned<String>) -> Result<String, TemplateError> {
        let digits = value.get_ref().strip_prefix('#');
        if digits.is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Ok(value.get_ref().to_ascii_lowercase());
        }
        Err(self.at(value.span(), format!("`{key}` must be a colour of the form #rrggbb")))
    }

    pub(super) fn number(&self, key: &str, value: &Spanned<i64>, range: RangeInclusive<u32>) -> Result<u32, TemplateError> {
        u32::try_from(*value.get_ref())
            .ok()
            .filter(|number| range.contains(number))
            .ok_or_else(|| self.at(value.span(), format!("`{key}` must be from {} to {}", range.start(), range.end())))
    }

    /// A number that may be less than none.
    pub(super) fn signed(&self, key: &str, value: &Spanned<i64>, range: RangeInclusive<i32>) -> Result<i32, TemplateError> {
        i32::try_from(*value.get_ref())
            .ok()
            .filter(|number| range.contains(number))
            .ok_or_else(|| self.at(value.span(), format!("`{key}` must be from {} to {}", range.start(), range.end())))
    }

    /// A number that may be absent.
    pub(super) fn optional_number(
        &self,
        key: &str,
        value: Option<&Spanned<i64>>,
        range: RangeInclusive<u32>,
    ) -> Result<Option<u32>, TemplateError> {
        value.map(|value| self.number(key, value, range)).transpose()
    }

    /// One of the words there are.
    pub(super) fn word<W: Word>(&self, key: &str, value: &Spanned<String>) -> Result<W, TemplateError> {
        W::named(value.get_ref()).ok_or_else(|| {
            let known: Vec<&str> = W::ALL.iter().map(|known| known.word()).collect();
            self.at(value.span(), format!("`{key}` must be one of {}, not `{}`", known.join(", "), value.get_ref()))
        })
    }
}
