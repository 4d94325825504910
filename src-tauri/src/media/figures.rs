//! What the engine counts, for the person who asks how well it goes.

use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::ipc::MediaStats;

/// Absent, in [`Figures::behind`].
const NOTHING: i64 = i64::MIN;

/// Counters that every part of the engine adds to.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) sent: AtomicU64,
    pub(crate) received: AtomicU64,
    pub(crate) lost: AtomicU64,
    pub(crate) played: AtomicU64,
    pub(crate) heard: AtomicU64,
    pub(crate) bitrate: AtomicU64,
    peak: AtomicU32,
    behind: AtomicI64,
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
            peak: AtomicU32::new(0),
            behind: AtomicI64::new(NOTHING),
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

    /// Picture minus sound of one picture, in microseconds; smoothed here.
    pub(crate) fn note_behind(&self, micros: i64) {
        let before = self.behind.load(Relaxed);
        let now = if before == NOTHING { micros } else { before + (micros - before) / 8 };
        self.behind.store(now, Relaxed);
    }

    pub(crate) fn report(&self) -> MediaStats {
        let behind = self.behind.load(Relaxed);
        MediaStats {
            frames_sent: self.sent.load(Relaxed),
            frames_received: self.received.load(Relaxed),
            frames_lost: self.lost.load(Relaxed),
            samples_played: self.played.load(Relaxed),
            samples_heard: self.heard.load(Relaxed),
            played_peak: f32::from_bits(self.peak.load(Relaxed)),
            picture_behind_sound_ms: (behind != NOTHING).then_some(behind as f32 / 1000.0),
            send_bitrate: self.bitrate.load(Relaxed),
        }
    }
}
