//! Moments and durations as a calendar writes them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{line::Line, read::CalendarFault};
use crate::wall::there;

/// The longest that anything takes.
const LONGEST: TimeDelta = TimeDelta::days(400);

/// A DATE-TIME (RFC 5545, section 3.3.5): in UTC, in a named time zone, or in none, which is then read in `floating`.
pub(super) fn moment(line: &Line<'_>, floating: Tz) -> Result<DateTime<Utc>, CalendarFault> {
    let value = line.value.trim();
    let is_date = line.parameter("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
    if is_date || NaiveDate::parse_from_str(value, "%Y%m%d").is_ok() {
        return Err(CalendarFault::AllDay);
    }
    let read = |text: &str| {
        // chrono would take fewer digits, too.
        let has_all_digits = text.len() == 15 && text.is_ascii();
        has_all_digits
            .then(|| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok())
            .flatten()
            .ok_or(CalendarFault::NoMoment)
    };
    if let Some(utc) = value.strip_suffix('Z') {
        return Ok(read(utc)?.and_utc());
    }
    let zone = match line.parameter("TZID") {
        Some(name) => zone(name)?,
        None => floating,
    };
    there(read(value)?, zone).ok_or(CalendarFault::NoMoment)
}

/// A time zone by its IANA name, or by the one that Windows has for it; other programs put their own before it, with slashes (section 3.8.3.1).
fn zone(name: &str) -> Result<Tz, CalendarFault> {
    let mut rest = name.trim();
    loop {
        if let Some(zone) = rest.parse().ok().or_else(|| of_windows(rest)) {
            return Ok(zone);
        }
        match rest.split_once('/') {
            Some((_, after)) if name.starts_with('/') => rest = after,
            Some(_) | None => return Err(CalendarFault::TimeZone(name.chars().take(64).collect())),
        }
    }
}

/// Windows' names and those of IANA, between them a tab.
const WINDOWS_ZONES: &str = include_str!("windows_zones.tsv");

/// A time zone by the name that Windows has for it, such as `W. Europe Standard Time`. In whatever letters: Windows does not tell them apart.
fn of_windows(name: &str) -> Option<Tz> {
    let mut zones = WINDOWS_ZONES.lines().filter_map(|line| line.split_once('\t'));
    zones.find(|(windows, _)| windows.eq_ignore_ascii_case(name)).and_then(|(_, iana)| iana.parse().ok())
}

/// A DURATION (section 3.3.6) that is no step back: `PT1H30M`, `P1DT2H`, `P2W`.
pub(super) fn duration(value: &str) -> Result<TimeDelta, CalendarFault> {
    let value = value.trim();
    let parts = value.strip_prefix('+').unwrap_or(value).strip_prefix('P').ok_or(CalendarFault::NoDuration)?;
    let (days, times) = match parts.split_once('T') {
        Some((_, "")) => return Err(CalendarFault::NoDuration),
        Some((days, times)) => (days, times),
        None => (parts, ""),
    };
    if days.is_empty() && times.is_empty() {
        return Err(CalendarFault::NoDuration);
    }
    let seconds =
        sum(days, &[('W', 604_800), ('D', 86_400)])?.saturating_add(sum(times, &[('H', 3_600), ('M', 60), ('S', 1)])?);
    let span = TimeDelta::try_seconds(seconds).ok_or(CalendarFault::TooLong)?;
    if span > LONGEST { Err(CalendarFault::TooLong) } else { Ok(span) }
}

/// Numbers with their units, each at most once and in order.
fn sum(parts: &str, units: &[(char, i64)]) -> Result<i64, CalendarFault> {
    let (mut rest, mut total) = (parts, 0_i64);
    for (unit, seconds) in units {
        if let Some((number, after)) = rest.split_once(*unit) {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let number: i64 = number.parse().ok().filter(|_| is_number).ok_or(CalendarFault::NoDuration)?;
            total = total.saturating_add(number.saturating_mul(*seconds));
            rest = after;
        }
    }
    if rest.is_empty() { Ok(total) } else { Err(CalendarFault::NoDuration) }
}

/// That it ends after it began, and not in another year.
pub(super) fn span(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Result<(), CalendarFault> {
    match ends_at.signed_duration_since(starts_at) {
        span if span <= TimeDelta::zero() => Err(CalendarFault::EndsBeforeStart),
        span if span > LONGEST => Err(CalendarFault::TooLong),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<String, CalendarFault> {
        let line = Line::read(1, line).expect("a line");
        moment(&line, Tz::Europe__Berlin).map(|moment| moment.to_rfc3339())
    }

    #[test]
    fn moments_are_read_in_their_time_zone_on_both_sides_of_every_leap() {
        for (line, utc) in [
            ("DTSTART:20261203T180000Z", "2026-12-03T18:00:00+00:00"),
            ("DTSTART;TZID=Europe/Berlin:20261203T190000", "2026-12-03T18:00:00+00:00"),
            ("DTSTART;TZID=\"America/New_York\":20260703T190000", "2026-07-03T23:00:00+00:00"),
            ("DTSTART;TZID=/citadel.org/20230501/Europe/Berlin:20260703T190000", "2026-07-03T17:00:00+00:00"),
            // As Outlook writes them.
            ("DTSTART;TZID=W. Europe Standard Time:20260703T190000", "2026-07-03T17:00:00+00:00"),
            ("DTSTART;TZID=\"W. Europe Standard Time\":20261203T190000", "2026-12-03T18:00:00+00:00"),
            ("DTSTART;TZID=pacific standard time:20260703T190000", "2026-07-04T02:00:00+00:00"),
            ("DTSTART;TZID=India Standard Time:20260703T190000", "2026-07-03T13:30:00+00:00"),
            // Floating: in the zone of the event.
            ("DTSTART:20260703T190000", "2026-07-03T17:00:00+00:00"),
            // Half past two is leapt over on the last Sunday of March: as if in winter time, which is half past three in summer time.
            ("DTSTART;TZID=Europe/Berlin:20260329T023000", "2026-03-29T01:30:00+00:00"),
            // And comes twice on the last Sunday of October: the first time.
            ("DTSTART;TZID=Europe/Berlin:20261025T023000", "2026-10-25T00:30:00+00:00"),
            // A leap of half an hour, and one of a whole day.
            ("DTSTART;TZID=Australia/Lord_Howe:20261004T021500", "2026-10-03T15:45:00+00:00"),
            ("DTSTART;TZID=Pacific/Apia:20111230T120000", "2011-12-30T22:00:00+00:00"),
        ] {
            assert_eq!(read(line).as_deref(), Ok(utc), "{line}");
        }
    }

    #[test]
    fn every_zone_that_windows_names_is_one_that_is_known() {
        let zones: Vec<_> = WINDOWS_ZONES.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(zones.len() > 130, "{}", zones.len());
        for line in zones {
            let (windows, iana) = line.split_once('\t').expect("two names");
            assert_eq!(of_windows(windows).map(Tz::name), Some(iana), "{windows}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused_for_what_it_is() {
        for line in ["DTSTART;VALUE=DATE:20261203", "DTSTART:20261203"] {
            assert_eq!(read(line), Err(CalendarFault::AllDay));
        }
        for line in ["DTSTART:", "DTSTART:now", "DTSTART:20261303T190000Z", "DTSTART:2026123T190000", "DTSTART:20261203T1900"] {
            assert_eq!(read(line), Err(CalendarFault::NoMoment), "{line}");
        }
        for zone in ["W. Europe Normal Time", "Standard Time", "Middle/Europe/Berlin", "/", "\"\""] {
            let fault = read(&format!("DTSTART;TZID={zone}:20261203T190000"));
            assert_eq!(fault, Err(CalendarFault::TimeZone(zone.trim_matches('"').to_owned())));
        }
    }

    #[test]
    fn durations_are_summed_and_anything_else_is_refused() {
        for (text, seconds) in [("PT1H30M", 5_400), ("P1DT2H", 93_600), ("P2W", 1_209_600), ("+PT15S", 15), ("PT0S", 0)] {
            assert_eq!(duration(text), Ok(TimeDelta::seconds(seconds)), "{text}");
        }
        for text in ["", "P", "PT", "1H", "PT1", "PT1M1H", "-PT1H", "P1H", "PT-1H", "PT1.5H", "PT1HT1M", "PTé"] {
            assert_eq!(duration(text), Err(CalendarFault::NoDuration), "{text}");
        }
        assert_eq!(duration("P99999999999999999D"), Err(CalendarFault::TooLong));
    }
}
