//! The engine's clocks.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

static START: OnceLock<Instant> = OnceLock::new();

/// Microseconds since the engine was first used: never goes back. Everything inside the engine is scheduled by it.
pub(crate) fn now() -> i64 {
    micros(START.get_or_init(Instant::now).elapsed())
}

/// Microseconds since 1970-01-01 00:00 UTC, as the system's clock has it. Only for what leaves the process.
pub(crate) fn wall() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, micros)
}

/// From now until `at` (on the clock of [`now`]); zero if it is past.
pub(crate) fn until(at: i64) -> Duration {
    Duration::from_micros(at.saturating_sub(now()).max(0).unsigned_abs())
}

pub(crate) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

/// Follows a counter of the wire that wraps.
#[derive(Debug, Default)]
pub(crate) struct Unwrapped(Option<i64>);

impl Unwrapped {
    /// The continuous value of a 16-bit counter, nearest to the one before.
    pub(crate) fn of_16(&mut self, value: u16) -> i64 {
        self.of(i64::from(value), 1 << 16)
    }

    /// The continuous value of a 32-bit counter, nearest to the one before.
    pub(crate) fn of_32(&mut self, value: u32) -> i64 {
        self.of(i64::from(value), 1 << 32)
    }

    /// The same without moving the reference; none before the first value.
    pub(crate) fn nearest_32(&self, value: u32) -> Option<i64> {
        let last = self.0?;
        let ahead = value.wrapping_sub((last & 0xFFFF_FFFF) as u32).cast_signed();
        Some(last + i64::from(ahead))
    }

    fn of(&mut self, value: i64, modulus: i64) -> i64 {
        let Some(last) = self.0 else {
            self.0 = Some(value);
            return value;
        };
        let forward = (value - last).rem_euclid(modulus);
        let step = if forward >= modulus / 2 { forward - modulus } else { forward };
        // What comes late does not pull the reference back.
        self.0 = Some(last.max(last + step));
        last + step
    }
}
