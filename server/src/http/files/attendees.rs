//! Who is registered, as a table.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use futures_util::{StreamExt, stream};
use houselights_domain::Duty;
use houselights_shared::{Refusal, RegistrationId, TicketTypeId};
use serde::Serialize;

use super::{Named, Untaken, Wrong, broken, event, faults, file};
use crate::{
    app::App,
    clock,
    csv_files::{self, Attendee, Export},
    graphql::{
        Code, Denial,
        input::{self, shown},
    },
    http::{body, refusal::ApiRefusal},
    registration,
    store::{RegistrationFilter, RegistrationRow, TicketType},
};

/// Rows that are read at once.
const PAGE: i64 = 1_000;
/// People who are registered at once.
const AT_ONCE: usize = 16;

/// What became of a table of people.
#[derive(Serialize)]
pub(in crate::http) struct Done {
    added: usize,
    /// They had a place already.
    known: usize,
    /// Columns that mean nothing here.
    ignored: Vec<String>,
}

/// `GET /api/events/{id}/attendees.csv`.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Response, ApiRefusal> {
    let event = event(&app, named, &mut request, Duty::Export).await?;
    let mut table = Export::new(&["name", "email", "ticket", "state", "registered", "amount", "currency"], true)
        .map_err(|error| broken(&error))?;
    let mut after: Option<RegistrationId> = None;
    loop {
        let rows = app.store.registrations_of(event.id, &RegistrationFilter::default(), (after, PAGE)).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        // Also those that are not to be had any more.
        let tickets = app.store.ticket_types(rows.iter().map(|row| row.ticket)).await?;
        for row in &rows {
            let ticket = tickets.iter().find(|ticket| ticket.id == row.ticket).map_or("", |ticket| ticket.title.as_str());
            table.row(&cells(row, ticket)).map_err(|error| broken(&error))?;
        }
    }
    let bytes = table.finish().map_err(|error| broken(&error))?;
    Ok(file(&event, "attendees.csv", "text/csv; charset=utf-8", Body::from(bytes)))
}

fn cells(row: &RegistrationRow, ticket: &str) -> [String; 7] {
    let registered = shown(row.created_at).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let (name, email) = (row.name.clone(), row.email.clone());
    [name, email, ticket.to_owned(), row.state.stored().to_owned(), registered, row.amount.to_string(), row.currency.clone()]
}

/// `POST /api/events/{id}/attendees.csv`: registers them by hand. Who has a place keeps it; nobody is registered where a row is wrong.
pub(in crate::http) async fn add(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Json<Done>, Untaken> {
    let event = event(&app, named, &mut request, Duty::ManagePeople).await?;
    let bytes = body::bytes(request).await?;
    let read = csv_files::attendees(&bytes).map_err(|found| faults(&found))?;
    if event.cancelled_at.is_some() {
        return Err(ApiRefusal::new(StatusCode::CONFLICT, Refusal::NotAllowed).into());
    }
    let people = placed(&app.store.ticket_types_of([event.id]).await?, &read.rows)?;
    // Several at once, so that they share their writes; they end in the order of the file.
    let adding = people.into_iter().map(|(attendee, ticket)| {
        let (app, event) = (Arc::clone(&app), Arc::clone(&event));
        async move {
            let done = registration::add(&app, &event, ticket, (&attendee.name, &attendee.email), clock::now()).await;
            (attendee.line, done.map(drop))
        }
    });
    let mut adding = stream::iter(adding).buffered(AT_ONCE);
    let (mut added, mut known) = (0, 0);
    while let Some((line, done)) = adding.next().await {
        match done {
            Ok(()) => added += 1,
            Err(denial) if denial.code == Code::AlreadyRegistered => known += 1,
            // Those before have their places: sent again, the file goes on from here.
            Err(denial) => return Err(untaken(denial, line)),
        }
    }
    Ok(Json(Done { added, known, ignored: read.ignored }))
}

/// Each with their ticket, or what is wrong.
fn placed(tickets: &[TicketType], rows: &[Attendee]) -> Result<Vec<(Attendee, TicketTypeId)>, Untaken> {
    let mut wrong = Vec::new();
    let mut people = Vec::with_capacity(rows.len());
    for attendee in rows {
        let named = |title: &str| tickets.iter().find(|ticket| ticket.title.to_lowercase() == title.to_lowercase());
        let ticket = match (attendee.ticket.as_deref(), tickets) {
            (Some(title), _) => named(title).ok_or("there is no such ticket"),
            (None, [only]) => Ok(only),
            (None, []) => Err("the event has no tickets"),
            (None, [..]) => Err("say which ticket"),
        };
        let mut fault = |column, problem: &str| {
            wrong.push(Wrong { line: attendee.line, column: Some(column), problem: problem.to_owned() });
        };
        match (ticket, input::email("email", &attendee.email)) {
            (Ok(ticket), Ok(_)) => people.push((attendee.clone(), ticket.id)),
            (Err(problem), _) => fault("ticket", problem),
            (Ok(_), Err(_)) => fault("email", "this is no e-mail address"),
        }
    }
    wrong.truncate(csv_files::MOST_FAULTS);
    if wrong.is_empty() { Ok(people) } else { Err(Untaken::Faults(wrong)) }
}

fn untaken(denial: Denial, line: u64) -> Untaken {
    if denial.code == Code::StorageUnavailable {
        return denial.into();
    }
    let problem = if denial.code == Code::SoldOut { "no seat is left from here on" } else { "they cannot be registered" };
    Untaken::Faults(vec![Wrong { line, column: None, problem: problem.to_owned() }])
}
