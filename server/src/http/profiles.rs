//! What one says of oneself, and what others of the event do.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use houselights_domain::{EventPhase, View};
use houselights_shared::{OwnProfile, PersonDetails, Profile, Refusal};

use super::{
    address::address,
    body::json,
    people::inside,
    refusal::ApiRefusal,
    rooms::{guest, guest_of},
};
use crate::{
    app::App,
    clock,
    profiles::{is_shown, only, proper},
};

/// The largest profile, with all of it escaped.
pub(super) const MOST_BYTES: usize = 16 * 1024;

/// `GET /api/profile`.
pub(super) async fn own(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiRefusal> {
    let identity = guest(&app, request).await?;
    let profile = app.store.profile(identity.who.participant).await?;
    let before = match &profile {
        Some(_) => None,
        None => app.store.profile_before(&identity.login).await?,
    };
    Ok(kept_by_nobody(Json(OwnProfile { profile, before })))
}

/// `PUT /api/profile`.
pub(super) async fn keep(State(app): State<Arc<App>>, request: Request) -> Result<Json<Profile>, ApiRefusal> {
    let from = address(&request, app.config.behind_proxy);
    let identity = guest_of(&app, request.headers(), from).await?;
    if identity.doors.phase == EventPhase::Archived {
        return Err(ApiRefusal::new(StatusCode::CONFLICT, Refusal::EventArchived));
    }
    let profile: Profile = json(request).await?;
    let profile = proper(&profile).ok_or_else(|| ApiRefusal::new(StatusCode::UNPROCESSABLE_ENTITY, Refusal::ProfileInvalid))?;
    app.store.keep_profile(identity.who.participant, &profile, clock::now()).await?;
    Ok(Json(profile))
}

/// `GET /api/rooms/{id}/people/{participant}`: anybody of the event, also who is in no room just now.
pub(super) async fn of(
    State(app): State<Arc<App>>,
    named: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Result<Response, ApiRefusal> {
    let (room, who) = named.map(|Path(named)| named).unwrap_or_default();
    let (identity, _, roster) = inside(&app, &room, request).await?;
    let nobody = || ApiRefusal::new(StatusCode::NOT_FOUND, Refusal::NoSuchParticipant);
    let who = who.parse().map_err(|_| nobody())?;
    let found = app.store.participant(identity.event, who).await?.ok_or_else(nobody)?;
    let is_own = who == identity.who.participant;
    let profile = app.store.profile(who).await?;
    let profile = profile.filter(|profile| is_own || is_shown(profile.shown_to, identity.who.role));
    let is_masked = !is_own && !View::of(identity.who.role).looks_after();
    let mask = if is_masked { roster.naming.mask(found.role, &found.name) } else { None };
    let name = mask.unwrap_or(found.name);
    let profile = profile.map(|said| if is_masked { only(said, |text| roster.takes((who, found.role), text)) } else { said });
    Ok(kept_by_nobody(Json(PersonDetails { participant: who, name, role: found.role, profile })))
}

fn kept_by_nobody(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
