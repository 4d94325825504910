//! A text as it reads once the page has drawn it: the Markdown of a message names characters by numbers, and its marks stand in the middle of words.

use std::borrow::Cow;

/// The longest name or number of a character that is looked for, with what stands around it.
const LONGEST: usize = 10;
/// Beginnings of links that do not end: nobody writes more, and each is looked through to the end of the text.
const MOST_ENDLESS: usize = 32;

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

/// Without the marks of emphasis and code, and of a link what is seen of it; nothing where it is not worth reading: more links begin in it and do not end
/// than anybody writes.
pub(crate) fn drawn(text: &str) -> Option<String> {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    let mut endless = 0;
    while let Some((label, target)) = rest.split_once("](") {
        out.push_str(label);
        rest = behind(target).unwrap_or(target);
        endless += usize::from(rest.len() == target.len());
        if endless > MOST_ENDLESS {
            return None;
        }
    }
    out.push_str(rest);
    out.retain(|c| !matches!(c, '*' | '_' | '~' | '`' | '[' | ']' | '\\'));
    Some(out)
}

/// What stands behind the target of a link, and its title (`CommonMark` 0.31, section 6.3): brackets in it come in pairs, or in quotes. Nothing where it
/// does not end: it is no link, then, and all of it is drawn.
fn behind(target: &str) -> Option<&str> {
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
            return target.get(at + 1..);
        }
        before = c;
    }
    None
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
            assert_eq!(drawn(written).as_deref(), Some(reads));
        }
    }

    #[test]
    fn what_begins_more_links_than_anybody_writes_is_not_read_to_its_end_for_each() {
        let (few, many) = ("](".repeat(MOST_ENDLESS), "](".repeat(MOST_ENDLESS + 1));
        assert_eq!((drawn(&few), drawn(&many)), (Some(String::new()), None));
        assert_eq!(drawn(&"[he](x)".repeat(200)), Some("he".repeat(200)), "those that end are links");
    }
}
