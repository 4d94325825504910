//! Who is in a room, for whoever may be in it.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::StatusCode,
};
use houselights_domain::View;
use houselights_shared::{MAX_QUERY_CHARS, PAGE_PEOPLE, ParticipantId, PeoplePage, PersonCard, Refusal, words};
use serde::Deserialize;

use super::{history::inside, logins::Secret, refusal::ApiRefusal};
use crate::app::App;

/// Whose turn it is to be asked again, where the room cannot be read just now.
const COME_BACK_MS: u32 = 500;

/// Which page.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    after: Option<ParticipantId>,
}

/// `GET /api/rooms/{id}/people`.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    room: Secret,
    which: Result<Query<Asked>, QueryRejection>,
    request: Request,
) -> Result<Json<PeoplePage>, ApiRefusal> {
    let (identity, room) = inside(&app, room, request).await?;
    let Ok(Query(Asked { q, after })) = which else {
        return Err(ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed));
    };
    let Some(roster) = app.rooms.room(room).people().await else {
        return Err(ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, COME_BACK_MS));
    };
    let sees_all = View::of(identity.who.role) != View::Audience;
    let sought = words(&q.chars().take(MAX_QUERY_CHARS).collect::<String>());
    let is_sought = |name: &str| sought.is_empty() || begun(&words(name), &sought);
    let seen: Vec<_> = roster
        .iter()
        .filter(|here| sees_all || View::of(here.role) == View::Audience)
        .filter(|here| is_sought(&here.name))
        .collect();
    // Whoever the page is to follow may have gone: then it begins anew.
    let from = after.and_then(|after| seen.iter().position(|here| here.participant == after)).map_or(0, |at| at + 1);
    let card = |participant, name: &str, role| PersonCard { participant, name: name.to_owned(), role };
    let people: Vec<_> =
        seen.iter().skip(from).take(PAGE_PEOPLE).map(|here| card(here.participant, &here.name, here.role)).collect();
    let is_last = from + people.len() >= seen.len();
    let after = people.last().filter(|_| !is_last).map(|last| last.participant);
    Ok(Json(PeoplePage { people, count: u32::try_from(seen.len()).unwrap_or(u32::MAX), after }))
}

/// Whether each word that is sought begins a word of a name.
fn begun(name: &[String], sought: &[String]) -> bool {
    sought.iter().all(|begin| name.iter().any(|word| word.starts_with(begin.as_str())))
}
