//! Opening a checkout for a place that is held.

use std::{sync::Arc, time::Duration};

use houselights_shared::Timestamp;
use tracing::warn;

use super::STRIPE;
use crate::{
    app::App,
    clock,
    graphql::{Code, Denial},
    payments::{Checkout, Currency, LONGEST_CHECKOUT, Money, PaymentError, Provider, SHORTEST_CHECKOUT},
    signature::seconds,
    store::{EventRow, PaymentRow, PaymentState, RegistrationRow, RegistrationState, Store, StoreError, TicketType, closing},
};

/// How long a seat is held for who is paying for it: longer than the shortest checkout.
const HELD_FOR: Duration = Duration::from_mins(35);

/// Until when a seat is held for who begins to pay for it now. Who began while it was sold has as long as everybody, also beyond the end of the sale, but
/// not beyond the end of the event: then the box office ends the checkout, which the provider would leave open for longer. An event that goes on
/// beyond its end has none.
pub(crate) fn held_until(event: &EventRow, now: Timestamp) -> Timestamp {
    let until = now.plus(HELD_FOR);
    if event.ends_at > now { until.min(event.ends_at) } else { until }
}

/// What becomes of the place where no checkout can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Otherwise {
    /// It is given back: whoever asked for it just now can ask again.
    GiveBack,
    /// It stays theirs for as long as it is held.
    Keep,
}

/// Where to pay for a place. What is open already stays so.
pub(crate) async fn open(
    app: &App,
    event: &EventRow,
    ticket: &TicketType,
    row: RegistrationRow,
    otherwise: Otherwise,
) -> Result<String, Denial> {
    let payments = app.store.payments_of(row.id).await?;
    if payments.iter().any(PaymentRow::is_under_way) {
        // A second checkout would be paid a second time.
        return Err(Denial::conflict());
    }
    if let Some(open) = payments.into_iter().find(|payment| payment.state == PaymentState::Open && !payment.url.is_empty()) {
        return Ok(open.url);
    }
    let provider = app.box_office.provider().ok_or_else(|| failed("this server takes no payments"))?;
    let row = held_long_enough(&app.store, event, row, clock::now()).await?;
    let checkout = checkout(app, event, ticket, &row)?;
    let (store, provider) = (app.store.clone(), Arc::clone(provider));
    // On a task of its own: whoever asked may go, and the seat has to be accounted for all the same.
    let opening = app.tasks.spawn(async move { open_at(&store, &*provider, (&row, checkout), otherwise).await });
    let opened = opening.await.map_err(|_| failed("the checkout was not opened"))?;
    if opened.is_err() {
        // The seat may have gone to who waited.
        app.ring();
    }
    opened
}

/// A place that is held for at least as long as a checkout lasts, or until its event is over.
async fn held_long_enough(
    store: &Store,
    event: &EventRow,
    row: RegistrationRow,
    now: Timestamp,
) -> Result<RegistrationRow, Denial> {
    let until = held_until(event, now);
    if row.expires_at.is_some_and(|held| held.since(now) >= SHORTEST_CHECKOUT || held >= until) {
        return Ok(row);
    }
    if store.hold_longer(&row, until).await? {
        Ok(RegistrationRow { expires_at: Some(until), ..row })
    } else {
        Err(Denial::conflict())
    }
}

fn checkout(app: &App, event: &EventRow, ticket: &TicketType, row: &RegistrationRow) -> Result<Checkout, Denial> {
    let currency = Currency::parse(&row.currency).ok_or_else(|| failed("the ticket has no currency"))?;
    let (held, now) = (row.expires_at.ok_or_else(Denial::conflict)?, clock::now());
    // A place can be held for longer, as by an archive; and for less, where its event ends: no checkout is so short.
    let expires_at =
        if held.since(now) >= SHORTEST_CHECKOUT { held.min(now.plus(LONGEST_CHECKOUT)) } else { held.plus(HELD_FOR) };
    let page = format!("{}/e/{}", app.base_url, event.slug.as_deref().unwrap_or_default());
    Ok(Checkout {
        registration: row.id.to_string(),
        title: format!("{}: {}", event.title, ticket.title),
        price: Money { amount: row.amount, currency },
        email: row.email.clone(),
        success_url: format!("{page}/paid"),
        // Whoever leaves the provider's page finds the way back to what is held for them.
        cancel_url: format!("{page}/unpaid/{}", row.id),
        expires_at,
        // A place that is held longer has another checkout.
        idempotency_key: format!("checkout-{}-{}", row.id, seconds(expires_at)),
    })
}

async fn open_at(
    store: &Store,
    provider: &dyn Provider,
    (row, checkout): (&RegistrationRow, Checkout),
    otherwise: Otherwise,
) -> Result<String, Denial> {
    let begun = match provider.begin(&checkout).await {
        Ok(begun) => begun,
        Err(error) => {
            log(&error);
            if otherwise == Otherwise::GiveBack {
                give_back(store, row).await;
            }
            return Err(failed("the payment provider did not open a checkout"));
        }
    };
    match store.payment_begun(row, (STRIPE, &begun.reference, &begun.url), clock::now()).await {
        Ok(true) => Ok(begun.url),
        outcome => {
            // The place is gone, or nobody could find the payment again: it must not be paid. Where this fails, too, it runs out by itself.
            let _ = provider.expire(&begun.reference).await;
            if otherwise == Otherwise::GiveBack && outcome.is_err() {
                give_back(store, row).await;
            }
            Err(outcome.map_or_else(Denial::from, |_| Denial::conflict()))
        }
    }
}

/// The place is free again. Where even that cannot be stored, it runs out.
async fn give_back(store: &Store, row: &RegistrationRow) {
    let now = clock::now();
    let ended: Result<bool, StoreError> =
        store.end_registration(row, RegistrationState::Cancelled, vec![closing(row.id, 0, now)], now).await;
    if !matches!(ended, Ok(true)) {
        warn!(registration = %row.id, "a place whose checkout was not opened is held until it runs out");
    }
}

fn log(error: &PaymentError) {
    warn!(%error, "a checkout was not opened");
}

fn failed(why: &str) -> Denial {
    Denial::new(Code::PaymentFailed, why)
}
