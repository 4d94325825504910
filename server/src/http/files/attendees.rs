//! Who is registered, as a table.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

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

use super::{Fate, Named, Report, Untaken, Wrong, broken, event, faults, file};
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
) -> Result<Json<Report>, Untaken> {
    let event = event(&app, named, &mut request, Duty::ManagePeople).await?;
    let bytes = body::bytes(request).await?;
    let read = csv_files::attendees(&bytes).map_err(|found| faults(&found))?;
    if event.cancelled_at.is_some() {
        return Err(ApiRefusal::new(StatusCode::CONFLICT, Refusal::NotAllowed).into());
    }
    let people = placed(&app.store.ticket_types_of([event.id]).await?, &read.rows)?;
    // Several at once, so that they share their writes; they end in the order of the file. Where one cannot be registered none is begun
    // any more, and those that were are heard to their end.
    let stopped = Arc::new(AtomicBool::new(false));
    let adding = people.into_iter().map(|(attendee, ticket)| {
        let (app, event, stopped) = (Arc::clone(&app), Arc::clone(&event), Arc::clone(&stopped));
        async move {
            if stopped.load(Ordering::Relaxed) {
                return None;
            }
            let done = registration::add(&app, &event, ticket, (&attendee.name, &attendee.email), clock::now()).await;
            if done.as_ref().is_err_and(|denial| denial.code != Code::AlreadyRegistered) {
                stopped.store(true, Ordering::Relaxed);
            }
            Some((attendee, done.map(drop)))
        }
    });
    let mut adding = stream::iter(adding).buffered(AT_ONCE);
    let (mut report, mut wrong) = (Report { ignored: read.ignored, ..Report::default() }, Vec::new());
    for line in read.left_out {
        report.note(line, Fate::LeftOut, "");
    }
    while let Some(outcome) = adding.next().await {
        let Some((Attendee { line, name, .. }, done)) = outcome else { continue };
        match done {
            Ok(()) => report.note(line, Fate::Added, &name),
            Err(denial) if denial.code == Code::AlreadyRegistered => report.note(line, Fate::Known, &name),
            Err(denial) if denial.code == Code::StorageUnavailable => return Err(denial.into()),
            Err(denial) => wrong.push(refused(&denial, line)),
        }
    }
    // Those who are in have their places: sent again, the file goes on from there.
    if wrong.is_empty() { Ok(Json(report.in_order())) } else { Err(Untaken::stopped(wrong, report)) }
}

/// Each with their ticket, or what is wrong.
fn placed(tickets: &[TicketType], rows: &[Attendee]) -> Result<Vec<(Attendee, TicketTypeId)>, Untaken> {
    let mut wrong = Vec::new();
    let mut people = Vec::with_capacity(rows.len());
    for attendee in rows {
        let named = |title: &str| tickets.iter().find(|ticket| ticket.title.to_lowercase() == title.to_lowercase());
        let ticket = match (attendee.ticket.as_deref(), tickets) {
            (Some(title), _) => named(title).ok_or(("no_such_ticket", "there is no such ticket")),
            (None, [only]) => Ok(only),
            (None, []) => Err(("no_tickets", "the event has no tickets")),
            (None, [..]) => Err(("which_ticket", "say which ticket")),
        };
        let mut fault = |column, problem| wrong.push(Wrong::new(attendee.line, Some(column), problem));
        match (ticket, input::email("email", &attendee.email)) {
            (Ok(ticket), Ok(_)) => people.push((attendee.clone(), ticket.id)),
            (Err(problem), _) => fault("ticket", problem),
            (Ok(_), Err(_)) => fault("email", ("not_an_address", "this is no e-mail address")),
        }
    }
    wrong.truncate(csv_files::MOST_FAULTS);
    if wrong.is_empty() { Ok(people) } else { Err(Untaken::faults(wrong)) }
}

fn refused(denial: &Denial, line: u64) -> Wrong {
    let problem = if denial.code == Code::SoldOut {
        ("sold_out", "no seat is left")
    } else {
        ("not_registered", "they cannot be registered")
    };
    Wrong::new(line, None, problem)
}
