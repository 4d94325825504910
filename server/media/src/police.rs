//! Polices senders: what a peer sends beyond its share is dropped before anything looks into it.

use std::time::Instant;

/// A token bucket over bytes.
#[derive(Debug)]
pub(crate) struct Police {
    bytes_a_second: u64,
    burst: u64,
    left: u64,
    filled_at: Instant,
}

impl Police {
    /// Lets through `bits_a_second` in the long run, and a second's worth at once.
    pub(crate) fn new(now: Instant, bits_a_second: u64) -> Self {
        let burst = bits_a_second / 8;
        Self { bytes_a_second: burst, burst, left: burst, filled_at: now }
    }

    /// Whether a datagram may pass.
    pub(crate) fn passes(&mut self, now: Instant, bytes: usize) -> bool {
        let elapsed = now.saturating_duration_since(self.filled_at);
        let fresh = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX).saturating_mul(self.bytes_a_second) / 1_000_000;
        if fresh > 0 {
            self.left = self.left.saturating_add(fresh).min(self.burst);
            self.filled_at = now;
        }
        match self.left.checked_sub(bytes as u64) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_rate_holds_in_the_long_run() {
        let start = Instant::now();
        let mut police = Police::new(start, 8_000_000);
        let mut passed = 0;
        for millisecond in 0..10_000_u64 {
            for _ in 0..4 {
                if police.passes(start + Duration::from_millis(millisecond), 1_000) {
                    passed += 1_000;
                }
            }
        }
        assert!((10_900_000..=11_001_000).contains(&passed), "{passed}");
    }
}
