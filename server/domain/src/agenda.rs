//! The agenda: what stands in each other's way, and what an event has room for.
//!
//! Two sessions in one room, a speaker in two places, more people than seats and a session outside its event are warnings, never refusals: an agenda is built step by
//! step, and a stage can be shared. A session that ends after its event takes the event's end along; one that begins before it leaves the
//! event's start alone, which people have in their calendars, and is warned of.

use std::{collections::BTreeMap, time::Duration};

use houselights_shared::{RoomId, SessionId, SpeakerId, Timestamp};

/// The shortest session.
pub const SHORTEST_SESSION: Duration = Duration::from_mins(1);
/// The longest session.
pub const LONGEST_SESSION: Duration = Duration::from_hours(48);
/// How far before its event's start a session can begin, and how far after it one can end: beyond is a slip of the hand, and an event's end
/// would go along.
pub const AGENDA_REACH: Duration = Duration::from_hours(31 * 24);
/// Of clashes and of warnings, how many are told at most.
pub const TOLD_AT_MOST: usize = 500;

/// From one moment until another, without the latter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub starts_at: Timestamp,
    /// The first moment after it.
    pub ends_at: Timestamp,
}

/// Why a session cannot be at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanRefusal {
    /// It ends before it begins, or lasts less than [`SHORTEST_SESSION`].
    TooShort,
    /// It lasts more than [`LONGEST_SESSION`].
    TooLong,
    /// It is more than [`AGENDA_REACH`] away from the start of its event, and not within the event.
    TooFar,
}

/// A session as it stands on the agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Which session.
    pub id: SessionId,
    /// Where, if anywhere.
    pub room: Option<RoomId>,
    /// Who speaks.
    pub speakers: Vec<SpeakerId>,
    /// When.
    pub span: Span,
    /// How many seats it has; as many as like where there is none.
    pub seats: Option<i64>,
    /// How many picked it.
    pub picked: i64,
}

/// Something about an agenda that is probably not meant so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Two sessions are in one room at the same time.
    RoomTaken {
        /// Which room.
        room: RoomId,
        /// The session that begins first.
        first: SessionId,
        /// The other.
        second: SessionId,
    },
    /// Somebody speaks in two sessions at the same time.
    SpeakerTwice {
        /// Who.
        speaker: SpeakerId,
        /// The session that begins first.
        first: SessionId,
        /// The other.
        second: SessionId,
    },
    /// More people picked a session than it has seats: it had more when they did.
    Overbooked {
        /// Which session.
        session: SessionId,
    },
    /// A session begins before its event.
    BeginsBeforeEvent {
        /// Which session.
        session: SessionId,
    },
    /// A session ends after its event: the end of the event was moved since.
    EndsAfterEvent {
        /// Which session.
        session: SessionId,
    },
}

impl Span {
    /// Whether both have a moment in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    /// Whether a session can be then, in an event of this span.
    pub fn check_in(self, event: Self) -> Result<(), SpanRefusal> {
        let length = self.ends_at.since(self.starts_at);
        let earliest = event.starts_at.minus(AGENDA_REACH);
        let latest = event.ends_at.max(event.starts_at.plus(AGENDA_REACH));
        if length < SHORTEST_SESSION {
            Err(SpanRefusal::TooShort)
        } else if length > LONGEST_SESSION {
            Err(SpanRefusal::TooLong)
        } else if self.starts_at < earliest || self.ends_at > latest {
            Err(SpanRefusal::TooFar)
        } else {
            Ok(())
        }
    }

    /// Whether it lies behind: what is changed of it concerns nobody any more.
    pub fn is_over(self, now: Timestamp) -> bool {
        self.ends_at <= now
    }

    /// When the event ends from now on, where a session of this span takes its end along.
    pub fn moves_end_of(self, event: Self) -> Option<Timestamp> {
        (self.ends_at > event.ends_at).then_some(self.ends_at)
    }
}

