//! Who is registered, as a table.
//!
//! The columns: `name`, `email`, `ticket`, the `code` that made it cheaper, `state`, what was `paid` (nothing until it is; in a `state` of `refunded`
//! the money is back), its `currency`, when they `registered`, and when they `came`: when the ticket first let somebody in, so from when
//! the doors opened; empty where nobody did. Then each question that the event asks, in its words, with the answers.
//!
//! Of those an import reads name, e-mail, ticket, state and answers; the others, and whatever it does not know, it names in its report. It registers by
//! hand: without payment, code and window, and without asking for answers that are not there. Whoever is registered already is left as they
//! are. Nobody is moved up: who waits or has not paid, here or by the file's word, is reported and no more.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use futures_util::{StreamExt, stream};
use houselights_domain::{Duty, registration::Answers};
use houselights_shared::{Refusal, RegistrationId, TicketTypeId, Timestamp};

use super::{Fate, Named, Report, Untaken, Wrong, broken, event, faults, file, seats};
use crate::{
    app::App,
    clock,
    csv_files::{self, Attendee, Export},
    graphql::{
        Code, Denial,
        input::{self, shown},
    },
    http::{body, refusal::ApiRefusal},
    payments::{Currency, Money},
    registration::{self, ByHand},
    store::{EventRow, Question, RegistrationFilter, RegistrationRow, RegistrationState, StoreError, TicketType},
};

/// Rows that are read at once.
const PAGE: i64 = 1_000;
/// People who are registered at once.
const AT_ONCE: usize = 16;
/// The columns that every event has.
const COLUMNS: [&str; 9] = ["name", "email", "ticket", "code", "state", "paid", "currency", "registered", "came"];

/// `GET /api/events/{id}/attendees.csv`.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Response, ApiRefusal> {
    let event = event(&app, named, &mut request, Duty::Export).await?;
    let questions = app.store.questions_of([event.id]).await?;
    let headers = csv_files::headers(&questions);
    let header: Vec<&str> = COLUMNS.into_iter().chain(headers.iter().map(String::as_str)).collect();
    let mut table = Export::new(&header, true).map_err(|error| broken(&error))?;
    let mut after: Option<RegistrationId> = None;
    loop {
        let rows = app.store.registrations_of(event.id, &RegistrationFilter::default(), (after, PAGE)).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        put(&app, &mut table, &rows, &questions).await?.map_err(|error| broken(&error))?;
    }
    let bytes = table.finish().map_err(|error| broken(&error))?;
    Ok(file(&event, "attendees.csv", "text/csv; charset=utf-8", Body::from(bytes)))
}

/// A page of rows. Tickets and codes are named also where they are not to be had any more.
async fn put(
    app: &App,
    table: &mut Export,
    rows: &[RegistrationRow],
    questions: &[Question],
) -> Result<io::Result<()>, StoreError> {
    let tickets = app.store.ticket_types(rows.iter().map(|row| row.ticket)).await?;
    let tickets: HashMap<_, _> = tickets.into_iter().map(|ticket| (ticket.id, ticket.title)).collect();
    let codes = app.store.codes(rows.iter().filter_map(|row| row.code)).await?;
    let codes: HashMap<_, _> = codes.into_iter().map(|code| (code.id, code.code)).collect();
    let time = |at: Timestamp| shown(at).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    Ok(rows.iter().try_for_each(|row| {
        let standing = [
            row.name.clone(),
            row.email.clone(),
            tickets.get(&row.ticket).cloned().unwrap_or_default(),
            row.code.and_then(|code| codes.get(&code)).cloned().unwrap_or_default(),
            row.state.stored().to_owned(),
            paid(row),
            row.currency.clone(),
            time(row.created_at),
            row.used_at.map(time).unwrap_or_default(),
        ];
        let answer = |question: &Question| row.answers.get(&question.id).map(|values| csv_files::cell(question, values));
        let cells: Vec<String> =
            standing.into_iter().chain(questions.iter().map(|question| answer(question).unwrap_or_default())).collect();
        table.row(&cells)
    }))
}

/// What somebody paid, as a number with the decimals of its currency.
fn paid(row: &RegistrationRow) -> String {
    let amount = if row.confirmed_at.is_some() { row.amount } else { 0 };
    let written = |currency| Money { amount, currency }.figure();
    Currency::parse(&row.currency).map_or_else(|| amount.to_string(), written)
}

