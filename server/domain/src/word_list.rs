//! Words that a room refuses, found however they are written: in whatever case, with or without accents, in letters that only look otherwise, and
//! with signs in between that nobody sees.

use std::collections::{BTreeMap, HashSet};

use houselights_shared::words;

use crate::is_invisible;

/// The words, as they are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordList {
    /// By how many words each has. In scripts that leave no space between words every sign is one, so that a word is found in the middle of others.
    entries: BTreeMap<usize, HashSet<String>>,
}

impl WordList {
    pub(crate) fn of(list: &[String]) -> Self {
        let mut entries: BTreeMap<usize, HashSet<String>> = BTreeMap::new();
        for words in list.iter().map(|word| words(&seen(word))).filter(|words| !words.is_empty()) {
            entries.entry(words.len()).or_default().insert(words.join(" "));
        }
        Self { entries }
    }

    /// Whether one of them is in a text as a whole.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        if self.entries.is_empty() {
            return false;
        }
        let words = words(&seen(text));
        self.entries.iter().any(|(count, entries)| words.windows(*count).any(|run| entries.contains(&run.join(" "))))
    }
}

/// What there is to see of a text. The rest would part a word for a machine alone.
pub(crate) fn seen(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c) && !encloses(*c)).collect()
}

/// Marks around the letter before them.
const fn encloses(c: char) -> bool {
    matches!(c, '\u{488}'..='\u{489}' | '\u{20DD}'..='\u{20E4}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str]) -> WordList {
        WordList::of(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn refused_words_are_whole_words_however_they_are_written() {
        let refused = list(&["darn it", "heck", " "]);
        for text in [
            "oh HECK!",
            "darn\nIT",
            "h\u{200B}e\u{AD}ck",
            "he\u{FE0F}c\u{34F}k",
            "he\u{323}c\u{20DD}k",
            "ｈｅｃｋ",
            "\u{1D421}\u{1D41E}\u{1D41C}\u{1D424}",
            "h\u{E9}ck",
        ] {
            assert!(refused.is_in(text), "{text}");
        }
        for text in ["checkered darn", "dar nit", "", "he ck"] {
            assert!(!refused.is_in(text), "{text}");
        }
        assert!(!list(&[]).is_in("heck"));
    }

    #[test]
    fn accents_are_the_same_however_they_are_encoded() {
        let refused = list(&["m\u{FC}ll"]);
        assert!(refused.is_in("MU\u{308}LL") && refused.is_in("m\u{FC}ll") && !refused.is_in("mill"));
    }

    #[test]
    fn where_words_have_no_space_between_them_they_are_found_among_others() {
        let refused = list(&["\u{99AC}\u{9E7F}"]);
        assert!(refused.is_in("\u{3053}\u{306E}\u{99AC}\u{9E7F}!") && !refused.is_in("\u{99AC}\u{3068}\u{9E7F}"));
    }
}
