//! Who may be in the rooms of an event, and when.

use houselights_shared::{DOORS_OPEN_BEFORE, Role, Timestamp};

/// Where an event stands. The order is that of its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventPhase {
    /// Only its organisation sees it.
    Draft,
    /// Its page is public, and people register.
    Published,
    /// It is on.
    Live,
    /// It was.
    Ended,
    /// And is out of sight.
    Archived,
}

impl EventPhase {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Published, Self::Live, Self::Ended, Self::Archived];
}

/// What of an event decides who may be in its rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doors {
    /// Where it stands.
    pub phase: EventPhase,
    /// When it begins.
    pub starts_at: Timestamp,
    /// It does not take place.
    pub is_cancelled: bool,
    /// It lies in the trash.
    pub is_deleted: bool,
}

/// Why somebody may not be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// The doors are not open yet; when they open, where that is known.
    Early(Option<Timestamp>),
    /// The event is over.
    Over,
    /// It does not take place.
    Cancelled,
    /// It lies in the trash.
    TakenDown,
    /// What is to be seen once more is still on.
    StillOn,
}

impl Doors {
    /// When they open by themselves; at the latest they do when the event is started.
    #[must_use]
    pub fn open_at(self) -> Option<Timestamp> {
        (self.phase == EventPhase::Published).then(|| self.starts_at.minus(DOORS_OPEN_BEFORE))
    }

