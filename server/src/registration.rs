//! Registering, and what organisers do with registrations: for the API and the public page alike.
//!
//! A place is taken first and paid afterwards: a paid one is held until [`checkout::held_until`] while its person is at the payment provider. Where the
//! checkout cannot be opened, the seat is given back. How often somebody may try is the caller's to bound.

mod ending;
mod taking;

pub(crate) use ending::{EndedBy, admit, can_be_given_back, end, give_back, paid_for};

use houselights_domain::{
    registration as rules,
    registration::{Answers, Availability, Sale},
};
use houselights_shared::{EventId, ParticipantId, QuestionId, RegistrationId, TicketTypeId, Timestamp};

use crate::{
    app::App,
    box_office::checkout,
    graphql::{Code, Denial, input},
    mail::{Message, Registered as Told},
    payments::Currency,
    store::{
        About, By, EventPhase, EventRow, NewLetter, NewPlace, Question, RegistrationRow, RegistrationState, Seat, Statement,
        Taken, TicketCode, TicketType, announce, good_again,
    },
    webhooks::{self, Notice, WebhookKind},
};

/// The longest code.
pub(crate) const CODE_CHARS: usize = 40;

/// What somebody fills in. Nothing of it is checked yet.
#[derive(Clone, Debug)]
pub(crate) struct NewRegistration {
    pub(crate) ticket: TicketTypeId,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) code: Option<String>,
    pub(crate) answers: Vec<(QuestionId, Vec<String>)>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) registration: RegistrationId,
    /// Pending, confirmed or waiting.
    pub(crate) state: RegistrationState,
    /// Where to pay, where it is pending.
    pub(crate) checkout_url: Option<String>,
}

/// How a ticket of an event can be had now.
pub(crate) fn availability(event: &EventRow, ticket: &TicketType, now: Timestamp) -> Availability {
    let left = |taken: i64, most: Option<i64>| most.is_none_or(|most| taken < most);
    let sale = Sale {
        is_open: is_open(event, now),
        starts: ticket.sales_start,
        ends: ticket.sales_end,
        has_seat: left(event.taken, event.capacity) && left(ticket.taken, ticket.quantity),
        waiting_list: ticket.waiting_list,
    };
    sale.at(now)
}

/// Whether anybody may register for an event.
fn is_open(event: &EventRow, now: Timestamp) -> bool {
    let is_on = match event.phase {
        EventPhase::Published | EventPhase::Live => true,
        EventPhase::Draft | EventPhase::Ended | EventPhase::Archived => false,
    };
    is_on && event.cancelled_at.is_none() && event.deleted_at.is_none() && now < event.ends_at
}

/// Registers somebody for an event: they get a seat, a seat to pay for, or a place in the queue. Where their address has one already, whoever asks is
/// answered as anybody would be, and the address is written to: who comes to an event is told to nobody.
pub(crate) async fn register(app: &App, event: &EventRow, new: NewRegistration, now: Timestamp) -> Result<Registered, Denial> {
    let (name, email) = (input::title("name", &new.name)?, input::email("email", &new.email)?);
    let code = match new.code.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
        Some(code) => Some(valid_code(app, event.id, code, (new.ticket, now)).await?),
        None => None,
    };
    let ticket = ticket_of(app, event.id, new.ticket).await?;
    let names_it = code.as_ref().is_some_and(|code| code.ticket == Some(ticket.id));
    if !rules::may_have_hidden(ticket.hidden, names_it) {
        return Err(Denial::not_found());
    }
    if !is_open(event, now) {
        return Err(Denial::new(Code::WrongPhase, "nobody can register for this event now"));
    }
    match availability(event, &ticket, now) {
        Availability::OnSale | Availability::WaitingList | Availability::SoldOut => {}
        Availability::NotYet | Availability::Over => return Err(Denial::new(Code::NotOnSale, "not on sale now")),
    }
    let answers = checked_answers(&app.store.questions_of([event.id]).await?, &new.answers)?;
    let currency = currency(&ticket)?;
    let price = rules::price(ticket.amount, code.as_ref().map(|code| code.discount), currency.step());
    if price > 0 && app.box_office.provider().is_none() {
        return Err(Denial::new(Code::PaymentFailed, "this server takes no payments"));
    }
    let place = NewPlace {
        id: RegistrationId::random(),
        event: event.id,
        ticket: ticket.id,
        code: code.map(|code| code.id),
        email: &email,
        name: &name,
        amount: price,
        currency: currency.code(),
        answers: &answers,
        by: By::Public,
        now,
    };
    taking::take(app, event, &ticket, &place).await
}

