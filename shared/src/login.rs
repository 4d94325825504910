//! Signing in with an invite, over HTTP.
//!
//! An invite link is `https://server/join/{invite}`, or `houselights://join?server={base URL}&invite={invite}`.
//! `GET /api/invites/{invite}` answers an [`InviteCard`], `POST /api/logins` takes a [`LoginRequest`] and answers a [`Login`],
//! `DELETE /api/logins/current` with the token as bearer signs out. A refusal is an HTTP status with
//! `{"refusal": code, "retry_after_ms"?: n}`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{EventId, ParticipantId, Role, RoomId, Token};

/// The longest name of a person, in Unicode scalar values, after trimming.
pub const MAX_NAME_CHARS: usize = 80;

/// What an invite is for, shown before signing in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InviteCard {
    /// The event's title.
    pub event: String,
    /// As what one comes.
    pub role: Role,
    /// The name, where the invite is personal; otherwise one gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
}

/// Trades an invite for a login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LoginRequest {
    /// The invite's secret.
    pub invite: Token,
    /// One's name; taken only where the invite is not personal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
}

/// A login. A personal invite has one at a time: signing in again ends the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Login {
    /// Opaque and secret; for `Hello` and as bearer.
    pub token: Token,
    /// Who one is.
    pub participant: ParticipantId,
    /// As one is called.
    pub name: String,
    /// As what one came.
    pub role: Role,
    /// The event.
    pub event: EventId,
    /// The event's title.
    pub event_title: String,
    /// Into which of the event's rooms the invite leads.
    pub room: RoomId,
}
