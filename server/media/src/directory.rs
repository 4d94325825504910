//! Who is meant: peers by the names and addresses under which the network and the server speak of them.

use std::{collections::HashMap, net::SocketAddr, time::Instant};

use str0m::ice::StunMessage;

use crate::{account::Seat, paths::CONSENT, room::PeerId};

/// Who is at an address, and when they last proved it.
#[derive(Debug)]
struct Place {
    id: PeerId,
    heard_at: Instant,
}

/// The names.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    ufrags: HashMap<String, PeerId>,
    places: HashMap<SocketAddr, Place>,
    seats: HashMap<Seat, PeerId>,
}

impl Directory {
    pub(crate) fn enter(&mut self, id: PeerId, seat: Seat, ufrag: &str) {
        self.ufrags.insert(ufrag.to_owned(), id);
        self.seats.insert(seat, id);
    }

    pub(crate) fn leave(&mut self, id: PeerId, seat: Seat, ufrag: &str) {
        self.ufrags.remove(ufrag);
        if self.in_seat(seat) == Some(id) {
            self.seats.remove(&seat);
        }
    }

    pub(crate) fn in_seat(&self, seat: Seat) -> Option<PeerId> {
        self.seats.get(&seat).copied()
    }

    /// Whose path an address is.
    pub(crate) fn at(&self, address: SocketAddr) -> Option<PeerId> {
        self.places.get(&address).map(|place| place.id)
    }

    /// Someone proved to be at an address. False: it is someone else's, who was heard there not long ago; requests name their own
    /// source, and nobody takes a path from someone who uses it.
    pub(crate) fn claim(&mut self, now: Instant, address: SocketAddr, id: PeerId) -> bool {
        let place = self.places.entry(address).or_insert(Place { id, heard_at: now });
        if place.id != id && now.saturating_duration_since(place.heard_at) < CONSENT {
            return false;
        }
        *place = Place { id, heard_at: now };
        true
    }

    pub(crate) fn take_path(&mut self, address: SocketAddr, id: PeerId) {
        if self.at(address) == Some(id) {
            self.places.remove(&address);
        }
    }

    pub(crate) fn paths(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn len(&self) -> usize {
        self.ufrags.len().max(self.seats.len())
    }

    /// Whom a STUN request is for, by its user name (RFC 8445, section 7.2.2).
    pub(crate) fn named(&self, request: &StunMessage<'_>) -> Option<PeerId> {
        let (ours, _) = request.is_binding_request().then(|| request.split_username())??;
        self.ufrags.get(ours).copied()
    }
}
