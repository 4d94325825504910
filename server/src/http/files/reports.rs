//! What happened in the rooms of an event: the [`crate::reports`].

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Query, Request, State, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use houselights_domain::Duty;
use houselights_shared::{Refusal, RoomId};
use serde::Deserialize;

use super::{event, file};
use crate::{
    app::App,
    graphql::Denial,
    http::refusal::ApiRefusal,
    reports::{self, Report},
};

/// On which rooms.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Asked {
    /// One; absent: all of the event's.
    room: Option<RoomId>,
}

/// `GET /api/events/{id}/reports/{file}`.
pub(in crate::http) async fn report(
    State(app): State<Arc<App>>,
    named: Result<Path<(String, String)>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
    mut request: Request,
) -> Result<Response, ApiRefusal> {
    let Path((id, name)) = named.map_err(|_| Denial::not_found())?;
    let event = event(&app, Ok(Path(id)), &mut request, Duty::Export).await?;
    let Ok(Query(Asked { room })) = asked else {
        return Err(ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed));
    };
    let (report, format) = Report::named(&name).ok_or_else(Denial::not_found)?;
    let rooms = reports::meant(app.store.rooms_of([event.id]).await?, room);
    let rooms = rooms.ok_or_else(|| ApiRefusal::new(StatusCode::NOT_FOUND, Refusal::NoSuchRoom))?;
    let pieces = reports::written(app.store.clone(), (report, format), rooms);
    Ok(file(&event, &name, format.kind(), Body::from_stream(pieces)))
}
