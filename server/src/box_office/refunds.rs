//! Giving money back. That it is to go back is stored before the provider is asked, so that a server that stops in between asks again.

use std::{sync::Arc, time::Duration};

use houselights_shared::Timestamp;
use tracing::{error, warn};

use crate::{
    app::App,
    graphql::{Code, Denial},
    mail::{AndThePlace, Message},
    payments::{Back, Currency, Money, PaymentError, Refund},
    registration::{announced, told},
    store::{
        About, EventRow, NewLetter, PaymentRow, PaymentState, RegistrationRow, RegistrationState, Statement, StoreError,
        TicketType, moving,
    },
    webhooks::WebhookKind,
};

/// How far away the next look is at money that is on its way: days pass until it arrives.
const LOOK_AGAIN: Duration = Duration::from_hours(1);
/// How often it is written anew where something else happened between reading and writing.
const TRIES: u32 = 5;

/// Gives back what was paid for a registration. Its place is free then, and already where the money is on its way.
pub(crate) async fn refund(app: &Arc<App>, row: &RegistrationRow, now: Timestamp) -> Result<(), Denial> {
    let paid = paid(app, row).await?;
    if !app.store.move_payment(&paid, PaymentState::Refunding, now).await? {
        return Err(Denial::conflict());
    }
    give_back_marked(app, paid, now).await
}

/// What was paid for a registration, where it can go back.
pub(crate) async fn paid(app: &App, row: &RegistrationRow) -> Result<PaymentRow, Denial> {
    let payments = app.store.payments_of(row.id).await?;
    if let Some(paid) = payments.iter().find(|payment| payment.state == PaymentState::Paid) {
        return Ok(paid.clone());
    }
    let is_under_way = payments.iter().any(|payment| payment.state == PaymentState::Refunding);
    Err(if is_under_way { failed() } else { Denial::new(Code::WrongPhase, "nothing was paid") })
}

/// Gives back a payment that was paid and is marked by now. On a task of its own: whoever asked may go meanwhile.
pub(crate) async fn give_back_marked(app: &Arc<App>, paid: PaymentRow, now: Timestamp) -> Result<(), Denial> {
    let refunding = PaymentRow { state: PaymentState::Refunding, ..paid };
    let house = Arc::clone(app);
    let giving = app.tasks.spawn(async move { give_back(&house, refunding, now).await });
    giving.await.map_err(|_| failed())?
}

/// Asks the provider to give back a payment that is marked so, and writes down that it did. Asked again, it gives nothing twice.
pub(crate) async fn give_back(app: &App, payment: PaymentRow, now: Timestamp) -> Result<(), Denial> {
    let Some(provider) = app.box_office.provider() else {
        warn!("money is to go back, and no payment provider is set");
        return Err(failed());
    };
    let (received, currency) = payment.received();
    let currency = Currency::parse(currency).ok_or_else(failed)?;
    // What is left of it: a part may have gone back before, and then it is another refund.
    let part = if payment.refunded > 0 { format!("-after-{}", payment.refunded) } else { String::new() };
    let refund = Refund {
        reference: payment.paid_as.clone().unwrap_or_else(|| payment.reference.clone()),
        money: Money { amount: received - payment.refunded, currency },
        idempotency_key: format!("refund-{}{part}", payment.reference),
    };
    match provider.refund(&refund).await {
        Ok(Back::Done) => went_back(app, payment, now).await,
        Ok(Back::OnItsWay) => on_its_way(app, payment, now).await,
        Err(error @ PaymentError::Transient(_)) => {
            warn!(%error, registration = %payment.registration, "money did not go back yet; it is tried again");
            // The next try is as far away as if it had been marked now.
            app.store.move_payment(&payment, PaymentState::Refunding, now).await?;
            Err(failed())
        }
        Err(error @ (PaymentError::Declined(_) | PaymentError::Permanent(_))) => {
            error!(%error, registration = %payment.registration, "money cannot go back by itself");
            app.store.move_payment(&payment, PaymentState::Paid, now).await?;
            Err(failed())
        }
    }
}

async fn went_back(app: &App, payment: PaymentRow, now: Timestamp) -> Result<(), Denial> {
    for _ in 0..TRIES {
        let payments = app.store.payments_of(payment.registration).await?;
        let current = payments.iter().find(|other| other.reference == payment.reference).ok_or_else(Denial::not_found)?;
        // The provider may have told it meanwhile.
        if current.state == PaymentState::Refunded {
            return Ok(());
        }
        let row = app.store.registration(payment.registration).await?.ok_or_else(Denial::not_found)?;
        let event = app.store.event(row.event).await?.ok_or_else(Denial::not_found)?;
        let ticket = app.store.ticket_types([row.ticket]).await?.pop().ok_or_else(Denial::not_found)?;
        let refunded = Refunded { payment: current, payments: &payments, row: &row, event: &event, ticket: &ticket };
        if refunded.store(app, Vec::new(), now).await? {
            if let Some(participant) = row.participant.filter(|_| current.came.is_none()) {
                app.participant_ended(participant);
            }
            app.ring();
            return Ok(());
        }
    }
    Err(Denial::conflict())
}

