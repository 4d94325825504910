//! A mail as it arrived, taken apart (RFC 5322, RFC 2045 and 2047). Everything is read as UTF-8.

/// A mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Who the envelope says it is from.
    pub from: String,
    /// Whom the envelope says it is for.
    pub to: Vec<String>,
    /// Head and body as they came.
    pub raw: String,
}

/// A part that has no parts.
struct Part<'a> {
    kind: String,
    disposition: String,
    encoding: String,
    body: &'a str,
}

impl Mail {
    /// Whether the envelope names this address.
    #[must_use]
    pub fn is_for(&self, address: &str) -> bool {
        self.to.iter().any(|to| to == address)
    }

    /// A header, unfolded and decoded; of several the first.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        header(split(&self.raw).0, name).map(|value| decoded_words(&value))
    }

    /// The subject; empty where there is none.
    #[must_use]
    pub fn subject(&self) -> String {
        self.header("Subject").unwrap_or_default()
    }

    /// The plain text.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.part("text/plain")
    }

    /// The HTML.
    #[must_use]
    pub fn html(&self) -> Option<String> {
        self.part("text/html")
    }

    /// The invitation: the calendar among the alternatives.
    #[must_use]
    pub fn ics(&self) -> Option<String> {
        self.part("text/calendar")
    }

    /// The content type of the first part of this kind, with its parameters.
    #[must_use]
    pub fn kind(&self, kind: &str) -> Option<String> {
        self.parts().into_iter().map(|part| part.kind).find(|of| of.to_ascii_lowercase().starts_with(kind))
    }

    /// A file that comes along.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<String> {
        let wanted = format!("filename=\"{name}\"");
        self.parts().iter().find(|part| part.disposition.contains(&wanted)).map(Part::decoded)
    }

    /// The first part of this kind, decoded.
    #[must_use]
    pub fn part(&self, kind: &str) -> Option<String> {
        self.parts().iter().find(|part| part.kind.to_ascii_lowercase().starts_with(kind)).map(Part::decoded)
    }

    /// The first link in the plain text.
    #[must_use]
    pub fn link(&self) -> Option<String> {
        let text = self.text()?;
        let words = text.split_whitespace();
        words
            .map(str::to_owned)
            .find(|word| ["https://", "http://", "houselights://"].iter().any(|begin| word.starts_with(begin)))
    }

    fn parts(&self) -> Vec<Part<'_>> {
        let mut found = Vec::new();
        parts_of(&self.raw, &mut found);
        found
    }
}

impl Part<'_> {
    fn decoded(&self) -> String {
        let bytes = match self.encoding.to_ascii_lowercase().as_str() {
            "base64" => base64(self.body),
            "quoted-printable" => quoted_printable(self.body, false),
            _ => self.body.as_bytes().to_vec(),
        };
        String::from_utf8(bytes).expect("UTF-8")
    }
}

/// Head and body.
fn split(entity: &str) -> (&str, &str) {
    match entity.strip_prefix("\r\n") {
        Some(body) => ("", body),
        None => entity.split_once("\r\n\r\n").unwrap_or((entity, "")),
    }
}

fn header(head: &str, name: &str) -> Option<String> {
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let mut fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
    fields.find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
}

fn parts_of<'a>(entity: &'a str, found: &mut Vec<Part<'a>>) {
    let (head, body) = split(entity);
    let kind = header(head, "Content-Type").unwrap_or_else(|| "text/plain".to_owned());
    if !kind.to_ascii_lowercase().starts_with("multipart/") {
        let [disposition, encoding] =
            ["Content-Disposition", "Content-Transfer-Encoding"].map(|name| header(head, name).unwrap_or_default());
        found.push(Part { kind, disposition, encoding, body });
        return;
    }
    let boundary = kind.split_once("boundary=").map(|(_, rest)| rest.trim_start_matches('"')).expect("a boundary");
    let boundary = format!("--{}", boundary.split(['"', ';']).next().unwrap_or_default());
    // The line break before a boundary belongs to it.
    for part in body.split(&boundary).skip(1).take_while(|part| !part.starts_with("--")) {
        let part = part.strip_prefix("\r\n").unwrap_or(part);
        parts_of(part.strip_suffix("\r\n").unwrap_or(part), found);
    }
}

pub(super) fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = LETTERS.iter().position(|of| *of == letter).expect("a letter of base64");
        bits = (bits << 6 | value as u32) & 0xFF_FFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    bytes
}

/// As a body has it, or as a word of a header, in which a blank is an underscore.
fn quoted_printable(text: &str, is_word: bool) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        if let Some(next) = after.strip_prefix("\r\n") {
            rest = next;
            continue;
        }
        let (digits, next) = after.split_at_checked(2).expect("two digits");
        bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
        rest = next;
    }
    bytes.extend_from_slice(rest.as_bytes());
    if is_word {
        bytes.iter_mut().filter(|byte| **byte == b'_').for_each(|byte| *byte = b' ');
    }
    bytes
}

/// A header with its encoded words (RFC 2047); blanks between two of them are none.
fn decoded_words(value: &str) -> String {
    let mut bytes: Vec<u8> = Vec::new();
    let (mut rest, mut after_word) = (value, false);
    while let Some((before, from)) = rest.split_once("=?") {
        if !after_word || !before.trim().is_empty() {
            bytes.extend_from_slice(before.as_bytes());
        }
        let mut fields = from.splitn(3, '?');
        let (_, encoding, text) = (fields.next(), fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let (text, next) = text.split_once("?=").expect("an encoded word");
        bytes.extend(if encoding.eq_ignore_ascii_case("b") { base64(text) } else { quoted_printable(text, true) });
        (rest, after_word) = (next, true);
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).expect("UTF-8")
}
