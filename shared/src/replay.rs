//! A session once more, when it is over.
//!
//! With the login's token as bearer, `GET /api/rooms/{room}/replay` answers the [`ReplayOutline`]; `GET /api/rooms/{room}/replay/at?at=` the
//! [`Snapshot`](crate::Snapshot) of the room as the asker could see it at a moment, in microseconds: all that had happened by then;
//! `GET /api/rooms/{room}/replay/updates?after=` the [`ReplayPage`] of what came after a position of the log. Snapshot and pages are folded as those
//! of a room that is on. What was taken back is in neither, except for those who look after the room: they see it as it was.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{RoomId, Scene, Seq, SessionId, Timestamp, Update};

/// The most updates of a page.
pub const PAGE_REPLAY: usize = 500;

/// The most marks of a part. There are more: the first ones, and of scenes and arrivals fewer before others.
pub const MARKS_OF_A_PART: usize = 500;

/// What of a room can be replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplayOutline {
    /// Which room.
    pub room: RoomId,
    /// Its title.
    pub title: String,
    /// In the order in which they were; none where nothing is over yet.
    pub parts: Vec<ReplayPart>,
}

/// A session of the agenda that is over; or a stretch in which the room was live and no session lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplayPart {
    /// Which session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub session: Option<SessionId>,
    /// Its title, or that of the room.
    pub title: String,
    /// When it really began; as planned, where the room was not live then.
    pub starts_at: Timestamp,
    /// When it really ended. What happened at this very moment belongs to it.
    pub ends_at: Timestamp,
    /// In the order of the log, at most [`MARKS_OF_A_PART`].
    #[serde(default)]
    pub marks: Vec<ReplayMark>,
}

/// What one looks for on the time line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplayMark {
    /// The entry of the log.
    pub seq: Seq,
    /// When it was.
    pub at: Timestamp,
    /// What it was.
    pub mark: Mark,
}

/// What is marked on the time line. Texts are cut after [`EXCERPT_CHARS`](crate::EXCERPT_CHARS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Mark {
    /// The show began.
    WentLive,
    /// It ended, and this was not taken back.
    Ended,
    /// Somebody came on stage.
    CameOnStage {
        /// As they are called.
        name: String,
    },
    /// A scene went on program.
    SceneTaken {
        /// Which.
        scene: Scene,
    },
    /// A question was answered.
    QuestionAnswered {
        /// The question.
        text: String,
    },
    /// A poll was opened.
    PollOpened {
        /// What it asked.
        question: String,
    },
    /// Something was announced.
    Announced {
        /// What.
        text: String,
    },
    /// A mark of a newer server: it is left out.
    #[serde(other)]
    Unknown,
}

/// What happened after a position, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplayPage {
    /// At most [`PAGE_REPLAY`], without gaps: what the asker does not see is [`Hidden`](crate::UpdateBody::Hidden), in runs.
    pub updates: Vec<Update>,
    /// Whether there are later ones that can be replayed: those after the last position of these.
    pub more: bool,
}
