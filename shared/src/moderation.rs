//! Keeping a room in order: what may be done in it, who may not do it, and what was reported.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AskedId, Message, MessageId, ParticipantId, ReportId, Role, Timestamp};

/// The most words that a room can refuse, and the longest of them in Unicode scalar values.
pub const MAX_REFUSED_WORDS: usize = 500;

/// The slowest slow mode, in seconds from one message to the next.
pub const MAX_SLOW_MODE_SECONDS: u16 = 3_600;

/// The longest time out, in seconds.
pub const MAX_TIME_OUT_SECONDS: u32 = 86_400;

/// How many messages before a reported one are kept with the report.
pub const REPORT_CONTEXT: usize = 5;

/// The most reports that wait in a room. Full: one goes of what was reported several times, or else of whoever reported most, or else the oldest.
pub const MAX_REPORTS: usize = 200;

/// The most reports of one thing that wait in a room. What is reported once more by then is known, and changes nothing.
pub const MAX_REPORTS_OF_ONE: usize = 5;

/// The most reports of one person that wait in a room. More are refused as [`Full`](crate::Refusal::Full).
pub const MAX_REPORTS_EACH: usize = 10;

/// The most people that are kept from something in a room. Full: nobody else is.
pub const MAX_SANCTIONS: usize = 2_000;

/// What those who do not look after the room may do in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct RoomRules {
    /// Whether one may write in the chat.
    pub chat: bool,
    /// How many seconds lie between two messages of one person, 0 to [`MAX_SLOW_MODE_SECONDS`].
    pub slow_mode: u16,
    /// Whether messages may hold links.
    pub links: bool,
    /// Words that no message, question or answer may hold, in lower case; for whoever looks after the show.
    pub words: Vec<String>,
    /// Whether one may ask.
    pub questions: bool,
    /// Whether a moderator looks at a question before others see it.
    pub review: bool,
    /// Whether one may ask anonymously.
    pub anonymous: bool,
    /// Whether reactions are counted.
    pub reactions: bool,
    /// Whether one may raise one's hand.
    pub hands: bool,
    /// Whether newcomers wait until they are let in.
    pub lobby: bool,
    /// Whether no newcomer comes in.
    pub locked: bool,
}

impl Default for RoomRules {
    fn default() -> Self {
        Self {
            chat: true,
            slow_mode: 0,
            links: true,
            words: Vec::new(),
            questions: true,
            review: true,
            anonymous: true,
            reactions: true,
            hands: true,
            lobby: false,
            locked: false,
        }
    }
}

/// One change of the rules, made to the rules as they stand when the room hears of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum RulesEdit {
    /// Open or close the chat.
    Chat {
        /// Whether it is open.
        on: bool,
    },
    /// Slow it down.
    SlowMode {
        /// Seconds between two messages of one person; 0: as fast as they like.
        seconds: u16,
    },
    /// Allow links, or not.
    Links {
        /// Whether they are allowed.
        on: bool,
    },
    /// Refuse these words, too.
    AddWords {
        /// Which; those that are refused already change nothing.
        words: Vec<String>,
    },
    /// Refuse these words no more.
    RemoveWords {
        /// Which, as [`RoomRules::words`] has them.
        words: Vec<String>,
    },
    /// Open or close questions.
    Questions {
        /// Whether one may ask.
        on: bool,
    },
    /// Look at questions before others see them, or not.
    Review {
        /// Whether a moderator looks first.
        on: bool,
    },
    /// Allow anonymous questions, or not.
    Anonymous {
        /// Whether one may ask anonymously.
        on: bool,
    },
    /// Count reactions, or not.
    Reactions {
        /// Whether they count.
        on: bool,
    },
    /// Allow raised hands, or not.
    Hands {
        /// Whether one may raise a hand.
        on: bool,
    },
    /// Let newcomers wait, or not. Whoever waits comes in when it is switched off.
    Lobby {
        /// Whether they wait.
        on: bool,
    },
    /// Lock the room, or open it.
    Lock {
        /// Whether it is locked.
        on: bool,
    },
    /// A change of a newer client; refused with [`UnknownCommand`](crate::Refusal::UnknownCommand).
    #[serde(other)]
    Unknown,
}

