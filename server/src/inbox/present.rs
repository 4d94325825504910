//! Who is connected, on which devices, and is told of their inbox.

use std::{collections::HashMap, sync::Arc};

use houselights_shared::{InboxBatch, InboxNews, ParticipantId, ServerFrame};

use crate::realtime::{ConnectionId, Outbox, encode};

/// The connections of each.
#[derive(Default)]
pub(super) struct Present(HashMap<ParticipantId, Vec<Arc<Outbox>>>);

impl Present {
    pub(super) fn enter(&mut self, who: ParticipantId, outbox: Arc<Outbox>) {
        self.0.entry(who).or_insert_with(|| Vec::with_capacity(1)).push(outbox);
    }

    pub(super) fn leave(&mut self, who: ParticipantId, connection: ConnectionId) {
        let Some(devices) = self.0.get_mut(&who) else { return };
        devices.retain(|outbox| outbox.id() != connection);
        if devices.is_empty() {
            self.0.remove(&who);
        }
    }

    pub(super) fn is_here(&self, who: ParticipantId) -> bool {
        self.0.contains_key(&who)
    }

    /// Tells all devices of somebody what is new. It is encoded once for them.
    pub(super) fn tell(&self, who: ParticipantId, news: InboxBatch) {
        let Some(devices) = self.0.get(&who) else { return };
        let frame = encode(&ServerFrame::Inbox(InboxNews::Entries(news)));
        for outbox in devices {
            outbox.push(&frame);
        }
    }
}
