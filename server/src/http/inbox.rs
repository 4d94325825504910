//! What was written before, to somebody and by them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Request, State},
    http::StatusCode,
};
use houselights_shared::{InboxPage, Refusal, Seq};

use super::{
    address::{address, too_many},
    refusal::ApiRefusal,
    rooms::whose,
};
use crate::{app::App, limits::millis};

/// `GET /api/inbox/{participant}?before={position}`: the part of one's own conversation with somebody that stands before a position of one's
/// inbox, or its end. With whoever is not of the event there is none.
pub(super) async fn conversation(
    State(app): State<Arc<App>>,
    Path(with): Path<String>,
    request: Request,
) -> Result<Json<InboxPage>, ApiRefusal> {
    let from = address(&request, app.config.behind_proxy);
    let (parts, _) = request.into_parts();
    let identity = whose(&app, &parts.headers, from).await?;
    if identity.doors.is_deleted {
        return Err(ApiRefusal::new(StatusCode::GONE, Refusal::TakenDown));
    }
    let me = identity.who.participant;
    if let Err(wait) = app.limits.frames.check(&me) {
        return Err(too_many(millis(wait)));
    }
    let malformed = || ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed);
    let with = with.parse().map_err(|_| malformed())?;
    let before = before(parts.uri.query().unwrap_or_default()).ok_or_else(malformed)?;
    Ok(Json(app.store.conversation(me, with, before).await?))
}

/// The position that is named, if one is; nothing where it is none.
fn before(query: &str) -> Option<Option<Seq>> {
    let Some((_, named)) = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "before") else {
        return Some(None);
    };
    let number = named.parse().ok().filter(|number| i64::try_from(*number).is_ok())?;
    Some(Some(Seq::new(number)))
}