/// What somebody is kept from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Sanction {
    /// From writing to the audience and to each other, asking, answering in words and raising a hand. Whoever is of the crew can still write notes
    /// to the crew.
    Muted,
    /// From the room, for a while.
    TimedOut {
        /// Until when.
        until: Timestamp,
    },
    /// From the room.
    Removed,
    /// From the event.
    Banned,
    /// A sanction of a newer server.
    #[serde(other)]
    Unknown,
}

/// The kinds of [`Sanction`], the mildest first. Of each, one holds for somebody at a time, and each ends alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SanctionKind {
    /// Of [`Sanction::Muted`].
    Muted,
    /// Of [`Sanction::TimedOut`].
    TimedOut,
    /// Of [`Sanction::Removed`].
    Removed,
    /// Of [`Sanction::Banned`].
    Banned,
    /// A kind of a newer peer.
    #[serde(other)]
    Unknown,
}

impl Sanction {
    /// Of which kind it is.
    #[must_use]
    pub const fn kind(self) -> SanctionKind {
        match self {
            Self::Muted => SanctionKind::Muted,
            Self::TimedOut { .. } => SanctionKind::TimedOut,
            Self::Removed => SanctionKind::Removed,
            Self::Banned => SanctionKind::Banned,
            Self::Unknown => SanctionKind::Unknown,
        }
    }
}

/// What is to be done about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum SanctionAct {
    /// As [`Sanction::Muted`].
    Mute,
    /// As [`Sanction::TimedOut`].
    TimeOut {
        /// For how long, 1 to [`MAX_TIME_OUT_SECONDS`].
        seconds: u32,
    },
    /// As [`Sanction::Removed`].
    Remove,
    /// As [`Sanction::Banned`].
    Ban,
    /// An act of a newer client; refused with [`UnknownCommand`](crate::Refusal::UnknownCommand).
    #[serde(other)]
    Unknown,
}

/// Somebody who is kept from something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sanctioned {
    /// Who.
    pub participant: ParticipantId,
    /// As they are called.
    pub name: String,
    /// From what.
    pub sanction: Sanction,
    /// Since when.
    pub at: Timestamp,
    /// By whose hand.
    pub by: ParticipantId,
    /// As what they did it. Whoever stands no lower ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by_role: Option<Role>,
}

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum ReportTarget {
    /// A message.
    Message {
        /// Which.
        message: MessageId,
    },
    /// A question.
    Question {
        /// Which.
        question: AskedId,
    },
    /// Somebody.
    Person {
        /// Who.
        participant: ParticipantId,
    },
    /// Something of a newer client; refused with [`UnknownCommand`](crate::Refusal::UnknownCommand).
    #[serde(other)]
    Unknown,
}

/// What somebody reported to those who look after the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Report {
    /// The id of the command that made it.
    pub id: ReportId,
    /// Who reported it, as they are called.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub target: ReportTarget,
    /// Why, at most [`MAX_QUESTION_CHARS`](crate::MAX_QUESTION_CHARS) characters; may be empty.
    #[serde(default)]
    pub reason: String,
    /// The reported message and those before it, oldest first, at most [`REPORT_CONTEXT`] and one; the words of a question.
    #[serde(default)]
    pub context: Vec<Message>,
    /// The words of what is reported where that is no message.
    #[serde(default)]
    pub words: String,
    /// Whether it is about somebody who looks after the room. Then moderators do not get it: it may be about them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub about_crew: bool,
}

impl Report {
    /// Who wrote the reported message.
    #[must_use]
    pub fn author(&self) -> Option<ParticipantId> {
        let ReportTarget::Message { message } = self.target else { return None };
        self.context.iter().find(|said| said.id == message).map(|said| said.author)
    }
}

/// Somebody who waits to be let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LobbyGuest {
    /// Who.
    pub participant: ParticipantId,
    /// As they are called.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
}
