//! Reactions: counted for each tick, told as a signal, never stored.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What can be thrown at the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// 👏
    Clap,
    /// ❤️
    Heart,
    /// 😂
    Laugh,
    /// 😮
    Wow,
    /// 🎉
    Party,
    /// 👍
    ThumbsUp,
    /// A reaction of a newer version: not counted, not shown.
    #[serde(other)]
    Unknown,
}

impl Reaction {
    /// Every reaction that is known here.
    pub const ALL: [Self; 6] = [Self::Clap, Self::Heart, Self::Laugh, Self::Wow, Self::Party, Self::ThumbsUp];
}

/// How often a reaction came within a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReactionCount {
    /// Which.
    pub reaction: Reaction,
    /// How often.
    pub count: u32,
}
