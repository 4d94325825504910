//! Whom the rooms have muted: they write to nobody either.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use houselights_shared::{ParticipantId, RoomId};

/// As far as rooms have told since the server started: each tells of whoever comes in, and of what changes. So somebody who is muted in one
/// room and goes to another stays so, unless the server was started again meanwhile.
#[derive(Default)]
pub(crate) struct Muted(Mutex<HashMap<ParticipantId, HashSet<RoomId>>>);

impl Muted {
    fn rooms_of(&self) -> MutexGuard<'_, HashMap<ParticipantId, HashSet<RoomId>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a room has muted somebody.
    pub(crate) fn tell(&self, room: RoomId, who: ParticipantId, is_muted: bool) {
        let mut muted = self.rooms_of();
        if is_muted {
            muted.entry(who).or_default().insert(room);
        } else if let Some(rooms) = muted.get_mut(&who) {
            rooms.remove(&room);
            if rooms.is_empty() {
                muted.remove(&who);
            }
        }
    }

    /// Whether any has.
    pub(crate) fn is_muted(&self, who: ParticipantId) -> bool {
        self.rooms_of().contains_key(&who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_muted_anywhere_is_muted_until_no_room_says_so() {
        let (muted, who) = (Muted::default(), ParticipantId::random());
        let [one, other] = [RoomId::random(), RoomId::random()];
        muted.tell(one, who, true);
        muted.tell(other, who, true);
        muted.tell(one, who, false);
        assert!(muted.is_muted(who) && !muted.is_muted(ParticipantId::random()));
        muted.tell(other, who, false);
        muted.tell(other, who, false);
        assert!(!muted.is_muted(who));
    }
}
