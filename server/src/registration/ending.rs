//! How a registration ends before the event does, and how somebody comes in who waits.

use std::sync::Arc;

use houselights_shared::Timestamp;

use super::{announced, any_ticket, is_open, is_out, sold_out, told};
use crate::{
    app::App,
    box_office::{close_checkouts, refunds},
    clock,
    graphql::{Code, Denial},
    mail::{Amount, Message},
    store::{
        About, Admitted, EventRow, NewLetter, PaymentRow, PaymentState, RegistrationRow, RegistrationState, TicketType,
        closing, moving, not_to_come_back,
    },
    webhooks::WebhookKind,
};

/// Who ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndedBy {
    /// The organizers. What was paid stays with them.
    Organizers,
    /// The organizers, and what was paid goes back.
    OrganizersWithRefund,
    /// Its person, who has to ask the organizers for what they paid.
    Themselves,
}

/// Ends a registration that stands, and tells its person. Where somebody is paying at this moment, it is left to them.
pub(crate) async fn end(app: &Arc<App>, event: &EventRow, row: &RegistrationRow, by: EndedBy) -> Result<(), Denial> {
    let now = clock::now();
    if !row.state.stands() {
        return Err(Denial::conflict());
    }
    let mut more = Vec::new();
    let back = if by == EndedBy::OrganizersWithRefund { Some(refunds::paid(app, row).await?) } else { None };
    if row.state == RegistrationState::Pending {
        let open = close_checkouts(app, row, now).await?.ok_or_else(Denial::conflict)?;
        more.extend([closing(row.id, open, now), not_to_come_back(row.id)]);
    }
    more.extend(back.iter().map(|paid| moving(paid, PaymentState::Refunding, now)));
    let ticket = any_ticket(app, row.ticket).await?;
    let kept = if back.is_none() { what_stays(&app.store.payments_of(row.id).await?) } else { None };
    // Of a draft they have not heard.
    let letter = is_out(event).then(|| ended_letter((event, &ticket, row), by, (back.as_ref().map(left_of), kept), now));
    more.extend(letter.map(|letter| letter.insert()));
    let who = (row.id, row.name.as_str(), row.email.as_str());
    more.extend(announced(WebhookKind::RegistrationCancelled, event, who, now));
    if !app.store.end_registration(row, RegistrationState::Cancelled, more, now).await? {
        return Err(Denial::conflict());
    }
    if let Some(participant) = row.participant {
        app.participant_ended(participant);
    }
    app.ring();
    app.box_office.wake();
    if let Some(paid) = back {
        // The place is gone whether or not the money is back yet: the state says that, and why it is not stands in the log.
        drop(refunds::give_back_marked(app, paid, now).await);
    }
    Ok(())
}

/// Ends somebody's own registration, where it is a place or a wait for one and the event is still to come: the seat goes to the next who waits.
pub(crate) async fn give_back(app: &Arc<App>, event: &EventRow, row: &RegistrationRow) -> Result<(), Denial> {
    if !can_be_given_back(event, row, clock::now()) {
        return Err(Denial::new(Code::WrongPhase, "there is no place to give back"));
    }
    end(app, event, row, EndedBy::Themselves).await
}

/// Whether somebody can give back what they have. What is being paid for runs out by itself.
pub(crate) fn can_be_given_back(event: &EventRow, row: &RegistrationRow, now: Timestamp) -> bool {
    matches!(row.state, RegistrationState::Confirmed | RegistrationState::Waiting) && is_open(event, now)
}

/// What was paid for a place and would stay with the organizers if it ended now.
pub(crate) async fn paid_for(app: &App, row: &RegistrationRow) -> Result<Option<Amount>, Denial> {
    Ok(what_stays(&app.store.payments_of(row.id).await?))
}

/// Lets somebody in who waits, whoever waits for longer; `beyond` what there are of seats, where that is said.
pub(crate) async fn admit(
    app: &App,
    event: &EventRow,
    row: &RegistrationRow,
    (beyond, now): (bool, Timestamp),
) -> Result<(), Denial> {
    if row.state != RegistrationState::Waiting || !is_open(event, now) {
        return Err(Denial::new(Code::WrongPhase, "they do not wait for a place"));
    }
    let ticket = any_ticket(app, row.ticket).await?;
    match app.store.admit((event, row), told(event, &ticket, &row.name), beyond, now).await? {
        Admitted::Yes => {
            app.ring();
            Ok(())
        }
        Admitted::NoSeat => Err(sold_out()),
        Admitted::Changed => Err(Denial::conflict()),
    }
}

fn left_of(paid: &PaymentRow) -> Amount {
    let (received, currency) = paid.received();
    (received - paid.refunded, currency.to_owned())
}

fn what_stays(payments: &[PaymentRow]) -> Option<Amount> {
    payments.iter().find(|payment| payment.is_for_a_place()).map(left_of).filter(|(amount, _)| *amount > 0)
}

/// The letter that says who ended a registration, and what becomes of what was paid: goes back, or stays.
fn ended_letter(
    (event, ticket, row): (&EventRow, &TicketType, &RegistrationRow),
    by: EndedBy,
    (refund, kept): (Option<Amount>, Option<Amount>),
    now: Timestamp,
) -> NewLetter {
    let message = Message::PlaceCancelled {
        about: told(event, ticket, &row.name),
        had_place: row.state == RegistrationState::Confirmed,
        by_themselves: by == EndedBy::Themselves,
        refund,
        kept,
    };
    let about = About { event: Some(event.id), registration: Some(row.id), participant: None };
    NewLetter::new(format!("place-cancelled:{}", row.id), &row.email, &message, about, now)
}
