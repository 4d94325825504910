//! The courier: hands to webhooks what they are to be told, oldest first, to each one thing at a time.
//!
//! So a receiver that stalls holds up nobody else, and hears things in their order, unless it refuses one: that comes again later. Whoever
//! is told twice knows by the delivery's id.

use std::{collections::HashSet, future::ready, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use houselights_shared::WebhookId;
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{
    app::App,
    clock,
    config::Config,
    signature::Secret,
    store::{Handed, Parcel, StoreError},
    webhooks::{Delivery, Guard, Sender, retry_after},
};

/// Webhooks that are told something at once.
const AT_ONCE: usize = 32;
/// How often it is looked whether something is due that nobody rang for.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// How long a stop waits for answers. What was not answered then is sent again later.
const PARTING: Duration = Duration::from_secs(2);

/// The counter where deliveries are announced.
pub(crate) struct Courier {
    sender: Sender,
    guard: Guard,
    bell: Notify,
}

impl Courier {
    /// As the settings say. Fails where this machine has no usable TLS certificates.
    pub(crate) fn new(config: &Config) -> reqwest::Result<Self> {
        let guard = Guard { allows_private: config.webhooks_allow_private };
        Ok(Self { sender: Sender::new(guard)?, guard, bell: Notify::new() })
    }

    /// Where webhooks may go.
    pub(crate) const fn guard(&self) -> Guard {
        self.guard
    }

    /// A delivery was written.
    pub(crate) fn wake(&self) {
        self.bell.notify_one();
    }
}

/// Hands over what is due until the server stops.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) {
    let (mut busy, mut under_way) = (HashSet::new(), FuturesUnordered::new());
    loop {
        let wait = match take(&app, &busy).await {
            Ok((parcels, wait)) => {
                for parcel in parcels {
                    busy.insert(parcel.webhook);
                    under_way.push(hand(&app, parcel));
                }
                wait
            }
            Err(error) => {
                warn!(%error, "what webhooks are to be told cannot be read");
                LOOK_EVERY
            }
        };
        tokio::select! {
            () = stop.cancelled() => break,
            Some(webhook) = under_way.next() => { busy.remove(&webhook); }
            () = app.courier.bell.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    let _ = timeout(PARTING, under_way.for_each(|_| ready(()))).await;
}

/// What is due to webhooks that are not busy, and when to look again.
async fn take(app: &App, busy: &HashSet<WebhookId>) -> Result<(Vec<Parcel>, Duration), StoreError> {
    let room = AT_ONCE.saturating_sub(busy.len());
    if room == 0 {
        return Ok((Vec::new(), LOOK_EVERY));
    }
    let now = clock::now();
    match app.store.next_delivery(busy.iter().copied()).await? {
        Some(due) if due <= now => {
            let most = i64::try_from(room).unwrap_or(i64::MAX);
            // Others may be due soon: looked at again at once, when these are under way.
            Ok((app.store.take_deliveries(busy.iter().copied(), most, now).await?, Duration::ZERO))
        }
        Some(due) => Ok((Vec::new(), due.since(now).min(LOOK_EVERY))),
        None => Ok((Vec::new(), LOOK_EVERY)),
    }
}

async fn hand(app: &App, parcel: Parcel) -> WebhookId {
    let delivery = Delivery { id: &parcel.id, url: &parcel.url, body: &parcel.body };
    let attempt = app.courier.sender.send(delivery, &Secret::from(parcel.secret.clone()), clock::now()).await;
    let now = clock::now();
    let failed = attempt.error.map(|error| (error.to_string(), retry_after(parcel.attempt).map(|wait| now.plus(wait))));
    let counter = if attempt.is_ok() { &app.metrics.webhooks_told } else { &app.metrics.webhooks_untold };
    counter.increment(1);
    let handed = Handed { status: attempt.status, failed };
    if let Err(error) = app.store.delivery_handed(&parcel, handed, now).await {
        warn!(%error, "what became of a delivery cannot be stored: it may be sent twice");
    }
    parcel.webhook
}