/// The provider has taken it on. Whoever has the place loses it now, and is told that the money is on its way; that it went back they are told once it
/// has.
async fn on_its_way(app: &App, payment: PaymentRow, now: Timestamp) -> Result<(), Denial> {
    let mut more = vec![moving(&payment, PaymentState::Refunding, now.plus(LOOK_AGAIN))];
    let row = app.store.registration(payment.registration).await?.ok_or_else(Denial::not_found)?;
    let others = app.store.payments_of(row.id).await?;
    let is_kept = others.iter().any(|other| other.reference != payment.reference && other.is_for_a_place());
    if !row.state.stands() || is_kept || payment.came.is_some() {
        // They were told when it began.
        app.store.write_all(more).await?;
        return Ok(());
    }
    let event = app.store.event(row.event).await?.ok_or_else(Denial::not_found)?;
    let ticket = app.store.ticket_types([row.ticket]).await?.pop().ok_or_else(Denial::not_found)?;
    let (received, currency) = payment.received();
    let message = Message::RefundOnItsWay {
        about: told(&event, &ticket, &row.name),
        amount: received - payment.refunded,
        currency: currency.to_owned(),
        place: AndThePlace::Ends,
    };
    let about = About { event: Some(row.event), registration: Some(row.id), participant: None };
    more.push(NewLetter::new(format!("refunding:{}", payment.reference), &row.email, &message, about, now).insert());
    more.extend(announced(WebhookKind::RegistrationCancelled, &event, (row.id, &row.name, &row.email), now));
    if !app.store.end_registration(&row, RegistrationState::Cancelled, more, now).await? {
        return Err(Denial::conflict());
    }
    if let Some(participant) = row.participant {
        app.participant_ended(participant);
    }
    app.ring();
    Ok(())
}

/// Money that went back, with all that it is about.
pub(super) struct Refunded<'a> {
    pub(super) payment: &'a PaymentRow,
    /// All payments of the registration.
    pub(super) payments: &'a [PaymentRow],
    pub(super) row: &'a RegistrationRow,
    pub(super) event: &'a EventRow,
    pub(super) ticket: &'a TicketType,
}

impl Refunded<'_> {
    /// Writes it down: the place is free, and its person is told. Where they paid twice, they keep the place that the other payment is for.
    pub(super) async fn store(&self, app: &App, more: Vec<Statement>, now: Timestamp) -> Result<bool, StoreError> {
        let Self { payment, row, .. } = self;
        let mut statements = more;
        statements.push(moving(payment, PaymentState::Refunded, now));
        if payment.came.is_some() {
            // No place was given for it, and its person was told that it goes back when it came.
            return app.store.write_all(statements).await;
        }
        statements.push(self.letter(now));
        let who = (row.id, row.name.as_str(), row.email.as_str());
        statements.extend(announced(WebhookKind::RegistrationRefunded, self.event, who, now));
        let is_kept = self.payments.iter().any(|other| other.reference != payment.reference && other.is_for_a_place());
        match row.state {
            RegistrationState::Pending | RegistrationState::Confirmed | RegistrationState::Cancelled if !is_kept => {
                app.store.end_registration(row, RegistrationState::Refunded, statements, now).await
            }
            RegistrationState::Pending
            | RegistrationState::Confirmed
            | RegistrationState::Cancelled
            | RegistrationState::Waiting
            | RegistrationState::Refunded => app.store.write_all(statements).await,
        }
    }

    fn letter(&self, now: Timestamp) -> Statement {
        let row = self.row;
        let message = Message::Refunded {
            about: told(self.event, self.ticket, &row.name),
            amount: self.payment.amount - self.payment.refunded,
            currency: self.payment.currency.clone(),
            // Whether they have a place all the same is looked up when it is sent.
            place: if row.confirmed_at.is_some() { AndThePlace::Ends } else { AndThePlace::NeverWas },
        };
        let about = About { event: Some(row.event), registration: Some(row.id), participant: None };
        NewLetter::new(format!("refunded:{}", self.payment.reference), &row.email, &message, about, now).insert()
    }
}

fn failed() -> Denial {
    Denial::new(Code::PaymentFailed, "the money did not go back yet")
}
