//! What a client asks of a room, and the answer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CommandId, CueId, MessageId, ParticipantId, Refusal, RoomId, Scene, SceneEdit, Sending, Seq};

/// Asks a room for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Command {
    /// Made by the client; the same id gets the first answer again, whatever the body.
    pub id: CommandId,
    /// Which room.
    pub room: RoomId,
    /// What.
    pub body: CommandBody,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum CommandBody {
    /// Say something in the chat.
    SendMessage {
        /// The text; trimmed by the room.
        text: String,
    },
    /// Take a message out of the chat.
    RemoveMessage {
        /// Which.
        message: MessageId,
    },
    /// Tell the room what one sends oneself, from this device.
    SetSending {
        /// What is sent from now on.
        sending: Sending,
        /// Whether another device of the same person, which sends until now, gives way. Otherwise what is to be sent is refused with
        /// [`Refusal::SendingElsewhere`].
        #[serde(default)]
        take_over: bool,
    },
    /// Bring someone from the green room on stage. They take the first free seat of the program.
    BringOnStage {
        /// Whom.
        participant: ParticipantId,
    },
    /// Take someone off the stage, back to the green room.
    TakeOffStage {
        /// Whom.
        participant: ParticipantId,
    },
    /// Prepare the next scene as a whole. It may seat people who are still backstage.
    SetPreview {
        /// The scene.
        scene: Scene,
    },
    /// Change the next scene in one respect.
    EditPreview {
        /// How.
        change: SceneEdit,
    },
    /// Call a cue of the run of show. Where it names a scene, that becomes the preview; nothing goes on program by itself.
    CallCue {
        /// Which.
        cue: CueId,
    },
    /// No cue is called any more, as before the first: after a rehearsal.
    ResetCues,
    /// Prepare a scene of the run of show, by its name, with who speaks in the session of the cue that is called.
    PrepareScene {
        /// Its name.
        scene: String,
    },
    /// Put the preview on program. Those seated come on stage; the old program becomes the preview.
    Take,
    /// Begin the show.
    GoLive,
    /// End the show.
    EndShow,
    /// Take back an end, within [`crate::UNDO_END_WINDOW`].
    UndoEnd,
    /// A command of a newer client; refused with [`Refusal::UnknownCommand`].
    #[serde(other)]
    Unknown,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reply {
    /// The command's id.
    pub id: CommandId,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Outcome {
    /// Accepted and stored.
    Accepted {
        /// The position of its last update; where nothing had to change, the room's position then.
        seq: Seq,
    },
    /// Not done.
    Refused {
        /// Why.
        refusal: Refusal,
        /// When to try again, in milliseconds from now, where that helps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        retry_after_ms: Option<u32>,
    },
    /// An outcome of a newer server.
    #[serde(other)]
    Unknown,
}
