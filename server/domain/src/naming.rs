//! Whom a text names: they stand in it as `@` and their name.

use houselights_shared::MAX_MESSAGE_CHARS;

/// A text in which `nobody` is named where it named somebody of this name; cut where it becomes too long by that.
pub(crate) fn unnamed(text: &str, name: &str, nobody: &str) -> String {
    let sought = format!("@{name}");
    let (mut left, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, behind)) = rest.split_once(&sought) {
        left.push_str(before);
        left.push('@');
        // A longer name that begins so is somebody else's.
        left.push_str(if behind.starts_with(char::is_alphanumeric) { name } else { nobody });
        rest = behind;
    }
    left.push_str(rest);
    if left == text { left } else { left.chars().take(MAX_MESSAGE_CHARS).collect::<String>().trim_end().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_out_of_a_text_where_it_names_somebody() {
        let without = |text: &str| unnamed(text, "Mina", "Erased");
        for (text, left) in [
            ("@Mina hello", "@Erased hello"),
            ("(@Mina), @Mina's and @Mina", "(@Erased), @Erased's and @Erased"),
            ("@Minas @Mina2 and Mina", "@Minas @Mina2 and Mina"),
            ("@mina", "@mina"),
            ("@@Mina@Mina", "@@Erased@Erased"),
        ] {
            assert_eq!(without(text), left, "{text}");
        }
        let cut = without(&"@Mina ".repeat(MAX_MESSAGE_CHARS / 6));
        assert!(cut.chars().count() <= MAX_MESSAGE_CHARS && cut.ends_with("@Erased"), "{cut}");
    }
}
