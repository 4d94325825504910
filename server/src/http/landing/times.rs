//! Moments as an event's page shows them: in the event's own time zone.

use chrono::{DateTime, Datelike, NaiveDate, Offset, SecondsFormat, Timelike};
use chrono_tz::Tz;
use houselights_shared::Timestamp;

use crate::{
    graphql::input::shown,
    words::{offset_name, say},
};

/// A time zone by its IANA name; one that is not known is UTC.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::http) struct Zone(Tz);

impl Zone {
    pub(in crate::http) fn named(name: &str) -> Self {
        Self(name.parse().unwrap_or(Tz::UTC))
    }

    fn local(self, at: Timestamp) -> DateTime<Tz> {
        shown(at).with_timezone(&self.0)
    }

    pub(in crate::http) fn date(self, at: Timestamp) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// "Saturday, 1 June 2030".
    pub(in crate::http) fn day(self, at: Timestamp) -> String {
        let local = self.local(at);
        say(
            "landing-day",
            &[
                ("weekday", &say(&format!("weekday-{}", local.weekday().number_from_monday()), &[])),
                ("day", &local.day().to_string()),
                ("month", &say(&format!("month-{}", local.month()), &[])),
                ("year", &local.year().to_string()),
            ],
        )
    }

    /// "14:00".
    pub(in crate::http) fn clock(self, at: Timestamp) -> String {
        let local = self.local(at);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// "Saturday, 1 June 2030, 14:00".
    pub(in crate::http) fn moment(self, at: Timestamp) -> String {
        format!("{}, {}", self.day(at), self.clock(at))
    }

    /// The end of something that began at `start`: without the day where it is the same, and with the offset where that is another.
    pub(in crate::http) fn end(self, start: Timestamp, end: Timestamp) -> String {
        let written = if self.date(start) == self.date(end) { self.clock(end) } else { self.moment(end) };
        self.beside(start, end, written)
    }

    /// "14:00", in a list whose time zone is named as it is at `first`: where the clocks have changed since, with the offset.
    pub(in crate::http) fn clock_after(self, first: Timestamp, at: Timestamp) -> String {
        self.beside(first, at, self.clock(at))
    }

    fn beside(self, first: Timestamp, at: Timestamp, written: String) -> String {
        if self.offset(first) == self.offset(at) { written } else { format!("{written} ({})", offset_name(self.offset(at))) }
    }

    fn offset(self, at: Timestamp) -> i32 {
        self.local(at).offset().fix().local_minus_utc()
    }

    /// For machines: with the offset that holds then (RFC 3339).
    pub(in crate::http) fn machine(self, at: Timestamp) -> String {
        self.local(at).to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    /// "Time zone: Europe/Berlin (UTC+2)", as it is then.
    pub(in crate::http) fn name(self, at: Timestamp) -> String {
        let offset = offset_name(self.offset(at));
        say("landing-zone", &[("zone", self.0.name()), ("offset", &offset)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros())
    }

    #[test]
    fn a_moment_is_shown_where_the_event_is() {
        let (berlin, start) = (Zone::named("Europe/Berlin"), at("2030-06-01T12:00:00Z"));
        assert_eq!(berlin.moment(start), "Saturday, 1 June 2030, 14:00");
        assert_eq!(berlin.machine(start), "2030-06-01T14:00:00+02:00");
        assert_eq!(berlin.name(start), "Time zone: Europe/Berlin (UTC+2)");
        assert_eq!(Zone::named("Middle/Earth").name(start), "Time zone: UTC (UTC)");
    }

    #[test]
    fn an_end_names_its_day_where_that_is_another_there() {
        let (start, end) = (at("2030-06-01T12:00:00Z"), at("2030-06-01T23:30:00Z"));
        assert_eq!(Zone::named("UTC").end(start, end), "23:30");
        assert_eq!(Zone::named("Europe/Berlin").end(start, end), "Sunday, 2 June 2030, 01:30");
    }

    #[test]
    fn an_end_after_the_clocks_were_changed_says_so() {
        let berlin = Zone::named("Europe/Berlin");
        let (summer, winter) = (at("2030-10-27T00:30:00Z"), at("2030-10-27T01:30:00Z"));
        assert_eq!((berlin.clock(summer), berlin.end(summer, winter)), ("02:30".to_owned(), "02:30 (UTC+1)".to_owned()));
        assert_eq!(berlin.clock_after(summer, winter), "02:30 (UTC+1)");
        assert_eq!(berlin.clock_after(winter, winter), "02:30");
    }
}
