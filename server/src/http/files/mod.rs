//! Files into the house and out of it: people and agenda as CSV, the agenda as iCalendar, whole events, and what is known of a person.
//!
//! | route | what |
//! |---|---|
//! | `GET`, `POST /api/events/{id}/attendees.csv` | who is registered; register them by hand |
//! | `GET`, `POST /api/events/{id}/agenda.csv` and `agenda.ics` | the sessions; add some |
//! | `GET /api/events/{id}/reports/{file}?room=` | what happened in its rooms, or in one ([`crate::reports`]) |
//! | `GET /api/events/{id}/archive` | the whole event ([`crate::archive`]) |
//! | `POST /api/organisations/{id}/archives` | take an event in |
//! | `GET /api/people/me/data`, `DELETE /api/people/me?email=…` | what is known of oneself; be forgotten |
//!
//! An import takes a file whole or not at all, and what became of it is told line by line: a [`Report`], or its faults with their lines as
//! `{"faults": [{line, column?, code, detail?, problem}]}`. Only what came in between (the last seat was sold, say) stops one half-way: then
//! the answer has a `taken` beside the faults, the report of the lines before. A table with more people than there are seats is not begun.

mod agenda;
mod archive;
mod attendees;
mod own;
mod reports;
mod seats;

use std::{borrow::Cow, sync::Arc, time::Duration};

use axum::{
    Json,
    body::Body,
    extract::{Path, Request, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use houselights_domain::Duty;
use houselights_shared::{EventId, Refusal};
use serde::Serialize;

pub(super) use agenda::{calendar, import_calendar, import_table, table};
pub(super) use archive::{import, whole};
pub(super) use attendees::{add, list};
pub(super) use own::{data, data_within, forget};
pub(super) use reports::report;

use super::{address::attempt, refusal::ApiRefusal};
use crate::{
    app::App,
    csv_files::{Fault, Problem},
    graphql::{Denial, Viewer, who},
    store::{EventRow, StoreError},
};

/// How long a file may take to be read and written.
pub(super) const FILE_WITHIN: Duration = Duration::from_mins(5);

/// A part of a path that names something.
pub(in crate::http) type Named = Result<Path<String>, PathRejection>;

/// Something wrong in a file.
#[derive(Debug, Serialize)]
pub(in crate::http) struct Wrong {
    /// From 1.
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<Cow<'static, str>>,
    /// What clients have words for.
    code: &'static str,
    /// What the words are about: a line, a time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// In English.
    problem: String,
}

impl Wrong {
    fn new(line: u64, column: Option<&'static str>, (code, problem): (&'static str, &str)) -> Self {
        Self { line, column: column.map(Cow::Borrowed), code, detail: None, problem: problem.to_owned() }
    }

    /// About a column whose name is the event's own.
    fn of(self, column: impl Into<Cow<'static, str>>) -> Self {
        Self { column: Some(column.into()), ..self }
    }
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum Fate {
    /// It is new here.
    Added,
    /// It was here already.
    Known,
    /// It says itself that it is not meant.
    LeftOut,
    /// By the file they wait or have not paid, and here they are not registered: nor are they now.
    NoPlace,
    /// They wait for a place here, and go on waiting.
    Waits,
    /// Their place here is not paid for yet; it stays so.
    Unpaid,
}

/// A line of a file, from 1.
#[derive(Debug, Serialize)]
pub(in crate::http) struct Noted {
    line: u64,
    fate: Fate,
    /// What it is called; empty where that was not read.
    name: String,
}

/// What became of a file.
#[derive(Debug, Default, Serialize)]
pub(in crate::http) struct Report {
    added: usize,
    /// They were here already.
    known: usize,
    /// Columns that mean nothing here.
    ignored: Vec<String>,
    /// Rooms that were not there and were made.
    rooms: Vec<String>,
    /// Where something takes place that can be no room's title: a link, or what is too long.
    places: Vec<String>,
    /// In the order of the file.
    lines: Vec<Noted>,
}

impl Report {
    fn note(&mut self, line: u64, fate: Fate, name: &str) {
        match fate {
            Fate::Added => self.added += 1,
            Fate::Known => self.known += 1,
            Fate::LeftOut | Fate::NoPlace | Fate::Waits | Fate::Unpaid => {}
        }
        self.lines.push(Noted { line, fate, name: name.to_owned() });
    }

    fn in_order(mut self) -> Self {
        self.lines.sort_by_key(|line| line.line);
        self
    }
}

/// Why a file was not taken, or not all of it.
pub(in crate::http) enum Untaken {
    Refused(ApiRefusal),
    Faults { faults: Vec<Wrong>, taken: Option<Box<Report>> },
}

impl Untaken {
    /// Nothing was taken.
    fn faults(faults: Vec<Wrong>) -> Self {
        Self::Faults { faults, taken: None }
    }

    /// Something came in between.
    fn stopped(by: Vec<Wrong>, taken: Report) -> Self {
        Self::Faults { faults: by, taken: Some(Box::new(taken.in_order())) }
    }
}

impl<T: Into<ApiRefusal>> From<T> for Untaken {
    fn from(refusal: T) -> Self {
        Self::Refused(refusal.into())
    }
}

impl IntoResponse for Untaken {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refusal.into_response(),
            Self::Faults { faults, taken } => {
                let mut told = serde_json::json!({ "faults": faults });
                if let Some((taken, told)) = taken.zip(told.as_object_mut()) {
                    told.insert("taken".to_owned(), serde_json::json!(taken));
                }
                (StatusCode::UNPROCESSABLE_ENTITY, Json(told)).into_response()
            }
        }
    }
}

fn faults(faults: &[Fault]) -> Untaken {
    let told = |fault: &Fault| {
        let detail = if let Problem::SameAs(line) = fault.problem { Some(line.to_string()) } else { None };
        let problem = fault.problem.to_string();
        let column = fault.column.clone();
        Wrong { column, detail, ..Wrong::new(fault.line, None, (fault.problem.code(), &problem)) }
    };
    Untaken::faults(faults.iter().map(told).collect())
}

fn id<T: std::str::FromStr>(named: Named) -> Result<T, ApiRefusal> {
    named.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(|| Denial::not_found().into())
}

/// Who asks, by their token.
async fn viewer(app: &App, request: &mut Request) -> Result<Viewer, ApiRefusal> {
    let bearer = request.headers_mut().remove(header::AUTHORIZATION);
    if let Some(who) = who(app, bearer.as_ref()).await? {
        return Ok(Viewer::new(who));
    }
    attempt(app, request)?;
    Err(ApiRefusal::new(StatusCode::UNAUTHORIZED, Refusal::TokenInvalid))
}

/// The event, where whoever asks may do this with it.
async fn event(app: &App, named: Named, request: &mut Request, duty: Duty) -> Result<Arc<EventRow>, ApiRefusal> {
    let id: EventId = id(named)?;
    Ok(viewer(app, request).await?.on_event(app, id, duty).await?)
}

/// Memory is all that a table is written to.
fn broken(error: &std::io::Error) -> ApiRefusal {
    StoreError::Unavailable(error.to_string()).into()
}

/// A file to be saved. Its name is the event's address, which is plain.
fn file(event: &EventRow, what: &str, kind: &'static str, body: Body) -> Response {
    let name = format!("attachment; filename=\"{}-{what}\"", event.slug.as_deref().unwrap_or("event"));
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, body).into_response()
}
