//! A room's time: it goes on, whatever happens to the clock of the machine.

use std::time::Duration;

use houselights_shared::Timestamp;

/// A clock may be corrected by so much: the room stands still until it has caught up.
const CORRECTED: Duration = Duration::from_secs(1);

/// Tells the room's time by the machine's. Where that one is set back by more than a correction, the room's goes on from where it was;
/// once the machine's has caught up, both are the same again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Course {
    ahead: Duration,
    latest: Timestamp,
}

impl Course {
    /// The room has been there.
    pub(crate) fn has_been(&mut self, at: Timestamp) {
        self.latest = self.latest.max(at);
    }

    /// The room's time when the machine says `now`.
    pub(crate) fn at(&self, now: Timestamp) -> Timestamp {
        if now >= self.latest { now } else { now.plus(self.ahead).max(self.latest) }
    }

    /// As [`at`](Self::at), and time has come so far.
    pub(crate) fn pass(&mut self, now: Timestamp) -> Timestamp {
        if now >= self.latest {
            self.ahead = Duration::ZERO;
        } else if self.latest.since(now.plus(self.ahead)) > CORRECTED {
            self.ahead = self.latest.since(now);
        }
        self.latest = self.at(now);
        self.latest
    }

    /// When the machine will say it is `at`, by the room's time.
    pub(crate) fn by_machine(&self, at: Timestamp) -> Timestamp {
        at.minus(self.ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn second(number: i64) -> Timestamp {
        Timestamp::from_micros(number * 1_000_000)
    }

    #[test]
    fn a_clock_that_is_set_back_an_hour_stops_nothing() {
        let mut course = Course::default();
        assert_eq!(course.pass(second(7_200)), second(7_200));
        assert_eq!(course.pass(second(3_600)), second(7_200));
        assert_eq!(course.pass(second(3_610)), second(7_210));
        assert_eq!(course.by_machine(second(7_215)), second(3_615));
        assert_eq!(course.pass(second(7_300)), second(7_300), "the machine's has caught up");
        assert_eq!(course.by_machine(second(7_400)), second(7_400));
    }

    #[test]
    fn a_small_correction_is_waited_for() {
        let mut course = Course::default();
        course.pass(second(10));
        assert_eq!(course.pass(Timestamp::from_micros(9_400_000)), second(10));
        assert_eq!(course.pass(second(11)), second(11));
    }
}
