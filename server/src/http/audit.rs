//! What was done to keep a room in order, for those who do.

use std::{io, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use houselights_domain::View;
use houselights_shared::{AuditEntry, AuditPage, PAGE_AUDIT, Refusal, RoomId, Seq};
use serde::Deserialize;
use serde_json::Value;

use super::{
    history::{inside, is_indexed},
    logins::Secret,
    refusal::ApiRefusal,
};
use crate::{app::App, csv_files::Export};

/// Which page.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    before: Option<Seq>,
    limit: Option<usize>,
}

/// `GET /api/rooms/{id}/audit`.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    room: Secret,
    which: Result<Query<Asked>, QueryRejection>,
    request: Request,
) -> Result<Json<AuditPage>, ApiRefusal> {
    let (room, view) = looked_after(&app, room, request).await?;
    let Ok(Query(Asked { before, limit })) = which else {
        return Err(ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed));
    };
    is_indexed(&app, room).await?;
    Ok(Json(app.store.audit(room, view, before, limit.unwrap_or(PAGE_AUDIT).clamp(1, PAGE_AUDIT)).await?))
}

/// `GET /api/rooms/{id}/audit.jsonl`.
pub(super) async fn lines(State(app): State<Arc<App>>, room: Secret, request: Request) -> Result<Response, ApiRefusal> {
    let (room, view) = looked_after(&app, room, request).await?;
    let written = pieces(&app, (room, view), |entries| {
        let mut lines = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut lines, &entry)?;
            lines.push(b'\n');
        }
        Ok(lines.into())
    });
    Ok(file("application/jsonl", "audit.jsonl", Body::from_stream(written)))
}

/// `GET /api/rooms/{id}/audit.csv`.
pub(super) async fn table(State(app): State<Arc<App>>, room: Secret, request: Request) -> Result<Response, ApiRefusal> {
    const COLUMNS: [&str; 7] = ["seq", "at", "by", "what", "whom", "message", "details"];
    let (room, view) = looked_after(&app, room, request).await?;
    let head = async { io::Result::Ok(Bytes::from(Export::new(&COLUMNS, true)?.finish()?)) };
    let rest = pieces(&app, (room, view), |entries| {
        let mut table = Export::further(COLUMNS.len());
        for entry in &entries {
            table.row(&cells(entry))?;
        }
        Ok(table.finish()?.into())
    });
    Ok(file("text/csv; charset=utf-8", "audit.csv", Body::from_stream(stream::once(head).chain(rest))))
}

/// The room, for whoever looks after it, and what they get to see of it.
async fn looked_after(app: &App, room: Secret, request: Request) -> Result<(RoomId, View), ApiRefusal> {
    let (identity, room) = inside(app, room, request).await?;
    let view = View::of(identity.who.role);
    if view.looks_after() { Ok((room, view)) } else { Err(ApiRefusal::new(StatusCode::FORBIDDEN, Refusal::NotAllowed)) }
}

/// All that was done, oldest first, written as it is read.
fn pieces(
    app: &Arc<App>,
    (room, view): (RoomId, View),
    write: impl Fn(Vec<AuditEntry>) -> io::Result<Bytes> + Send + Sync + 'static,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let begun = (app.store.clone(), Seq::START, write);
    stream::try_unfold(begun, move |(store, behind, write)| async move {
        let Some((entries, last)) = store.acts_behind(room, view, behind).await.map_err(io::Error::other)? else {
            return Ok(None);
        };
        Ok(Some((write(entries)?, (store, last, write))))
    })
}

fn cells(AuditEntry { update, name, people, further: _, message }: &AuditEntry) -> [String; 7] {
    let details = serde_json::to_value(&update.body).unwrap_or_default();
    let what = details.get("what").and_then(Value::as_str).unwrap_or_default().to_owned();
    let named = details.pointer("/sanctioned/name").and_then(Value::as_str);
    let author = message.iter().map(|message| message.name.as_str());
    let whom: Vec<_> = people.iter().map(|person| person.name.as_str()).chain(named).chain(author).collect();
    let text = message.as_ref().map(|message| message.text.clone()).unwrap_or_default();
    let at = update.at.micros() / 1_000_000;
    [update.seq.number().to_string(), at.to_string(), name.clone(), what, whom.join("; "), text, details.to_string()]
}

fn file(kind: &'static str, name: &'static str, body: Body) -> Response {
    let saved = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, saved)], body).into_response()
}