    /// Whether somebody may be in the rooms. Whoever looks after the event may from its draft on, and speakers until it is over, to rehearse;
    /// the audience while the doors are open.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(self, role: Role, now: Timestamp) -> Result<(), Shut> {
        if self.is_deleted {
            return Err(Shut::TakenDown);
        }
        let is_speaker = match role {
            Role::Moderator | Role::Producer | Role::Organizer => return Ok(()),
            Role::Speaker => true,
            Role::Attendee | Role::Unknown => false,
        };
        match self.phase {
            EventPhase::Ended | EventPhase::Archived => Err(Shut::Over),
            EventPhase::Draft | EventPhase::Published | EventPhase::Live if self.is_cancelled => Err(Shut::Cancelled),
            EventPhase::Live => Ok(()),
            EventPhase::Draft | EventPhase::Published if is_speaker => Ok(()),
            EventPhase::Draft => Err(Shut::Early(None)),
            EventPhase::Published => match self.open_at().filter(|open_at| now < *open_at) {
                Some(open_at) => Err(Shut::Early(Some(open_at))),
                None => Ok(()),
            },
        }
    }

    /// Whether the event is over, and with it whatever was on in its rooms.
    #[must_use]
    pub fn are_shut_for_good(self) -> bool {
        match self.phase {
            EventPhase::Draft | EventPhase::Published | EventPhase::Live => false,
            EventPhase::Ended | EventPhase::Archived => true,
        }
    }

    /// Whether somebody may see once more what was in the rooms. Whoever looks after the event always may; everybody else what is over, whenever
    /// they may be in, and after the event until it is archived.
    ///
    /// # Errors
    /// Why not.
    pub fn replay(self, role: Role, is_over: bool, now: Timestamp) -> Result<(), Shut> {
        let looks_after = match role {
            Role::Moderator | Role::Producer | Role::Organizer => true,
            Role::Speaker | Role::Attendee | Role::Unknown => false,
        };
        if self.is_deleted {
            return Err(Shut::TakenDown);
        }
        if looks_after {
            return Ok(());
        }
        match self.phase {
            EventPhase::Archived => return Err(Shut::Over),
            EventPhase::Ended if self.is_cancelled => return Err(Shut::Cancelled),
            EventPhase::Ended => {}
            EventPhase::Draft | EventPhase::Published | EventPhase::Live => self.admit(role, now)?,
        }
        if is_over { Ok(()) } else { Err(Shut::StillOn) }
    }

    /// Whether what is in the rooms, and the event itself, can still be changed.
    #[must_use]
    pub fn is_changeable(self) -> bool {
        self.phase != EventPhase::Archived
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const STARTS: Timestamp = Timestamp::from_micros(1_900_000_000_000_000);
    const ROLES: [Role; 4] = [Role::Organizer, Role::Moderator, Role::Speaker, Role::Attendee];

    fn doors(phase: EventPhase) -> Doors {
        Doors { phase, starts_at: STARTS, is_cancelled: false, is_deleted: false }
    }

    fn opens() -> Timestamp {
        STARTS.minus(DOORS_OPEN_BEFORE)
    }

    /// The table as a person reads it: organizers, moderators, speakers and attendees, long before the start.
    #[test]
    fn who_is_admitted_is_this() {
        let early = Err(Shut::Early(Some(opens())));
        let table = [
            (EventPhase::Draft, [Ok(()), Ok(()), Ok(()), Err(Shut::Early(None))]),
            (EventPhase::Published, [Ok(()), Ok(()), Ok(()), early]),
            (EventPhase::Live, [Ok(()); 4]),
            (EventPhase::Ended, [Ok(()), Ok(()), Err(Shut::Over), Err(Shut::Over)]),
            (EventPhase::Archived, [Ok(()), Ok(()), Err(Shut::Over), Err(Shut::Over)]),
        ];
        assert_eq!(table.map(|(phase, _)| phase), EventPhase::ALL);
        for (phase, row) in table {
            let now = STARTS.minus(Duration::from_hours(200));
            assert_eq!(ROLES.map(|role| doors(phase).admit(role, now)), row, "{phase:?}");
        }
    }

    /// Organizers, moderators, speakers and attendees, long before the start: of what is over.
    #[test]
    fn who_sees_what_is_over_once_more_is_this() {
        let early = Err(Shut::Early(Some(opens())));
        let table = [
            (EventPhase::Draft, [Ok(()), Ok(()), Ok(()), Err(Shut::Early(None))]),
            (EventPhase::Published, [Ok(()), Ok(()), Ok(()), early]),
            (EventPhase::Live, [Ok(()); 4]),
            (EventPhase::Ended, [Ok(()); 4]),
            (EventPhase::Archived, [Ok(()), Ok(()), Err(Shut::Over), Err(Shut::Over)]),
        ];
        assert_eq!(table.map(|(phase, _)| phase), EventPhase::ALL);
        let now = STARTS.minus(Duration::from_hours(200));
        for (phase, row) in table {
            assert_eq!(ROLES.map(|role| doors(phase).replay(role, true, now)), row, "{phase:?}");
            let still_on = row.map(|seen| seen.and(Err(Shut::StillOn)));
            let row = [Ok(()), Ok(()), still_on[2], still_on[3]];
            assert_eq!(ROLES.map(|role| doors(phase).replay(role, false, now)), row, "{phase:?}: what is still on");
            let cancelled = Doors { is_cancelled: true, ..doors(phase) };
            let why = if phase == EventPhase::Archived { Shut::Over } else { Shut::Cancelled };
            let row = [Ok(()), Ok(()), Err(why), Err(why)];
            assert_eq!(ROLES.map(|role| cancelled.replay(role, true, now)), row, "{phase:?}: what does not take place");
            let deleted = Doors { is_deleted: true, ..doors(phase) };
            assert_eq!(ROLES.map(|role| deleted.replay(role, true, now)), [Err(Shut::TakenDown); 4], "{phase:?}");
        }
        assert_eq!(
            doors(EventPhase::Published).replay(Role::Unknown, true, now),
            early,
            "a role of a newer server is the audience"
        );
        assert_eq!(doors(EventPhase::Published).replay(Role::Attendee, true, opens()), Ok(()), "as soon as the doors are open");
    }

    #[test]
    fn the_doors_of_what_is_published_open_to_the_microsecond() {
        let doors = doors(EventPhase::Published);
        let just_before = opens().minus(Duration::from_micros(1));
        assert_eq!(doors.admit(Role::Attendee, just_before), Err(Shut::Early(Some(opens()))));
        assert_eq!(doors.admit(Role::Attendee, opens()), Ok(()));
        assert_eq!(
            doors.admit(Role::Unknown, just_before),
            Err(Shut::Early(Some(opens()))),
            "a role of a newer server is the audience"
        );
    }

    #[test]
    fn what_is_cancelled_is_left_to_those_who_look_after_it() {
        for phase in [EventPhase::Draft, EventPhase::Published, EventPhase::Live] {
            let doors = Doors { is_cancelled: true, ..doors(phase) };
            let admitted = ROLES.map(|role| doors.admit(role, STARTS));
            assert_eq!(admitted, [Ok(()), Ok(()), Err(Shut::Cancelled), Err(Shut::Cancelled)], "{phase:?}");
        }
    }

    #[test]
    fn nobody_is_in_what_lies_in_the_trash() {
        for (phase, role) in EventPhase::ALL.into_iter().flat_map(|phase| ROLES.map(|role| (phase, role))) {
            assert_eq!(Doors { is_deleted: true, ..doors(phase) }.admit(role, STARTS), Err(Shut::TakenDown));
        }
    }

    #[test]
    fn only_what_is_archived_stays_as_it_is() {
        let changeable = EventPhase::ALL.map(|phase| doors(phase).is_changeable());
        assert_eq!(changeable, [true, true, true, true, false]);
    }
}
