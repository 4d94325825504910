//! Who is meant: peers by the names and addresses under which the network and the server speak of them.

use std::{collections::HashMap, net::SocketAddr, panic::catch_unwind};

use houselights_shared::{ParticipantId, RoomId};
use str0m::ice::StunMessage;

use crate::{peer::Datagram, room::PeerId};

/// The names.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    ufrags: HashMap<String, PeerId>,
    places: HashMap<SocketAddr, PeerId>,
    people: HashMap<(RoomId, ParticipantId), PeerId>,
}

impl Directory {
    pub(crate) fn enter(&mut self, id: PeerId, room: RoomId, who: ParticipantId, ufrag: &str) {
        self.ufrags.insert(ufrag.to_owned(), id);
        self.people.insert((room, who), id);
    }

    pub(crate) fn leave(&mut self, id: PeerId, room: RoomId, who: ParticipantId, ufrag: &str) {
        self.ufrags.remove(ufrag);
        if self.participant(room, who) == Some(id) {
            self.people.remove(&(room, who));
        }
    }

    pub(crate) fn participant(&self, room: RoomId, who: ParticipantId) -> Option<PeerId> {
        self.people.get(&(room, who)).copied()
    }

    /// Whose path an address is.
    pub(crate) fn at(&self, address: SocketAddr) -> Option<PeerId> {
        self.places.get(&address).copied()
    }

    pub(crate) fn give_path(&mut self, address: SocketAddr, id: PeerId) {
        self.places.insert(address, id);
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
        self.ufrags.len().max(self.people.len())
    }

    /// Whose a datagram is, by the first byte (RFC 9443): STUN by its user name, all else by where it comes from.
    pub(crate) fn owner(&self, datagram: Datagram<'_>) -> Option<PeerId> {
        let Datagram { from, bytes } = datagram;
        match bytes.first()? {
            0..=3 => {
                let addressed = catch_unwind(|| {
                    let message = StunMessage::parse(bytes).ok()?;
                    let (ours, _) = message.is_binding_request().then(|| message.split_username())??;
                    Some(ours.to_owned())
                });
                // A panic of the parser is a stranger's doing and ends nobody.
                self.ufrags.get(&addressed.ok()??).copied()
            }
            20..=63 | 128..=191 => self.at(from),
            _ => None,
        }
    }
}
