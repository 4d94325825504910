//! What is for one person alone: direct messages, where they were mentioned, and how far they have read.
//!
//! An inbox is a log of one participant, ordered by positions that begin with 1 and have no gap. All of their devices have the same one, so
//! what is read on one is read on the others. [`Hello::inbox_after`](crate::Hello::inbox_after) asks for it; `GET
//! /api/inbox/{participant}?before={position}` with the login's token as bearer answers an [`InboxPage`] of the conversation with somebody.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CommandId, MAX_MESSAGE_CHARS, MessageId, ParticipantId, Role, RoomId, Seq, Timestamp};

/// The longest direct message, in Unicode scalar values, after trimming.
pub const MAX_DIRECT_CHARS: usize = MAX_MESSAGE_CHARS;
/// So much of a message is told to whoever it mentions, in Unicode scalar values.
pub const EXCERPT_CHARS: usize = 140;
/// How many people one can block in an event.
pub const MAX_BLOCKED: usize = 1_000;
/// Of how many conversations a snapshot tells, the latest first.
pub const INBOX_CONVERSATIONS: usize = 100;
/// Of how many mentions a snapshot tells.
pub const INBOX_MENTIONS: usize = 50;
/// How many entries a page of a conversation has. Whoever missed more than four pages of their inbox is told where it stands instead.
pub const INBOX_PAGE: usize = 50;

/// Asks one's own inbox for something. A [`Reply`](crate::Reply) answers: what is accepted is stored, at that position of the inbox; a report at
/// that position of the room's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InboxCommand {
    /// Made by the client; the same id gets the first answer again, whatever the body. A direct message is known by it.
    pub id: CommandId,
    /// What.
    pub body: InboxCommandBody,
}

/// What can be asked of an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum InboxCommandBody {
    /// Write to somebody of the same event.
    SendDirect {
        /// To whom.
        to: ParticipantId,
        /// The text; trimmed by the inbox.
        text: String,
    },
    /// One has read this far. A mark never moves back.
    MarkRead {
        /// What.
        strand: Strand,
        /// The last that one has read: a position of the inbox in a conversation, one of its log in a room.
        up_to: Seq,
    },
    /// Neither hear from somebody nor write to them. They are not told.
    Block {
        /// Whom.
        participant: ParticipantId,
    },
    /// Hear from somebody again: what they write from now on.
    Unblock {
        /// Whom.
        participant: ParticipantId,
    },
    /// Say who may write to one.
    AllowDirects {
        /// Who.
        from: DirectsFrom,
    },
    /// Tell those who look after the room that one is in of a message that one received, with what was written before it.
    Report {
        /// Which.
        message: MessageId,
        /// Of whom; ids are their authors' to choose. Absent: of whoever wrote under it first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        from: Option<ParticipantId>,
        /// Why; may be empty.
        #[serde(default)]
        reason: String,
    },
    /// A command of a newer client; refused with [`Refusal::UnknownCommand`](crate::Refusal::UnknownCommand).
    #[serde(other)]
    Unknown,
}

/// What one reads on and on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Strand {
    /// The conversation with somebody.
    Person {
        /// With whom.
        participant: ParticipantId,
    },
    /// The chat of a room.
    Room {
        /// Of which.
        room: RoomId,
    },
    /// What the crew of a room write to each other.
    Notes {
        /// Of which.
        room: RoomId,
    },
    /// A strand of a newer peer.
    #[serde(other)]
    Unknown,
}

/// Who may write to one. Whoever one has written to may answer, whatever this says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DirectsFrom {
    /// Everybody of the event.
    #[default]
    Everybody,
    /// Whoever speaks, or looks after the show.
    Crew,
    /// Nobody.
    Nobody,
    /// A choice of a newer peer: nobody, to be on the safe side.
    #[serde(other)]
    Unknown,
}

/// Somebody, as they were called when it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Peer {
    /// Who.
    pub participant: ParticipantId,
    /// Their name.
    pub name: String,
    /// As what they came.
    pub role: Role,
}

/// An entry of an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InboxEntry {
    /// Its place.
    pub position: Seq,
    /// When it was stored.
    pub at: Timestamp,
    /// What it is.
    pub body: InboxEntryBody,
}

