//! What was said in a room before one came, and finding it.
//!
//! `GET /api/rooms/{room}/messages?before=&limit=` with the login's token as bearer answers the [`MessagePage`] that ends before a position of the
//! room's log, oldest first; without `before`, the last one. `GET /api/rooms/{room}/messages/search?q=&before=` answers the messages in which
//! all the [`words`] of `q` are, the last of which may be only begun; newest first. With `notes=true` both are of the crew's notes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class};

use crate::Message;

/// The most messages of a page.
pub const PAGE_MESSAGES: usize = 100;

/// The longest text that is searched for, in Unicode scalar values.
pub const MAX_QUERY_CHARS: usize = 200;

/// The most words that are searched for; further ones are left out.
pub const MOST_QUERY_WORDS: usize = 8;

/// The longest word that is compared, in Unicode scalar values: of a longer one its beginning.
const MAX_WORD_CHARS: usize = 64;

/// Some of the messages of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MessagePage {
    /// Those that are gone are in their places, for moderators with what they said.
    pub messages: Vec<Message>,
    /// Whether there are older ones: those before the lowest `seq` of these.
    pub more: bool,
}

/// The words of a text as they are compared: in one case, without accents, and of scripts that leave no space between words every sign for
/// itself. The server and the apps find by the same.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = 0;
    for c in
        text.nfkd().filter(|c| canonical_combining_class(*c) == 0).flat_map(char::to_uppercase).flat_map(char::to_lowercase)
    {
        if !c.is_alphanumeric() || is_word(c) {
            words.extend((chars > 0).then(|| std::mem::take(&mut word)));
            words.extend(is_word(c).then(|| c.to_string()));
            chars = 0;
        } else {
            chars += 1;
            if chars <= MAX_WORD_CHARS {
                word.push(c);
            }
        }
    }
    words.extend((chars > 0).then_some(word));
    words
}

/// A text with each sign in its compatibility form (Unicode Standard Annex 15): full-width, styled and joined letters as the plain ones.
#[must_use]
pub fn compatible(text: &str) -> String {
    text.nfkc().collect()
}

/// Whether a sign is a word by itself: kana and ideographs.
const fn is_word(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_case_and_accents() {
        assert_eq!(words("Élan vital, ÉLAN!"), ["elan", "vital", "elan"]);
        assert_eq!(words("Straße STRASSE ΣΊΣΥΦΟΣ İstanbul ﬁne"), ["strasse", "strasse", "σισυφοσ", "istanbul", "fine"]);
        assert_eq!(words("e\u{301}t\u{e9}"), ["ete"], "however an accent is written");
    }

    #[test]
    fn whatever_is_no_letter_and_no_digit_parts_words_and_is_none() {
        assert_eq!(
            words("see https://a.example/b-c?d=1 \u{1f680} \"x\" AND (y*) -z"),
            ["see", "https", "a", "example", "b", "c", "d", "1", "x", "and", "y", "z"]
        );
        assert_eq!(words(" \n\u{0}*\"'&|!()"), Vec::<String>::new());
    }

    #[test]
    fn signs_of_scripts_without_spaces_are_words_by_themselves() {
        assert_eq!(words("会議は3時"), ["会", "議", "は", "3", "時"]);
    }

    #[test]
    fn of_a_word_without_end_the_beginning_counts() {
        assert_eq!(words(&format!("{} b", "ä".repeat(2_000))), ["a".repeat(MAX_WORD_CHARS), "b".to_owned()]);
    }
}
