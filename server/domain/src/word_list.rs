//! Words that a room refuses, found however they are written: in whatever case, with or without accents, in letters that only look otherwise, and
//! with signs in between that nobody sees.

use std::collections::HashMap;

use houselights_shared::{prototype, words};

use crate::is_invisible;

/// The words, as they are compared: a tree, so that it is asked once about each word of a text, however many entries there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordList {
    /// Whether the words that lead here are an entry.
    is_entry: bool,
    /// What entries go on with. In scripts that leave no space between words every sign is one, so that a word is found in the middle of others.
    next: HashMap<String, WordList>,
}

impl WordList {
    pub(crate) fn of(list: &[String]) -> Self {
        let mut all = Self::default();
        for words in list.iter().map(|word| compared(&unboxed(word))).filter(|words| !words.is_empty()) {
            words.into_iter().fold(&mut all, |at, word| at.next.entry(word).or_default()).is_entry = true;
        }
        all
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.next.is_empty()
    }

    /// Whether one of them is in a text as a whole.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let text = unboxed(text);
        let is_in = |text: &str| self.is_among(&compared(text));
        let letters = in_latin(&text, char::is_alphabetic);
        // Mostly the same: then once is enough.
        let all = in_latin(&text, |_| true).filter(|all| Some(all) != letters.as_ref());
        is_in(&text) || [letters, all].into_iter().flatten().any(|text| is_in(&text))
    }

    fn is_among(&self, words: &[String]) -> bool {
        (0..words.len()).any(|first| self.begins(words.iter().skip(first)))
    }

    fn begins<'w>(&self, words: impl Iterator<Item = &'w String>) -> bool {
        let mut at = self;
        for word in words {
            let Some(next) = at.next.get(word) else { return false };
            if next.is_entry {
                return true;
            }
            at = next;
        }
        false
    }
}

/// The words of a text, with letters of other alphabets as the Latin ones that they look like, and small capitals as the letters after which Unicode names
/// them.
fn compared(text: &str) -> Vec<String> {
    let plain = |word: String| if word.is_ascii() { word } else { word.chars().map(looks_like).collect() };
    words(text).into_iter().map(plain).collect()
}

/// A text as it looks before its words are parted and written small, where that is another: there are capitals that look Latin while the small letters do
/// not, and signs that are no letters and part words. Such a sign is a letter only beside letters: elsewhere it may well be what it is, a times sign or a
/// line of a table. `turns`: which signs may be letters; with all of them one that
/// stands behind a word is its last letter.
fn in_latin(text: &str, turns: fn(char) -> bool) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut written = String::with_capacity(text.len());
    for run in text.split_inclusive(char::is_whitespace) {
        if run.contains(char::is_alphabetic) {
            written.extend(run.chars().map(|c| if turns(c) { latin(c) } else { c }));
        } else {
            written.push_str(run);
        }
    }
    (written != text).then_some(written)
}

fn latin(c: char) -> char {
    // What looks like a digit or counts as one is read as one.
    if c.is_ascii() || c.is_numeric() {
        return c;
    }
    match prototype(c) {
        // By the standard a capital i is a small l.
        'l' if c.is_uppercase() => 'I',
        one if one.is_ascii_alphabetic() => one,
        _ => c,
    }
}

fn looks_like(c: char) -> char {
    // By the standard an m is an r and an n: of Latin letters nobody means that.
    if c.is_ascii() {
        return c;
    }
    match prototype(c) {
        '\u{1D00}' => 'a',
        '\u{299}' => 'b',
        '\u{1D05}' => 'd',
        '\u{1D07}' | '\u{A793}' => 'e',
        '\u{A730}' => 'f',
        '\u{262}' => 'g',
        '\u{29C}' | '\u{AB92}' => 'h',
        '\u{1D0A}' => 'j',
        '\u{138}' => 'k',
        '\u{29F}' => 'l',
        '\u{28D}' => 'm',
        '\u{274}' => 'n',
        '\u{1D18}' => 'p',
        '\u{A7AF}' => 'q',
        '\u{280}' => 'r',
        '\u{1D1B}' => 't',
        '\u{3C7}' => 'x',
        one => one.to_ascii_lowercase(),
    }
}

/// What there is to see of a text, with letters in dark circles and boxes, in brackets, and those of flags, as plain ones: Unicode has no compatibility form
/// of them that is one letter, as it has of letters in light ones.
fn unboxed(text: &str) -> String {
    seen(text).chars().map(letter_in).collect()
}

