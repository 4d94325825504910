//! Which logs hold what is not indexed yet: those in which something was said since they were gone through.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
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

/// So many rooms' turns are told apart.
const TURNS: usize = 64;

/// Of each room that said something or was looked back in. What is not here is as the database has it, in `rooms.indexed`: the position up to which the log
/// is indexed; absent: nothing was said since all of it was.
pub(crate) struct Unindexed {
    rooms: Mutex<HashMap<RoomId, Stand>>,
    bell: Notify,
    turns: [tokio::sync::Mutex<()>; TURNS],
    keys: RandomState,
}

impl Default for Unindexed {
    fn default() -> Self {
        let turns = std::array::from_fn(|_| tokio::sync::Mutex::default());
        Self { rooms: Mutex::default(), bell: Notify::new(), turns, keys: RandomState::new() }
    }
}

/// Somebody goes through a log. Dropped before that is done, it is behind.
pub(super) struct Pass<'a> {
    unindexed: &'a Unindexed,
    room: RoomId,
    is_done: bool,
}

impl Pass<'_> {
    /// They are through with all of it.
    pub(super) fn done(mut self) {
        self.is_done = true;
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.unindexed.end(self.room, self.is_done);
    }
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

    pub(super) fn is_done(&self, room: RoomId) -> bool {
        self.rooms().get(&room) == Some(&Stand::Done)
    }

    /// Somebody begins to go through the log, as it is now.
    pub(super) fn begin(&self, room: RoomId) -> Pass<'_> {
        self.rooms().insert(room, Stand::Underway);
        Pass { unindexed: self, room, is_done: false }
    }

    /// What was said meanwhile is not done.
    fn end(&self, room: RoomId, is_done: bool) {
        if !is_done {
            self.fell_behind(room);
        } else if let Some(stand) = self.rooms().get_mut(&room).filter(|stand| **stand == Stand::Underway) {
            *stand = Stand::Done;
        }
    }

    /// One at a time changes what is found of a room: whoever goes through its log reads it before they write what they found, and nobody may be erased
    /// from it between.
    pub(super) async fn turn(&self, room: RoomId) -> tokio::sync::MutexGuard<'_, ()> {
        let turn = self.keys.hash_one(room) as usize % TURNS;
        self.turns.get(turn).unwrap_or(&self.turns[0]).lock().await
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
        let pass = unindexed.begin(room);
        assert!(!unindexed.is_done(room), "not before it is done");
        pass.done();
        assert!(unindexed.is_done(room));
        let pass = unindexed.begin(room);
        unindexed.fell_behind(room);
        pass.done();
        assert_eq!((unindexed.is_done(room), unindexed.all()), (false, vec![room]));
        drop(unindexed.begin(room));
        assert_eq!(unindexed.all(), [room], "it is gone through again");
    }
}
