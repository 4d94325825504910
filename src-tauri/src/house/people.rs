//! Who is in a room, and what they say of themselves.

use houselights_shared::{OwnProfile, ParticipantId, PeoplePage, PersonDetails, Profile, RoomId};

use super::House;
use crate::{
    ipc::Problem,
    session::{Logins, Wanted},
};

impl House {
    /// A page of those who are in a room.
    ///
    /// # Errors
    /// [`Problem::SignedOut`], the server's refusal, or [`Problem::Unreachable`].
    pub(crate) async fn people(&self, wanted: &Wanted) -> Result<PeoplePage, Problem> {
        let (logins, server, token) = self.as_oneself()?;
        logins.people(&server, &token, wanted).await
    }

    /// Somebody of the event.
    ///
    /// # Errors
    /// As [`people`](Self::people).
    pub(crate) async fn person(&self, room: RoomId, who: ParticipantId) -> Result<PersonDetails, Problem> {
        let (logins, server, token) = self.as_oneself()?;
        logins.person(&server, &token, (room, who)).await
    }

    /// What one says of oneself.
    ///
    /// # Errors
    /// As [`people`](Self::people).
    pub(crate) async fn profile(&self) -> Result<OwnProfile, Problem> {
        let (logins, server, token) = self.as_oneself()?;
        logins.profile(&server, &token).await
    }

    /// Says this of oneself; as it is kept.
    ///
    /// # Errors
    /// As [`people`](Self::people).
    pub(crate) async fn set_profile(&self, profile: &Profile) -> Result<Profile, Problem> {
        let (logins, server, token) = self.as_oneself()?;
        logins.set_profile(&server, &token, profile).await
    }

    fn as_oneself(&self) -> Result<(&Logins, String, String), Problem> {
        let attendance = self.attendance()?;
        Ok((&self.0.parts.logins, attendance.card().server, attendance.token().as_str().to_owned()))
    }
}
