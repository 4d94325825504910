//! What the provider tells of payments. It may tell it twice, late, and in any order: the state that is stored decides what it means.

use std::sync::Arc;

use houselights_shared::{ParticipantId, Timestamp};
use tracing::{error, info, warn};

use super::{REFUND_AGAIN, STRIPE, ran_out, refunds};
use crate::{
    app::App,
    mail::{Message, Registered},
    payments::{Notice, Payment},
    registration::{announced, confirmation, held_letter, told},
    store::{
        About, EventRow, NOBODYS, NewLetter, PaymentRow, PaymentState, RegistrationRow, RegistrationState, Statement,
        StoreError, TicketType, moving, notice, refunded_in_part, under_way, unsaid,
    },
    webhooks::WebhookKind,
};

/// How often a notice is acted on anew where something else happened between reading and writing.
const TRIES: u32 = 5;

/// Acts on a notice, once. Where this fails nothing was done, and it has to be told again.
pub(crate) async fn hear(app: &Arc<App>, heard: Notice, now: Timestamp) -> Result<(), StoreError> {
    let payment = match &heard {
        Notice::Paid(payment)
        | Notice::UnderWay(payment)
        | Notice::Failed(payment)
        | Notice::Expired(payment)
        | Notice::Refunded(payment) => payment,
        Notice::Other { event: _ } => return Ok(()),
    };
    for _ in 0..TRIES {
        if app.store.was_told(STRIPE, &payment.event).await? {
            return Ok(());
        }
        let Some(case) = Case::find(app, payment, matches!(heard, Notice::Refunded(_))).await? else {
            info!("a notice is about no payment of this server");
            return Ok(());
        };
        let done = match &heard {
            Notice::Paid(_) => case.paid(app, now).await?,
            Notice::UnderWay(_) => case.under_way(app, now).await?,
            Notice::Failed(_) => case.ended(app, PaymentState::Failed, now).await?,
            Notice::Expired(_) => case.ended(app, PaymentState::Expired, now).await?,
            Notice::Refunded(_) => case.refunded(app, now).await?,
            Notice::Other { .. } => true,
        };
        if done {
            app.ring();
            return Ok(());
        }
    }
    Err(StoreError::Unavailable("a payment changes all the time".to_owned()))
}

/// A notice with all that it is about, as it is stored.
struct Case<'a> {
    heard: &'a Payment,
    payment: PaymentRow,
    /// All payments of the registration.
    payments: Vec<PaymentRow>,
    row: RegistrationRow,
    event: EventRow,
    ticket: TicketType,
}

impl<'a> Case<'a> {
    async fn find(app: &App, heard: &'a Payment, is_refund: bool) -> Result<Option<Self>, StoreError> {
        let Ok(id) = heard.registration.parse() else { return Ok(None) };
        let Some(row) = app.store.registration(id).await? else { return Ok(None) };
        let mut payments = app.store.payments_of(id).await?;
        let mut found = sought(&payments, heard, is_refund).cloned();
        if found.is_none() && !is_refund {
            // It was opened, and the server stopped before that was stored.
            app.store.note_payment(&row, (STRIPE, &heard.reference)).await?;
            payments = app.store.payments_of(id).await?;
            found = sought(&payments, heard, is_refund).cloned();
        }
        let event = app.store.event(row.event).await?;
        let ticket = app.store.ticket_types([row.ticket]).await?.pop();
        let (Some(mut payment), Some(event), Some(ticket)) = (found, event, ticket) else { return Ok(None) };
        payment.paid_as = heard.paid_as.clone().or(payment.paid_as);
        Ok(Some(Self { heard, payment, payments, row, event, ticket }))
    }

    fn notice(&self, now: Timestamp) -> Statement {
        notice(STRIPE, &self.heard.event, now)
    }

    /// Nothing follows from it; it is not looked at again.
    async fn known(&self, app: &App, now: Timestamp) -> Result<bool, StoreError> {
        app.store.write_all(vec![self.notice(now)]).await
    }

    fn is_as_asked(&self) -> bool {
        let money = self.heard.money;
        money.amount == self.payment.amount && money.currency.code() == self.payment.currency
    }

