//! What the page is told of words that are on their way.

use houselights_shared::{CommandBody, CommandId, RoomId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Problem;

/// What one said and the room has not taken, or not yet. It is kept over the end of the app, also a sudden one, until the room took it or the
/// person does not want it any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnsentMessage {
    /// The command's id, which is the message's.
    pub id: CommandId,
    /// Where it was said.
    pub room: RoomId,
    /// What.
    pub body: CommandBody,
    /// Why it was not sent, or whether it was nobody knows. Absent: it is on its way, or waits for a connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Problem>,
}
