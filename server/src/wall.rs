//! Clocks on a wall, in the time zone of an event. People mean what those show: a session at ten o'clock is at ten o'clock also where the clocks
//! change between the old day and the new one. How long it lasts stays, too, in minutes that pass.
//!
//! Where the clocks show an hour twice, the first time is meant. Where they leap over it, it is as if they had not leapt yet: half past two is
//! half past three (RFC 5545, section 3.3.5).

use std::time::Duration;

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use houselights_shared::Timestamp;

use crate::graphql::input::shown;

/// What begins so soon after something is together with it: no clock leaps by more, but those that left out a whole day.
pub(crate) const PAUSE: Duration = Duration::from_hours(1);

/// A time zone by the name under which it is stored.
pub(crate) fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The moment at which clocks in a zone show this.
pub(crate) fn there(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(moment) | MappedLocalTime::Ambiguous(moment, _) => Some(moment.to_utc()),
        MappedLocalTime::None => {
            // The longest leap is a whole day: Samoa, over the 30th of December 2011.
            let before = (1..=25).find_map(|hours| zone.from_local_datetime(&(local - TimeDelta::hours(hours))).latest())?;
            let offset = TimeDelta::seconds(before.offset().fix().local_minus_utc().into());
            local.checked_sub_signed(offset).map(|utc| utc.and_utc())
        }
    }
}

/// What clocks in a zone show.
fn clocks(at: Timestamp, zone: Tz) -> NaiveDateTime {
    shown(at).with_timezone(&zone).naive_local()
}

/// How many minutes the clocks go on from one moment to another, in whole ones; less than none where that is earlier.
pub(crate) fn minutes(from: Timestamp, to: Timestamp, zone: Tz) -> i64 {
    (clocks(to, zone) - clocks(from, zone)).num_seconds().div_euclid(60)
}

/// When the clocks show so many minutes more than at a moment, or less. What is later is never before it, though the clocks go back.
pub(crate) fn after(from: Timestamp, minutes: i32, zone: Tz) -> Timestamp {
    let by = TimeDelta::minutes(minutes.into());
    let Some(local) = clocks(from, zone).checked_add_signed(by) else { return from };
    let first = there(local, zone).map_or(from, |moment| Timestamp::from_micros(moment.timestamp_micros()));
    if minutes < 0 || first >= from {
        return first;
    }
    let second = zone.from_local_datetime(&local).latest();
    second.map_or(from, |moment| Timestamp::from_micros(moment.timestamp_micros())).max(from)
}

/// By what each of these spans is planned, from when until when: by the beginning of the first that it is together with, each no longer than a pause
/// after those before it; by the first of the list where that is among them. By the clocks that beginning goes alone. What is together keeps its
/// distance from it in minutes that pass, so that what follows on something still does, and overlaps nothing new, in a night in which clocks change.
pub(crate) fn anchors(spans: &[(i64, i64)], pause: i64) -> Vec<i64> {
    let mut order: Vec<(usize, (i64, i64))> = spans.iter().copied().enumerate().collect();
    order.sort_by_key(|(place, (from, _))| (*from, *place));
    let mut together: Vec<(i64, i64, Vec<usize>)> = Vec::new();
    for (place, (from, until)) in order {
        match together.last_mut() {
            Some((anchor, end, places)) if from.saturating_sub(*end) <= pause => {
                if place == 0 {
                    *anchor = from;
                }
                *end = until.max(*end);
                places.push(place);
            }
            Some(_) | None => together.push((from, until, vec![place])),
        }
    }
    let mut anchors = vec![0; spans.len()];
    for (anchor, _, places) in together {
        for place in places {
            if let Some(of) = anchors.get_mut(place) {
                *of = anchor;
            }
        }
    }
    anchors
}

/// As [`anchors`] of moments, where the first of the list is when an event begins: how it is planned in minutes from then, those of the clocks up to what
/// each goes by, and those that pass from there.
pub(crate) fn planned(spans: &[(Timestamp, Timestamp)], zone: Tz) -> Vec<i64> {
    let Some((start, _)) = spans.first() else { return Vec::new() };
    let anchors = anchors_of(spans);
    let by = spans.iter().zip(anchors);
    by.map(|((from, _), anchor)| {
        let passed = from.micros().saturating_sub(anchor.micros()).div_euclid(60_000_000);
        minutes(*start, anchor, zone).saturating_add(passed)
    })
    .collect()
}

