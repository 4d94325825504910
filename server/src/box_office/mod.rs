//! The box office: opens checkouts, hears of payments, gives money back, and looks after places that nobody pays for.
//!
//! What cannot be finished at once is finished by [`round`]: it ends places whose time ran out, once the provider says that nobody can pay
//! for them any more; it tries refunds again that were begun; and it gives free seats to who waits. So a server may stop at any moment.

pub(crate) mod checkout;
pub(crate) mod notices;
pub(crate) mod refunds;

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, TryStreamExt, stream};
use houselights_shared::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    app::App,
    clock,
    config::Config,
    mail::Message,
    payments::{
        Currency, Expiry, PaymentError, Provider,
        stripe::{self, Settings, SetupError, Stripe},
    },
    registration::{held_letter, is_out, told},
    signature::Secret,
    store::{
        About, EventRow, NewLetter, PaymentState, RegistrationRow, RegistrationState, StoreError, TicketType, closing,
        under_way, unsaid,
    },
};

/// How providers are called where payments are stored.
pub(crate) const STRIPE: &str = "stripe";
/// How often it is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// Places and refunds that are looked after in one round.
const BATCH: i64 = 50;
/// And of those at once.
const AT_ONCE: usize = 8;
/// A refund that was begun is tried again after this.
pub(crate) const REFUND_AGAIN: Duration = Duration::from_secs(30);
/// A place is kept for so long where the provider cannot say whether it is paid for.
const ASK_AGAIN: Duration = Duration::from_mins(1);
/// And for so long at a time where the checkout is completed, and a payment that takes days may be under way.
const COMPLETED_AGAIN: Duration = Duration::from_hours(1);

/// The counter where places are paid for.
pub(crate) struct BoxOffice {
    provider: Option<Arc<dyn Provider>>,
    bell: Notify,
}

impl BoxOffice {
    /// As the settings say; without a provider where they name none.
    pub(crate) fn new(config: &Config) -> Result<Self, SetupError> {
        let (key, secret) = (config.stripe_key.clone(), config.stripe_webhook_secret.clone());
        let provider = if key.is_some() || secret.is_some() {
            let secrets = secret.unwrap_or_default();
            let webhook_secrets = secrets.split(',').map(str::trim).filter(|secret| !secret.is_empty());
            let settings = Settings {
                key: Secret::from(key.unwrap_or_default()),
                webhook_secrets: webhook_secrets.map(|secret| Secret::from(secret.to_owned())).collect(),
                base: config.stripe_base.as_ref().map_or_else(|| stripe::STRIPE.to_owned(), ToString::to_string),
            };
            Some(Arc::new(Stripe::new(settings)?) as Arc<dyn Provider>)
        } else {
            None
        };
        Ok(Self { provider, bell: Notify::new() })
    }

    /// Who takes the money, where anybody does.
    pub(crate) fn provider(&self) -> Option<&Arc<dyn Provider>> {
        self.provider.as_ref()
    }

    /// The least that can be paid at once, in the currency's smallest unit. Where nobody takes money, any price can be written.
    pub(crate) fn least(&self, currency: Currency) -> i64 {
        self.provider.as_ref().map_or(1, |provider| provider.least(currency))
    }

    /// Something may be due.
    pub(crate) fn wake(&self) {
        self.bell.notify_one();
    }
}

/// Does what is due until the server stops.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) {
    if app.box_office.provider.is_none() {
        info!("no payments are taken: no payment provider is set");
    }
    loop {
        tokio::select! {
            // What is broken off is taken up again by the next start.
            () = stop.cancelled() => return,
            done = round(&app, clock::now()) => {
                if let Err(error) = done {
                    warn!(%error, "the box office cannot read or store");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.box_office.bell.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Does all that is due at a moment.
pub(crate) async fn round(app: &App, now: Timestamp) -> Result<(), StoreError> {
    promote(app, now).await?;
    let expired = app.store.expired_places(now, BATCH).await?;
    let expiring = stream::iter(expired).map(async |row| expire(app, &row, now).await).buffer_unordered(AT_ONCE);
    expiring.try_collect::<()>().await?;
    let refunds = app.store.refunds_to_try(now.minus(REFUND_AGAIN), BATCH).await?;
    if i64::try_from(refunds.len()).is_ok_and(|tried| tried >= BATCH) {
        // An event was cancelled, perhaps: the rest goes next. What did not work waits for its time.
        app.box_office.wake();
    }
    // Why one did not work is logged where it happens.
    let trying = async |payment| drop(refunds::give_back(app, payment, now).await);
    stream::iter(refunds).for_each_concurrent(AT_ONCE, trying).await;
    Ok(())
}

/// Gives every free seat to who waits for it.
pub(crate) async fn promote(app: &App, now: Timestamp) -> Result<(), StoreError> {
    let mut is_any = false;
    for event in app.store.events_to_promote(now).await? {
        while app.store.promote_next(event, now).await? {
            is_any = true;
        }
    }
    if is_any {
        app.ring();
    }
    Ok(())
}

/// Ends a place that nobody paid for in time. The provider is asked first, so that nobody pays for what they do not get any more.
async fn expire(app: &App, row: &RegistrationRow, now: Timestamp) -> Result<(), StoreError> {
    let Some(open) = close_checkouts(app, row, now).await? else { return Ok(()) };
    // A draft writes to nobody: one that came in from an archive has people who may come to the event that it was taken from.
    let event = app.store.event(row.event).await?.filter(|event| !event.is_off() && is_out(event));
    let ticket = app.store.ticket_types([row.ticket]).await?.pop();
    let letter = event.as_ref().zip(ticket.as_ref()).map(|about| ran_out(about, row, now).insert());
    let more = std::iter::once(closing(row.id, open, now)).chain(letter).collect();
    if app.store.end_registration(row, RegistrationState::Cancelled, more, now).await? {
        app.ring();
    }
    Ok(())
}

/// The letter that says that a place was not paid in time.
fn ran_out((event, ticket): (&EventRow, &TicketType), row: &RegistrationRow, now: Timestamp) -> NewLetter {
    let message = Message::PlaceRanOut(told(event, ticket, &row.name));
    let about = About { event: Some(event.id), registration: Some(row.id), participant: None };
    NewLetter::new(format!("ran-out:{}", row.id), &row.email, &message, about, now)
}

/// Ends all open checkouts of a place: how many those were. Nothing where one may be paid; then the place is held longer.
pub(crate) async fn close_checkouts(app: &App, row: &RegistrationRow, now: Timestamp) -> Result<Option<usize>, StoreError> {
    let mut open = 0;
    for payment in app.store.payments_of(row.id).await?.iter().filter(|payment| payment.state == PaymentState::Open) {
        open += 1;
        let Some(provider) = app.box_office.provider() else { continue };
        let wait = match provider.expire(&payment.reference).await {
            Ok(Expiry::Ended) => None,
            Ok(Expiry::Completed) => Some(COMPLETED_AGAIN),
            Err(PaymentError::Transient(_)) => Some(ASK_AGAIN),
            Err(error @ (PaymentError::Declined(_) | PaymentError::Permanent(_))) => {
                warn!(%error, registration = %row.id, "the provider does not know a checkout; its place is given back");
                None
            }
        };
        if let Some(wait) = wait {
            if wait == COMPLETED_AGAIN {
                app.store.write_all(vec![under_way(payment), unsaid(&held_letter(row.id))]).await?;
            }
            app.store.hold_longer(row, now.plus(wait)).await?;
            return Ok(None);
        }
    }
    Ok(Some(open))
}
