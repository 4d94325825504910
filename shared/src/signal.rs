//! What may be lost: aggregated, unordered, never stored. Each signal tells the whole of what it is about, so that the next
//! one mends a lost one. What is told only when it changed is not lost on a reader that lags: it gets the newest once it has read the rest.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{LobbyGuest, ParticipantId, PollId, ReactionCount, RoomId, SlotMap, Tally};

/// A passing fact about a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Signal {
    /// The room.
    pub room: RoomId,
    /// The fact.
    pub body: SignalBody,
}

/// The facts that pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "signal", rename_all = "snake_case")]
pub enum SignalBody {
    /// How many people watch; once a second, when it changed.
    Watching {
        /// Distinct participants with at least one connection, crew not counted.
        count: u32,
    },
    /// Whose media the standing slots of this connection carry; at each change, and once a second.
    Slots {
        /// The map.
        slots: SlotMap,
    },
    /// How loud people are: to the crew five times a second at most, while anyone's sound arrives; to the audience when who speaks changed,
    /// and once a second. Replaces what was told before; empty when all went quiet.
    Levels {
        /// One for each publisher whose sound arrives.
        levels: Vec<Level>,
    },
    /// What was thrown at the stage since the last tick.
    Reactions {
        /// Of each that came.
        counts: Vec<ReactionCount>,
    },
    /// How the votes of a poll stand, to those who may see it before others do: they have voted. Told within a second of a vote.
    Counted {
        /// The poll.
        poll: PollId,
        /// How they stand.
        tally: Tally,
    },
    /// Who waits to be let in, to whoever looks after the show; once a second, when it changed.
    Lobby {
        /// How many wait.
        count: u32,
        /// The first of them, at most a hundred.
        first: Vec<LobbyGuest>,
    },
    /// A signal of a newer server.
    #[serde(other)]
    Unknown,
}

/// How loud someone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Level {
    /// Who.
    pub participant: ParticipantId,
    /// In dB below full scale: 0 is the loudest, 127 silence (RFC 6464, section 3).
    pub below_full_scale: u8,
    /// Whether they are the active speaker.
    pub speaking: bool,
}
