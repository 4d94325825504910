//! Who is in a room. `GET /api/rooms/{room}/people?q=&after=` with the login's token as bearer answers a [`PeoplePage`]; with `audience=true`
//! of the audience alone, which is all that the audience is told of.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ParticipantId, Role};

/// The most people of a page.
pub const PAGE_PEOPLE: usize = 100;

/// Some of those who are in a room, by their names, as it was a moment ago.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PeoplePage {
    /// At most [`PAGE_PEOPLE`] of those in whose name all words of `q` are begun.
    pub people: Vec<PersonCard>,
    /// How many there are in all whom one may see and who were sought.
    pub count: u32,
    /// Behind whom the next page begins; absent where this is the last. Anybody of an event can be named as `after`, also who is gone: the page begins
    /// where they would stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub after: Option<ParticipantId>,
}

/// Somebody who is in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonCard {
    /// Who.
    pub participant: ParticipantId,
    /// As they are called.
    pub name: String,
    /// As what they came. The audience is shown those of the audience alone: who waits backstage is no news of theirs.
    pub role: Role,
    /// What they do, where one may see it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub headline: String,
    /// For whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub company: String,
}