/// Where to pay for a place that is held: for who waited and follows the link of their mail, `/e/{slug}/pay/{secret}`. The secret is read by
/// [`Store::registration_to_pay`](crate::store::Store::registration_to_pay).
pub(crate) async fn begin_payment(app: &App, row: RegistrationRow, now: Timestamp) -> Result<String, Denial> {
    if row.state != RegistrationState::Pending || row.expires_at.is_none_or(|until| until <= now) {
        return Err(Denial::new(Code::NotOnSale, "the place is not held any more"));
    }
    let event = app.store.event(row.event).await?.filter(|event| event.deleted_at.is_none() && event.cancelled_at.is_none());
    let event = event.ok_or_else(Denial::not_found)?;
    let ticket = any_ticket(app, row.ticket).await?;
    checkout::open(app, &event, &ticket, row, checkout::Otherwise::Keep).await
}

/// Whether people hear of an event: of a draft nobody does, and who is registered for it by hand gets their ticket once it is published.
pub(crate) fn is_out(event: &EventRow) -> bool {
    match event.phase {
        EventPhase::Draft => false,
        EventPhase::Published | EventPhase::Live | EventPhase::Ended | EventPhase::Archived => true,
    }
}

/// Somebody whom the organisation registers.
pub(crate) struct ByHand<'a> {
    pub(crate) ticket: TicketTypeId,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    /// As [`answers_by_hand`] made them.
    pub(crate) answers: Answers,
}

/// Registers somebody on behalf of the organisation: without payment and window, and whatever has to be answered; the quantities hold.
pub(crate) async fn add(app: &App, event: &EventRow, new: ByHand<'_>, now: Timestamp) -> Result<RegistrationRow, Denial> {
    let (name, email) = (input::title("name", new.name)?, input::email("email", new.email)?);
    let ticket = ticket_of(app, event.id, new.ticket).await?;
    if event.cancelled_at.is_some() {
        return Err(Denial::new(Code::WrongPhase, "the event is cancelled"));
    }
    if app.store.standing_registration(event.id, &email).await?.is_some() {
        return Err(already());
    }
    let (id, participant) = (RegistrationId::random(), ParticipantId::random());
    let place = NewPlace {
        id,
        event: event.id,
        ticket: ticket.id,
        code: None,
        email: &email,
        name: &name,
        amount: 0,
        currency: &ticket.currency,
        answers: &new.answers,
        by: By::Staff,
        now,
    };
    let letter = |event| confirmation(id, (place.event, participant), &email, told(event, &ticket, &name), now);
    let who = (id, name.as_str(), email.as_str());
    let told = is_out(event).then(|| letter(event)).into_iter();
    let told = told.chain(announced(WebhookKind::RegistrationConfirmed, event, who, now)).collect();
    match app.store.take_place(&place, Seat::Confirmed { participant, told }).await? {
        Taken::Yes => {
            // It may be public since it was read; then whoever wrote to all may have missed this one.
            if let Some(public) = app.store.event(event.id).await?.filter(|now| is_out(now) && !is_out(event)) {
                app.store.write_all(vec![letter(&public)]).await?;
            }
            app.ring();
            app.store.registration(id).await?.ok_or_else(Denial::conflict)
        }
        Taken::NoSeat | Taken::NoNeedToWait | Taken::NoCode => Err(sold_out()),
        Taken::Twice => Err(already()),
    }
}

/// Sends somebody their ticket again, with a link of its own.
pub(crate) async fn resend(app: &App, event: &EventRow, row: &RegistrationRow, now: Timestamp) -> Result<(), Denial> {
    let (RegistrationState::Confirmed, Some(participant)) = (row.state, row.participant) else {
        return Err(Denial::new(Code::WrongPhase, "there is no ticket to send"));
    };
    if !is_out(event) {
        return Err(Denial::new(Code::WrongPhase, "tickets of a draft are sent when it is published"));
    }
    let ticket = any_ticket(app, row.ticket).await?;
    let about = About { event: Some(event.id), registration: Some(row.id), participant: Some(participant) };
    let message = Message::Confirmation(told(event, &ticket, &row.name));
    let id = format!("ticket:{}:{}", row.id, now.micros());
    let letter = NewLetter::new(id, &row.email, &message, about, now);
    app.store.store_all(vec![good_again(event.id, &row.email), letter.insert()]).await?;
    app.post_office.wake();
    Ok(())
}

/// The name of the letter with the ticket.
pub(crate) fn ticket_letter(id: RegistrationId) -> String {
    format!("confirmation:{id}")
}

/// The name of the letter that says how to pay for a place that is held.
pub(crate) fn held_letter(id: RegistrationId) -> String {
    format!("held:{id}")
}

