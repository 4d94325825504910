//! Where a room stands, for someone who does not have its log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CalledCue, CrewMember, Message, Phase, RoomId, RunOfShow, Scene, Seq};

/// How many of the latest messages a snapshot carries.
pub const SNAPSHOT_MESSAGES: usize = 200;

/// A room as of `seq`. With the updates after it, it equals the whole log replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Snapshot {
    /// The room.
    pub room: RoomId,
    /// The last update that is in it.
    pub seq: Seq,
    /// The room's title.
    pub title: String,
    /// Where the show stands.
    #[serde(default)]
    pub phase: Phase,
    /// Who is on stage, in the order in which they came.
    #[serde(default)]
    pub on_stage: Vec<CrewMember>,
    /// The scene on program.
    #[serde(default)]
    pub program: Scene,
    /// The latest messages, oldest first; at most [`SNAPSHOT_MESSAGES`].
    #[serde(default)]
    pub chat: Vec<Message>,
    /// What only the crew sees; absent for the audience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub crew: Option<CrewView>,
}

/// The crew's part of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CrewView {
    /// Who waits in the green room, in the order in which they came. Those on stage are not in it.
    #[serde(default)]
    pub backstage: Vec<CrewMember>,
    /// The scene that a take would put on program.
    #[serde(default)]
    pub preview: Scene,
    /// What is planned for the room. Those who speak are told of none.
    #[serde(default)]
    pub run_of_show: RunOfShow,
    /// The cue that is called now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub called: Option<CalledCue>,
}
