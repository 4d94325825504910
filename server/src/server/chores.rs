//! What a server does beside requests, now and then.

use std::{sync::Arc, time::Duration};

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    app::App,
    clock,
    store::{Standing, TRASH_KEPT},
};

/// How often a store that fails is tried.
const PROBE_EVERY: Duration = Duration::from_millis(500);
/// How often it is looked whose the database is.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often memory is tidied.
const TIDY_EVERY: Duration = Duration::from_secs(10);
/// How often it is said how many strangers were refused, if any were.
const REPORT_EVERY: Duration = Duration::from_mins(1);
/// How often logins are deleted that ran out long ago.
const FORGET_EVERY: Duration = Duration::from_hours(1);
/// For how long it can be seen which letters were sent, and whether one with the link of a sign-in was.
const LETTERS_KEPT: Duration = Duration::from_hours(30 * 24);
const SIGN_IN_LETTERS_KEPT: Duration = Duration::from_hours(24);
/// For how long it can be seen what a webhook was told.
const DELIVERIES_KEPT: Duration = Duration::from_hours(30 * 24);
/// For how long a login that ran out is told so; after that its token is unknown.
const EXPIRED_KEPT: Duration = Duration::from_hours(30 * 24);

/// What has to be done now and then.
pub(super) async fn run(app: Arc<App>, stop: CancellationToken) {
    let mut probe = tokio::time::interval(PROBE_EVERY);
    let mut tidy = tokio::time::interval(TIDY_EVERY);
    let mut forget = tokio::time::interval(FORGET_EVERY);
    let mut report = tokio::time::interval(REPORT_EVERY);
    // Once: afterwards others may be under way.
    if !app.taken_back.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            taken_back = app.store.take_back_halves(app.since) => {
                if let Err(error) = taken_back {
                    warn!(%error, "what is left of an import stays for now");
                }
            }
        }
        app.taken_back.cancel();
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = report.tick() => {
                let refused = app.limits.take_turned_away();
                if refused > 0 {
                    warn!(refused, "connections were refused of which nobody knows whose they are");
                }
            }
            _ = probe.tick() => {
                // A store that failed may work again before anyone writes; only then are clients sent here. And a file that was
                // taken away is noticed though nobody writes.
                if !app.store.is_writable() || !app.store.is_in_place() {
                    drop(app.store.probe(clock::now().micros()).await);
                }
            }
            _ = tidy.tick() => {
                app.metrics.tidy();
                app.limits.tidy();
                app.end_what_is_over().await;
            }
            _ = forget.tick() => tokio::select! {
                () = stop.cancelled() => return,
                () = forget_what_is_over(&app) => {}
            },
        }
    }
}

/// Looks whose the database is. Where it is another server's this one sends its clients away and waits to be stopped; nothing is written by then.
pub(super) async fn watch(app: Arc<App>, stop: CancellationToken) {
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = look.tick() => {}
        }
        let standing = tokio::select! {
            () = stop.cancelled() => return,
            standing = app.store.look() => standing,
        };
        if standing == Standing::Anothers {
            app.draining.cancel();
            app.ousted.cancel();
            return;
        }
    }
}

/// Deletes what nobody can use any more.
async fn forget_what_is_over(app: &App) {
    let now = clock::now();
    let forgotten = app.store.forget_logins(now.minus(EXPIRED_KEPT)).await;
    if let Err(error) = forgotten.and(app.store.forget_sign_ins(now).await) {
        warn!(%error, "logins that ran out stay for now");
    }
    if let Err(error) = app.store.purge_deleted(now.minus(TRASH_KEPT)).await {
        warn!(%error, "what lies in the trash for too long stays for now");
    }
    match app.store.sweep_images(now).await {
        Ok(0) => {}
        Ok(pictures) => info!(pictures, "pictures were erased that nothing shows any more"),
        Err(error) => warn!(%error, "pictures that nothing shows stay for now"),
    }
    if let Err(error) = app.store.forget_letters(now.minus(LETTERS_KEPT), now.minus(SIGN_IN_LETTERS_KEPT)).await {
        warn!(%error, "letters that were sent long ago stay for now");
    }
    if let Err(error) = app.store.forget_deliveries(now.minus(DELIVERIES_KEPT)).await {
        warn!(%error, "what webhooks were told long ago stays for now");
    }
    app.forgetting.forget(&app.store).await;
}
