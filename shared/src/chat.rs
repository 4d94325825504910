//! The chat of a room, and the notes that its crew writes to each other.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{MessageId, ParticipantId, Role, Seq, Timestamp};

/// The longest message, in Unicode scalar values, after trimming.
pub const MAX_MESSAGE_CHARS: usize = 2_000;

/// The most people that a message can name.
pub const MAX_MENTIONS: usize = 50;

/// A message that names more people than this notifies none of them.
pub const NOTIFYING_MENTIONS: usize = 10;

/// How many former texts of a message moderators are shown.
pub const EARLIER_TEXTS: usize = 5;

/// A message that was said. Plain text; the page decides how links and emphasis look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Message {
    /// The id of the command that sent it.
    pub id: MessageId,
    /// The position of the update that sent it; older ones are found by it.
    #[serde(default)]
    pub seq: Seq,
    /// Who said it.
    pub author: ParticipantId,
    /// Their name when they said it.
    pub name: String,
    /// Their role when they said it.
    pub role: Role,
    /// When the room accepted it.
    pub at: Timestamp,
    /// 1 to [`MAX_MESSAGE_CHARS`] characters, without control characters other than line breaks. Empty where it is gone, for those who do
    /// not see what is gone.
    pub text: String,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reply_to: Option<MessageId>,
    /// Whom it names, at most [`MAX_MENTIONS`]. In the text they stand as `@` and their name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<ParticipantId>>", optional)]
    pub mentions: Vec<ParticipantId>,
    /// When its text was changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub edited_at: Option<Timestamp>,
    /// It is not in the chat any more, and its place is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub gone: Option<Gone>,
    /// What it said before it was changed, oldest first: its first text and the latest, at most [`EARLIER_TEXTS`], for moderators.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub earlier: Vec<String>,
}

/// Why a message is not in the chat any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Gone {
    /// Since when.
    pub at: Timestamp,
    /// Who took it out; for moderators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<ParticipantId>,
    /// Whether a moderator hid it. Others are not told the difference.
    #[serde(default)]
    pub hidden: bool,
}

impl Message {
    /// A message that answers none and names nobody; the room gives it its place in the log.
    #[must_use]
    pub fn new(id: MessageId, (author, name, role): (ParticipantId, String, Role), at: Timestamp, text: String) -> Self {
        let (reply_to, mentions, edited_at, gone, earlier) = Default::default();
        Self { id, seq: Seq::START, author, name, role, at, text, reply_to, mentions, edited_at, gone, earlier }
    }

    /// Its text is another from some moment on.
    pub fn edit(&mut self, at: Timestamp, (text, mentions): (&str, &[ParticipantId])) {
        self.earlier.push(std::mem::replace(&mut self.text, text.to_owned()));
        // However often it is changed, what it said first stays.
        if self.earlier.len() > EARLIER_TEXTS {
            self.earlier.remove(1);
        }
        self.mentions = mentions.to_vec();
        self.edited_at = Some(at);
    }

    /// As it is seen by those who do not look after the chat: what is gone has no words, and nobody's hand is seen in it.
    #[must_use]
    pub fn without_trace(&self) -> Self {
        let gone = self.gone.map(|gone| Gone { by: None, hidden: false, ..gone });
        let text = if gone.is_some() { String::new() } else { self.text.clone() };
        let mentions = if gone.is_some() { Vec::new() } else { self.mentions.clone() };
        Self { text, mentions, gone, earlier: Vec::new(), name: self.name.clone(), ..*self }
    }
}

/// Said to everybody in the room, above everything else, until it is taken down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Announcement {
    /// The id of the command that made it.
    pub id: MessageId,
    /// 1 to [`MAX_MESSAGE_CHARS`] characters.
    pub text: String,
    /// Since when.
    pub at: Timestamp,
}
