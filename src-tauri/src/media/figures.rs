//! What the engine counts, for the person who asks how well it goes.

use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::ipc::MediaStats;

/// Absent, in [`Figures::behind`].
const NOTHING: i64 = i64::MIN;
/// What was measured longer ago than this, in microseconds, says nothing of now.
const STALE: i64 = 2_000_000;

/// Counters that every part of the engine adds to.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) sent: AtomicU64,
    pub(crate) received: AtomicU64,
    pub(crate) lost: AtomicU64,
    pub(crate) played: AtomicU64,
    pub(crate) heard: AtomicU64,
    pub(crate) bitrate: AtomicU64,
    /// Gaps that sound devices had.
    pub(crate) xruns: AtomicU64,
    peak: AtomicU32,
    behind: AtomicI64,
    /// When `behind` was last measured.
    behind_at: AtomicI64,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            sent: AtomicU64::new(0),
            received: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            played: AtomicU64::new(0),
            heard: AtomicU64::new(0),
            bitrate: AtomicU64::new(0),
            xruns: AtomicU64::new(0),
            peak: AtomicU32::new(0),
            behind: AtomicI64::new(NOTHING),
            behind_at: AtomicI64::new(0),
        }
    }
}

impl Figures {
    /// A new connection starts at zero; what was played goes on.
    pub(crate) fn restart(&self) {
        for counter in [&self.sent, &self.received, &self.lost] {
            counter.store(0, Relaxed);
        }
        self.behind.store(NOTHING, Relaxed);
    }

    pub(crate) fn set_peak(&self, peak: f32) {
        self.peak.store(peak.to_bits(), Relaxed);
    }

    /// A picture with a plan was drawn at `now`, so much later than planned; smoothed here.
    pub(crate) fn note_behind(&self, now: i64, micros: i64) {
        let before = self.behind(now);
        self.behind.store(before.map_or(micros, |before| before + (micros - before) / 8), Relaxed);
        self.behind_at.store(now, Relaxed);
    }

    fn behind(&self, now: i64) -> Option<i64> {
        let behind = self.behind.load(Relaxed);
        (behind != NOTHING && now - self.behind_at.load(Relaxed) <= STALE).then_some(behind)
    }

    pub(crate) fn report(&self, now: i64) -> MediaStats {
        MediaStats {
            frames_sent: self.sent.load(Relaxed),
            frames_received: self.received.load(Relaxed),
            frames_lost: self.lost.load(Relaxed),
            samples_played: self.played.load(Relaxed),
            samples_heard: self.heard.load(Relaxed),
            played_peak: f32::from_bits(self.peak.load(Relaxed)),
            picture_behind_sound_ms: self.behind(now).map(|behind| behind as f32 / 1000.0),
            send_bitrate: self.bitrate.load(Relaxed),
            xruns: self.xruns.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_late_pictures_are_is_forgotten_when_none_are_drawn_any_more() {
        let figures = Figures::default();
        let told = |now| figures.report(now).picture_behind_sound_ms;
        assert_eq!(told(0), None);
        figures.note_behind(1_000_000, 8_000);
        assert_eq!((told(1_000_000), told(3_000_000)), (Some(8.0), Some(8.0)));
        assert_eq!(told(3_000_001), None, "the person left");
        figures.note_behind(9_000_000, -4_000);
        assert_eq!(told(9_000_000), Some(-4.0), "and what was before does not count");
    }
}
