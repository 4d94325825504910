//! What the server says to people: Fluent files (one a subject, all in one bundle), and texts of others read as Fluent.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Offset, Timelike};
use chrono_tz::Tz;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, concurrent::FluentBundle, resolver::ResolverError};
use houselights_shared::Timestamp;

/// An id is in one of them only.
const FILES: &[&str] = &[
    include_str!("../locales/en/join.ftl"),
    include_str!("../locales/en/landing.ftl"),
    include_str!("../locales/en/mail.ftl"),
    include_str!("../locales/en/time.ftl"),
];

static BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let mut bundle = empty();
    for file in FILES {
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new((*file).to_owned());
        // What is there twice is kept as it was first. A test reads the files for both.
        drop(bundle.add_resource(resource));
    }
    bundle
});

/// A bundle without the marks that isolate a variable's direction: they end up in headers, and confuse who copies.
fn empty() -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec!["en".parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    bundle
}

/// What is filled in; never read as Fluent.
fn arguments<'a>(variables: &[(&'a str, &'a str)]) -> FluentArgs<'a> {
    variables.iter().copied().collect()
}

/// A message with its variables in place. What the files do not have is shown by its id.
pub(crate) fn say(id: &str, variables: &[(&str, &str)]) -> String {
    let Some(pattern) = BUNDLE.get_message(id).and_then(|message| message.value()) else { return id.to_owned() };
    BUNDLE.format_pattern(pattern, Some(&arguments(variables)), &mut Vec::new()).into_owned()
}

/// Somebody else's text with the same placeables. Where it is not Fluent it stays as it is, to the letter; a variable that there is
/// none of stays as it is written.
pub(crate) fn filled(text: &str, variables: &[(&str, &str)]) -> String {
    read_as_fluent(text, variables).unwrap_or_else(|| text.to_owned())
}

fn read_as_fluent(text: &str, variables: &[(&str, &str)]) -> Option<String> {
    let mut bundle = empty();
    bundle.add_resource(FluentResource::try_new(as_message(text)).ok()?).ok()?;
    let message = bundle.get_message("text")?;
    let mut errors = Vec::new();
    let filled = bundle.format_pattern(message.value()?, Some(&arguments(variables)), &mut errors).into_owned();
    let is_of_use = |error: &FluentError| matches!(error, FluentError::ResolverError(ResolverError::Reference(_)));
    errors.iter().all(is_of_use).then_some(filled)
}

/// One message and nothing beside it: every line is indented, and what begins an attribute, a variant or a comment there is put in
/// quotes (Fluent Syntax Guide, "Special Characters" and "Multiline Text").
fn as_message(text: &str) -> String {
    let mut message = "text =\n".to_owned();
    for line in text.lines() {
        message.push_str("    ");
        let from = line.trim_start_matches(' ');
        match from.chars().next() {
            Some('[' | '*' | '.') => {
                message.extend(["{\"", from.get(..1).unwrap_or_default(), "\"}", from.get(1..).unwrap_or_default()]);
            }
            Some(_) | None => message.push_str(from),
        }
        message.push('\n');
    }
    message
}

/// A moment as people there read it: "Thursday, 3 December 2026, 19:00 (Europe/Berlin, UTC+1)". A time zone that is not known
/// is UTC.
pub(crate) fn moment(at: Timestamp, time_zone: &str) -> String {
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let local = DateTime::from_timestamp_micros(at.micros()).unwrap_or_default().with_timezone(&zone);
    let offset = offset_name(local.offset().fix().local_minus_utc());
    let zone = if zone == Tz::UTC { offset } else { format!("{}, {offset}", zone.name()) };
    say(
        "moment",
        &[
            ("weekday", &say(&format!("weekday-{}", local.weekday().number_from_monday()), &[])),
            ("day", &local.day().to_string()),
            ("month", &say(&format!("month-{}", local.month()), &[])),
            ("year", &local.year().to_string()),
            ("time", &format!("{:02}:{:02}", local.hour(), local.minute())),
            ("zone", &zone),
        ],
    )
}

