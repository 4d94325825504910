//! Reminders of events that one is registered for: a day, an hour and five minutes before, each once; and of the sessions that one picked there,
//! five minutes before. Time is an argument.

mod words;

use std::{collections::HashSet, time::Duration};

use houselights_shared::Timestamp;

pub(crate) use self::words::body;

/// So many are shown at once, the soonest first. What is more counts as said: a screen full of notes says nothing.
const MOST_AT_ONCE: usize = 5;

/// How long before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Lead {
    /// A day.
    Day,
    /// An hour.
    Hour,
    /// Five minutes.
    FiveMinutes,
}

impl Lead {
    const ALL: [Self; 3] = [Self::Day, Self::Hour, Self::FiveMinutes];

    pub(crate) const fn minutes(self) -> i64 {
        match self {
            Self::Day => 24 * 60,
            Self::Hour => 60,
            Self::FiveMinutes => 5,
        }
    }

    pub(crate) fn of_minutes(minutes: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|lead| lead.minutes() == minutes)
    }

    /// When one is reminded of what starts then.
    fn before(self, starts: Timestamp) -> Timestamp {
        starts.minus(Duration::from_secs(self.minutes().unsigned_abs() * 60))
    }
}

/// A confirmed registration for an event that is not cancelled, or a session of such an event that one picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Registration {
    /// Its id; of a session that of the registration with it.
    pub(crate) id: String,
    /// The title of the event, or of the session.
    pub(crate) title: String,
    /// When that starts.
    pub(crate) starts: Timestamp,
    /// Of what it is.
    pub(crate) of: Of,
}

/// What one is reminded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// A whole event.
    Event,
    /// A session of one.
    Session,
}

impl Of {
    const fn leads(self) -> &'static [Lead] {
        match self {
            Self::Event => &Lead::ALL,
            Self::Session => &[Lead::FiveMinutes],
        }
    }
}

/// One was reminded. An event that is moved is another start, and reminded of anew.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Said {
    /// Of which registration.
    pub(crate) registration: String,
    /// Of which start.
    pub(crate) starts: Timestamp,
    /// How long before.
    pub(crate) lead: Lead,
}

/// What is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reminder {
    /// The title of what starts.
    pub(crate) title: String,
    /// How long it is until it does.
    pub(crate) left: Duration,
}

/// What is to be done now, and when to look again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Due {
    /// To be shown, the soonest first.
    pub(crate) show: Vec<Reminder>,
    /// To be remembered as said.
    pub(crate) said: Vec<Said>,
    /// When the next one is due.
    pub(crate) next: Option<Timestamp>,
}

/// What is due. A reminder whose time passed while the app did not run is shown late, as long as the event has not begun; of several
/// for one event only the last, and the others count as said.
pub(crate) fn due(registrations: &[Registration], said: &HashSet<Said>, now: Timestamp) -> Due {
    let mut due = Due::default();
    let mut ahead: Vec<_> = registrations.iter().filter(|registration| registration.starts > now).collect();
    ahead.sort_by_key(|registration| registration.starts);
    for Registration { id, title, starts, of: what } in ahead {
        let (passed, coming): (Vec<_>, Vec<_>) = what.leads().iter().copied().partition(|lead| lead.before(*starts) <= now);
        let of = |lead: Lead| Said { registration: id.clone(), starts: *starts, lead };
        if passed.last().is_some_and(|last| !said.contains(&of(*last))) && due.show.len() < MOST_AT_ONCE {
            due.show.push(Reminder { title: title.clone(), left: starts.since(now) });
        }
        due.said.extend(passed.into_iter().map(of).filter(|passed| !said.contains(passed)));
        due.next = coming.into_iter().map(|lead| lead.before(*starts)).chain(due.next).min();
    }
    due
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros(minutes * 60_000_000)
    }

    fn registration(id: &str, starts: i64) -> Registration {
        Registration { id: id.into(), title: format!("Event {id}"), starts: at(starts), of: Of::Event }
    }

    /// Looks at these minutes, and says at which something was shown.
    fn shown(registrations: &[Registration], looks: impl IntoIterator<Item = i64>) -> Vec<i64> {
        let mut said = HashSet::new();
        let mut shown = Vec::new();
        for minute in looks {
            let due = due(registrations, &said, at(minute));
            shown.extend(due.show.iter().map(|_| minute));
            said.extend(due.said);
        }
        shown
    }

    #[test]
    fn one_is_reminded_a_day_an_hour_and_five_minutes_before_once_each() {
        assert_eq!(shown(&[registration("a", 3_000)], 0..3_100), [1_560, 2_940, 2_995]);
    }

    #[test]
    fn one_is_reminded_of_a_session_five_minutes_before() {
        let session = Registration { of: Of::Session, ..registration("a/s", 3_000) };
        assert_eq!(shown(&[session], 0..3_100), [2_995]);
    }

    #[test]
    fn what_passed_while_the_app_did_not_run_is_shown_late_and_only_the_last_of_it() {
        assert_eq!(shown(&[registration("a", 3_000)], [2_970, 2_971]), [2_970]);
        assert_eq!(shown(&[registration("a", 3_000)], [3_000, 3_001]), [0; 0], "it has begun");
        assert_eq!(due(&[registration("a", 3_000)], &HashSet::new(), at(2_970)).show[0].left, Duration::from_mins(30));
    }

    #[test]
    fn an_event_that_is_moved_is_reminded_of_anew() {
        let first = due(&[registration("a", 100)], &HashSet::new(), at(96));
        let said = first.said.into_iter().collect();
        assert_eq!(due(&[registration("a", 100)], &said, at(97)).show, []);
        assert_eq!(due(&[registration("a", 160)], &said, at(100)).show.len(), 1);
    }

    #[test]
    fn the_next_look_is_when_the_next_one_is_due() {
        let both = [registration("a", 3_000), registration("b", 2_000)];
        assert_eq!(due(&both, &HashSet::new(), at(0)).next, Some(at(560)));
        assert_eq!(due(&both, &HashSet::new(), at(1_999)).next, Some(at(2_940)));
        assert_eq!(due(&both, &HashSet::new(), at(2_996)).next, None);
    }

    #[test]
    fn of_many_at_once_the_soonest_are_shown_and_the_rest_is_not_shown_later() {
        let many: Vec<_> = (0..9).map(|number| registration(&number.to_string(), 1_000 - number)).collect();
        let due_now = due(&many, &HashSet::new(), at(990));
        assert_eq!(due_now.show.len(), MOST_AT_ONCE);
        assert_eq!(due_now.show[0].title, "Event 8");
        assert_eq!(due(&many, &due_now.said.into_iter().collect(), at(990)).show, []);
    }

    proptest! {
        #[test]
        fn whatever_the_looks_no_lead_is_shown_twice_and_none_after_the_start(starts in 0_i64..4_000, mut looks in prop::collection::vec(0_i64..4_000, 0..50)) {
            looks.sort_unstable();
            let shown = shown(&[registration("a", starts)], looks);
            prop_assert!(shown.len() <= 3 && shown.iter().all(|minute| *minute < starts));
        }
    }
}
