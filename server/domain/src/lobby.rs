//! Who waits to be let in, in the order in which they came. It can be a whole audience, so nothing goes through all of them but whoever asks for all.

use std::collections::{BTreeMap, HashMap};

use houselights_shared::{LobbyGuest, ParticipantId};

/// Those who wait.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lobby {
    guests: BTreeMap<u64, LobbyGuest>,
    places: HashMap<ParticipantId, u64>,
    /// How many have come so far.
    came: u64,
}

impl Lobby {
    /// Whoever waits already keeps their place.
    pub(crate) fn wait(&mut self, guest: LobbyGuest) {
        if !self.waits(guest.participant) {
            self.places.insert(guest.participant, self.came);
            self.guests.insert(self.came, guest);
            self.came += 1;
        }
    }

    pub(crate) fn waits(&self, who: ParticipantId) -> bool {
        self.places.contains_key(&who)
    }

    pub(crate) fn leave(&mut self, who: ParticipantId) {
        if let Some(place) = self.places.remove(&who) {
            self.guests.remove(&place);
        }
    }

    /// In the order in which they came.
    pub(crate) fn guests(&self) -> impl ExactSizeIterator<Item = &LobbyGuest> {
        self.guests.values()
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn guest(number: u128) -> LobbyGuest {
        let participant = ParticipantId::from_uuid(Uuid::from_u128(number));
        LobbyGuest { participant, name: format!("Guest {number}"), since: Timestamp::default() }
    }

    #[test]
    fn who_came_first_is_first_and_whoever_goes_and_comes_again_is_last() {
        let mut lobby = Lobby::default();
        for number in [3, 1, 2, 1] {
            lobby.wait(guest(number));
        }
        lobby.leave(guest(3).participant);
        lobby.leave(guest(9).participant);
        lobby.wait(guest(3));
        let order: Vec<_> = lobby.guests().map(|guest| guest.name.as_str()).collect();
        assert_eq!(order, ["Guest 1", "Guest 2", "Guest 3"]);
        assert!(lobby.waits(guest(3).participant) && !lobby.waits(guest(9).participant));
    }
}