    async fn paid(&self, app: &Arc<App>, now: Timestamp) -> Result<bool, StoreError> {
        match self.payment.state {
            // It was told before, or what came after it was told first.
            PaymentState::Paid | PaymentState::Refunding | PaymentState::Refunded => return self.known(app, now).await,
            PaymentState::Open | PaymentState::Expired | PaymentState::Failed => {}
        }
        if !self.is_as_asked() {
            error!(payment = self.payment.reference, "another amount was paid than was asked for: it goes back, for no place");
            return self.wrong(app, now).await;
        }
        let participant = ParticipantId::random();
        let letter = || {
            let told = told(&self.event, &self.ticket, &self.row.name);
            confirmation(self.row.id, (self.row.event, participant), &self.row.email, told, now)
        };
        let announced =
            || announced(WebhookKind::RegistrationConfirmed, &self.event, (self.row.id, &self.row.name, &self.row.email), now);
        let more = || {
            let statements = [self.notice(now), moving(&self.payment, PaymentState::Paid, now), letter()];
            statements.into_iter().chain(announced()).collect::<Vec<_>>()
        };
        // There is nobody any more whose place it could be.
        let is_for_somebody = !self.event.is_off() && !self.row.email.ends_with(NOBODYS);
        match self.row.state {
            RegistrationState::Pending if is_for_somebody => {
                app.store.confirm_pending(&self.row, participant, more(), now).await
            }
            RegistrationState::Cancelled if self.row.expires_at.is_some() && is_for_somebody => {
                if app.store.confirm_expired(&self.row, participant, more(), now).await? {
                    return Ok(true);
                }
                warn!(registration = %self.row.id, "a place was paid for after its time, and is gone: the money goes back");
                self.too_late(app, now).await
            }
            RegistrationState::Pending
            | RegistrationState::Confirmed
            | RegistrationState::Waiting
            | RegistrationState::Cancelled
            | RegistrationState::Refunded => self.too_late(app, now).await,
        }
    }

    /// The money came, and nothing is given for it: it goes back.
    async fn too_late(&self, app: &Arc<App>, now: Timestamp) -> Result<bool, StoreError> {
        let marked = vec![self.notice(now), moving(&self.payment, PaymentState::Refunding, now)];
        let done = app.store.write_all(marked).await?;
        if done {
            send_back(app, self.payment.clone(), now);
        }
        Ok(done)
    }

    /// Another amount or currency came than was asked for: it goes back, whoever paid it is told why, and the place that was held for it is free.
    async fn wrong(&self, app: &Arc<App>, now: Timestamp) -> Result<bool, StoreError> {
        let money = self.heard.money;
        let came = (money.amount, money.currency.code().to_owned());
        let message = Message::WrongAmount {
            about: told(&self.event, &self.ticket, &self.row.name),
            came: came.clone(),
            asked: (self.payment.amount, self.payment.currency.clone()),
        };
        let about = About { event: Some(self.row.event), registration: Some(self.row.id), participant: None };
        let letter = NewLetter::new(format!("wrong-amount:{}", self.payment.reference), &self.row.email, &message, about, now);
        let payment = PaymentRow { came: Some(came), ..self.payment.clone() };
        let more = vec![self.notice(now), moving(&payment, PaymentState::Refunding, now), letter.insert()];
        let done = self.without_it(app, (more, None), now).await?;
        if done {
            send_back(app, payment, now);
        }
        Ok(done)
    }

    /// The money is under way, and so their place is kept: they are told, once.
    async fn under_way(&self, app: &App, now: Timestamp) -> Result<bool, StoreError> {
        if self.payment.state != PaymentState::Open || self.row.state != RegistrationState::Pending || self.event.is_off() {
            return self.known(app, now).await;
        }
        let letter = self.letter("under-way", Message::PaymentUnderWay, now);
        let is_so = [under_way(&self.payment), unsaid(&held_letter(self.row.id))];
        app.store.write_all([vec![self.notice(now), letter.insert()], is_so.into()].concat()).await
    }

