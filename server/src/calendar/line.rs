//! Content lines of a calendar (RFC 5545, section 3.1): unfolded, and taken apart.

/// A content line.
pub(super) struct Line<'a> {
    /// Where it begins in the file, counted from 1.
    pub(super) number: usize,
    /// In capitals.
    pub(super) name: String,
    parameters: Vec<(String, &'a str)>,
    pub(super) value: &'a str,
}

/// Lines with what is folded put together, and where each begins. Empty lines are passed over; a line may end with LF alone.
pub(super) fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (place, line) in text.trim_start_matches('\u{FEFF}').split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, begun))) => begun.push_str(rest),
            (Some(_), None) | (None, _) if line.trim().is_empty() => {}
            (Some(_), None) | (None, _) => lines.push((place + 1, line.to_owned())),
        }
    }
    lines
}

impl<'a> Line<'a> {
    /// Nothing where it is no content line.
    pub(super) fn read(number: usize, text: &'a str) -> Option<Self> {
        let (name, mut rest) = text.split_at(text.find([';', ':'])?);
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_name(name) {
            return None;
        }
        let mut parameters = Vec::new();
        while let Some(after) = rest.strip_prefix(';') {
            let (name, value) = after.split_once('=')?;
            if !is_name(name) {
                return None;
            }
            let (value, behind) = parameter_value(value)?;
            parameters.push((name.to_ascii_uppercase(), value));
            rest = behind;
        }
        Some(Self { number, name: name.to_ascii_uppercase(), parameters, value: rest.strip_prefix(':')? })
    }

    /// A parameter's value, of several the first.
    pub(super) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters.iter().find(|(of, _)| of == name).map(|(_, value)| *value)
    }
}

/// One value, quoted or not, and what follows all values of the parameter.
fn parameter_value(text: &str) -> Option<(&str, &str)> {
    let (value, behind) = match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => text.split_at(text.find([';', ':', ','])?),
    };
    match behind.strip_prefix(',') {
        Some(more) => parameter_value(more).map(|(_, behind)| (value, behind)),
        None => Some((value, behind)),
    }
}

/// A TEXT value (section 3.3.11) as it is meant. What is escaped without need is taken for itself.
pub(super) fn text(value: &str) -> String {
    let mut meant = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            meant.push(c);
            continue;
        }
        match chars.next() {
            Some('n' | 'N') => meant.push('\n'),
            Some(other) => meant.push(other),
            None => {}
        }
    }
    meant
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_apart_with_its_parameters() {
        let text = "Attendee;cn=\"Doe; John: Dr\";MEMBER=\"a\",\"b\",c;RSVP=TRUE:mailto:a@b;c=d";
        let line = Line::read(7, text).expect("a line");
        assert_eq!((line.number, line.name.as_str(), line.value), (7, "ATTENDEE", "mailto:a@b;c=d"));
        assert_eq!(
            (line.parameter("CN"), line.parameter("MEMBER"), line.parameter("RSVP")),
            (Some("Doe; John: Dr"), Some("a"), Some("TRUE"))
        );
        for wrong in ["", "SUMMARY", ":x", "SUM MARY:x", "A;B:c", "A;B=\"c:d", "A;B=c", "A;=c:d", "A;B=\"c\"d:e"] {
            assert!(Line::read(1, wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn folded_lines_are_put_together_and_know_where_they_began() {
        let lines = unfolded("\u{FEFF}BEGIN:VCALENDAR\r\nSUMMARY:a\r\n  b\r\n\tc\n\nEND:VCALENDAR\n");
        let lines: Vec<(usize, &str)> = lines.iter().map(|(number, line)| (*number, line.as_str())).collect();
        assert_eq!(lines, [(1, "BEGIN:VCALENDAR"), (2, "SUMMARY:a bc"), (6, "END:VCALENDAR")]);
    }

    #[test]
    fn a_text_is_as_it_is_meant() {
        assert_eq!(text(r"a\, b\; c\\n\nd\Ne\:f\"), "a, b; c\\n\nd\ne:f");
    }
}
