//! The rooms of an event, and what is on in them.
//!
//! `GET /api/rooms` with the login's token as bearer answers [`EventRooms`]. Into any of them the login leads: `Hello` names it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{RoomId, Timestamp};

/// How many sessions of each room are told, beginning with the one that is on.
pub const SESSIONS_A_ROOM: usize = 4;

/// The rooms of one's event, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventRooms {
    /// All of them.
    pub rooms: Vec<RoomCard>,
}

/// A room that one can go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomCard {
    /// Which.
    pub room: RoomId,
    /// Its title.
    pub title: String,
    /// What is on and what comes next there, in the order in which it begins: [`SESSIONS_A_ROOM`] at most.
    pub sessions: Vec<SessionSlot>,
    /// The last one that is over there: what was on can be watched again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub before: Option<SessionSlot>,
}

/// A session, as far as one chooses a room by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SessionSlot {
    /// Its title.
    pub title: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}
