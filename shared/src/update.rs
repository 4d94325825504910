//! What happened in a room.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    CrewMember, CueId, DeviceId, Message, MessageId, ParticipantId, RoomId, RunOfShow, Scene, Sending, Seq, Timestamp,
};

/// One entry of a room's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Update {
    /// The room.
    pub room: RoomId,
    /// Its place in the log: one more than the entry before.
    pub seq: Seq,
    /// When the room accepted it.
    pub at: Timestamp,
    /// Who asked for it; nobody where the room did it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<ParticipantId>,
    /// What happened.
    pub body: UpdateBody,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum UpdateBody {
    /// One of the crew came into the green room.
    CrewArrived {
        /// Who, and what they send.
        member: CrewMember,
    },
    /// One of the crew left. They are in no scene and not on stage any more.
    CrewLeft {
        /// Who.
        participant: ParticipantId,
    },
    /// Someone switched camera or microphone on or off.
    SendingChanged {
        /// Who.
        participant: ParticipantId,
        /// What they send now.
        sending: Sending,
        /// Whether they are on stage, so the audience sees the change.
        on_stage: bool,
        /// From which of their devices, as in [`CrewMember::device`]. Whoever else of their devices sent until now does no more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        device: Option<DeviceId>,
    },
    /// Someone came on stage from the green room.
    CameOnStage {
        /// Who, as the audience sees them.
        member: CrewMember,
    },
    /// Someone went back to the green room. They are not on program any more.
    LeftStage {
        /// Who.
        participant: ParticipantId,
    },
    /// The next scene was prepared.
    PreviewSet {
        /// The scene.
        scene: Scene,
    },
    /// The scene on program changed without a take: someone came on and was seated.
    ProgramSet {
        /// The scene.
        scene: Scene,
    },
    /// The preview went on program.
    Taken {
        /// On program now.
        program: Scene,
    },
    /// The show began, at the update's time.
    WentLive,
    /// The show ended, at the update's time.
    Ended {
        /// The last moment of an undo.
        undo_until: Timestamp,
    },
    /// The end was taken back: the show goes on.
    EndUndone,
    /// What is planned for the room is this from now on.
    RunOfShowSet {
        /// All of it.
        run_of_show: RunOfShow,
    },
    /// A cue was called, at the update's time.
    CueCalled {
        /// Which.
        cue: CueId,
    },
    /// No cue is called any more.
    CuesReset,
    /// Something was said.
    MessageSent {
        /// What.
        message: Message,
    },
    /// A message was taken out of the chat.
    MessageRemoved {
        /// Which.
        message: MessageId,
    },
    /// Something that only the crew sees, or that changed nothing for anyone. It keeps the log gapless.
    Hidden,
    /// An update of a newer server. The position counts all the same.
    #[serde(other)]
    Unknown,
}

/// Who gets to see an entry, from the fewest on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// Whoever looks after the show.
    Control,
    /// Those who speak, too.
    Crew,
    /// The audience, too.
    Everyone,
}

impl Update {
    /// The same entry as those get it who speak: how the show is called becomes [`UpdateBody::Hidden`] and nobody's.
    #[must_use]
    pub fn for_crew(&self) -> Self {
        self.to(&Reach::Crew)
    }

    /// The same entry as the audience gets it: what is the crew's alone becomes [`UpdateBody::Hidden`] and nobody's.
    #[must_use]
    pub fn for_audience(&self) -> Self {
        self.to(&Reach::Everyone)
    }

    fn to(&self, whom: &Reach) -> Self {
        if self.reach() < *whom { Self { by: None, body: UpdateBody::Hidden, ..self.clone() } } else { self.clone() }
    }

    fn reach(&self) -> Reach {
        match &self.body {
            UpdateBody::RunOfShowSet { .. } | UpdateBody::CueCalled { .. } | UpdateBody::CuesReset => Reach::Control,
            UpdateBody::CrewArrived { .. }
            | UpdateBody::CrewLeft { .. }
            | UpdateBody::PreviewSet { .. }
            | UpdateBody::SendingChanged { on_stage: false, .. }
            // Whose command changed nothing, the audience does not learn either.
            | UpdateBody::Hidden => Reach::Crew,
            UpdateBody::SendingChanged { on_stage: true, .. }
            | UpdateBody::CameOnStage { .. }
            | UpdateBody::LeftStage { .. }
            | UpdateBody::ProgramSet { .. }
            | UpdateBody::Taken { .. }
            | UpdateBody::WentLive
            | UpdateBody::Ended { .. }
            | UpdateBody::EndUndone
            | UpdateBody::MessageSent { .. }
            | UpdateBody::MessageRemoved { .. }
            | UpdateBody::Unknown => Reach::Everyone,
        }
    }
}