fn anchors_of(spans: &[(Timestamp, Timestamp)]) -> Vec<Timestamp> {
    let micros: Vec<_> = spans.iter().map(|(from, until)| (from.micros(), until.micros())).collect();
    let pause = i64::try_from(PAUSE.as_micros()).unwrap_or(i64::MAX);
    anchors(&micros, pause).into_iter().map(Timestamp::from_micros).collect()
}

/// When what is planned so is, in minutes from when the first of the list begins: the other way round than [`planned`].
pub(crate) fn placed(start: Timestamp, spans: &[(i64, i64)], zone: Tz) -> Vec<Timestamp> {
    let pause = i64::try_from(PAUSE.as_secs() / 60).unwrap_or(i64::MAX);
    let by = spans.iter().zip(anchors(spans, pause));
    by.map(|((from, _), anchor)| {
        let anchored = after(start, i32::try_from(anchor).unwrap_or(i32::MAX), zone);
        later(anchored, from.saturating_sub(anchor).saturating_mul(60_000_000))
    })
    .collect()
}

/// So many microseconds later; earlier where they are less than none.
fn later(at: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(at.micros().saturating_add(micros))
}

/// How something moves that is planned by the clocks: from where they showed one thing to where they show another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    was: (Timestamp, Tz),
    is: (Timestamp, Tz),
}

impl Move {
    /// What begins then and there begins now and here from now on. At the same moment in another zone, nothing moves.
    pub(crate) const fn new(was: (Timestamp, Tz), is: (Timestamp, Tz)) -> Self {
        Self { was, is }
    }

    /// When that is which was then.
    pub(crate) fn moved(self, at: Timestamp) -> Timestamp {
        let ((was, from), (is, to)) = (self.was, self.is);
        if was == is {
            return at;
        }
        let local = clocks(at, from).checked_add_signed(clocks(is, to) - clocks(was, from));
        let moment = local.and_then(|local| there(local, to));
        moment.map_or(at, |moment| Timestamp::from_micros(moment.timestamp_micros()))
    }

