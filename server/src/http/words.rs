//! The words of the pages, out of a Fluent file (Fluent Syntax Guide, "Writing text" and "Placeables"): messages of one line, in
//! which placeables name variables. That is all that two pages need; a test holds the file to it.

const FILE: &str = include_str!("../../locales/en/join.ftl");

/// Messages and what they say.
fn messages() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = FILE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).map(|(id, value)| (id.trim_end(), value.trim_start()))
}

/// A message with its variables in place. What the file does not have is shown by its name, as Fluent does.
pub(super) fn say(id: &str, variables: &[(&str, &str)]) -> String {
    let mut rest = messages().find(|(of, _)| *of == id).map_or(id, |(_, value)| value);
    let mut said = String::with_capacity(rest.len());
    while let Some((before, from)) = rest.split_once("{ $") {
        let (name, after) = from.split_once(" }").unwrap_or((from, ""));
        said.push_str(before);
        said.push_str(variables.iter().find(|(of, _)| *of == name).map_or(name, |(_, value)| value));
        rest = after;
    }
    said.push_str(rest);
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_stand_in_their_places_and_are_not_read_again() {
        assert_eq!(say("join-title", &[("event", "{ $role } = 1")]), "{ $role } = 1 – Houselights");
        assert_eq!(say("join-invited", &[("role", "a speaker")]), "You are invited as a speaker.");
    }

    #[test]
    fn what_is_missing_is_shown_by_its_name() {
        assert_eq!(say("no-such-message", &[]), "no-such-message");
        assert_eq!(say("join-invited", &[]), "You are invited as role.");
    }

    #[test]
    fn the_file_says_nothing_that_is_not_read() {
        for line in FILE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (id, value) = line.split_once(" = ").expect("a message of one line");
            assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{id}");
            assert_eq!(value.matches('{').count(), value.matches("{ $").count(), "{line}");
            assert_eq!(value.matches('{').count(), value.matches(" }").count(), "{line}");
        }
    }
}
