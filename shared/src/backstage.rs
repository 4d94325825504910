//! The crew of a room: those who make the show, on stage or in the green room.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{DeviceId, ParticipantId};

/// What a participant is in an event. What each may do is one table, in the server's `access.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Watches, talks in the chat.
    Attendee,
    /// Waits backstage and comes on stage.
    Speaker,
    /// Keeps the chat in order.
    Moderator,
    /// Calls the show.
    Producer,
    /// Owns the event.
    Organizer,
    /// A role of a newer server; treated as an attendee's.
    #[serde(other)]
    Unknown,
}

/// What a person sends: whether the camera's picture and the microphone's sound leave the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Sending {
    /// A picture is sent.
    #[serde(default)]
    pub camera: bool,
    /// Sound is sent (not muted).
    #[serde(default)]
    pub microphone: bool,
}

impl Sending {
    /// Whether anything is sent.
    #[must_use]
    pub const fn any(self) -> bool {
        self.camera || self.microphone
    }
}

/// One of the crew, as everyone who may see them sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CrewMember {
    /// Who.
    pub participant: ParticipantId,
    /// As they are called.
    pub name: String,
    /// As what they came.
    pub role: Role,
    /// What they send.
    #[serde(default)]
    pub sending: Sending,
    /// From which of their devices. Absent: nothing is sent, or their ticket is good for one device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub device: Option<DeviceId>,
}
