//! One round of writing to a room's connections: what is the same for several is encoded once for each view of the room that differs.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};
use houselights_domain::View;
use houselights_shared::RoomId;

use super::{
    backlog::Backlog,
    frame,
    outbox::{Latest, Outbox, Pushed},
};

/// What a round tells beside updates.
#[derive(Default)]
pub(super) struct Signals {
    pub(super) crew: Bytes,
    pub(super) audience: Bytes,
    /// Of those the one that comes only when it changed: how many watch.
    pub(super) watching: Option<Bytes>,
}

impl Signals {
    pub(super) fn is_empty(&self) -> bool {
        self.crew.is_empty() && self.audience.is_empty()
    }

    fn of(&self, view: View) -> &Bytes {
        match view {
            View::Control | View::Moderators | View::Crew => &self.crew,
            View::Audience => &self.audience,
        }
    }

    /// Of the signals that a reader does not get because it lags, it gets later what is not told again by itself.
    fn keep(&self, outbox: &Outbox) {
        if let Some(watching) = &self.watching {
            outbox.push_latest(Latest::Watching, watching);
        }
    }
}

/// What is written to those who have the same view and were told the same.
struct Ready {
    updates: Bytes,
    signals: Bytes,
    both: Bytes,
    /// How many updates that is.
    count: u64,
}

impl Ready {
    fn new(updates: Bytes, signals: Bytes, count: u64) -> Self {
        let both = if updates.is_empty() || signals.is_empty() {
            Bytes::new()
        } else {
            let mut both = BytesMut::with_capacity(updates.len() + signals.len());
            both.extend_from_slice(&updates);
            both.extend_from_slice(&signals);
            both.freeze()
        };
        Self { updates, signals, both, count }
    }
}

/// A round.
pub(super) struct Round {
    room: RoomId,
    signals: Signals,
    /// So much of the backlog is told.
    through: u64,
    /// What follows so much of it, as it is.
    whole: HashMap<u64, Bytes>,
    /// And as it is seen, with the signals.
    ready: HashMap<(u64, View), Ready>,
    deliveries: u64,
}

impl Round {
    pub(super) fn new(room: RoomId, signals: Signals, through: u64) -> Self {
        Self { room, signals, through, whole: HashMap::new(), ready: HashMap::new(), deliveries: 0 }
    }

    /// Whose turn comes from here on is told so much of the backlog.
    pub(super) fn goes_on_with(&mut self, through: u64) {
        if through != self.through {
            self.through = through;
            self.whole.clear();
            self.ready.clear();
        }
    }

    /// How many updates were handed over, all connections together.
    pub(super) fn deliveries(&self) -> u64 {
        self.deliveries
    }

    /// How much of the backlog it tells.
    pub(super) fn through(&self) -> u64 {
        self.through
    }

    /// Writes to one who was told so much of it.
    pub(super) fn deliver(&mut self, backlog: &Backlog, view: View, outbox: &Outbox, told: u64) -> Pushed {
        let Self { room, signals, through, whole, ready, deliveries } = self;
        let encoded = || {
            let updates = backlog.between(told, *through);
            let encoded = if updates.is_empty() {
                Bytes::new()
            } else if let Some(theirs) = frame::seen(view, updates) {
                frame::encode_updates(*room, &theirs)
            } else {
                whole.entry(told).or_insert_with(|| frame::encode_updates(*room, updates)).clone()
            };
            Ready::new(encoded, signals.of(view).clone(), updates.len() as u64)
        };
        let ready = ready.entry((told, view)).or_insert_with(encoded);
        *deliveries += ready.count;
        match (ready.updates.is_empty(), ready.signals.is_empty()) {
            (true, true) => Pushed::Taken,
            (true, false) => {
                let pushed = outbox.push_signal(&ready.signals);
                if pushed == Pushed::Dropped {
                    signals.keep(outbox);
                }
                pushed
            }
            (false, true) => outbox.push(&ready.updates),
            (false, false) if outbox.is_flushed() => outbox.push(&ready.both),
            (false, false) => {
                let pushed = outbox.push(&ready.updates);
                signals.keep(outbox);
                pushed
            }
        }
    }
}
