//! What lies over the program: one thing at a time.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AskedId, PollId};

/// What lies over the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "shows", rename_all = "snake_case")]
pub enum Overlay {
    /// A question that the audience sees.
    Question {
        /// Which.
        question: AskedId,
    },
    /// A poll that is open or closed, with its results as far as the audience sees them.
    Poll {
        /// Which.
        poll: PollId,
    },
    /// An overlay of a newer version: nothing is drawn.
    #[serde(other)]
    Unknown,
}
