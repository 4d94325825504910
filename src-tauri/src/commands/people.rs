//! What the page may ask of those who are there, and say of its own person.

use houselights_shared::{OwnProfile, ParticipantId, PeoplePage, PersonDetails, Profile, RoomId};
use tauri::State;

use crate::{house::House, ipc::Problem, session::Wanted};

/// A page of those who are in a room: in whose names these words are begun, behind somebody; with `audience` the audience alone.
#[tauri::command]
pub(crate) async fn people(
    room: RoomId,
    query: String,
    after: Option<ParticipantId>,
    audience: bool,
    house: State<'_, House>,
) -> Result<PeoplePage, Problem> {
    house.people(&Wanted { room, query, after, audience }).await
}

/// Somebody of the event, with what they say of themselves as far as one may see it.
#[tauri::command]
pub(crate) async fn person(
    room: RoomId,
    participant: ParticipantId,
    house: State<'_, House>,
) -> Result<PersonDetails, Problem> {
    house.person(room, participant).await
}

/// What one says of oneself.
#[tauri::command]
pub(crate) async fn profile(house: State<'_, House>) -> Result<OwnProfile, Problem> {
    house.profile().await
}

/// Says this of oneself; as it is kept.
#[tauri::command]
pub(crate) async fn set_profile(profile: Profile, house: State<'_, House>) -> Result<Profile, Problem> {
    house.set_profile(&profile).await
}
