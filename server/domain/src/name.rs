//! What people and events are called, and what there is to see of a text at all.

use houselights_shared::MAX_NAME_CHARS;

/// Whether there is nothing to see: blanks, and what a font draws nothing for (Unicode's `Default_Ignorable_Code_Point`, and the
/// braille pattern without dots).
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// Whether a font draws nothing for it.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Marks that turn the direction of what follows (Unicode Standard Annex 9, section 2): beyond the name, too.
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A name or title as it is kept: trimmed, without marks of direction. Nothing where it has more than one line, is too long, or
/// shows nothing.
#[must_use]
pub fn name(text: &str) -> Option<String> {
    let name: String = text.chars().filter(|c| !turns_text(*c)).collect();
    let name = name.trim();
    let one_line = !name.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    let fits = one_line && !is_blank(name) && name.chars().count() <= MAX_NAME_CHARS;
    fits.then(|| name.to_owned())
}

/// A text of several lines as it is kept: trimmed, without marks of direction, lines ended by a line feed alone. Nothing where it has more
/// than `most` characters, or control characters other than tabs. It may be empty.
#[must_use]
pub fn text(text: &str, most: usize) -> Option<String> {
    let text: String = text.replace("\r\n", "\n").chars().filter(|c| !turns_text(*c)).collect();
    let text = text.trim();
    let is_plain = !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    (is_plain && text.chars().count() <= most).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_has_one_line() {
        assert_eq!(name("  Ada Lovelace ").as_deref(), Some("Ada Lovelace"));
        for wrong in ["", "   ", "Ada\nLovelace", "Ada\u{2028}Lovelace", "Ada\u{0}"] {
            assert_eq!(name(wrong), None, "{wrong:?}");
        }
        assert!(name(&"é".repeat(MAX_NAME_CHARS)).is_some());
        assert!(name(&"é".repeat(MAX_NAME_CHARS + 1)).is_none());
    }

    #[test]
    fn a_name_shows_something() {
        for nothing in ["\u{200B}", "\u{FEFF} \u{2060}", "\u{3164}", "\u{AD}\u{AD}", "\u{2800}", "\u{E0041}", "\u{202E}"] {
            assert_eq!(name(nothing), None, "{nothing:?}");
        }
        let family = "\u{1F468}\u{200D}\u{1F469}";
        assert_eq!(name(family).as_deref(), Some(family), "joined emoji stay whole");
    }

    #[test]
    fn a_name_does_not_turn_what_stands_beside_it() {
        assert_eq!(name("\u{202E}Ada\u{2066} ").as_deref(), Some("Ada"));
        assert_eq!(name("\u{5D3}\u{5E0}\u{5D4}").as_deref(), Some("\u{5D3}\u{5E0}\u{5D4}"), "letters have their own direction");
    }

    #[test]
    fn a_text_has_lines_and_tabs_and_no_other_control() {
        assert_eq!(text(" a\r\nb\tc \u{202E}\n", 9).as_deref(), Some("a\nb\tc"));
        assert_eq!(text("", 9).as_deref(), Some(""));
        for wrong in ["a\u{0}b", "a\u{1B}[2J", "a\rb"] {
            assert_eq!(text(wrong, 9), None, "{wrong:?}");
        }
        assert!(text(&"é".repeat(9), 9).is_some());
        assert!(text(&"é".repeat(10), 9).is_none());
    }

    #[test]
    fn what_cannot_be_seen_is_blank() {
        assert!(is_blank(""));
        assert!(is_blank("\u{200B}\u{FEFF} \u{2060}"));
        assert!(!is_blank("\u{200B}x"));
    }
}
