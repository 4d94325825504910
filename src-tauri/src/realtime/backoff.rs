//! How long to wait before the next attempt to connect.

use std::time::Duration;

/// The longest first wait, and the longest wait of all. A wait is between half of this and all of it.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(10);
/// A connection that stood this long was a good one: what comes after it starts from nothing. A server that welcomes and at
/// once drops its clients is thus not hammered.
const GOOD_AFTER: Duration = Duration::from_secs(2);

/// What the server asks for is a wait from this on: a moment at which it expects one. What is shorter only says that one may come back.
const APPOINTMENT: Duration = Duration::from_millis(50);

/// Exponential, with jitter, so that a restarted server is not met by everybody at the same moment.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// A connection ended that had been welcomed for `stood` (zero where it never was). Returns how long to wait, given what
    /// the server asked for and a random number from 0 to 1. After a good connection the first attempt comes at once. Whoever is told when
    /// to come comes then, a little spread, and no later, however often they were told: a place is kept for them at that time.
    pub(crate) fn after(&mut self, stood: Duration, asked: Option<Duration>, random: f64) -> Duration {
        let random = random.clamp(0.0, 1.0);
        if let Some(asked) = asked.filter(|asked| *asked >= APPOINTMENT) {
            return spread(asked, random);
        }
        if stood >= GOOD_AFTER {
            self.failures = 0;
            Duration::ZERO
        } else {
            let doublings = self.failures.min(8);
            self.failures = self.failures.saturating_add(1);
            FIRST.saturating_mul(1 << doublings).min(LONGEST).mul_f64(0.5 + random / 2.0)
        }
    }
}

/// What the server asked for and up to a quarter more, by a random number from 0 to 1: those who were told the same do not come together.
pub(crate) fn spread(asked: Duration, random: f64) -> Duration {
    asked.mul_f64(1.0 + random.clamp(0.0, 1.0) / 4.0)
}

/// A number from 0 to 1 from the system's source of randomness; one half where it has none.
pub(crate) fn random() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Duration = GOOD_AFTER;
    const NEVER: Duration = Duration::ZERO;

    #[test]
    fn the_first_attempt_after_a_good_connection_comes_at_once() {
        assert_eq!(Backoff::default().after(GOOD, None, 1.0), Duration::ZERO);
    }

    #[test]
    fn waits_grow_from_a_quarter_of_a_second_to_ten_and_start_anew_after_a_good_connection() {
        let mut backoff = Backoff::default();
        let shortest: Vec<_> = (0..7).map(|_| backoff.after(NEVER, None, 0.0).as_millis()).collect();
        assert_eq!(shortest, [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
        assert_eq!(backoff.after(NEVER, None, 1.0), LONGEST);
        assert_eq!(backoff.after(GOOD, None, 1.0), Duration::ZERO);
        assert_eq!(backoff.after(NEVER, None, 1.0), FIRST);
    }

    #[test]
    fn what_the_server_asks_for_is_never_undercut() {
        let mut backoff = Backoff::default();
        let asked = Some(Duration::from_secs(3));
        assert_eq!(backoff.after(GOOD, asked, 0.0), Duration::from_secs(3));
        assert_eq!(backoff.after(GOOD, asked, 1.0), Duration::from_millis(3_750));
    }

    #[test]
    fn who_is_told_when_to_come_comes_then_however_often_that_was_told_before() {
        let mut backoff = Backoff::default();
        for _ in 0..20 {
            let wait = backoff.after(NEVER, Some(Duration::from_secs(2)), 0.5);
            assert_eq!(wait, Duration::from_millis(2_250));
        }
        assert_eq!(backoff.after(NEVER, None, 1.0), FIRST, "a server that speaks is none that fails");
    }

    #[test]
    fn a_server_that_may_be_asked_again_at_once_is_not_hammered() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.after(GOOD, Some(Duration::ZERO), 1.0), Duration::ZERO);
        let waits: Vec<_> = (0..3).map(|_| backoff.after(NEVER, Some(Duration::ZERO), 0.0).as_millis()).collect();
        assert_eq!(waits, [250, 500, 1_000]);
    }

    #[test]
    fn a_very_long_outage_does_not_overflow() {
        let mut backoff = Backoff { failures: u32::MAX };
        assert_eq!(backoff.after(NEVER, None, 1.0), LONGEST);
    }
}
