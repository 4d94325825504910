//! How long a client waits before it tries again: as the app does (`src-tauri/src/realtime/backoff.rs`), so that a crowd comes back as people do.

use std::time::Duration;

/// The longest first wait, and the longest of all. A wait is between half of this and all of it.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(10);
/// After a connection that stood this long the first attempt comes at once.
const GOOD_AFTER: Duration = Duration::from_secs(2);

/// The waits of one client.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// After a connection that stood so long, which is nothing where there was none; never less than the server `asked` for.
    pub(super) fn after(&mut self, stood: Duration, asked: Option<Duration>) -> Duration {
        self.wait(stood, asked, chance())
    }

    fn wait(&mut self, stood: Duration, asked: Option<Duration>, chance: f64) -> Duration {
        let own = if stood >= GOOD_AFTER {
            self.failures = 0;
            Duration::ZERO
        } else {
            let doublings = self.failures.min(8);
            self.failures = self.failures.saturating_add(1);
            FIRST.saturating_mul(1 << doublings).min(LONGEST).mul_f64(0.5 + chance / 2.0)
        };
        own.max(asked.map_or(Duration::ZERO, |asked| asked.mul_f64(1.0 + chance / 4.0)))
    }
}

/// From 0 to 1.
pub(super) fn chance() -> f64 {
    let (number, _) = uuid::Uuid::new_v4().as_u64_pair();
    // The bits of a version do not change.
    f64::from((number >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_attempt_after_a_good_connection_comes_at_once_and_later_ones_later() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.wait(GOOD_AFTER, None, 1.0), Duration::ZERO);
        let waits: Vec<_> = (0..7).map(|_| backoff.wait(Duration::ZERO, None, 0.0).as_millis()).collect();
        assert_eq!(waits, [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    }

    #[test]
    fn what_the_server_asks_for_is_never_undercut() {
        let asked = Some(Duration::from_secs(3));
        assert_eq!(Backoff::default().wait(GOOD_AFTER, asked, 0.0), Duration::from_secs(3));
        assert_eq!(Backoff::default().wait(GOOD_AFTER, asked, 1.0), Duration::from_millis(3_750));
        assert!((0..100).map(|_| chance()).all(|chance| (0.0..=1.0).contains(&chance)));
    }
}