/// `POST /api/events/{id}/attendees.csv`: registers them by hand. Nobody is registered where a row is wrong.
pub(in crate::http) async fn add(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Json<Report>, Untaken> {
    let event = event(&app, named, &mut request, Duty::ManagePeople).await?;
    let bytes = body::bytes(request).await?;
    let questions = app.store.questions_of([event.id]).await?;
    let headers = csv_files::headers(&questions);
    let read = csv_files::attendees(&bytes, &headers).map_err(|found| faults(&found))?;
    if event.cancelled_at.is_some() {
        return Err(ApiRefusal::new(StatusCode::CONFLICT, Refusal::NotAllowed).into());
    }
    let tickets = app.store.ticket_types_of([event.id]).await?;
    let asked = Asked { tickets, questions, headers };
    let people = asked.placed(read.rows)?;
    seats::enough(&app, &event, (&asked.tickets, &people)).await?;
    // Several at once, so that they share their writes; they end in the order of the file. Where one cannot be registered none is begun
    // any more, and those that were are heard to their end.
    let stopped = Arc::new(AtomicBool::new(false));
    let adding = people.into_iter().map(|person| {
        let (app, event, stopped) = (Arc::clone(&app), Arc::clone(&event), Arc::clone(&stopped));
        async move {
            if stopped.load(Ordering::Relaxed) {
                return None;
            }
            let done = put_in(&app, &event, &person).await;
            if done.is_err() {
                stopped.store(true, Ordering::Relaxed);
            }
            Some((person.attendee, done))
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
            Ok(fate) => report.note(line, fate, &name),
            Err(denial) if denial.code == Code::StorageUnavailable => return Err(denial.into()),
            Err(denial) => wrong.push(refused(&denial, line)),
        }
    }
    // Those who are in have their places: sent again, the file goes on from there.
    if wrong.is_empty() { Ok(Json(report.in_order())) } else { Err(Untaken::stopped(wrong, report)) }
}

/// Somebody to be registered, all of whose row is good.
pub(super) struct Placed {
    pub(super) attendee: Attendee,
    /// Nothing where the file gives them no place.
    pub(super) ticket: Option<TicketTypeId>,
    answers: Answers,
}

/// Registers somebody, unless they are registered already or the file gives them no place.
async fn put_in(app: &App, event: &EventRow, person: &Placed) -> Result<Fate, Denial> {
    let Placed { attendee, ticket, answers } = person;
    if let Some(ticket) = *ticket {
        let new = ByHand { ticket, name: &attendee.name, email: &attendee.email, answers: answers.clone() };
        match registration::add(app, event, new, clock::now()).await {
            Ok(_) => return Ok(Fate::Added),
            Err(denial) if denial.code == Code::AlreadyRegistered => {}
            Err(denial) => return Err(denial),
        }
    }
    let email = input::email("email", &attendee.email)?;
    let standing = app.store.standing_registration(event.id, &email).await?;
    Ok(match standing.map(|row| row.state) {
        Some(RegistrationState::Waiting) => Fate::Waits,
        Some(RegistrationState::Pending) => Fate::Unpaid,
        Some(RegistrationState::Confirmed | RegistrationState::Cancelled | RegistrationState::Refunded) => Fate::Known,
        // Whoever was there a moment ago has given their place back.
        None if ticket.is_some() => Fate::LeftOut,
        None => Fate::NoPlace,
    })
}

/// What an event has that rows refer to.
struct Asked {
    tickets: Vec<TicketType>,
    questions: Vec<Question>,
    headers: Vec<String>,
}

impl Asked {
    /// Each with their ticket and answers, or what is wrong.
    fn placed(&self, rows: Vec<Attendee>) -> Result<Vec<Placed>, Untaken> {
        let mut wrong = Vec::new();
        let mut people = Vec::with_capacity(rows.len());
        for attendee in rows {
            let mut problems = Vec::new();
            if input::email("email", &attendee.email).is_err() {
                problems.push(("email".to_owned(), ("not_an_address", "this is no e-mail address")));
            }
            let ticket = if attendee.has_place { self.ticket(&attendee).map(Some) } else { Ok(None) };
            let answers = if attendee.has_place { self.answers(&attendee) } else { Ok(Answers::new()) };
            match (ticket, answers) {
                (Ok(ticket), Ok(answers)) if problems.is_empty() => people.push(Placed { attendee, ticket, answers }),
                (ticket, answers) => {
                    problems.extend(ticket.err().map(|problem| ("ticket".to_owned(), problem)));
                    let column = answers.err().map(|column| (column, ("not_an_answer", "this is no answer to the question")));
                    problems.extend(column);
                    let told = |(column, problem)| Wrong::new(attendee.line, None, problem).of(column);
                    wrong.extend(problems.into_iter().map(told));
                }
            }
        }
        wrong.truncate(csv_files::MOST_FAULTS);
        if wrong.is_empty() { Ok(people) } else { Err(Untaken::faults(wrong)) }
    }

    fn ticket(&self, attendee: &Attendee) -> Result<TicketTypeId, (&'static str, &'static str)> {
        let named = |title: &str| self.tickets.iter().find(|ticket| ticket.title.to_lowercase() == title.to_lowercase());
        let ticket = match (attendee.ticket.as_deref(), self.tickets.as_slice()) {
            (Some(title), _) => named(title).ok_or(("no_such_ticket", "there is no such ticket")),
            (None, [only]) => Ok(only),
            (None, []) => Err(("no_tickets", "the event has no tickets")),
            (None, [..]) => Err(("which_ticket", "say which ticket")),
        };
        ticket.map(|ticket| ticket.id)
    }

    /// The answers as they are kept, or the column of one that is none.
    fn answers(&self, attendee: &Attendee) -> Result<Answers, String> {
        let written = self.questions.iter().zip(&attendee.answers);
        let given: Vec<_> = written.map(|(question, cell)| (question.id, csv_files::answered(question, cell))).collect();
        let column =
            |id| self.questions.iter().position(|question| question.id == id).and_then(|place| self.headers.get(place));
        registration::answers_by_hand(&self.questions, &given).map_err(|id| column(id).cloned().unwrap_or_default())
    }
}

fn refused(denial: &Denial, line: u64) -> Wrong {
    let problem = if denial.code == Code::SoldOut {
        ("sold_out", "no seat is left")
    } else {
        ("not_registered", "they cannot be registered")
    };
    Wrong::new(line, None, problem)
}
