//! Whom the rooms have muted: they write to nobody either.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use houselights_shared::{EventId, ParticipantId, Refusal, RoomId};
use tokio::sync::Mutex as AsyncMutex;
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
    /// Whose turn it is to read the logs of an event: those who wait for it take what was read.
    turns: HashMap<EventId, Arc<AsyncMutex<()>>>,
    /// What happens while logs are read. One that was left halfway is begun anew by whoever has the next turn.
    readings: HashMap<EventId, Reading>,
}

#[derive(Default)]
struct Reading {
    /// Of these a room told meanwhile: what was read may be of before that.
    told: HashSet<(RoomId, ParticipantId)>,
    /// A room came or went: it is read again.
    is_outdated: bool,
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

    fn turn(&mut self, event: EventId) -> Arc<AsyncMutex<()>> {
        if self.turns.len() >= EVENTS {
            self.turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        Arc::clone(self.turns.entry(event).or_default())
    }

    /// Takes what was read, unless it is to be read again.
    fn was_read(&mut self, event: EventId, muted: &HashSet<(RoomId, ParticipantId)>) {
        let Some(reading) = self.readings.remove(&event).filter(|reading| !reading.is_outdated) else { return };
        if self.events.len() >= EVENTS {
            self.events.clear();
        }
        for (room, who) in muted.difference(&reading.told) {
            self.is(*room, *who, true);
        }
        self.events.insert(event);
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
        for reading in known.readings.values_mut() {
            reading.told.insert((room, who));
        }
        known.is(room, who, is_muted);
    }

    /// A room of an event was deleted, or is back: whom it muted is read anew.
    pub(crate) fn forget(&self, event: EventId, room: RoomId) {
        let mut known = self.known();
        known.rooms_of.retain(|_, rooms| !rooms.remove(&room) || !rooms.is_empty());
        known.events.remove(&event);
        if let Some(reading) = known.readings.get_mut(&event) {
            reading.is_outdated = true;
        }
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
        if let Some(is) = self.is_known_as_muted(event, who) {
            return Ok(is);
        }
        let turn = self.known().turn(event);
        let _mine = turn.lock().await;
        loop {
            if let Some(is) = self.is_known_as_muted(event, who) {
                return Ok(is);
            }
            self.known().readings.insert(event, Reading::default());
            let read = self.store.muted_in(event).await;
            let mut known = self.known();
            match read {
                Ok(muted) => known.was_read(event, &muted),
                Err(error) => {
                    known.readings.remove(&event);
                    return Err(error);
                }
            }
        }
    }

    /// As [`is_muted`](Self::is_muted), where the logs of the event were read.
    fn is_known_as_muted(&self, event: EventId, who: ParticipantId) -> Option<bool> {
        let known = self.known();
        known.events.contains(&event).then(|| known.rooms_of.contains_key(&who))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use houselights_domain::Entry;
    use houselights_shared::{Sanction, Sanctioned, Seq, Update, UpdateBody};

    use super::*;
    use crate::{
        clock,
        metrics::Metrics,
        store::{Flaky, NewEvent, engine},
    };

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

    /// An event whose only room has muted somebody, and nothing that remembers it.
    async fn muted_in_a_log() -> (tempfile::TempDir, Arc<Flaky>, Muted, (EventId, RoomId, ParticipantId)) {
        let dir = tempfile::tempdir().unwrap();
        let metrics = Arc::new(Metrics::new().unwrap());
        let flaky = Flaky::over(engine(&dir.path().join("house.db").into(), &metrics).await.unwrap());
        let store = Store::over(flaky.clone());
        let new = NewEvent { title: "First night".to_owned(), crew: Vec::new(), valid_for: None };
        let created = store.create_event(&new, "http://localhost", clock::now()).await.unwrap();
        let (participant, name, at, by) = (ParticipantId::random(), "Vera".to_owned(), clock::now(), ParticipantId::random());
        let sanctioned = Sanctioned { participant, name, sanction: Sanction::Muted, at, by, by_role: None };
        let body = UpdateBody::Sanctioned { sanctioned };
        let update = Arc::new(Update { room: created.room, seq: Seq::new(1), at, by: Some(by), body });
        store.append(&[Entry { update, command: None }]).await.unwrap();
        (dir, flaky, Muted::new(store), (created.event, created.room, participant))
    }

    #[tokio::test]
    async fn a_crowd_that_writes_after_a_restart_reads_a_log_once_whatever_rooms_tell_meanwhile() {
        let (_dir, flaky, muted, (event, _, vera)) = muted_in_a_log().await;
        let begun = flaky.reads_of("FROM updates");
        let crowd = join_all((0..300).map(|_| muted.lets(event, ParticipantId::random())));
        let other_rooms = async {
            while !muted.known().events.contains(&event) {
                muted.tell(RoomId::random(), ParticipantId::random(), true);
                tokio::task::yield_now().await;
            }
        };
        let (let_in, is_vera, ()) = tokio::join!(crowd, muted.lets(event, vera), other_rooms);
        assert!(let_in.iter().all(Result::is_ok) && is_vera == Err(Refusal::Muted));
        // What there is, and that there is no more.
        assert_eq!(flaky.reads_of("FROM updates") - begun, 2);
    }

    #[tokio::test]
    async fn what_a_room_tells_while_its_log_is_read_stands() {
        let (_dir, _flaky, muted, (event, room, vera)) = muted_in_a_log().await;
        let lifted = async {
            while muted.known().readings.is_empty() {
                tokio::task::yield_now().await;
            }
            muted.tell(room, vera, false);
        };
        let (is_vera, ()) = tokio::join!(muted.lets(event, vera), lifted);
        assert_eq!(is_vera, Ok(()));
        // It is read again where a room comes or goes meanwhile: the log has no word of it.
        muted.forget(event, room);
        assert_eq!(muted.lets(event, vera).await, Err(Refusal::Muted));
    }
}
