//! Who is in a room, and what they say of themselves, over HTTP.

use houselights_shared::{OwnProfile, ParticipantId, PeoplePage, PersonDetails, Profile, RoomId};
use url::Url;

use super::login::{Logins, read, read_up_to};
use crate::ipc::Problem;

/// The largest page of people that is read.
const MAX_PEOPLE_BYTES: usize = 256 * 1024;

/// Which people are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// In which room.
    pub(crate) room: RoomId,
    /// Words of their names.
    pub(crate) query: String,
    /// Behind whom.
    pub(crate) after: Option<ParticipantId>,
    /// Only the audience.
    pub(crate) audience: bool,
}

impl Logins {
    /// A page of those who are in a room.
    pub(crate) async fn people(&self, server: &str, token: &str, wanted: &Wanted) -> Result<PeoplePage, Problem> {
        let Wanted { room, query, after, audience } = wanted;
        let mut url = Url::parse(&format!("{server}/api/rooms/{room}/people")).map_err(|_| Problem::Unreachable)?;
        let fields = [
            ("q", Some(query.clone()).filter(|query| !query.is_empty())),
            ("after", after.map(|after| after.to_string())),
            ("audience", audience.then(|| "true".to_owned())),
        ];
        url.query_pairs_mut().extend_pairs(fields.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))));
        read_up_to(MAX_PEOPLE_BYTES, self.client()?.get(url).bearer_auth(token)).await
    }

    /// Somebody of the event.
    pub(crate) async fn person(
        &self,
        server: &str,
        token: &str,
        (room, who): (RoomId, ParticipantId),
    ) -> Result<PersonDetails, Problem> {
        read(self.client()?.get(format!("{server}/api/rooms/{room}/people/{who}")).bearer_auth(token)).await
    }

    /// What one says of oneself.
    pub(crate) async fn profile(&self, server: &str, token: &str) -> Result<OwnProfile, Problem> {
        read(self.client()?.get(format!("{server}/api/profile")).bearer_auth(token)).await
    }

    /// Says this of oneself; as it is kept.
    pub(crate) async fn set_profile(&self, server: &str, token: &str, profile: &Profile) -> Result<Profile, Problem> {
        read(self.client()?.put(format!("{server}/api/profile")).bearer_auth(token).json(profile)).await
    }
}
