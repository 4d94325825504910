//! Whom the rooms have muted: they write to nobody either.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use houselights_shared::{EventId, ParticipantId, Refusal, RoomId};
use tracing::warn;

use crate::store::{Store, StoreError};

/// So many events are known as their logs have them. More: all are read again.
const EVENTS: usize = 10_000;

/// As rooms tell it: each tells of what changes. What they said before the server started is read from their logs, once an event, when somebody of it
/// writes first. So somebody who is muted in one room and goes to another stays so.
pub(crate) struct Muted {
    store: Store,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    rooms_of: HashMap<ParticipantId, HashSet<RoomId>>,
    /// Of which events the logs were read.
    events: HashSet<EventId>,
    /// How often a room told of a change.
    told: u64,
}

impl Known {
    fn is(&mut self, room: RoomId, who: ParticipantId, is_muted: bool) {
        if is_muted {
            self.rooms_of.entry(who).or_default().insert(room);
        } else if let Some(rooms) = self.rooms_of.get_mut(&who) {
            rooms.remove(&room);
            if rooms.is_empty() {
                self.rooms_of.remove(&who);
            }
        }
    }
}

impl Muted {
    pub(super) fn new(store: Store) -> Self {
        Self { store, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a room has muted somebody, from now on.
    pub(crate) fn tell(&self, room: RoomId, who: ParticipantId, is_muted: bool) {
        let mut known = self.known();
        known.told += 1;
        known.is(room, who, is_muted);
    }

    /// Whether somebody may write to others.
    pub(crate) async fn lets(&self, event: EventId, who: ParticipantId) -> Result<(), Refusal> {
        match self.is_muted(event, who).await {
            Ok(false) => Ok(()),
            Ok(true) => Err(Refusal::Muted),
            Err(error) => {
                warn!(%error, "who is muted cannot be read");
                Err(Refusal::StorageUnavailable)
            }
        }
    }

    /// Whether any room of their event has muted somebody.
    async fn is_muted(&self, event: EventId, who: ParticipantId) -> Result<bool, StoreError> {
        loop {
            let told = {
                let known = self.known();
                if known.events.contains(&event) {
                    return Ok(known.rooms_of.contains_key(&who));
                }
                known.told
            };
            let muted = self.store.muted_in(event).await?;
            let mut known = self.known();
            // What was read may be of before that.
            if known.told != told {
                continue;
            }
            if known.events.len() >= EVENTS {
                known.events.clear();
            }
            for (room, who) in muted {
                known.is(room, who, true);
            }
            known.events.insert(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::metrics::Metrics;

    #[tokio::test]
    async fn whoever_is_muted_anywhere_is_muted_until_no_room_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let metrics = Arc::new(Metrics::new().unwrap());
        let muted = Muted::new(Store::open(&dir.path().join("house.db").into(), &metrics).await.unwrap());
        let (event, who) = (EventId::random(), ParticipantId::random());
        let [one, other] = [RoomId::random(), RoomId::random()];
        muted.tell(one, who, true);
        muted.tell(other, who, true);
        muted.tell(one, who, false);
        assert_eq!(muted.lets(event, who).await, Err(Refusal::Muted));
        assert_eq!(muted.lets(event, ParticipantId::random()).await, Ok(()));
        muted.tell(other, who, false);
        muted.tell(other, who, false);
        assert_eq!(muted.lets(event, who).await, Ok(()));
    }
}
