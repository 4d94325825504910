//! What people write, as a room keeps it.

use houselights_shared::Refusal;

use crate::name::is_blank;

/// Trimmed, line breaks as `\n`, tabs as spaces, other control characters dropped, and those that turn letters around (Unicode Standard Annex 9,
/// section 2.2): what people read would not be what is looked through.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push(' '),
            '\u{202D}' | '\u{202E}' => {}
            c if c == '\n' || !c.is_control() => out.push(c),
            _ => {}
        }
    }
    out.trim().to_owned()
}

/// Something to read of at most `most` characters, as it is kept.
pub(crate) fn written(text: &str, most: usize) -> Result<String, Refusal> {
    let text = clean(text);
    if is_blank(&text) {
        return Err(Refusal::MessageEmpty);
    }
    if text.chars().count() > most { Err(Refusal::MessageTooLong) } else { Ok(text) }
}

/// As [`written`]; there may be nothing to read.
pub(crate) fn perhaps_written(text: &str, most: usize) -> Result<String, Refusal> {
    match written(text, most) {
        Err(Refusal::MessageEmpty) => Ok(String::new()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_freed_of_control_characters() {
        assert_eq!(clean("  hi \n"), "hi");
        assert_eq!(clean("a\r\nb\rc\u{2028}d\te"), "a\nb\nc\nd e");
        assert_eq!(clean("a\u{7}\u{1b}[31mb\u{0}\u{85}"), "a[31mb");
        assert_eq!(clean("\u{202E}kceh"), "kceh", "it is read as it is kept");
        assert_eq!(clean("\u{1F9D1}\u{200D}\u{1F680}"), "\u{1F9D1}\u{200D}\u{1F680}", "joined emoji stay whole");
    }

    #[test]
    fn what_is_written_has_something_to_read_and_an_end() {
        assert_eq!(written(" \u{200B}\n", 9), Err(Refusal::MessageEmpty));
        assert_eq!(written("é".repeat(10).as_str(), 9), Err(Refusal::MessageTooLong));
        assert_eq!(written(" é ", 1).as_deref(), Ok("é"));
        assert_eq!(perhaps_written(" ", 9).as_deref(), Ok(""));
    }
}