/// The letter with the ticket.
pub(crate) fn confirmation(
    id: RegistrationId,
    (event, participant): (EventId, ParticipantId),
    email: &str,
    told: Told,
    now: Timestamp,
) -> Statement {
    let about = About { event: Some(event), registration: Some(id), participant: Some(participant) };
    NewLetter::new(ticket_letter(id), email, &Message::Confirmation(told), about, now).insert()
}

/// What a letter says of a registration.
pub(crate) fn told(event: &EventRow, ticket: &TicketType, name: &str) -> Told {
    Told {
        name: name.to_owned(),
        event: event.title.clone(),
        starts_at: event.starts_at,
        time_zone: event.time_zone.clone(),
        ticket: ticket.title.clone(),
    }
}

/// What integrators are told of a registration. Nothing where its event belongs to nobody.
pub(crate) fn announced(
    kind: WebhookKind,
    event: &EventRow,
    (id, name, email): (RegistrationId, &str, &str),
    now: Timestamp,
) -> Option<Statement> {
    let state = match kind {
        WebhookKind::RegistrationRefunded => "REFUNDED",
        WebhookKind::RegistrationCancelled => "CANCELLED",
        WebhookKind::RegistrationConfirmed
        | WebhookKind::EventPublished
        | WebhookKind::EventChanged
        | WebhookKind::EventCancelled => "CONFIRMED",
    };
    Notice::of_registration(kind, event, webhooks::Registration { id, name, email, state }, now).map(|notice| announce(&notice))
}

/// A kind of ticket, also one in the trash.
pub(crate) async fn any_ticket(app: &App, id: TicketTypeId) -> Result<TicketType, Denial> {
    app.store.ticket_types([id]).await?.pop().ok_or_else(Denial::not_found)
}

/// A kind of ticket that belongs to this event.
pub(crate) async fn ticket_of(app: &App, event: EventId, id: TicketTypeId) -> Result<TicketType, Denial> {
    let ticket = any_ticket(app, id).await?;
    if ticket.event == event && ticket.deleted_at.is_none() { Ok(ticket) } else { Err(Denial::not_found()) }
}

async fn valid_code(
    app: &App,
    event: EventId,
    code: &str,
    (ticket, now): (TicketTypeId, Timestamp),
) -> Result<TicketCode, Denial> {
    let named = code_letters(code).ok_or_else(no_code)?;
    let code = app.store.code_named(event, &named).await?;
    code.filter(|code| code.is_for(ticket, now)).ok_or_else(no_code)
}

/// A code as it is kept: in upper case, letters, digits, hyphens and underscores.
pub(crate) fn code_letters(code: &str) -> Option<String> {
    let code = code.trim().to_uppercase();
    let is_plain = code.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    (is_plain && (1..=CODE_CHARS).contains(&code.chars().count())).then_some(code)
}

/// Answers that somebody else wrote down: none has to be there. The question of the first that is none.
pub(crate) fn answers_by_hand(asked: &[Question], given: &[(QuestionId, Vec<String>)]) -> Result<Answers, QuestionId> {
    let asked: Vec<_> = asked.iter().map(|question| rules::Question { is_required: false, ..rule(question) }).collect();
    rules::answers(&asked, given).map_err(|fault| match fault {
        rules::AnswerFault::NotAsked(id) | rules::AnswerFault::Missing(id) | rules::AnswerFault::Unfit(id) => id,
    })
}

fn rule(question: &Question) -> rules::Question<'_> {
    rules::Question { id: question.id, kind: question.kind, options: &question.options, is_required: question.required }
}

fn checked_answers(asked: &[Question], given: &[(QuestionId, Vec<String>)]) -> Result<Answers, Denial> {
    let asked: Vec<_> = asked.iter().map(rule).collect();
    rules::answers(&asked, given).map_err(|fault| {
        let why = match fault {
            rules::AnswerFault::NotAsked(id) => format!("nobody asked {id}"),
            rules::AnswerFault::Missing(id) => format!("{id} has to be answered"),
            rules::AnswerFault::Unfit(id) => format!("this is no answer to {id}"),
        };
        Denial::bad("answers", why)
    })
}

fn currency(ticket: &TicketType) -> Result<Currency, Denial> {
    Currency::parse(&ticket.currency).ok_or_else(|| Denial::new(Code::PaymentFailed, "the ticket has no currency"))
}

fn sold_out() -> Denial {
    Denial::new(Code::SoldOut, "no seat is left")
}

fn no_code() -> Denial {
    Denial::new(Code::DiscountRefused, "no such code, or it is used up or over")
}

fn already() -> Denial {
    Denial::new(Code::AlreadyRegistered, "this address has a place already")
}
