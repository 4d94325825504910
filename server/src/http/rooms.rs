//! The rooms of the event that somebody is signed in to.

use std::{net::IpAddr, sync::Arc, time::Instant};

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
};
use houselights_shared::{EventRooms, Refusal};

use super::{
    address::{address, too_many},
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

/// Whose token it is. A whole audience may share an address: only who has no good one spends an attempt, and once there is none left the
/// address is not listened to for a while.
pub(super) async fn whose(app: &App, headers: &HeaderMap, from: Option<IpAddr>) -> Result<Arc<Identity>, ApiRefusal> {
    let attempts = &app.limits.attempts;
    if let Some(wait) = from.and_then(|from| attempts.shut_for(from, Instant::now())) {
        return Err(too_many(millis(wait)));
    }
    let found = match bearer(headers) {
        Some(token) => app.who_is(token).await,
        None => Err((Refusal::TokenInvalid, None)),
    };
    found.map_err(|(refusal, retry)| {
        if let Some(after) = retry {
            return ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, refusal, after);
        }
        if refusal == Refusal::Banned {
            return ApiRefusal::new(StatusCode::FORBIDDEN, refusal);
        }
        if let Some(from) = from {
            attempts.failed(from, Instant::now());
        }
        ApiRefusal::new(StatusCode::UNAUTHORIZED, refusal)
    })
}
