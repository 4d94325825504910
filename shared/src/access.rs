//! What can be allowed. Who may do what is one table, in the server's `access.rs`; a client hears its row in
//! [`Me::may`](crate::Me::may), so it never guesses from a role.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What can be allowed to a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Say something in the chat.
    SendMessage,
    /// Take one's own message out of the chat.
    RemoveOwnMessage,
    /// Take anybody's message out of the chat.
    RemoveAnyMessage,
    /// Ask, vote, react and raise a hand.
    TakePart,
    /// Answer questions in writing.
    AnswerQuestions,
    /// Keep the room in order: its rules, what stands in the chat, questions and reports, who may stay, whose hand is taken.
    Moderate,
    /// Make polls, open and close them.
    RunPolls,
    /// Be in the green room, see what the audience does not, and send pictures and sound there.
    EnterBackstage,
    /// Bring people on stage and take them off.
    MoveOnStage,
    /// Prepare a scene and take it to program.
    DirectScenes,
    /// Go live, end the show and take the end back; call the cues of the run of show.
    CallShow,
    /// An action of a newer server; allowed to nobody here.
    #[serde(other)]
    Unknown,
}

impl Action {
    /// Every action that is known here.
    pub const ALL: [Self; 11] = [
        Self::SendMessage,
        Self::RemoveOwnMessage,
        Self::RemoveAnyMessage,
        Self::TakePart,
        Self::AnswerQuestions,
        Self::Moderate,
        Self::RunPolls,
        Self::EnterBackstage,
        Self::MoveOnStage,
        Self::DirectScenes,
        Self::CallShow,
    ];
}
