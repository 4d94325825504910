//! The chat of a room.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{MessageId, ParticipantId, Role, Timestamp};

/// The longest message, in Unicode scalar values, after trimming.
pub const MAX_MESSAGE_CHARS: usize = 2_000;

/// A message that was said. Plain text; the page decides how links look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Message {
    /// The id of the command that sent it.
    pub id: MessageId,
    /// Who said it.
    pub author: ParticipantId,
    /// Their name when they said it.
    pub name: String,
    /// Their role when they said it.
    pub role: Role,
    /// When the room accepted it.
    pub at: Timestamp,
    /// 1 to [`MAX_MESSAGE_CHARS`] characters, without control characters other than line breaks.
    pub text: String,
}