    /// When each of these begins that did so then, in the order of the list: what is together stays together.
    pub(crate) fn moved_together(self, spans: &[(Timestamp, Timestamp)]) -> Vec<Timestamp> {
        let by = spans.iter().zip(anchors_of(spans));
        by.map(|((from, _), anchor)| later(self.moved(anchor), from.micros().saturating_sub(anchor.micros()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_micros(DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros())
    }

    const BERLIN: Tz = Tz::Europe__Berlin;
    const NEW_YORK: Tz = Tz::America__New_York;

    #[test]
    fn ten_o_clock_stays_ten_o_clock_over_every_change() {
        for (zone, was, is, session, moved) in [
            // Into summer time and out of it, forwards and back again.
            (BERLIN, "2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z", "2026-03-24T09:00:00Z", "2026-03-31T08:00:00Z"),
            (BERLIN, "2026-03-30T08:00:00Z", "2026-03-23T09:00:00Z", "2026-03-31T08:00:00Z", "2026-03-24T09:00:00Z"),
            (BERLIN, "2026-10-19T08:00:00Z", "2026-10-26T09:00:00Z", "2026-10-20T08:00:00Z", "2026-10-27T09:00:00Z"),
            // The change lies between the first day and the second, after the move or before it.
            (BERLIN, "2026-03-21T09:00:00Z", "2026-03-28T09:00:00Z", "2026-03-22T09:00:00Z", "2026-03-29T08:00:00Z"),
            (BERLIN, "2026-10-24T08:00:00Z", "2026-10-17T08:00:00Z", "2026-10-25T09:00:00Z", "2026-10-18T08:00:00Z"),
            (NEW_YORK, "2026-03-06T15:00:00Z", "2026-03-07T15:00:00Z", "2026-03-07T15:00:00Z", "2026-03-08T14:00:00Z"),
            (NEW_YORK, "2026-10-30T14:00:00Z", "2026-10-31T14:00:00Z", "2026-10-31T14:00:00Z", "2026-11-01T15:00:00Z"),
        ] {
            let by = Move::new((at(was), zone), (at(is), zone));
            assert_eq!(shown(by.moved(at(session))), shown(at(moved)), "{zone} {session}");
            assert_eq!(by.moved(at(was)), at(is));
        }
    }

    #[test]
    fn an_hour_that_is_leapt_over_comes_later_and_one_that_comes_twice_is_the_first() {
        for (zone, was, is, session, moved) in [
            (BERLIN, "2026-03-21T19:00:00Z", "2026-03-28T19:00:00Z", "2026-03-22T01:30:00Z", "2026-03-29T01:30:00Z"),
            (BERLIN, "2026-10-17T18:00:00Z", "2026-10-24T18:00:00Z", "2026-10-18T00:30:00Z", "2026-10-25T00:30:00Z"),
            (NEW_YORK, "2026-03-01T01:00:00Z", "2026-03-08T01:00:00Z", "2026-03-01T07:30:00Z", "2026-03-08T07:30:00Z"),
            (NEW_YORK, "2026-10-25T00:00:00Z", "2026-11-01T00:00:00Z", "2026-10-25T05:30:00Z", "2026-11-01T05:30:00Z"),
        ] {
            let by = Move::new((at(was), zone), (at(is), zone));
            assert_eq!(shown(by.moved(at(session))), shown(at(moved)), "{zone} {session}");
        }
        let second = at("2026-10-25T01:30:00Z");
        assert_eq!(Move::new((second, BERLIN), (second, BERLIN)).moved(second), second, "what does not move stays");
    }

    #[test]
    fn what_follows_on_something_does_so_in_a_night_in_which_clocks_change() {
        // Minutes from the beginning: the event, three sessions one after the other, one after a break, one the next morning, and the end.
        let spans = [(0, 0), (0, 30), (30, 75), (75, 105), (120, 180), (600, 660), (660, 660)];
        for start in ["2027-03-28T00:30:00Z", "2027-10-31T00:10:00Z", "2027-10-30T23:50:00Z", "2027-07-01T00:30:00Z"] {
            let start = at(start);
            let placed = placed(start, &spans, BERLIN);
            let passed: Vec<_> = placed.iter().map(|at| at.since(start).as_secs() / 60).collect();
            assert_eq!(passed[..5], [0, 0, 30, 75, 120], "{}", shown(start));
            assert_eq!(minutes(start, placed[5], BERLIN), 600, "the morning is by the clocks");
            let back: Vec<_> =
                placed.iter().zip(&spans).map(|(from, span)| (*from, later(*from, (span.1 - span.0) * 60_000_000))).collect();
            assert_eq!(planned(&back, BERLIN), spans.map(|(from, _)| from), "{}", shown(start));
            // Away from that night, and back into it.
            let day = at("2027-06-10T00:30:00Z");
            let away = Move::new((start, BERLIN), (day, BERLIN)).moved_together(&back);
            let there: Vec<_> =
                away.iter().zip(&spans).map(|(from, span)| (*from, later(*from, (span.1 - span.0) * 60_000_000))).collect();
            assert_eq!(away[..5].iter().map(|at| at.since(day).as_secs() / 60).collect::<Vec<_>>(), [0, 0, 30, 75, 120]);
            assert_eq!(Move::new((day, BERLIN), (start, BERLIN)).moved_together(&there), placed, "{}", shown(start));
        }
    }

    #[test]
    fn another_zone_at_the_same_moment_moves_nothing() {
        let start = at("2026-07-03T10:00:00Z");
        let by = Move::new((start, BERLIN), (start, NEW_YORK));
        for session in ["2026-07-04T15:15:00Z", "2026-10-25T01:30:00Z", "2026-10-27T10:00:00Z"] {
            assert_eq!(by.moved(at(session)), at(session));
        }
        // Ten o'clock in Berlin is to be ten o'clock in New York.
        let by = Move::new((at("2026-07-03T08:00:00Z"), BERLIN), (at("2026-07-03T14:00:00Z"), NEW_YORK));
        assert_eq!(by.moved(at("2026-07-04T15:15:00Z")), at("2026-07-04T21:15:00Z"));
    }

    #[test]
    fn minutes_are_those_of_the_clocks() {
        let start = at("2026-03-28T09:00:00Z");
        assert_eq!(shown(after(start, 24 * 60, BERLIN)), shown(at("2026-03-29T08:00:00Z")));
        assert_eq!(minutes(start, at("2026-03-29T08:00:00Z"), BERLIN), 24 * 60);
        assert_eq!(minutes(start, at("2026-03-28T08:59:30Z"), BERLIN), -1);
        assert_eq!(after(start, -90, BERLIN), at("2026-03-28T07:30:00Z"));
        // It begins in the hour that comes a second time: what comes later does not go back into the first.
        let twice = at("2026-10-25T01:30:00Z");
        assert_eq!(after(twice, 0, BERLIN), twice);
        assert_eq!(after(twice, 15, BERLIN), at("2026-10-25T01:45:00Z"));
    }
}
