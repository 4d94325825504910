//! Request and response: health, metrics, signing in, and the page behind an invite link.

mod accept;
mod address;
mod audit;
mod bearer;
mod body;
mod bounces;
mod files;
mod giving_back;
mod health;
mod history;
mod images;
mod inbox;
mod join;
mod landing;
mod logins;
mod oidc;
mod pages;
mod patience;
mod payments;
mod people;
mod profiles;
mod refusal;
mod replay;
mod rooms;
mod sign_ins;
mod unread;
mod votes;

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{Response, StatusCode},
    middleware::{Next, from_fn, from_fn_with_state},
    routing::{delete, get, post},
};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::error;

pub(crate) use accept::{Peer, accept};
pub(crate) use address::{address, attempt, attempt_from, letter_from, too_many};
pub(crate) use bearer::token;
pub(crate) use landing::{Shelf, Theme};
pub(crate) use refusal::ApiRefusal;
pub(crate) use sign_ins::link as sign_in_link;

use crate::{app::App, csv_files, graphql, images::MOST_BYTES, payments::LONGEST_NOTICE, realtime};

/// The largest body of a request: a name and a secret are far smaller.
const MAX_BODY_BYTES: usize = 4 * 1024;
/// How long a request may take: longer than the payment provider may, asked twice.
const REQUEST_WITHIN: Duration = Duration::from_secs(20);

/// All routes.
pub(crate) fn router(app: Arc<App>) -> Router {
    let metrics = Arc::clone(&app.metrics);
    let panicked = move |_: Box<dyn Any + Send>| {
        error!("a request panicked");
        metrics.panics.increment(1);
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    };
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/realtime", get(realtime::upgrade))
        .route("/join/{invite}", get(join::page))
        .route("/join/{invite}/give-back", get(giving_back::ask).post(giving_back::give_back))
        .route("/api/invites/{invite}", get(logins::invite))
        .route("/api/logins", post(logins::log_in))
        .route("/api/logins/current", delete(logins::log_out))
        .route("/api/rooms", get(rooms::rooms))
        .route("/api/inbox/{participant}", get(inbox::conversation))
        .route("/api/rooms/{id}/people", get(people::page))
        .route("/api/rooms/{id}/people/{participant}", get(profiles::of))
        .route("/api/rooms/{id}/audit", get(audit::page))
        .route("/api/rooms/{id}/audit.csv", get(audit::table))
        .route("/api/rooms/{id}/audit.jsonl", get(audit::lines))
        .route("/api/rooms/{id}/polls/{poll}/votes", get(votes::page))
        .route("/api/rooms/{id}/messages", get(history::page))
        .route("/api/rooms/{id}/messages/search", get(history::search))
        .route("/api/rooms/{id}/replay", get(replay::outline))
        .route("/api/rooms/{id}/replay/at", get(replay::at))
        .route("/api/rooms/{id}/replay/updates", get(replay::updates))
        .route("/sign-in/{secret}", get(sign_ins::page))
        .route("/api/sign-ins", post(sign_ins::ask))
        .route("/api/sign-ins/confirm", post(sign_ins::confirm))
        .route("/api/sign-ins/current", delete(sign_ins::sign_out))
        .route("/api/sign-ins/ways", get(oidc::ways))
        .route("/api/sign-ins/oidc", post(oidc::ask))
        .route("/api/oidc/callback", get(oidc::callback))
        .route("/images/{id}", get(images::show))
        .route("/api/people/me/data", get(files::data))
        .route("/api/people/me", delete(files::forget))
        .route("/api/registrations/{id}/data", get(files::data_within))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .merge(event_pages(&app))
        .route("/api/profile", get(profiles::own).put(profiles::keep).layer(DefaultBodyLimit::max(profiles::MOST_BYTES)))
        .route("/api/organisations/{id}/bounces", post(bounces::report).layer(DefaultBodyLimit::max(bounces::MOST_BYTES)))
        .route("/api/payments/stripe/notices", post(payments::stripe).layer(DefaultBodyLimit::max(LONGEST_NOTICE)))
        .route(
            "/graphql",
            post(graphql::post).layer(DefaultBodyLimit::max(graphql::MAX_BODY_BYTES)).fallback(graphql::by_post_alone),
        )
        .layer(from_fn(|request: Request, next: Next| patience::within(REQUEST_WITHIN, request, next)))
        .merge(uploads())
        .merge(files())
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(unread::told))
        .with_state(app)
}

/// The public pages of events, under the addresses that they had before, too.
fn event_pages(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/e/{slug}", get(landing::page))
        .route("/e/{slug}/calendar.ics", get(landing::calendar))
        .route("/e/{slug}/registered", get(landing::registered))
        .route("/e/{slug}/waiting", get(landing::waiting))
        .route("/e/{slug}/paid", get(landing::paid))
        .route("/e/{slug}/unpaid", get(landing::unpaid))
        .route("/e/{slug}/unpaid/{registration}", get(landing::left_page).post(landing::pay_after_all))
        .route("/e/{slug}/pay/{secret}", get(landing::pay_page).post(landing::pay))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .route(
            "/e/{slug}/register",
            get(landing::form).post(landing::register).layer(DefaultBodyLimit::max(landing::MAX_BODY_BYTES)),
        )
        .layer(from_fn_with_state(Arc::clone(app), landing::lead_on))
}

/// Where longer bodies come in, and slower ones.
fn uploads() -> Router<Arc<App>> {
    Router::new()
        .route("/api/organisations/{id}/images", post(images::upload))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn(|request: Request, next: Next| patience::within(images::UPLOAD_WITHIN, request, next)))
}

/// Files in and out, which take their time. An archive and a report take as long as their lines go on coming.
fn files() -> Router<Arc<App>> {
    Router::new()
        .route("/api/events/{id}/attendees.csv", get(files::list).post(files::add))
        .route("/api/events/{id}/agenda.csv", get(files::table).post(files::import_table))
        .route("/api/events/{id}/agenda.ics", get(files::calendar).post(files::import_calendar))
        .layer(DefaultBodyLimit::max(csv_files::MOST_BYTES))
        .layer(from_fn(|request: Request, next: Next| patience::within(files::FILE_WITHIN, request, next)))
        .route("/api/events/{id}/reports/{file}", get(files::report))
        .route("/api/events/{id}/archive", get(files::whole))
        .route("/api/organisations/{id}/archives", post(files::import))
}