/// What can be in an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum InboxEntryBody {
    /// Somebody wrote.
    Received {
        /// Who.
        from: Peer,
        /// By this it can be reported.
        message: MessageId,
        /// 1 to [`MAX_DIRECT_CHARS`] characters, without control characters other than line breaks.
        text: String,
    },
    /// One wrote oneself, on one of one's devices.
    Sent {
        /// To whom.
        to: Peer,
        /// The id of the command that sent it, so a client can match its own.
        message: MessageId,
        /// As [`Received`](Self::Received).
        text: String,
    },
    /// Somebody mentioned one in a room; again, where the message says something else by now.
    Mentioned {
        /// Who.
        by: Peer,
        /// Where.
        room: RoomId,
        /// In the notes of its crew, and not in its chat.
        #[serde(default)]
        notes: bool,
        /// The position of the message in the log of the room: once that is read, so is this.
        seq: Seq,
        /// The message.
        message: MessageId,
        /// How it begins; [`EXCERPT_CHARS`] at most.
        excerpt: String,
    },
    /// The message that mentioned one was taken out of the chat, or of the notes.
    Unmentioned {
        /// Which.
        message: MessageId,
    },
    /// One has read so far. It takes the place of the mark before.
    ReadUpTo {
        /// What.
        strand: Strand,
        /// How far.
        up_to: Seq,
    },
    /// One blocked somebody.
    Blocked {
        /// Whom.
        who: Peer,
    },
    /// One blocks somebody no more.
    Unblocked {
        /// Whom.
        participant: ParticipantId,
    },
    /// One said who may write to one.
    DirectsAllowed {
        /// Who.
        from: DirectsFrom,
    },
    /// Somebody was forgotten: nothing of what they wrote is kept, and their name is not.
    Forgotten {
        /// Who they were.
        participant: ParticipantId,
    },
    /// An entry of a newer server. The position counts all the same.
    #[serde(other)]
    Unknown,
}

/// What the server says of an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum InboxNews {
    /// What is new.
    Entries(InboxBatch),
    /// Where it stands; replaces what the client had of it.
    Stands(InboxSnapshot),
    /// News of a newer server; ignored.
    #[serde(other)]
    Unknown,
}

/// A stretch of an inbox: all of it that still says something. A mark in whose place a later one came is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InboxBatch {
    /// The position before it: what the client has, or earlier.
    pub after: Seq,
    /// Its last position.
    pub up_to: Seq,
    /// In order; none, where nothing was missed.
    pub entries: Vec<InboxEntry>,
}

/// Where an inbox stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InboxSnapshot {
    /// The last position that is in it.
    pub up_to: Seq,
    /// Who may write to one.
    #[serde(default)]
    pub directs_from: DirectsFrom,
    /// Whom one blocks.
    #[serde(default)]
    pub blocked: Vec<Peer>,
    /// With whom one wrote last: [`INBOX_CONVERSATIONS`] at most, the latest first.
    #[serde(default)]
    pub conversations: Vec<Conversation>,
    /// Where one was mentioned last, oldest first; [`INBOX_MENTIONS`] at most.
    #[serde(default)]
    pub mentions: Vec<InboxEntry>,
    /// How far one has read the chats of rooms.
    #[serde(default)]
    pub rooms: Vec<RoomRead>,
    /// And the notes of their crews.
    #[serde(default)]
    pub notes: Vec<RoomRead>,
}

/// A conversation, as far as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Conversation {
    /// With whom.
    pub with: Peer,
    /// The latest message, received or sent.
    pub latest: InboxEntry,
    /// How many were received and not read.
    pub unread: u32,
    /// The position of the last that one has read; [`Seq::START`] where that is none.
    pub read_up_to: Seq,
}

/// How far one has read the chat of a room, or the notes of its crew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomRead {
    /// Of which.
    pub room: RoomId,
    /// The position in its log.
    pub up_to: Seq,
}

/// A part of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InboxPage {
    /// What was received and sent, oldest first; [`INBOX_PAGE`] at most.
    pub entries: Vec<InboxEntry>,
    /// Whether there is something before it.
    pub has_more: bool,
}
