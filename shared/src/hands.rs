//! Raised hands: whoever raises one is brought on stage on the connection that they have.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ParticipantId, Timestamp};

/// The longest note, in Unicode scalar values, after trimming.
pub const MAX_NOTE_CHARS: usize = 140;

/// The most hands in the queue of a room.
pub const MAX_HANDS: usize = 500;

/// Somebody who wants to speak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RaisedHand {
    /// Who.
    pub participant: ParticipantId,
    /// As they are called.
    pub name: String,
    /// What they want to say; may be empty.
    #[serde(default)]
    pub note: String,
    /// Since when.
    pub at: Timestamp,
}
