//! When those who are registered are reminded of an event.

use std::time::Duration;

use houselights_shared::Timestamp;

/// How long before its beginning an event is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A day.
    Day,
    /// An hour.
    Hour,
    /// Five minutes.
    Minutes,
}

/// How long before its beginning whoever picked a session is reminded of it. Of what comes in a day or an hour the event's own reminders tell.
pub const SESSION_REMINDER: When = When::Minutes;

/// No reminder goes out longer before the event than this.
pub const FIRST_REMINDER: Duration = When::Day.before();

/// The last one goes out so long before.
pub const LAST_REMINDER: Duration = When::Minutes.before();

impl When {
    /// All there are, the first one first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Hour, Self::Minutes];

    const fn before(self) -> Duration {
        match self {
            Self::Day => Duration::from_hours(24),
            Self::Hour => Duration::from_hours(1),
            Self::Minutes => Duration::from_mins(5),
        }
    }

    /// How late it may be called: later, as after an outage, it would be wrong more than it would help.
    const fn grace(self) -> Duration {
        match self {
            Self::Day => Duration::from_hours(2),
            Self::Hour => Duration::from_mins(15),
            Self::Minutes => Duration::from_mins(3),
        }
    }

    /// Whether its moment has come, and has not been over for too long.
    #[must_use]
    pub fn is_due(self, starts_at: Timestamp, now: Timestamp) -> bool {
        let moment = self.moment(starts_at);
        moment <= now && now <= moment.plus(self.grace())
    }

    /// When it goes out. Whoever registers later has just heard of the event.
    #[must_use]
    pub fn moment(self, starts_at: Timestamp) -> Timestamp {
        starts_at.minus(self.before())
    }

    /// Whether a letter of it that is still on its way is worth sending: until the next one goes out, the last until the beginning.
    #[must_use]
    pub fn is_of_use(self, starts_at: Timestamp, now: Timestamp) -> bool {
        let until = match self {
            Self::Day => Self::Hour.moment(starts_at),
            Self::Hour => Self::Minutes.moment(starts_at),
            Self::Minutes => starts_at,
        };
        now < until
    }
}

/// The reminder whose moment has come, unless it has been over for too long.
#[must_use]
pub fn due(starts_at: Timestamp, now: Timestamp) -> Option<When> {
    When::ALL.into_iter().find(|when| when.is_due(starts_at, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_000_000_000_000_000);
    const LOOK_EVERY: Duration = Duration::from_secs(15);

    /// What is called by somebody who looks from so long before the event until an hour after it began, less those who were called.
    fn called(from: Duration, away: impl Fn(Timestamp) -> bool) -> Vec<(When, Duration)> {
        let (mut now, mut called) = (START.minus(from), Vec::<(When, Duration)>::new());
        while now < START.plus(Duration::from_hours(1)) {
            if let Some(when) = due(START, now).filter(|_| !away(now))
                && !called.iter().any(|(of, _)| *of == when)
            {
                called.push((when, START.since(now)));
            }
            now = now.plus(LOOK_EVERY);
        }
        called
    }

    #[test]
    fn an_event_is_remembered_a_day_an_hour_and_five_minutes_before() {
        let expected = When::ALL.map(|when| (when, when.before()));
        assert_eq!(called(Duration::from_hours(30), |_| false), expected);
    }

    #[test]
    fn a_reminder_is_late_rather_than_missed_and_missed_rather_than_wrong() {
        let away = |from: u64, until: u64| {
            let (from, until) = (START.minus(Duration::from_mins(from)), START.minus(Duration::from_mins(until)));
            called(Duration::from_hours(30), move |now| from <= now && now < until)
        };
        assert_eq!(away(25 * 60, 23 * 60)[0], (When::Day, Duration::from_hours(23)));
        assert_eq!(away(25 * 60, 21 * 60)[0].0, When::Hour);
        assert_eq!(away(70, 50)[1], (When::Hour, Duration::from_mins(50)));
        assert_eq!(away(70, 44).iter().map(|(when, _)| *when).collect::<Vec<_>>(), [When::Day, When::Minutes]);
        assert_eq!(away(6, 1).len(), 2);
    }

    #[test]
    fn an_event_that_is_planned_late_has_the_reminders_that_are_left() {
        assert_eq!(called(Duration::from_mins(30), |_| false), [(When::Minutes, Duration::from_mins(5))]);
        assert_eq!(due(START, START), None);
    }

    #[test]
    fn a_letter_is_of_use_until_the_next_one() {
        for (when, last) in [(When::Day, 61), (When::Hour, 6), (When::Minutes, 1)] {
            assert!(when.is_of_use(START, START.minus(Duration::from_mins(last))), "{when:?}");
            assert!(!when.is_of_use(START, START.minus(Duration::from_mins(last - 1))), "{when:?}");
        }
    }
}
