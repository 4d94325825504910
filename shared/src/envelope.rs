//! The frames of the realtime WebSocket at `/realtime`: JSON text, one frame a message.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Action, Command, CommandId, DeviceId, EventId, InboxCommand, InboxNews, MediaAnswer, MediaOffer, Mine, ParticipantId,
    Reaction, Refusal, Reply, Role, RoomId, Seq, Signal, Snapshot, Timestamp, Token, Update, Version,
};

/// The largest frame that a client may send.
pub const MAX_CLIENT_FRAME_BYTES: usize = 64 * 1024;

/// From the client. The first frame is `Hello`, within ten seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum ClientFrame {
    /// Who one is and where one stopped.
    Hello(Hello),
    /// Asks a room for something.
    Command(Command),
    /// Asks one's own inbox for something.
    Inbox(InboxCommand),
    /// Asks for a WebRTC connection.
    Media(MediaOffer),
    /// Throws something at the stage. It has no answer, and what comes too fast is not counted.
    React {
        /// In which room.
        room: RoomId,
        /// What.
        reaction: Reaction,
    },
    /// Asks for a `Pong`, to measure the way there and back.
    Ping {
        /// Comes back as it is.
        sent_at: Timestamp,
    },
    /// A frame of a newer client; ignored.
    #[serde(other)]
    Unknown,
}

/// From the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "frame", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "one is made, written and dropped at a time")]
pub enum ServerFrame {
    /// Answers `Hello`.
    Welcome(Welcome),
    /// The last frame before the server closes the connection.
    Refused(Refused),
    /// Answers a command.
    Reply(Reply),
    /// What happened.
    Updates(UpdateBatch),
    /// Where a room stands; replaces what the client had of it.
    Snapshot(Snapshot),
    /// What is for oneself alone.
    Inbox(InboxNews),
    /// What of the room is one's own.
    Mine(Mine),
    /// One waits to be let into the room. What follows comes when one is.
    Waiting {
        /// Which room.
        room: RoomId,
    },
    /// A passing fact.
    Signal(Signal),
    /// Answers a media offer.
    Media(MediaAnswer),
    /// Answers a `Ping`.
    Pong {
        /// As it was sent.
        sent_at: Timestamp,
        /// The server's clock.
        now: Timestamp,
    },
    /// A frame of a newer server; ignored.
    #[serde(other)]
    Unknown,
}

/// Who one is and where one stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hello {
    /// What the client speaks.
    pub version: Version,
    /// The login's token.
    pub token: Token,
    /// Name and version of the client, for the server's log.
    #[serde(default)]
    pub client: String,
    /// The rooms one wants, each with the last position one has; without any, the event's stage from a snapshot.
    #[serde(default)]
    pub rooms: Vec<RoomPosition>,
    /// The last position of one's inbox that one has; [`Seq::START`] for where it stands. Without it, one is told nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub inbox_after: Option<Seq>,
}

/// A room, and how far one has its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomPosition {
    /// The room.
    pub room: RoomId,
    /// The last update that one has; without it, or where the room no longer holds what follows, one gets a snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub after: Option<Seq>,
}

/// Answers `Hello`. For each room an update batch or a snapshot follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Welcome {
    /// What both speak.
    pub version: Version,
    /// The server's clock.
    pub now: Timestamp,
    /// Who one is.
    pub me: Me,
    /// The rooms that one is in.
    pub rooms: Vec<RoomId>,
    /// The offer whose media connection still stands, after a connection that was lost and came back within the grace: whoever
    /// made that offer goes on with it. Absent, or another's: one has to offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub media: Option<CommandId>,
}

/// Who one is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Me {
    /// Who.
    pub participant: ParticipantId,
    /// As one is called.
    pub name: String,
    /// As what one came.
    pub role: Role,
    /// On which of one's devices, where a ticket is good for several; [`CrewMember::device`](crate::CrewMember::device) tells which of
    /// them sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub device: Option<DeviceId>,
    /// What the role may do; whatever else one asks for is refused. Absent: the server does not say, and refuses all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub may: Option<Vec<Action>>,
    /// The event.
    pub event: EventId,
    /// The event's title.
    pub event_title: String,
}

/// Updates of one room, in order, without a gap among them or to what the client has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UpdateBatch {
    /// The room.
    pub room: RoomId,
    /// At least one, except as the answer to a resume that missed nothing.
    pub updates: Vec<Update>,
}

/// Why the connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// When to come back, in milliseconds from now; absent where coming back does not help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_ms: Option<u32>,
    /// When the doors open, where they are not open yet and that is known. Whoever starts the event earlier opens them, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub opens_at: Option<Timestamp>,
}
