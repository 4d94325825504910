//! Signs that look like others, as Unicode Technical Standard 39 ("Unicode Security Mechanisms", section 4, "Confusable Detection") lists them in its
//! `confusables.txt`.

use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class};
use unicode_security::confusable_detection::skeleton;

/// The sign that another looks like, accents aside, which the standard calls its prototype, where that is one; itself, where it looks like several.
#[must_use]
pub fn prototype(c: char) -> char {
    let bare = only(std::iter::once(c).nfd().filter(|c| canonical_combining_class(*c) == 0)).unwrap_or(c);
    let mut buffer = [0; 4];
    only(skeleton(bare.encode_utf8(&mut buffer))).unwrap_or(c)
}

/// The sign, where it is one.
fn only(mut signs: impl Iterator<Item = char>) -> Option<char> {
    signs.next().filter(|_| signs.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_stands_for_what_it_looks_like_where_that_is_one() {
        for (sign, like) in [('\u{430}', 'a'), ('\u{397}', 'H'), ('\u{D7}', 'x'), ('a', 'a'), ('\u{6F22}', '\u{6F22}')] {
            assert_eq!(prototype(sign), like, "{sign}");
        }
        assert_eq!((prototype('\u{389}'), prototype('\u{E9}')), ('H', 'e'), "accents aside");
        assert_eq!((prototype('m'), prototype('\u{DF}')), ('m', '\u{DF}'), "an r and an n; and what looks like nothing else");
    }
}
