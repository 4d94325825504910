//! Questions and answers: what the audience asks, and what becomes of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AskedId, ParticipantId, Timestamp};

/// The longest question, in Unicode scalar values, after trimming.
pub const MAX_QUESTION_CHARS: usize = 500;

/// The most questions that a room holds. Full: the oldest that is settled goes; where none is, no more are asked.
pub const MAX_QUESTIONS: usize = 500;

/// How many questions of one person can wait for a moderator or be open at a time.
pub const MAX_QUESTIONS_EACH: usize = 10;

/// Something that somebody asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Question {
    /// The id of the command that asked it.
    pub id: AskedId,
    /// Who asked; nobody where they asked anonymously, which nobody is told then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub author: Option<Asker>,
    /// 1 to [`MAX_QUESTION_CHARS`] characters.
    pub text: String,
    /// When it was asked.
    pub at: Timestamp,
    /// What became of it.
    #[serde(default)]
    pub standing: Standing,
    /// How many others want it answered, as it was counted last.
    #[serde(default)]
    pub votes: u32,
}

/// Who asked, with their name when they did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Asker {
    /// Who.
    pub participant: ParticipantId,
    /// As they were called.
    pub name: String,
}

/// What became of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Standing {
    /// A moderator has not looked at it. Only moderators and its author see it.
    #[default]
    Waiting,
    /// Everybody sees it and can vote for it.
    Open,
    /// Answered: live on stage, or in writing.
    Answered {
        /// When.
        at: Timestamp,
        /// In writing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        answer: Option<Answer>,
    },
    /// A moderator put it aside. Only moderators see it.
    Dismissed,
    /// It is asked by another one, which has its votes.
    Merged {
        /// Which.
        into: AskedId,
    },
    /// A standing of a newer server.
    #[serde(other)]
    Unknown,
}

impl Standing {
    /// Whether the audience sees a question that stands so.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        match self {
            Self::Open | Self::Answered { .. } => true,
            Self::Waiting | Self::Dismissed | Self::Merged { .. } | Self::Unknown => false,
        }
    }

    /// Whether there is nothing left to do about it.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        match self {
            Self::Answered { .. } | Self::Dismissed | Self::Merged { .. } => true,
            Self::Waiting | Self::Open | Self::Unknown => false,
        }
    }
}

/// An answer in writing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Answer {
    /// 1 to [`MAX_MESSAGE_CHARS`](crate::MAX_MESSAGE_CHARS) characters.
    pub text: String,
    /// Who answered, as they were called.
    pub name: String,
}

/// How many want a question answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuestionCount {
    /// Which.
    pub question: AskedId,
    /// How many.
    pub votes: u32,
}
