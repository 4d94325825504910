//! The server's media clock: microseconds since a moment before the first packet.

use std::time::{Duration, Instant};

/// Capture times may lie before the start.
const BEFORE_START: Duration = Duration::from_hours(1);

/// Converts instants to microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    zero: Instant,
}

impl Clock {
    pub(crate) fn new(start: Instant) -> Self {
        Self { zero: start.checked_sub(BEFORE_START).unwrap_or(start) }
    }

    pub(crate) fn micros(self, at: Instant) -> i64 {
        i64::try_from(at.saturating_duration_since(self.zero).as_micros()).unwrap_or(i64::MAX)
    }
}