    /// Nobody will pay here any more. The place that was held for it is free, and its person is told.
    async fn ended(&self, app: &App, to: PaymentState, now: Timestamp) -> Result<bool, StoreError> {
        match self.payment.state {
            PaymentState::Open => {}
            PaymentState::Paid
            | PaymentState::Expired
            | PaymentState::Failed
            | PaymentState::Refunding
            | PaymentState::Refunded => return self.known(app, now).await,
        }
        let letter = if to == PaymentState::Failed {
            self.letter("payment-failed", Message::PaymentFailed, now)
        } else {
            ran_out((&self.event, &self.ticket), &self.row, now)
        };
        let letter = (!self.event.is_off()).then(|| letter.insert());
        self.without_it(app, (vec![self.notice(now), moving(&self.payment, to, now)], letter), now).await
    }

    fn letter(&self, id: &str, message: fn(Registered) -> Message, now: Timestamp) -> NewLetter {
        let about = About { event: Some(self.row.event), registration: Some(self.row.id), participant: None };
        let message = message(told(&self.event, &self.ticket, &self.row.name));
        NewLetter::new(format!("{id}:{}", self.payment.reference), &self.row.email, &message, about, now)
    }

    /// Writes what becomes of a payment. Where there is no other that can be paid, the place that is held for it is free, and `lost` tells so.
    async fn without_it(
        &self,
        app: &App,
        (mut more, lost): (Vec<Statement>, Option<Statement>),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let is_other = |other: &&PaymentRow| other.reference != self.payment.reference && other.state == PaymentState::Open;
        if self.row.state == RegistrationState::Pending && !self.payments.iter().any(|other| is_other(&other)) {
            more.extend(lost);
            return app.store.end_registration(&self.row, RegistrationState::Cancelled, more, now).await;
        }
        app.store.write_all(more).await
    }

    async fn refunded(&self, app: &App, now: Timestamp) -> Result<bool, StoreError> {
        if self.payment.state == PaymentState::Refunded {
            return self.known(app, now).await;
        }
        if self.heard.money.amount < self.payment.received().0 {
            info!(registration = %self.row.id, "a part of the money went back; the place stays");
            let so_far = refunded_in_part(&self.payment, self.heard.money.amount);
            return app.store.write_all(vec![self.notice(now), so_far]).await;
        }
        if self.payment.state == PaymentState::Refunding {
            // As was asked for. Whether it is back already, or on its way, says who was asked.
            let look = moving(&self.payment, PaymentState::Refunding, now.minus(REFUND_AGAIN));
            let done = app.store.write_all(vec![self.notice(now), look]).await?;
            app.box_office.wake();
            return Ok(done);
        }
        let refunded = refunds::Refunded {
            payment: &self.payment,
            payments: &self.payments,
            row: &self.row,
            event: &self.event,
            ticket: &self.ticket,
        };
        let done = refunded.store(app, vec![self.notice(now)], now).await?;
        if let Some(participant) = self.row.participant.filter(|_| done && self.payment.came.is_none()) {
            app.participant_ended(participant);
        }
        Ok(done)
    }
}

/// Gives back a payment that is marked by now. On a task of its own: the provider waits for an answer. Where this does not work it is tried again by
/// a later round.
fn send_back(app: &Arc<App>, payment: PaymentRow, now: Timestamp) {
    let refunding = PaymentRow { state: PaymentState::Refunding, ..payment };
    let house = Arc::clone(app);
    drop(app.tasks.spawn(async move { refunds::give_back(&house, refunding, now).await }));
}

/// The payment that a notice is about. Money that went back is told by the name of the money; where that was not told yet, there must be only
/// one payment that it can be.
fn sought<'a>(payments: &'a [PaymentRow], heard: &Payment, is_refund: bool) -> Option<&'a PaymentRow> {
    if !is_refund {
        return payments.iter().find(|payment| payment.reference == heard.reference);
    }
    let named = payments.iter().find(|payment| payment.paid_as.as_deref() == Some(&heard.reference));
    let mut nameless = payments.iter().filter(|payment| payment.paid_as.is_none());
    named.or_else(|| nameless.next().filter(|_| nameless.next().is_none()))
}
