//! The run of show: what the event's plan says is called on a stage, and which of it is called now. For whoever looks after the
//! show; those who speak do not get it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CueId, Layout, ParticipantId, PollForm, PollId, SessionId, Timestamp};

/// What is planned for one room. It follows the plan that organizers edit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RunOfShow {
    /// How the stage can look, by names that cues call; in the order of the plan.
    #[serde(default)]
    pub scenes: Vec<PlannedScene>,
    /// The sessions in the room, in the order in which they begin.
    #[serde(default)]
    pub sessions: Vec<PlannedSession>,
    /// In the order in which they are called.
    #[serde(default)]
    pub cues: Vec<Cue>,
    /// What the audience is to be asked, session by session.
    #[serde(default)]
    pub polls: Vec<PlannedPoll>,
}

/// A poll that is planned for the room. Who runs polls makes a draft of it, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlannedPoll {
    /// Which; the draft that is made of it has the same.
    pub id: PollId,
    /// The title of the session that it is planned for.
    pub session: String,
    /// What it asks.
    pub form: PollForm,
    /// It was asked here, and thrown away since: it is not asked again.
    #[serde(default)]
    pub asked: bool,
}

/// A scene that a cue can call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlannedScene {
    /// Unlike any other in the room.
    pub name: String,
    /// How it divides the picture.
    pub layout: Layout,
}

/// A session, as far as a run of show needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlannedSession {
    /// Which.
    pub session: SessionId,
    /// Its title.
    pub title: String,
    /// Who speaks in it, in its order, as far as they are invited: nobody else can come.
    #[serde(default)]
    pub cast: Vec<CastMember>,
    /// How many speak in it who are not invited yet.
    #[serde(default)]
    pub uninvited: u32,
}

/// Somebody who speaks in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CastMember {
    /// Who they are in the rooms.
    pub participant: ParticipantId,
    /// As the agenda calls them.
    pub name: String,
}

/// A line of the run of show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Cue {
    /// Which: it stays what it is when it is moved or called otherwise.
    pub id: CueId,
    /// What happens.
    pub title: String,
    /// How long it is meant to take.
    pub minutes: u32,
    /// When it is to begin; absent where no session in the room says a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub due: Option<Timestamp>,
    /// The scene that it puts into the preview, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub scene: Option<String>,
    /// What the crew has to know.
    #[serde(default)]
    pub notes: String,
    /// In which session; absent before, between and after them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub session: Option<SessionId>,
    /// It was taken out of the plan while it was called: it stands here until another is.
    #[serde(default)]
    pub dropped: bool,
}

/// The cue that is called now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CalledCue {
    /// Which.
    pub cue: CueId,
    /// Since when.
    pub at: Timestamp,
}
