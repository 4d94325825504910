//! A room as its log left it: read a part at a time, so that whoever reads it need not hold all of it.

use std::{collections::BTreeSet, fmt, sync::Arc};

use houselights_shared::{CrewMember, ParticipantId, RoomId, Seq, Timestamp, Update};

use crate::{Effect, Entry, GRACE_AFTER_RESTART, Room};

/// A stored log that is not this room's, or has a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// An entry of another room.
    ForeignRoom {
        /// Which.
        found: RoomId,
    },
    /// An entry that does not follow the one before.
    Gap {
        /// The position that had to come.
        expected: Seq,
        /// The position that came.
        found: Seq,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignRoom { found } => write!(f, "the log holds an update of room {found}"),
            Self::Gap { expected, found } => {
                write!(f, "the log has update {} where {} was expected", found.number(), expected.number())
            }
        }
    }
}

impl std::error::Error for ReplayError {}

/// A room that is being read.
#[derive(Clone, Debug)]
pub struct Reading {
    room: Room,
    /// The last entry that everybody was told; absent where nobody was told anything.
    told: Option<Seq>,
    untold: Vec<Arc<Update>>,
    concerned: BTreeSet<ParticipantId>,
    follows: Vec<Effect>,
}

impl Reading {
    /// Begins. A commit that seemed to fail may be in the log all the same: of what is behind `told` nothing was done yet.
    #[must_use]
    pub fn new(room: RoomId, title: String, told: Option<Seq>) -> Self {
        let (untold, concerned, follows) = Default::default();
        Self { room: Room::new(room, title), told, untold, concerned, follows }
    }

    /// How far it is read.
    pub fn seq(&self) -> Seq {
        self.room.seq()
    }

    /// The next entries of the log.
    ///
    /// # Errors
    /// They are not the next ones.
    pub fn follow(&mut self, entries: impl IntoIterator<Item = Entry>) -> Result<(), ReplayError> {
        for Entry { update, command } in entries {
            let expected = self.seq().next();
            if update.room != self.room.id {
                return Err(ReplayError::ForeignRoom { found: update.room });
            }
            if update.seq != expected {
                return Err(ReplayError::Gap { expected, found: update.seq });
            }
            if let Some(command) = command {
                self.room.answers.remember(command, update.seq);
            }
            if self.told.is_some_and(|told| update.seq > told) {
                self.concerned.extend(self.room.state.concerned(&update));
                self.follows.extend(self.room.state.follows(&update));
                self.untold.push(Arc::clone(&update));
            }
            self.room.state.apply(&update);
            self.room.course.has_been(update.at);
            self.room.log.push(update);
        }
        Ok(())
    }

    /// The room, and what is still to be done about what nobody was told. Nobody is connected: the crew that was in has [`GRACE_AFTER_RESTART`] to
    /// [arrive](Room::arrive) again, so ask [`next_wake`](Room::next_wake).
    #[must_use]
    pub fn end(self, now: Timestamp) -> (Room, Vec<Effect>) {
        let Self { mut room, untold, concerned, follows, .. } = self;
        let now = room.course.pass(now);
        // Nor was anybody in a room where nothing has happened.
        let is_known = room.state.moderation.is_guarded() || room.log.seq() == Seq::default();
        room.grace_until = if is_known { Timestamp::default() } else { now.plus(GRACE_AFTER_RESTART) };
        for CrewMember { participant, device, .. } in room.state.crew.members() {
            room.presence.depart((*participant, *device), now.plus(GRACE_AFTER_RESTART));
        }
        for hand in &room.state.hands.raised {
            room.presence.depart((hand.participant, None), now.plus(GRACE_AFTER_RESTART));
        }
        let publish = (!untold.is_empty()).then_some(Effect::Publish(untold));
        let mine = (!concerned.is_empty()).then(|| Effect::Mine(concerned.into_iter().collect()));
        (room, publish.into_iter().chain(mine).chain(follows).collect())
    }
}
