//! Signs that look like others (Unicode Technical Standard 39, "Confusable Detection").

use unicode_security::confusable_detection::skeleton;

/// The sign that another looks like, where that is one; itself, where it looks like several.
#[must_use]
pub fn prototype(c: char) -> char {
    let mut buffer = [0; 4];
    let mut prototype = skeleton(c.encode_utf8(&mut buffer));
    match (prototype.next(), prototype.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_looks_like_one_other_or_like_itself() {
        let seen = ['\u{441}', '\u{397}', '\u{d7}', 'c', '\u{3b7}', '\u{4f1a}'].map(prototype);
        assert_eq!(seen, ['c', 'H', 'x', 'c', '\u{3b7}', '\u{4f1a}']);
    }
}
