//! What those are told who may not be in an event's rooms now.

use std::time::Duration;

use houselights_domain::{Doors, Shut};
use houselights_shared::{Refusal, Refused, Role, Timestamp};

use crate::limits::millis;

/// Whoever waits for the doors asks again after this at the latest: an event can be started before its time.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// Those who come back do not all come at once.
const COME_BACK_MS: u32 = 250;

/// What to say to somebody who may not be in; nothing to who may.
pub(crate) fn refused(doors: Doors, role: Role, now: Timestamp) -> Option<Refused> {
    doors.admit(role, now).err().map(|shut| told(shut, now))
}

/// What to say to somebody for whom something is shut.
pub(crate) fn told(shut: Shut, now: Timestamp) -> Refused {
    let told = |refusal| Refused { refusal, retry_after_ms: None, opens_at: None };
    match shut {
        Shut::Early(opens_at) => {
            let wait = opens_at.map_or(ASK_AGAIN, |opens_at| opens_at.since(now).min(ASK_AGAIN));
            Refused { retry_after_ms: Some(millis(wait)), opens_at, ..told(Refusal::DoorsClosed) }
        }
        Shut::Over => told(Refusal::EventOver),
        Shut::Cancelled => told(Refusal::EventCancelled),
        Shut::TakenDown => told(Refusal::TakenDown),
        Shut::StillOn => told(Refusal::WrongPhase),
    }
}

/// What to say to somebody who is in, when something about the doors has changed; nothing to who stays. Whoever may change nothing any more
/// comes back to hear that.
pub(crate) fn parting(doors: Doors, role: Role, now: Timestamp) -> Option<Refused> {
    let anew = || Refused { refusal: Refusal::Overloaded, retry_after_ms: Some(COME_BACK_MS), opens_at: None };
    refused(doors, role, now).or_else(|| (!doors.is_changeable()).then(anew))
}

#[cfg(test)]
mod tests {
    use houselights_domain::EventPhase;

    use super::*;

    const STARTS: Timestamp = Timestamp::from_micros(1_900_000_000_000_000);

    #[test]
    fn whoever_is_early_is_told_when_the_doors_open_and_asks_again_in_between() {
        let doors = Doors { phase: EventPhase::Published, starts_at: STARTS, is_cancelled: false, is_deleted: false };
        let opens_at = doors.open_at().unwrap();
        for (before, wait_ms) in [(Duration::from_hours(1), 30_000), (Duration::from_secs(10), 10_000)] {
            let told = refused(doors, Role::Attendee, opens_at.minus(before)).unwrap();
            assert_eq!((told.refusal, told.opens_at), (Refusal::DoorsClosed, Some(opens_at)));
            let asked = told.retry_after_ms.unwrap();
            assert!((wait_ms..wait_ms + 2).contains(&asked), "{asked}: not before the doors open, and hardly after");
        }
        let draft = refused(Doors { phase: EventPhase::Draft, ..doors }, Role::Attendee, STARTS).unwrap();
        assert_eq!((draft.opens_at, draft.retry_after_ms.is_some()), (None, true));
    }

    #[test]
    fn whoever_stays_in_what_is_archived_comes_back_to_change_nothing() {
        let doors = Doors { phase: EventPhase::Archived, starts_at: STARTS, is_cancelled: false, is_deleted: false };
        assert_eq!(refused(doors, Role::Producer, STARTS), None);
        assert!(parting(doors, Role::Producer, STARTS).unwrap().retry_after_ms.is_some());
        assert_eq!(parting(doors, Role::Speaker, STARTS).unwrap().refusal, Refusal::EventOver);
        assert_eq!(parting(Doors { phase: EventPhase::Ended, ..doors }, Role::Producer, STARTS), None);
    }
}
