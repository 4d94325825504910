//! Who leaves the unit, or is lost to it, and what that does to those who stay.

use std::time::Instant;

use super::{PATIENCE, Sfu};
use crate::{
    account::{Event, Seat},
    room::PeerId,
};

impl Sfu {
    pub(super) fn tidy(&mut self, now: Instant) {
        let too_long = |since| now.saturating_duration_since(since) >= PATIENCE;
        let mut gone = Vec::new();
        for (id, peer) in &mut self.peers {
            peer.subscriber.tidy(now);
            if peer.is_broken() || too_long(peer.heard_at) || (!peer.is_connected() && too_long(peer.began)) {
                gone.push(*id);
            }
        }
        for id in gone {
            self.lose(id);
        }
    }

    pub(super) fn lose(&mut self, id: PeerId) {
        if let Some(peer) = self.peers.get(&id) {
            let seat = peer.id.seat;
            self.remove(id);
            self.events.push_back(Event::Gone { seat });
        }
    }

    pub(super) fn remove(&mut self, id: PeerId) {
        let Some(peer) = self.peers.remove(&id) else { return };
        let Seat { room: room_id, who, .. } = peer.id.seat;
        self.directory.leave(id, peer.id.seat, peer.ufrag());
        self.timers.cancel(id);
        for path in peer.paths.iter() {
            self.directory.take_path(path, id);
        }
        let Some(room) = self.rooms.get_mut(&room_id) else { return };
        room.members.retain(|member| *member != id);
        let changes = room.forget(who, id);
        if room.is_idle() {
            self.rooms.remove(&room_id);
        } else {
            self.changed(room_id, &changes);
        }
    }
}
