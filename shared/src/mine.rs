//! What of a room is one person's own, and nobody else's to see.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AskedId, Choice, PollId, Question, RoomId, Tally, Timestamp};

/// One's own part of a room: told on entering where there is any, and whenever it changes. It replaces what was told before; a
/// [`Snapshot`](crate::Snapshot) or a [`Welcome`](crate::Welcome) without one after it means that there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Mine {
    /// The room.
    pub room: RoomId,
    /// One may not write, ask or raise a hand.
    #[serde(default)]
    pub muted: bool,
    /// One's own questions that others do not see: they wait, or were put aside.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// Those that one asked and that everybody sees.
    #[serde(default)]
    pub asked: Vec<AskedId>,
    /// The questions that one voted for.
    #[serde(default)]
    pub upvoted: Vec<AskedId>,
    /// One's votes in polls that are open or closed.
    #[serde(default)]
    pub votes: Vec<OwnVote>,
    /// One's points over all closed quizzes.
    #[serde(default)]
    pub points: u32,
    /// One's place in the queue of raised hands, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hand: Option<u32>,
    /// When one's hand that is up was raised. One that a moderator put down and brought back is the same as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hand_raised_at: Option<Timestamp>,
}

/// What one voted for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OwnVote {
    /// In which poll.
    pub poll: PollId,
    /// For what.
    pub choice: Choice,
    /// How the votes stand, as they were counted last, where only those see it who have voted. What is counted later comes as a
    /// [`Counted`](crate::SignalBody::Counted).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tally: Option<Tally>,
}

impl Mine {
    /// Nothing.
    #[must_use]
    pub const fn none(room: RoomId) -> Self {
        Self {
            room,
            muted: false,
            questions: Vec::new(),
            asked: Vec::new(),
            upvoted: Vec::new(),
            votes: Vec::new(),
            points: 0,
            hand: None,
            hand_raised_at: None,
        }
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::none(self.room)
    }
}
