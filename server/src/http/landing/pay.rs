//! The link by which somebody who waited pays for the place that became free.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode},
    response::Response,
};
use houselights_shared::Timestamp;

use super::{Theme, Zone, after::when, broken, busy, register::to, tickets::price};
use crate::{
    app::App,
    clock,
    http::{
        address::attempt,
        pages::{Button, Card, Fact, Forms, Kept, Look, Page, answer},
    },
    registration::begin_payment,
    store::{EventRow, RegistrationRow, RegistrationState, StoreError},
    words::{moment, say},
};

/// The parts of a path that name an event and a secret.
pub(in crate::http) type Held = Result<Path<(String, String)>, PathRejection>;

/// `GET /e/{slug}/pay/{secret}`: what is to be paid. Looking at it begins nothing, so that mail scanners may.
pub(in crate::http) async fn pay_page(State(app): State<Arc<App>>, held: Held, request: Request) -> Response {
    if attempt(&app, &request).is_err() {
        return busy();
    }
    match found(&app, held, clock::now()).await {
        Ok(Some((event, row, path))) => shown(&event, &row, path, None),
        Ok(None) => Card::sorry("unpayable").answer(StatusCode::NOT_FOUND, &Look::own(), Kept::Never),
        Err(error) => broken(&error),
    }
}

/// `POST /e/{slug}/pay/{secret}`: on to the payment provider. That somebody has the link is enough, wherever they pressed the button.
pub(in crate::http) async fn pay(State(app): State<Arc<App>>, held: Held, request: Request) -> Response {
    if attempt(&app, &request).is_err() {
        return busy();
    }
    let now = clock::now();
    let (event, row, path) = match found(&app, held, now).await {
        Ok(Some(found)) => found,
        Ok(None) => return Card::sorry("unpayable").answer(StatusCode::NOT_FOUND, &Look::own(), Kept::Never),
        Err(error) => return broken(&error),
    };
    match begin_payment(&app, row.clone(), now).await {
        Ok(checkout) => to(&checkout),
        Err(_) => shown(&event, &row, path, Some(say("landing-fault-payment", &[]))),
    }
}

/// The place that is held, its event, and the path of this page.
async fn found(app: &App, held: Held, now: Timestamp) -> Result<Option<(EventRow, RegistrationRow, String)>, StoreError> {
    let Ok(Path((slug, secret))) = held else { return Ok(None) };
    let Some(row) = app.store.registration_to_pay(&secret).await? else { return Ok(None) };
    let is_held = row.state == RegistrationState::Pending && row.expires_at.is_some_and(|until| now < until);
    let event = app.store.event(row.event).await?.filter(|event| {
        is_held && event.deleted_at.is_none() && event.cancelled_at.is_none() && event.slug.as_deref() == Some(slug.as_str())
    });
    Ok(event.map(|event| (event, row, format!("/e/{slug}/pay/{secret}"))))
}

fn shown(event: &EventRow, row: &RegistrationRow, path: String, fault: Option<String>) -> Response {
    let theme = Theme::of(&event.accent, &event.background);
    let words = |part: &str| say(&format!("landing-pay-{part}"), &[("event", &event.title)]);
    let status = if fault.is_some() { StatusCode::BAD_GATEWAY } else { StatusCode::OK };
    let until = row.expires_at.map(|until| Fact {
        label: words("until"),
        value: moment(until, &event.time_zone),
        moment: Some(Zone::named(&event.time_zone).machine(until)),
    });
    let amount = Fact { label: words("amount"), value: price(row.amount, &row.currency), moment: None };
    let card = Card {
        title: words("title"),
        above: event.title.clone(),
        heading: words("heading"),
        paragraphs: fault.into_iter().chain([words("text")]).collect(),
        facts: [amount, when(event, Zone::named(&event.time_zone))].into_iter().chain(until).collect(),
        form: Some(Button { label: words("send"), link: path }),
        ground: Some(theme.ground()),
        ..Card::default()
    };
    let page = Page::new("card.html", &Look::of(&theme, &[]), &card);
    let mut response = answer(status, page, (Forms::Payment, Kept::Never));
    if status == StatusCode::BAD_GATEWAY {
        response.headers_mut().insert(axum::http::header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}
