//! What was said in a room before, for whoever may be in it.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::StatusCode,
};
use houselights_domain::View;
use houselights_shared::{MAX_QUERY_CHARS, MOST_QUERY_WORDS, MessagePage, PAGE_MESSAGES, Refusal, Refused, RoomId, Seq, words};
use serde::Deserialize;

use super::{
    logins::{Secret, named},
    refusal::ApiRefusal,
    rooms::guest,
};
use crate::{
    app::App,
    clock, doors,
    store::{Identity, RoomStands, Sought},
};

/// A log of before is indexed so far for one request, in its steps; whoever asked comes back for the rest.
const STEPS_AT_ONCE: usize = 20;
/// When they come back.
pub(super) const COME_BACK_MS: u32 = 500;

/// Which page.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    before: Option<Seq>,
    limit: Option<usize>,
    #[serde(default)]
    notes: bool,
    #[serde(default)]
    q: String,
}

type Which = Result<Query<Asked>, QueryRejection>;

/// `GET /api/rooms/{id}/messages`.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    room: Secret,
    which: Which,
    request: Request,
) -> Result<Json<MessagePage>, ApiRefusal> {
    let (sought, _) = sought(&app, room, which, request).await?;
    Ok(Json(app.store.messages(&sought).await?))
}

/// `GET /api/rooms/{id}/messages/search`.
pub(super) async fn search(
    State(app): State<Arc<App>>,
    room: Secret,
    which: Which,
    request: Request,
) -> Result<Json<MessagePage>, ApiRefusal> {
    let (sought, q) = sought(&app, room, which, request).await?;
    let q: String = q.chars().take(MAX_QUERY_CHARS).collect();
    let mut words = words(&q);
    words.truncate(MOST_QUERY_WORDS);
    Ok(Json(app.store.search_messages(&sought, &words).await?))
}

/// Whose login it is, and the room that is named, where they may be in it now.
pub(super) async fn inside(app: &App, room: Secret, request: Request) -> Result<(Arc<Identity>, RoomId), ApiRefusal> {
    let (identity, room) = of_event(app, &named(room), request).await?;
    admitted(app, &identity, room).await?;
    Ok((identity, room))
}

/// Whose login it is, and the room that is named, where the doors of their event are open and it has such a room. That it has is remembered.
pub(super) async fn of_event(app: &App, room: &str, request: Request) -> Result<(Arc<Identity>, RoomId), ApiRefusal> {
    let identity = guest(app, request).await?;
    if let Some(told) = doors::refused(identity.doors, identity.who.role, clock::now()) {
        return Err(shut(&told));
    }
    let room = standing(app, &identity, room).await?;
    Ok((identity, room))
}

/// Refused where somebody may not be in a room now.
pub(super) async fn admitted(app: &App, identity: &Identity, room: RoomId) -> Result<(), ApiRefusal> {
    match app.rooms.room(room).admits(Arc::clone(&identity.who)).await {
        Some(Ok(())) => Ok(()),
        Some(Err(refusal)) => Err(ApiRefusal::new(StatusCode::FORBIDDEN, refusal)),
        None => Err(ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, COME_BACK_MS)),
    }
}

/// What is said to somebody who may not be in.
pub(super) fn shut(told: &Refused) -> ApiRefusal {
    told.retry_after_ms.map_or_else(
        || ApiRefusal::new(StatusCode::FORBIDDEN, told.refusal),
        |after| ApiRefusal::retry(StatusCode::FORBIDDEN, told.refusal, after),
    )
}

/// The room that is named, where it is one of somebody's event and is there.
pub(super) async fn found(app: &App, identity: &Identity, room: Secret) -> Result<RoomId, ApiRefusal> {
    standing(app, identity, &named(room)).await
}

/// As [`found`]; that it is there is remembered until something changes.
async fn standing(app: &App, identity: &Identity, room: &str) -> Result<RoomId, ApiRefusal> {
    let refused = |status, refusal| Err(ApiRefusal::new(status, refusal));
    let Ok(room) = room.parse::<RoomId>() else {
        return refused(StatusCode::NOT_FOUND, Refusal::NoSuchRoom);
    };
    if app.signed_in.leads_to(identity.event, room) {
        return Ok(room);
    }
    let changes = app.signed_in.log_outs();
    match app.store.has_room(identity.event, room).await? {
        RoomStands::Open => {
            app.signed_in.led_to(identity.event, room, changes);
            Ok(room)
        }
        RoomStands::TakenDown => refused(StatusCode::GONE, Refusal::TakenDown),
        RoomStands::Nowhere => refused(StatusCode::NOT_FOUND, Refusal::NoSuchRoom),
    }
}

/// What is asked for, by somebody who may see it; and the words.
async fn sought(app: &App, room: Secret, which: Which, request: Request) -> Result<(Sought, String), ApiRefusal> {
    let (identity, room) = inside(app, room, request).await?;
    let role = identity.who.role;
    let refused = |status, refusal| Err(ApiRefusal::new(status, refusal));
    let Ok(Query(Asked { before, limit, notes, q })) = which else {
        return refused(StatusCode::BAD_REQUEST, Refusal::Malformed);
    };
    if notes && View::of(role) == View::Audience {
        return refused(StatusCode::FORBIDDEN, Refusal::NotAllowed);
    }
    let most = limit.unwrap_or(PAGE_MESSAGES).clamp(1, PAGE_MESSAGES);
    let sought = Sought { room, notes, before, most, with_trace: View::of(role).looks_after() };
    is_indexed(app, room).await?;
    Ok((sought, q))
}

/// What is not indexed yet of the log is, as far as one may be kept waiting for it: a page of what is indexed would have a gap.
pub(super) async fn is_indexed(app: &App, room: RoomId) -> Result<(), ApiRefusal> {
    for _ in 0..STEPS_AT_ONCE {
        if app.store.index_more(room).await? {
            return Ok(());
        }
    }
    Err(ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, COME_BACK_MS))
}
