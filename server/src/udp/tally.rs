//! What the media thread counts, for whoever asks.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use houselights_media::Counters;

/// What the media thread counted, since the start of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Whether the thread works. Not so for a moment after a fault, until it has begun anew.
    pub works: bool,
    /// Media connections that stand now.
    pub peers: u64,
    /// Media packets taken from publishers.
    pub packets_in: u64,
    /// Datagrams that belong to no peer.
    pub strangers: u64,
    /// Datagrams beyond what a peer may send.
    pub policed: u64,
    /// Key frames asked for.
    pub key_frames_asked: u64,
    /// Panics, of sessions and of the thread.
    pub panics: u64,
    /// How often the thread began anew.
    pub restarts: u64,
    /// Datagrams sent.
    pub datagrams_sent: u64,
    /// Datagrams that the system did not take.
    pub datagrams_unsent: u64,
}

/// The same, as the thread writes it.
#[derive(Default)]
pub(super) struct Tally {
    works: AtomicBool,
    peers: AtomicU64,
    packets_in: AtomicU64,
    strangers: AtomicU64,
    policed: AtomicU64,
    key_frames_asked: AtomicU64,
    panics: AtomicU64,
    restarts: AtomicU64,
    datagrams_sent: AtomicU64,
    datagrams_unsent: AtomicU64,
}

impl Tally {
    pub(super) fn figures(&self) -> Figures {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Figures {
            works: self.works.load(Ordering::Relaxed),
            peers: read(&self.peers),
            packets_in: read(&self.packets_in),
            strangers: read(&self.strangers),
            policed: read(&self.policed),
            key_frames_asked: read(&self.key_frames_asked),
            panics: read(&self.panics),
            restarts: read(&self.restarts),
            datagrams_sent: read(&self.datagrams_sent),
            datagrams_unsent: read(&self.datagrams_unsent),
        }
    }

    /// The thread works.
    pub(super) fn begun(&self) {
        self.works.store(true, Ordering::Relaxed);
    }

    /// The thread has ended, for good or until it begins anew.
    pub(super) fn ended(&self) {
        self.works.store(false, Ordering::Relaxed);
        self.peers.store(0, Ordering::Relaxed);
    }

    pub(super) fn panicked(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn restarted(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
    }

    /// What a unit counted since it was asked before.
    pub(super) fn counted(&self, before: Counters, now: Counters, peers: usize) {
        let add = |count: &AtomicU64, before: u64, now: u64| count.fetch_add(now.saturating_sub(before), Ordering::Relaxed);
        self.peers.store(peers as u64, Ordering::Relaxed);
        add(&self.packets_in, before.packets_in, now.packets_in);
        add(&self.strangers, before.strangers, now.strangers);
        add(&self.policed, before.policed, now.policed);
        add(&self.key_frames_asked, before.key_frames_asked, now.key_frames_asked);
        add(&self.panics, before.panics, now.panics);
    }

    pub(super) fn sent(&self, sent: u64, unsent: u64) {
        self.datagrams_sent.fetch_add(sent, Ordering::Relaxed);
        self.datagrams_unsent.fetch_add(unsent, Ordering::Relaxed);
    }
}
