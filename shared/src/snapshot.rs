//! Where a room stands, for someone who does not have its log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Announcement, CalledCue, CrewMember, Message, Overlay, Phase, Poll, Question, RaisedHand, Report, RoomId, RoomRules,
    RunOfShow, Sanctioned, Scene, Seq,
};

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
    /// What lies over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub overlay: Option<Overlay>,
    /// The latest messages, oldest first, those that are gone in their places; at most [`SNAPSHOT_MESSAGES`].
    #[serde(default)]
    pub chat: Vec<Message>,
    /// The message that is pinned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub pinned: Option<Message>,
    /// What is announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub announcement: Option<Announcement>,
    /// What may be done in the room.
    #[serde(default)]
    pub rules: RoomRules,
    /// The questions that one may see, in the order in which they were asked; of those that were asked at the same moment, by their ids.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// The polls that one may see, in the order in which they were made; the audience sees them in the order in which they were opened.
    #[serde(default)]
    pub polls: Vec<Poll>,
    /// What only the crew sees; absent for the audience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub crew: Option<CrewView>,
}

/// The crew's part of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CrewView {
    /// Whether it is the view of those who look after the show; those who speak see less of it.
    #[serde(default)]
    pub control: bool,
    /// Who waits in the green room, in the order in which they came. Those on stage are not in it.
    #[serde(default)]
    pub backstage: Vec<CrewMember>,
    /// The scene that a take would put on program.
    #[serde(default)]
    pub preview: Scene,
    /// The latest notes of the crew, oldest first, those that are gone in their places; at most [`SNAPSHOT_MESSAGES`].
    #[serde(default)]
    pub notes: Vec<Message>,
    /// Raised hands, in the order in which they are taken. Those who speak are told of none.
    #[serde(default)]
    pub hands: Vec<RaisedHand>,
    /// Who is kept from something. Those who speak are told of none.
    #[serde(default)]
    pub sanctions: Vec<Sanctioned>,
    /// What was reported and not looked at, oldest first. Those who speak are told of none.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// Everything was stopped, and this is how it was before. Those who speak are not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub before_stop: Option<RoomRules>,
    /// What is planned for the room. Those who speak are told of none.
    #[serde(default)]
    pub run_of_show: RunOfShow,
    /// The cue that is called now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub called: Option<CalledCue>,
}
