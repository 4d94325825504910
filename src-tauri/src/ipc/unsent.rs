//! What the page is told of words that are on their way.

use houselights_shared::{CommandBody, CommandId, ParticipantId, RoomId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Problem;

/// What one said and the room has not taken, or not yet. It is kept over the end of the app, also a sudden one, until the room took it or the
/// person does not want it any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnsentMessage {
    /// The command's id, which is the message's.
    pub id: CommandId,
    /// Where it was said.
    pub room: RoomId,
    /// What.
    pub body: CommandBody,
    /// Why it was not sent, or whether it was nobody knows. Absent: it is on its way, or waits for a connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Problem>,
}

/// A direct message that the inbox has not taken, or not yet; kept as an [`UnsentMessage`] is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnsentLetter {
    /// The command's id, which is the message's.
    pub id: CommandId,
    /// To whom.
    pub to: ParticipantId,
    /// The text.
    pub text: String,
    /// As of an [`UnsentMessage`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Problem>,
}

/// Either of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Written {
    /// In a room.
    Message(UnsentMessage),
    /// To somebody.
    Letter(UnsentLetter),
}

impl Written {
    pub(crate) const fn id(&self) -> CommandId {
        match self {
            Self::Message(message) => message.id,
            Self::Letter(letter) => letter.id,
        }
    }

    pub(crate) const fn trouble(&self) -> Option<&Problem> {
        match self {
            Self::Message(message) => message.trouble.as_ref(),
            Self::Letter(letter) => letter.trouble.as_ref(),
        }
    }

    pub(crate) fn fails(&mut self, why: Problem) {
        match self {
            Self::Message(message) => message.trouble = Some(why),
            Self::Letter(letter) => letter.trouble = Some(why),
        }
    }

    /// Whether its words are worth showing where it was not taken. A vote that did not count, or a change of what was said, is shown by what
    /// stands there.
    pub(crate) const fn is_words(&self) -> bool {
        match self {
            Self::Letter(_) => true,
            Self::Message(UnsentMessage { body, .. }) => {
                matches!(body, CommandBody::SendMessage { .. } | CommandBody::SendNote { .. } | CommandBody::AskQuestion { .. })
            }
        }
    }
}

impl From<UnsentMessage> for Written {
    fn from(message: UnsentMessage) -> Self {
        Self::Message(message)
    }
}

impl From<UnsentLetter> for Written {
    fn from(letter: UnsentLetter) -> Self {
        Self::Letter(letter)
    }
}
