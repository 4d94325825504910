//! A text as it reads once the page has drawn it: the Markdown of a message names characters by numbers, and its marks stand in the middle of words.

use std::borrow::Cow;

/// The longest name or number of a character that is looked for, with what stands around it.
const LONGEST: usize = 10;

/// With the characters that are written by their names or numbers (`CommonMark` 0.31, section 2.5; the names are those that the page knows).
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let reference = from.find(';').filter(|end| *end < LONGEST).and_then(|end| from.split_at_checked(end));
        if let Some((c, behind)) = reference.and_then(|(name, behind)| Some((character(name)?, behind))) {
            out.push(c);
            rest = behind.strip_prefix(';').unwrap_or(behind);
        } else {
            out.push('&');
            rest = from;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        return hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "copy" => '\u{A9}',
        "reg" => '\u{AE}',
        "hellip" => '\u{2026}',
        "mdash" => '\u{2014}',
        "ndash" => '\u{2013}',
        "euro" => '\u{20AC}',
        _ => return None,
    })
}

/// Without the marks of emphasis and code, and of a link what is seen of it.
pub(crate) fn drawn(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((label, target)) = rest.split_once("](") {
        out.push_str(label);
        rest = behind(target);
    }
    out.push_str(rest);
    out.retain(|c| !matches!(c, '*' | '_' | '~' | '`' | '[' | ']' | '\\'));
    out
}

/// What stands behind the target of a link, and its title (`CommonMark` 0.31, section 6.3): brackets in it come in pairs, or in quotes.
fn behind(target: &str) -> &str {
    let (mut open, mut quote, mut is_escaped, mut before) = (1_usize, None, false, ' ');
    for (at, c) in target.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if quote.is_some() {
            quote = quote.filter(|end| *end != c);
        } else {
            match c {
                '"' | '\'' if before.is_whitespace() => quote = Some(c),
                '<' if at == 0 => quote = Some('>'),
                '(' => open += 1,
                ')' => open -= 1,
                _ => {}
            }
        }
        if open == 0 {
            return target.get(at + 1..).unwrap_or_default();
        }
        before = c;
    }
    // No link, then: all of it is drawn.
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_by_their_numbers_and_names() {
        for (written, reads) in [
            ("h&#101;ck", "heck"),
            ("&#x68;&#X65;ck", "heck"),
            ("https&#58;&#47;&#47;foo&#46;es", "https://foo.es"),
            ("a &amp; b", "a & b"),
            ("a & b; c", "a & b; c"),
            ("&nothing; &#; &#x; &#55296; &#1114112; &", "&nothing; &#; &#x; &#55296; &#1114112; &"),
            ("&\u{FEFF}#\u{1F600};", "&\u{FEFF}#\u{1F600};"),
            ("plain", "plain"),
        ] {
            assert_eq!(decoded(written), reads);
        }
    }

    #[test]
    fn marks_part_no_word() {
        for (written, reads) in [
            ("he**ck**", "heck"),
            ("h`e`ck", "heck"),
            ("[he](x)ck", "heck"),
            ("[he](https://a.b/(x))ck", "heck"),
            ("[he](https://a.b \"x)y\")ck", "heck"),
            ("[he](<a)b>)ck", "heck"),
            ("[he](a\\)b)ck", "heck"),
            ("[a](heck", "aheck"),
            ("~~he~~ck", "heck"),
            ("*h*_e_~c~`k`", "heck"),
            ("[a](", "a"),
            ("5 * 3", "5  3"),
        ] {
            assert_eq!(drawn(written), reads);
        }
    }
}