fn letter_in(c: char) -> char {
    let first = match c {
        // The lunate sigma: compatible with the other, which looks like no c.
        '\u{3F2}' | '\u{3F9}' => return 'c',
        // The estimated sign, which is no letter.
        '\u{212E}' => return 'e',
        '\u{249C}'..='\u{24B5}' => 0x249C,
        '\u{1F110}'..='\u{1F129}' => 0x1F110,
        '\u{1F150}'..='\u{1F169}' => 0x1F150,
        '\u{1F170}'..='\u{1F189}' => 0x1F170,
        '\u{1F1E6}'..='\u{1F1FF}' => 0x1F1E6,
        c => return c,
    };
    char::from_u32(u32::from(c) - first + u32::from('a')).unwrap_or(c)
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
            "h\u{435}\u{441}k",
            "\u{41D}\u{415}CK",
            "\u{29C}\u{1D07}\u{1D04}\u{1D0B}",
            "\u{1F157}\u{1F154}\u{1F152}\u{1F15A}",
            "\u{1F177}\u{1F174}\u{1F172}\u{1F17A}",
            "\u{1F137}\u{1F134}\u{1F132}\u{1F13A}",
            "\u{1F1ED}\u{1F1EA}\u{1F1E8}\u{1F1F0}",
            "\u{24D7}e\u{1F172}\u{1F1F0}",
            "\u{24A3}\u{24A0}\u{249E}\u{24A6}",
            "\u{1F117}\u{1F114}\u{1F112}\u{1F11A}",
            "he\u{3F2}k",
            "\u{570}eck",
            "hec\u{138}",
            "he\u{2CA5}k",
            "\u{AB92}eck",
            "h\u{212E}ck",
        ] {
            assert!(refused.is_in(text), "{text}");
        }
        for text in ["checkered darn", "dar nit", "", "he ck"] {
            assert!(!refused.is_in(text), "{text}");
        }
        assert!(!list(&[]).is_in("heck"));
        assert!(!list(&["bum"]).is_in("burn"), "that look alike in small letters, and are words of their own");
    }

    #[test]
    fn what_looks_like_a_word_only_as_it_is_written_is_that_word() {
        let refused = list(&["heck", "byte", "nazi", "sex", "jerk", "my"]);
        for text in [
            "\u{397}ECK",
            "\u{397}\u{301}ECK",
            "\u{389}ECK",
            "\u{397}\u{395}C\u{43A}",
            "\u{13BB}\u{13AC}\u{13DF}\u{13E6}",
            "\u{392}\u{3A5}T\u{395}",
            "\u{39D}\u{391}\u{396}\u{399}!",
            "\u{39C}\u{3A5}",
            "so se\u{D7}",
            "SE\u{D7}.",
            "\u{397}ECK\u{D7}",
            "\u{397}ECK\u{2502}",
            "\u{1D0A}erk",
        ] {
            assert!(refused.is_in(text), "{text}");
        }
        for text in ["\u{397}E CK", "\u{397}ECKS", "\u{397}\u{3B5}", "se \u{D7}"] {
            assert!(!refused.is_in(text), "{text}");
        }
        let single = list(&["x", "3x4", "lol", "l"]);
        for text in ["3\u{D7}4", "3 \u{D7} 4", "\u{D7}", "\u{FF11}\u{FF10}\u{FF11}", "a \u{2502} b"] {
            assert!(!single.is_in(text), "{text}: a number, a sum and a table");
        }
    }

    #[test]
    fn a_word_of_another_alphabet_is_itself_in_any_case() {
        for entry in ["\u{39D}\u{391}\u{396}\u{397}", "\u{3BD}\u{3B1}\u{3B6}\u{3B7}"] {
            let refused = list(&[entry]);
            for text in ["\u{39D}\u{391}\u{396}\u{397}", "\u{3BD}\u{3B1}\u{3B6}\u{3B7}", "\u{39D}\u{3B1}\u{3B6}\u{3AE}"] {
                assert!(refused.is_in(text), "{entry}: {text}");
            }
        }
    }

    #[test]
    fn of_an_entry_all_words_are_there_one_after_another() {
        let refused = list(&["one two three four", "one two six", "two five", "two five six"]);
        for text in ["so one two three four", "one one two three four", "One, two: six", "one two five"] {
            assert!(refused.is_in(text), "{text}");
        }
        for text in ["so one two three", "two three four", "one two three six", "one two and three four", "five"] {
            assert!(!refused.is_in(text), "{text}");
        }
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
