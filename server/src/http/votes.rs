//! Who voted for what, in polls that are named, for those who look after the room.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, Request, State, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
};
use houselights_domain::View;
use houselights_shared::{PAGE_VOTES, ParticipantId, PollId, Refusal, VotesPage};
use serde::Deserialize;

use super::{history::inside, refusal::ApiRefusal};
use crate::app::App;

/// Whose turn it is to be asked again, where the room cannot be read just now.
const COME_BACK_MS: u32 = 500;

/// Which page.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    after: Option<ParticipantId>,
}

/// `GET /api/rooms/{id}/polls/{poll}/votes`.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    named: Result<Path<(String, String)>, PathRejection>,
    which: Result<Query<Asked>, QueryRejection>,
    request: Request,
) -> Result<Json<VotesPage>, ApiRefusal> {
    let refused = |status, refusal| Err(ApiRefusal::new(status, refusal));
    let (room, poll) = named.map(|Path(of)| of).unwrap_or_default();
    let (identity, room) = inside(&app, Ok(Path(room)), request).await?;
    let role = identity.who.role;
    if !View::of(role).looks_after() {
        return refused(StatusCode::FORBIDDEN, Refusal::NotAllowed);
    }
    let Ok(Query(Asked { after })) = which else { return refused(StatusCode::BAD_REQUEST, Refusal::Malformed) };
    let Ok(poll) = poll.parse::<PollId>() else { return refused(StatusCode::NOT_FOUND, Refusal::NoSuchPoll) };
    let Some(votes) = app.rooms.room(room).votes(role, poll).await else {
        return Err(ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, COME_BACK_MS));
    };
    let votes = match votes {
        Ok(votes) => votes,
        Err(Refusal::NoSuchPoll) => return refused(StatusCode::NOT_FOUND, Refusal::NoSuchPoll),
        Err(refusal) => return refused(StatusCode::FORBIDDEN, refusal),
    };
    let count = u32::try_from(votes.len()).unwrap_or(u32::MAX);
    let from = after.and_then(|after| votes.iter().position(|vote| vote.participant == after)).map_or(0, |at| at + 1);
    let is_last = votes.len() <= from + PAGE_VOTES;
    let votes: Vec<_> = votes.iter().skip(from).take(PAGE_VOTES).cloned().collect();
    let after = votes.last().filter(|_| !is_last).map(|last| last.participant);
    Ok(Json(VotesPage { votes, count, after }))
}
