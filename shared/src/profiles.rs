//! What somebody in an event says of themselves, and who may see it.
//!
//! `GET /api/profile` with the login's token as bearer answers one's [`OwnProfile`]; `PUT /api/profile` takes a [`Profile`] and answers it as it is
//! kept. `GET /api/rooms/{room}/people/{participant}` answers a [`PersonDetails`] with the profile, as far as whoever asks may see it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ParticipantId, Role};

/// The longest line about what somebody does, in Unicode scalar values, after trimming.
pub const MAX_HEADLINE_CHARS: usize = 120;
/// The longest name of a company.
pub const MAX_COMPANY_CHARS: usize = 80;
/// The longest pronouns.
pub const MAX_PRONOUNS_CHARS: usize = 40;
/// The most that somebody says of themselves, in lines.
pub const MAX_ABOUT_CHARS: usize = 500;
/// The most links of a profile.
pub const MAX_LINKS: usize = 2;
/// The longest of them.
pub const MAX_LINK_CHARS: usize = 200;

/// What somebody says of themselves in an event. All of it may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Profile {
    /// What they do: one line, at most [`MAX_HEADLINE_CHARS`].
    pub headline: String,
    /// For whom: one line, at most [`MAX_COMPANY_CHARS`].
    pub company: String,
    /// One line, at most [`MAX_PRONOUNS_CHARS`].
    pub pronouns: String,
    /// A few words, at most [`MAX_ABOUT_CHARS`].
    pub about: String,
    /// At most [`MAX_LINKS`], each an absolute `https` URL of at most [`MAX_LINK_CHARS`].
    pub links: Vec<String>,
    /// Who is shown it.
    pub shown_to: ShownTo,
}

/// Who is shown what somebody says of themselves. Their name is no part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ShownTo {
    /// Everybody in the event.
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

/// One's own profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OwnProfile {
    /// As it is kept; absent where one has said nothing yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub profile: Option<Profile>,
    /// What one said at another event, to be taken over: for a person who is signed in, where they have said nothing here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub before: Option<Profile>,
}

/// Somebody of the event, as whoever asks may see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonDetails {
    /// Who.
    pub participant: ParticipantId,
    /// As they are called.
    pub name: String,
    /// As what they come.
    pub role: Role,
    /// What they say of themselves. Absent: nothing, or nothing that one may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub profile: Option<Profile>,
}
