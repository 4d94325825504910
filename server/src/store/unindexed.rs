//! Which logs hold what is not indexed yet: those in which something was said since they were gone through.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use houselights_shared::RoomId;
use tokio::sync::Notify;

/// How far a log is indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// Something in it is not.
    Behind,
    /// Somebody goes through it.
    Underway,
    /// All of it is.
    Done,
}

/// Of each room that said something or was looked back in. What is not here is as the database has it.
#[derive(Default)]
pub(crate) struct Unindexed {
    rooms: Mutex<HashMap<RoomId, Stand>>,
    bell: Notify,
    turn: tokio::sync::Mutex<()>,
}

impl Unindexed {
    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, Stand>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something in the log of a room is not indexed.
    pub(super) fn fell_behind(&self, room: RoomId) {
        if self.rooms().insert(room, Stand::Behind) != Some(Stand::Behind) {
            self.bell.notify_one();
        }
    }

    pub(super) fn is_behind(&self, room: RoomId) -> bool {
        self.rooms().get(&room) == Some(&Stand::Behind)
    }

    pub(super) fn is_done(&self, room: RoomId) -> bool {
        self.rooms().get(&room) == Some(&Stand::Done)
    }

    /// Somebody begins to go through the log, as it is now.
    pub(super) fn begin(&self, room: RoomId) {
        self.rooms().insert(room, Stand::Underway);
    }

    /// They are through, with all of it or not. What was said meanwhile is not.
    pub(super) fn end(&self, room: RoomId, is_done: bool) {
        if !is_done {
            self.fell_behind(room);
        } else if let Some(stand) = self.rooms().get_mut(&room).filter(|stand| **stand == Stand::Underway) {
            *stand = Stand::Done;
        }
    }

    /// One at a time changes what is found: whoever goes through a log reads it before they write what they found, and nobody may be erased from it between.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Waits until there is such a room.
    pub(super) async fn any(&self) {
        self.bell.notified().await;
    }

    /// The rooms of which that is known.
    pub(super) fn all(&self) -> Vec<RoomId> {
        self.rooms().iter().filter(|(_, stand)| **stand == Stand::Behind).map(|(room, _)| *room).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_while_a_log_is_gone_through_is_left_for_the_next_time() {
        let (unindexed, room) = (Unindexed::default(), RoomId::random());
        unindexed.begin(room);
        assert!(!unindexed.is_done(room), "not before it is done");
        unindexed.end(room, true);
        assert!(unindexed.is_done(room));
        unindexed.begin(room);
        unindexed.fell_behind(room);
        unindexed.end(room, true);
        assert_eq!((unindexed.is_done(room), unindexed.all()), (false, vec![room]));
        unindexed.begin(room);
        unindexed.end(room, false);
        assert!(unindexed.is_behind(room), "it is gone through again");
    }
}
