//! When two texts read the same, however they are written.

use std::collections::HashSet;

use houselights_shared::compatible;

use crate::is_invisible;

/// What all texts have in common that read like this one: case, white space, signs that nobody sees and the ways to encode a letter make no difference.
pub(crate) fn likeness(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let folded: String = compatible(&seen).chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    // Another case may have another encoding, the capital of a sharp s is none of two, and a capital i with a dot has none that is dotted.
    let folded = compatible(&folded).replace('\u{DF}', "ss").replace("i\u{307}", "i");
    let words: String = folded.chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Whether all of them read differently. Where not, the first one that reads like one before it is named by its place.
///
/// # Errors
/// The place, from 0.
pub fn all_differ<'t>(texts: impl IntoIterator<Item = &'t String>) -> Result<(), usize> {
    let mut known = HashSet::new();
    texts.into_iter().position(|text| !known.insert(likeness(text))).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_read_the_same_are_alike_however_they_are_written() {
        for same in [
            "Caf\u{E9} au lait",
            "cafe\u{301} AU LAIT",
            " CAF\u{C9}\u{A0}au\n lait",
            "ca\u{200B}f\u{E9} au\u{AD} lait\u{FE0F}",
            "\u{FF43}\u{FF41}\u{FF46}\u{E9} au lait",
        ] {
            assert_eq!(likeness(same), "caf\u{E9} au lait", "{same:?}");
        }
        assert_eq!(likeness("Stra\u{DF}e"), likeness("STRASSE"));
        assert_eq!(likeness("STRA\u{1E9E}E"), likeness("strasse"));
        assert_eq!(likeness("\u{130}ZM\u{130}R"), likeness("izmir"));
        assert_eq!(likeness("A\u{2011}B"), likeness("a-b"));
        assert_eq!(likeness("\u{39F}\u{394}\u{39F}\u{3A3}"), likeness("\u{3BF}\u{3B4}\u{3BF}\u{3C2}"));
        for other in ["cafe au lait", "caf\u{E9} aulait", "caf\u{E9} au lait!"] {
            assert_ne!(likeness(other), "caf\u{E9} au lait", "{other:?}");
        }
    }

    #[test]
    fn of_texts_that_are_alike_the_second_is_named() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(all_differ(&texts(&["Yes", "No", "Yes, but"])), Ok(()));
        assert_eq!(all_differ(&texts(&["Yes", "No", "\u{200B}yes"])), Err(2));
    }
}
