//! Words that a room refuses, found however they are written: in whatever case, with or without accents, in letters that only look otherwise, and
//! with signs in between that nobody sees.

use std::collections::HashMap;

use houselights_shared::{prototype, words};

use crate::is_invisible;

/// The words, as they are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordList {
    /// By the first word of each entry what comes after it. In scripts that leave no space between words every sign is one, so that a word is found in
    /// the middle of others.
    entries: HashMap<String, Vec<Vec<String>>>,
}

impl WordList {
    pub(crate) fn of(list: &[String]) -> Self {
        let mut entries: HashMap<String, Vec<Vec<String>>> = HashMap::new();
        for entry in list.iter().map(|entry| compared(&unboxed(entry))) {
            let mut words = entry.into_iter();
            if let Some(first) = words.next() {
                entries.entry(first).or_default().push(words.collect());
            }
        }
        Self { entries }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether one of them is in a text as a whole: as the text is read, or as it looks where it is written.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let text = unboxed(text);
        if self.is_among(&compared(&text)) {
            return true;
        }
        // What looks Latin in capitals alone does not in small letters, and what is no letter would part the word.
        let looks: String = text.chars().map(latin).collect();
        looks != text && self.is_among(&compared(&looks))
    }

    fn is_among(&self, mut words: &[String]) -> bool {
        while let Some((first, rest)) = words.split_first() {
            if self.entries.get(first).is_some_and(|ends| ends.iter().any(|end| rest.starts_with(end))) {
                return true;
            }
            words = rest;
        }
        false
    }
}

/// The words of a text, with letters of other alphabets as the Latin ones that they look like (Unicode Technical Standard 39, "Confusable Detection"), and
/// small capitals as the letters after which Unicode names them.
fn compared(text: &str) -> Vec<String> {
    words(text).iter().map(|word| word.chars().map(looks_like).collect()).collect()
}

/// A sign that looks like a Latin letter as that letter.
fn latin(c: char) -> char {
    match prototype(c) {
        _ if c.is_ascii() => c,
        // By the standard an I is an l.
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
        '\u{1D0A}' => 'j',
        '\u{29C}' | '\u{AB92}' => 'h',
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
            "\u{397}ECK",
            "\u{397}\u{395}CK",
        ] {
            assert!(refused.is_in(text), "{text}");
        }
        for text in ["checkered darn", "dar nit", "", "he ck"] {
            assert!(!refused.is_in(text), "{text}");
        }
        assert!(!list(&[]).is_in("heck"));
        for (refused, text) in
            [("byte", "\u{392}YTE"), ("nazi", "\u{39D}\u{391}\u{396}\u{399}"), ("sex", "se\u{D7}"), ("jerk", "\u{1D0A}erk")]
        {
            assert!(list(&[refused]).is_in(text), "{text}");
        }
        // A word of another alphabet is the same in small letters and in capitals.
        for entry in ["\u{392}\u{397}\u{39C}\u{391}", "\u{3B2}\u{3B7}\u{3BC}\u{3B1}"] {
            for text in ["\u{392}\u{397}\u{39C}\u{391}", "\u{3B2}\u{3B7}\u{3BC}\u{3B1}"] {
                assert!(list(&[entry]).is_in(text), "{text}");
            }
        }
        assert!(!list(&["x", "3"]).is_in("2\u{D7}4 = 8"));
        assert!(!list(&["bum"]).is_in("burn"), "that look alike in small letters, and are words of their own");
    }

    #[test]
    fn what_has_several_words_is_found_to_its_end_and_not_before() {
        let refused = list(&["darn", "go to heck", "go to bed"]);
        assert!(refused.is_in("please go to bed") && refused.is_in("go to go to heck") && refused.is_in("well darn"));
        assert!(!refused.is_in("please go to") && !refused.is_in("go to hecks") && !refused.is_in("to bed"));
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