/// Which of these overlap, in pairs whose first begins first; at most [`TOLD_AT_MOST`].
pub fn clashes<Id: Copy + Ord>(picks: &[(Id, Timestamp, Timestamp)]) -> Vec<(Id, Id)> {
    let mut in_order = picks.to_vec();
    in_order.sort_by_key(|(id, starts_at, ends_at)| (*starts_at, *ends_at, *id));
    let span = |(_, starts_at, ends_at): (Id, Timestamp, Timestamp)| Span { starts_at, ends_at };
    let mut found = Vec::new();
    for (place, first) in in_order.iter().enumerate() {
        // Whatever begins after this one's end stands behind all that overlap it.
        let later = in_order.iter().skip(place + 1).take_while(|second| second.1 < first.2);
        for second in later.filter(|second| span(*first).overlaps(span(**second))) {
            if found.len() == TOLD_AT_MOST {
                return found;
            }
            found.push((first.0, second.0));
        }
    }
    found
}

/// What is probably not meant so; at most [`TOLD_AT_MOST`]. Sessions that were called off are left out by the caller.
pub fn warnings(event: Span, agenda: &[Planned]) -> Vec<Warning> {
    let mut rooms: BTreeMap<RoomId, Vec<_>> = BTreeMap::new();
    let mut speakers: BTreeMap<SpeakerId, Vec<_>> = BTreeMap::new();
    let mut found = Vec::new();
    for Planned { id: session, room, speakers: who, span, seats, picked } in agenda {
        let slot = (*session, span.starts_at, span.ends_at);
        if let Some(room) = room {
            rooms.entry(*room).or_default().push(slot);
        }
        for speaker in who {
            speakers.entry(*speaker).or_default().push(slot);
        }
        if seats.is_some_and(|seats| *picked > seats) {
            found.push(Warning::Overbooked { session: *session });
        }
        if span.starts_at < event.starts_at {
            found.push(Warning::BeginsBeforeEvent { session: *session });
        }
        if span.ends_at > event.ends_at {
            found.push(Warning::EndsAfterEvent { session: *session });
        }
    }
    for (room, slots) in rooms {
        found.extend(clashes(&slots).into_iter().map(|(first, second)| Warning::RoomTaken { room, first, second }));
    }
    for (speaker, slots) in speakers {
        found.extend(clashes(&slots).into_iter().map(|(first, second)| Warning::SpeakerTwice { speaker, first, second }));
    }
    found.truncate(TOLD_AT_MOST);
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minute: u64) -> Timestamp {
        Timestamp::from_micros(1_790_000_000_000_000).plus(Duration::from_secs(minute * 60))
    }

    fn span(from: u64, until: u64) -> Span {
        Span { starts_at: at(from), ends_at: at(until) }
    }

    fn planned(room: Option<RoomId>, speakers: &[SpeakerId], (from, until): (u64, u64)) -> Planned {
        let (seats, picked) = (None, 0);
        Planned { id: SessionId::random(), room, speakers: speakers.to_vec(), span: span(from, until), seats, picked }
    }

    #[test]
    fn one_after_the_other_is_no_clash_and_a_minute_in_common_is() {
        let picks = [('c', at(59), at(90)), ('a', at(0), at(60)), ('b', at(60), at(61))];
        assert_eq!(clashes(&picks), [('a', 'c'), ('c', 'b')]);
        assert_eq!(clashes(&[('a', at(0), at(60)), ('b', at(0), at(60))]), [('a', 'b')]);
        assert_eq!(clashes::<char>(&[]), []);
    }

    #[test]
    fn a_long_session_clashes_with_all_within_it() {
        let picks = [('l', at(0), at(100)), ('a', at(10), at(20)), ('b', at(30), at(40)), ('c', at(100), at(110))];
        assert_eq!(clashes(&picks), [('l', 'a'), ('l', 'b')]);
    }

    #[test]
    fn what_is_told_of_clashes_is_bounded() {
        let picks: Vec<_> = (0..100_u32).map(|id| (id, at(0), at(60))).collect();
        assert_eq!(clashes(&picks).len(), TOLD_AT_MOST);
    }

    proptest! {
        #[test]
        fn clashes_are_exactly_the_pairs_that_overlap(slots in proptest::collection::vec((0_u64..40, 0_u64..12), 0..20)) {
            let picks: Vec<_> = slots.iter().zip(0_u32..).map(|((from, length), id)| (id, at(*from), at(from + length))).collect();
            let mut expected = Vec::new();
            for (one, from, until) in &picks {
                for (other, since, end) in picks.iter().filter(|(other, ..)| other > one) {
                    if from < end && since < until {
                        expected.push((*one, *other));
                    }
                }
            }
            let mut found: Vec<_> = clashes(&picks).into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_room_holds_one_session_and_a_speaker_is_in_one_place() {
        let (stage, studio, ada) = (RoomId::random(), RoomId::random(), SpeakerId::random());
        let agenda = [
            planned(Some(stage), &[ada], (0, 60)),
            planned(Some(stage), &[], (30, 60)),
            planned(Some(studio), &[ada], (0, 10)),
            planned(None, &[], (0, 60)),
            planned(None, &[], (0, 60)),
        ];
        let [first, second, third, ..] = &agenda;
        let found = warnings(span(0, 60), &agenda);
        assert_eq!(
            found,
            [
                Warning::RoomTaken { room: stage, first: first.id, second: second.id },
                Warning::SpeakerTwice { speaker: ada, first: third.id, second: first.id },
            ]
        );
    }

    #[test]
    fn a_session_outside_its_event_is_warned_of_and_takes_the_end_along() {
        let event = span(100, 200);
        let (early, late, within) =
            (planned(None, &[], (90, 110)), planned(None, &[], (190, 201)), planned(None, &[], (100, 200)));
        let found = warnings(event, &[early.clone(), late.clone(), within.clone()]);
        assert_eq!(found, [Warning::BeginsBeforeEvent { session: early.id }, Warning::EndsAfterEvent { session: late.id }]);
        assert_eq!(late.span.moves_end_of(event), Some(at(201)));
        assert_eq!((early.span.moves_end_of(event), within.span.moves_end_of(event)), (None, None));
    }

    #[test]
    fn more_people_than_seats_are_warned_of_and_as_many_are_not() {
        let with = |seats, picked| Planned { seats, picked, ..planned(None, &[], (0, 60)) };
        let agenda = [with(Some(10), 10), with(Some(10), 11), with(None, 5_000)];
        assert_eq!(warnings(span(0, 60), &agenda), [Warning::Overbooked { session: agenda[1].id }]);
    }

    #[test]
    fn a_session_has_a_length_and_is_near_its_event() {
        let event = Span { starts_at: at(100_000), ends_at: at(100_060) };
        let days = |days: u64| days * 24 * 60;
        for (from, until, expected) in [
            (100_000, 100_001, Ok(())),
            (100_000, 100_000, Err(SpanRefusal::TooShort)),
            (100_001, 100_000, Err(SpanRefusal::TooShort)),
            (100_000, 100_000 + days(2), Ok(())),
            (100_000, 100_001 + days(2), Err(SpanRefusal::TooLong)),
            (100_000 - days(31), 100_000 - days(30), Ok(())),
            (99_999 - days(31), 100_000 - days(30), Err(SpanRefusal::TooFar)),
            (99_999 + days(31), 100_000 + days(31), Ok(())),
            (100_000 + days(31), 100_001 + days(31), Err(SpanRefusal::TooFar)),
        ] {
            assert_eq!(span(from, until).check_in(event), expected, "{from} {until}");
        }
        let long = Span { starts_at: at(100_000), ends_at: at(100_000 + days(60)) };
        assert_eq!(span(100_000 + days(59), 100_000 + days(60)).check_in(long), Ok(()));
    }

    #[test]
    fn what_ends_now_is_over() {
        assert!(span(90, 100).is_over(at(100)) && !span(90, 101).is_over(at(100)));
    }
}
