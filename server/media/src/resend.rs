//! What a subscriber may ask for again, and how much of it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// So many packets of a slot are kept; full, the oldest goes. A power of two; nearly a second at 2.5 Mbit/s.
const PACKETS: usize = 256;
/// Older ones would come too late.
const AGE: Duration = Duration::from_millis(800);
/// Of what goes out, an octet in so many may go out again.
const SHARE: usize = 4;
/// The most that may go out again at once, and what a stream begins with.
const BURST: usize = 96 * 1_024;

/// A packet that went out.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) seq: u64,
    pub(crate) time: u32,
    pub(crate) marker: bool,
    pub(crate) at: Instant,
    pub(crate) payload: Arc<[u8]>,
}

/// The packets of a slot. Payloads are everyone's: a subscriber costs their places alone.
#[derive(Debug)]
pub(crate) struct Resend {
    /// Empty, or [`PACKETS`] places.
    ring: Vec<Option<Sent>>,
    credit: usize,
    latest: Option<Instant>,
}

impl Resend {
    pub(crate) fn new() -> Self {
        Self { ring: Vec::new(), credit: BURST, latest: None }
    }

    /// Keeps what went out.
    pub(crate) fn keep(&mut self, sent: Sent) {
        self.credit = (self.credit + sent.payload.len() / SHARE).min(BURST);
        self.latest = Some(sent.at);
        self.ring.resize(PACKETS, None);
        if let Some(place) = self.ring.get_mut(sent.seq as usize % PACKETS) {
            *place = Some(sent);
        }
    }

    /// Frees the places when all that is in them is too old.
    pub(crate) fn tidy(&mut self, now: Instant) {
        if self.latest.is_some_and(|latest| now.saturating_duration_since(latest) > AGE) {
            self.ring = Vec::new();
            self.latest = None;
        }
    }

    /// The packet that is asked for, if it may go out again.
    pub(crate) fn again(&mut self, now: Instant, seq: u16) -> Option<Sent> {
        let sent = self.ring.get(usize::from(seq) % PACKETS)?.as_ref()?;
        if sent.seq as u16 != seq || now.saturating_duration_since(sent.at) > AGE {
            return None;
        }
        self.credit = self.credit.checked_sub(sent.payload.len())?;
        Some(sent.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(seq: u64, at: Instant) -> Sent {
        Sent { seq, time: 0, marker: false, at, payload: vec![0; 1_000].into() }
    }

    #[test]
    fn a_packet_goes_again_while_it_is_young_and_among_the_last() {
        let start = Instant::now();
        let mut resend = Resend::new();
        for seq in 65_500..65_500 + PACKETS as u64 + 10 {
            resend.keep(sent(seq, start));
        }
        assert!(resend.again(start, 65_500).is_none(), "pushed out");
        assert_eq!(resend.again(start, 65_510).unwrap().seq, 65_510);
        assert_eq!(resend.again(start, 3).unwrap().seq, 65_539, "beyond a rollover");
        assert!(resend.again(start, 3_000).is_none(), "never sent");
        let late = start + AGE + Duration::from_millis(1);
        assert!(resend.again(late, 3).is_none(), "too old");
        resend.tidy(start + AGE);
        assert!(resend.again(start, 3).is_some());
        resend.tidy(late);
        assert!(resend.ring.is_empty() && resend.again(late, 3).is_none());
    }

    #[test]
    fn asking_without_end_gets_a_share_of_what_goes_out() {
        let start = Instant::now();
        let mut resend = Resend::new();
        let mut again = 0;
        for seq in 1..=10_000 {
            resend.keep(sent(seq, start));
            for _ in 0..10 {
                again += usize::from(resend.again(start, seq as u16).is_some());
            }
        }
        assert!((10_000 / SHARE..10_000 / SHARE + BURST / 1_000 + 1).contains(&again), "{again}");
    }
}
