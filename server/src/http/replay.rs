//! What was in a room once more, for whoever may see it, when it is over.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use houselights_domain::{Door, Part, Slot, Stand, View};
use houselights_shared::{Refusal, ReplayOutline, RoomId, Seq, Timestamp};
use serde::Deserialize;

use super::{
    history::{COME_BACK_MS, found, shut},
    logins::Secret,
    refusal::ApiRefusal,
    rooms::guest,
};
use crate::{
    app::App,
    clock, doors,
    limits::millis,
    replay::{Asked, Known, Untold},
    store::{Identity, InRoom},
};

/// Behind whatever happened.
const FOR_EVER: Timestamp = Timestamp::from_micros(i64::MAX);

/// Which moment.
#[derive(Debug, Deserialize)]
pub(super) struct Moment {
    at: Timestamp,
}

/// What comes behind which position.
#[derive(Debug, Deserialize)]
pub(super) struct Behind {
    #[serde(default)]
    after: Seq,
}

/// A room that somebody may see once more.
struct Seen {
    identity: Arc<Identity>,
    room: RoomId,
    title: String,
    known: Known,
    parts: Vec<Part>,
    /// The last moment that is over; none where nothing is.
    until: Option<Timestamp>,
}

/// `GET /api/rooms/{id}/replay`.
pub(super) async fn outline(
    State(app): State<Arc<App>>,
    room: Secret,
    request: Request,
) -> Result<Json<ReplayOutline>, ApiRefusal> {
    let Seen { identity, room, title, known, parts, .. } = seen(&app, room, request).await?;
    let view = View::of(identity.who.role);
    let parts = parts.into_iter().map(|part| known.chronicle.outlined(part, view)).collect();
    Ok(Json(ReplayOutline { room, title, parts }))
}

/// `GET /api/rooms/{id}/replay/at`.
pub(super) async fn at(
    State(app): State<Arc<App>>,
    room: Secret,
    moment: Result<Query<Moment>, QueryRejection>,
    request: Request,
) -> Result<Response, ApiRefusal> {
    let seen = seen(&app, room, request).await?;
    let Ok(Query(Moment { at })) = moment else { return Err(malformed()) };
    let until = seen.over(Some(at))?.min(at);
    let Seen { identity, room, title, known, .. } = seen;
    let view = View::of(identity.who.role);
    Ok(answer(app.replays.answer(&app.store, room, &known, Asked::At(view, until, title)).await?))
}

/// `GET /api/rooms/{id}/replay/updates`.
pub(super) async fn updates(
    State(app): State<Arc<App>>,
    room: Secret,
    behind: Result<Query<Behind>, QueryRejection>,
    request: Request,
) -> Result<Response, ApiRefusal> {
    let seen = seen(&app, room, request).await?;
    let Ok(Query(Behind { after })) = behind else { return Err(malformed()) };
    let until = seen.over(None)?;
    let Seen { identity, room, known, .. } = seen;
    let view = View::of(identity.who.role);
    Ok(answer(app.replays.answer(&app.store, room, &known, Asked::After(view, after, until)).await?))
}

/// The room that is named, where whoever asks may see once more what is over in it.
async fn seen(app: &App, room: Secret, request: Request) -> Result<Seen, ApiRefusal> {
    let identity = guest(app, request).await?;
    let now = clock::now();
    identity.doors.replay(identity.who.role, true, now).map_err(|why| shut(&doors::told(why, now)))?;
    let room = found(app, &identity, room).await?;
    let Some((title, ended_at)) = app.store.room_of_the_past(room).await? else {
        return Err(ApiRefusal::new(StatusCode::NOT_FOUND, Refusal::NoSuchRoom));
    };
    let known = app.replays.known(&app.store, room).await?;
    match known.chronicle.door(app.rooms.now(), &identity.who) {
        Door::Open => {}
        Door::Lobby => return Err(ApiRefusal::new(StatusCode::FORBIDDEN, Refusal::NotAllowed)),
        Door::Shut { refusal, retry_after: None } => return Err(ApiRefusal::new(StatusCode::FORBIDDEN, refusal)),
        Door::Shut { refusal, retry_after: Some(wait) } => {
            return Err(ApiRefusal::retry(StatusCode::FORBIDDEN, refusal, millis(wait)));
        }
    }
    let slots: Vec<_> = app.store.sessions_in(room).await?.into_iter().map(slot).collect();
    let is_over = identity.doors.are_shut_for_good();
    // Of an event that was over before it was kept since when, the log's end is the end.
    let over_since = is_over.then(|| ended_at.unwrap_or(FOR_EVER));
    let parts = known.chronicle.parts(Stand { title: &title, slots: &slots, now: app.rooms.now(), over_since });
    let last = parts.iter().map(|part| part.ends_at).max();
    // Whoever looks after the event sees what came after the last session, too.
    let all = (is_over && View::of(identity.who.role).looks_after()).then_some(FOR_EVER);
    Ok(Seen { identity, room, title, known, parts, until: all.or(last) })
}

impl Seen {
    /// The last moment that may be seen, where that which is asked for may: nobody sees once more what is still on.
    fn over(&self, at: Option<Timestamp>) -> Result<Timestamp, ApiRefusal> {
        let now = clock::now();
        let is_over = self.until.is_some_and(|until| at.is_none_or(|at| at <= until));
        self.identity.doors.replay(self.identity.who.role, is_over, now).map_err(|why| shut(&doors::told(why, now)))?;
        self.until.ok_or_else(|| ApiRefusal::new(StatusCode::FORBIDDEN, Refusal::WrongPhase))
    }
}

impl From<Untold> for ApiRefusal {
    fn from(untold: Untold) -> Self {
        match untold {
            Untold::Busy => Self::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, COME_BACK_MS),
            Untold::Store(error) => error.into(),
            Untold::Unwritten => Self::new(StatusCode::INTERNAL_SERVER_ERROR, Refusal::Overloaded),
        }
    }
}

fn slot(InRoom { id, title, span }: InRoom) -> Slot {
    Slot { session: id, title, span }
}

fn answer(json: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

fn malformed() -> ApiRefusal {
    ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed)
}