/// "UTC+1", "UTC-3:30", "UTC".
pub(crate) fn offset_name(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// Marks that turn the direction of what follows (Unicode Standard Annex 9, section 2).
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text for one line of a header, a calendar or a sentence: at most `most` characters, no marks of direction, and blanks where there
/// were line breaks and other control characters.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let line: String = text.chars().filter(|c| !turns_text(*c)).map(|c| if breaks(c) { ' ' } else { c }).collect();
    let line = line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    shortened(&line, most)
}

/// The same for a text of many lines, which end in `\n`.
pub(crate) fn many_lines(text: &str, most: usize) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\t', " ");
    let text: String = text.chars().filter(|c| !turns_text(*c) && (!c.is_control() || *c == '\n')).collect();
    shortened(text.trim(), most)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
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
        assert_eq!(say("join-invited", &[]), "You are invited as {$role}.");
    }

    #[test]
    fn every_file_is_fluent_and_no_message_is_there_twice() {
        let mut bundle = empty();
        for file in FILES {
            let resource = FluentResource::try_new((*file).to_owned()).map_err(|(_, errors)| errors).expect("a Fluent file");
            bundle.add_resource(resource).expect("ids of its own");
        }
    }

    #[test]
    fn anothers_text_is_filled_and_what_is_not_fluent_stays_to_the_letter() {
        let variables = [("event", "Opening { $name }\n.x = y"), ("name", "Ada")];
        assert_eq!(filled("Hello { $name }, on to { $event }!", &variables), "Hello Ada, on to Opening { $name }\n.x = y!");
        assert_eq!(filled("First\n\n  * one\n[two]\n.three = 3\n# four\nother = { $name }", &variables), {
            "First\n\n* one\n[two]\n.three = 3\n# four\nother = Ada"
        });
        assert_eq!(filled("Hello { $nmae }", &variables), "Hello {$nmae}");
        for literal in ["Hello { $name", "50 } off { $name }", "{ text }", "{ $name ->", "{", ""] {
            assert_eq!(filled(literal, &variables), literal);
        }
    }

    #[test]
    fn a_text_that_grows_without_end_stays_as_it_is() {
        let many = "{ $name }".repeat(200);
        assert_eq!(filled(&many, &[("name", "Ada")]), many);
    }

    #[test]
    fn a_moment_is_told_in_its_time_zone_on_both_sides_of_a_change_of_clocks() {
        let at = |text: &str| Timestamp::from_micros(DateTime::parse_from_rfc3339(text).expect("a time").timestamp_micros());
        for (utc, zone, told) in [
            ("2026-12-03T18:00:00Z", "Europe/Berlin", "Thursday, 3 December 2026, 19:00 (Europe/Berlin, UTC+1)"),
            ("2026-07-03T18:00:00Z", "Europe/Berlin", "Friday, 3 July 2026, 20:00 (Europe/Berlin, UTC+2)"),
            ("2026-12-03T18:05:00Z", "Asia/Kolkata", "Thursday, 3 December 2026, 23:35 (Asia/Kolkata, UTC+5:30)"),
            ("2026-12-03T18:00:00Z", "America/St_Johns", "Thursday, 3 December 2026, 14:30 (America/St_Johns, UTC-3:30)"),
            ("2026-12-03T18:00:00Z", "Europe/London", "Thursday, 3 December 2026, 18:00 (Europe/London, UTC)"),
            ("2026-12-31T23:30:00Z", "UTC", "Thursday, 31 December 2026, 23:30 (UTC)"),
            ("2026-12-03T18:00:00Z", "Middle/Earth", "Thursday, 3 December 2026, 18:00 (UTC)"),
        ] {
            assert_eq!(moment(at(utc), zone), told);
        }
    }

    #[test]
    fn one_line_stays_one_line() {
        assert_eq!(one_line("Ada\r\nBcc: x@example.com\u{202E}\u{2028}!", 100), "Ada Bcc: x@example.com !");
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(many_lines(" a\r\nb\rc\u{0}\u{2067} ", 100), "a\nb\nc");
    }
}
