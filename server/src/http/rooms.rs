//! The rooms of the event that somebody is signed in to.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
};
use houselights_shared::{EventRooms, Refusal};

use super::{
    address::{address, failed, too_many, untold},
    bearer::bearer,
    refusal::ApiRefusal,
};
use crate::{app::App, clock, limits::millis, store::Identity};

/// `GET /api/rooms`.
pub(super) async fn rooms(State(app): State<Arc<App>>, request: Request) -> Result<Json<EventRooms>, ApiRefusal> {
    let identity = guest(&app, request).await?;
    Ok(Json(EventRooms { rooms: app.store.rooms_now(identity.event, clock::now()).await? }))
}

/// Who asks, by the token of a login that leads somewhere; what they ask counts as a frame of theirs.
pub(super) async fn guest(app: &App, request: Request) -> Result<Arc<Identity>, ApiRefusal> {
    let from = address(&request, app.config.behind_proxy);
    guest_of(app, &request.into_parts().0.headers, from).await
}

/// As [`guest`], of a request whose body is read afterwards.
pub(super) async fn guest_of(app: &App, headers: &HeaderMap, from: Option<IpAddr>) -> Result<Arc<Identity>, ApiRefusal> {
    let identity = whose(app, headers, from).await?;
    if identity.doors.is_deleted {
        return Err(ApiRefusal::new(StatusCode::GONE, Refusal::TakenDown));
    }
    if let Err(wait) = app.limits.frames.check(&identity.who.participant) {
        return Err(too_many(millis(wait)));
    }
    Ok(identity)
}

/// Whose token it is. A whole audience may share an address: only who has no good one spends an attempt.
pub(super) async fn whose(app: &App, headers: &HeaderMap, from: Option<IpAddr>) -> Result<Arc<Identity>, ApiRefusal> {
    let unauthorized = |refusal| failed(app, from, ApiRefusal::new(StatusCode::UNAUTHORIZED, refusal));
    let token = bearer(headers).ok_or_else(|| unauthorized(Refusal::TokenInvalid))?;
    if !app.is_login(token, from).await.map_err(untold)? {
        return Err(unauthorized(Refusal::TokenInvalid));
    }
    app.who_is(token).await.map_err(|(refusal, retry)| match (refusal, retry) {
        (refusal, Some(after)) => untold((refusal, after)),
        (Refusal::Banned, None) => ApiRefusal::new(StatusCode::FORBIDDEN, refusal),
        (refusal, None) => unauthorized(refusal),
    })
}
