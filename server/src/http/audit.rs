//! What was done to keep a room in order, for those who do.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use houselights_domain::View;
use houselights_shared::{AuditEntry, AuditPage, PAGE_AUDIT, Refusal, RoomId, Seq};
use serde::Deserialize;
use serde_json::Value;

use super::{history::inside, logins::Secret, refusal::ApiRefusal};
use crate::{app::App, csv_files::Export};

/// As many entries a file has at most.
const MOST: usize = 20_000;
/// As many of them are read at once.
const STEP: usize = 500;

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
    let room = looked_after(&app, room, request).await?;
    let Ok(Query(Asked { before, limit })) = which else {
        return Err(ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed));
    };
    Ok(Json(app.store.audit(room, before, limit.unwrap_or(PAGE_AUDIT).clamp(1, PAGE_AUDIT)).await?))
}

/// `GET /api/rooms/{id}/audit.jsonl`.
pub(super) async fn lines(State(app): State<Arc<App>>, room: Secret, request: Request) -> Result<Response, ApiRefusal> {
    let room = looked_after(&app, room, request).await?;
    let mut lines = String::new();
    for entry in whole(&app, room).await? {
        lines.push_str(&serde_json::to_string(&entry).map_err(|_| unwritten())?);
        lines.push('\n');
    }
    Ok(file("application/jsonl", "audit.jsonl", lines.into_bytes()))
}

/// `GET /api/rooms/{id}/audit.csv`.
pub(super) async fn table(State(app): State<Arc<App>>, room: Secret, request: Request) -> Result<Response, ApiRefusal> {
    let room = looked_after(&app, room, request).await?;
    let entries = whole(&app, room).await?;
    let written = || {
        let mut table = Export::new(&["seq", "at", "by", "what", "whom", "message", "details"], true)?;
        for entry in &entries {
            table.row(&cells(entry))?;
        }
        table.finish()
    };
    Ok(file("text/csv; charset=utf-8", "audit.csv", written().map_err(|_: std::io::Error| unwritten())?))
}

/// The room, for whoever looks after it.
async fn looked_after(app: &App, room: Secret, request: Request) -> Result<RoomId, ApiRefusal> {
    let (identity, room) = inside(app, room, request).await?;
    if View::of(identity.who.role).looks_after() {
        Ok(room)
    } else {
        Err(ApiRefusal::new(StatusCode::FORBIDDEN, Refusal::NotAllowed))
    }
}

/// All that was done, oldest first; of very much the latest.
async fn whole(app: &App, room: RoomId) -> Result<Vec<AuditEntry>, ApiRefusal> {
    let mut entries: Vec<AuditEntry> = Vec::new();
    loop {
        let before = entries.last().map(|entry| entry.update.seq);
        let AuditPage { entries: page, more } = app.store.audit(room, before, STEP).await?;
        entries.extend(page);
        if !more || entries.len() >= MOST {
            entries.reverse();
            return Ok(entries);
        }
    }
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

fn file(kind: &'static str, name: &'static str, bytes: Vec<u8>) -> Response {
    let saved = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, saved)], bytes).into_response()
}

fn unwritten() -> ApiRefusal {
    ApiRefusal::new(StatusCode::INTERNAL_SERVER_ERROR, Refusal::Overloaded)
}
