//! A room read again from its log.

use std::fmt;

use houselights_shared::{CrewMember, RoomId, Seq, Timestamp};

use super::Room;
use crate::{Entry, GRACE_AFTER_RESTART};

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

impl Room {
    /// The room as its log left it. Nobody is connected: the crew that was in has [`GRACE_AFTER_RESTART`] to
    /// [arrive](Self::arrive) again, so ask [`next_wake`](Self::next_wake).
    pub fn replay(
        room: RoomId,
        title: String,
        entries: impl IntoIterator<Item = Entry>,
        now: Timestamp,
    ) -> Result<Self, ReplayError> {
        let mut replayed = Self::new(room, title);
        for Entry { update, command } in entries {
            let expected = replayed.log.seq().next();
            if update.room != room {
                return Err(ReplayError::ForeignRoom { found: update.room });
            }
            if update.seq != expected {
                return Err(ReplayError::Gap { expected, found: update.seq });
            }
            if let Some(command) = command {
                replayed.answers.remember(command, update.seq);
            }
            replayed.state.apply(&update);
            replayed.course.has_been(update.at);
            replayed.log.push(update);
        }
        let now = replayed.course.pass(now);
        // Nor was anybody in a room where nothing has happened.
        let is_known = replayed.state.moderation.is_guarded() || replayed.log.seq() == Seq::default();
        replayed.grace_until = if is_known { Timestamp::default() } else { now.plus(GRACE_AFTER_RESTART) };
        for CrewMember { participant, device, .. } in replayed.state.crew.members() {
            replayed.presence.depart((*participant, *device), now.plus(GRACE_AFTER_RESTART));
        }
        for hand in &replayed.state.hands.raised {
            replayed.presence.depart((hand.participant, None), now.plus(GRACE_AFTER_RESTART));
        }
        Ok(replayed)
    }
}
