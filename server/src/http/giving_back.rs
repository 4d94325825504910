//! The page on which somebody gives their place back, behind the link of their ticket: no account is needed for it.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};

use super::{
    address::attempt,
    join::sorry,
    landing::{Theme, Zone, when},
    logins::{Secret, named, usable},
    pages::{Button, Card, Forms, Kept, Look, Page, answer},
};
use crate::{
    app::App,
    clock,
    graphql::Denial,
    payments::written,
    registration::{self, can_be_given_back, paid_for},
    store::{EventRow, RegistrationRow},
    words::say,
};

/// `GET /join/{invite}/give-back`: asks. Looking at it gives nothing back, so that mail scanners may.
pub(super) async fn ask(State(app): State<Arc<App>>, secret: Secret, request: Request) -> Response {
    if attempt(&app, &request).is_err() {
        return sorry(StatusCode::TOO_MANY_REQUESTS, "crowded");
    }
    let secret = named(secret);
    match found(&app, &secret).await {
        Ok(Some((event, row))) if can_be_given_back(&event, &row, clock::now()) => {
            match asked(&app, &event, &row, &secret).await {
                Ok(card) => answered(&event, card, StatusCode::OK),
                Err(_) => sorry(StatusCode::SERVICE_UNAVAILABLE, "broken"),
            }
        }
        Ok(Some((event, _))) => answered(&event, told(&event, "late"), StatusCode::GONE),
        Ok(None) => sorry(StatusCode::NOT_FOUND, "unusable"),
        Err(_) => sorry(StatusCode::SERVICE_UNAVAILABLE, "broken"),
    }
}

/// `POST /join/{invite}/give-back`: does it. That somebody has the link is enough, wherever they pressed the button.
pub(super) async fn give_back(State(app): State<Arc<App>>, secret: Secret, request: Request) -> Response {
    if attempt(&app, &request).is_err() {
        return sorry(StatusCode::TOO_MANY_REQUESTS, "crowded");
    }
    match found(&app, &named(secret)).await {
        Ok(Some((event, row))) => match registration::give_back(&app, &event, &row).await {
            Ok(()) => answered(&event, told(&event, "done"), StatusCode::OK),
            Err(_) => answered(&event, told(&event, "late"), StatusCode::GONE),
        },
        // Once it is done the link is nobody's: whoever loads the page again did it.
        Ok(None) => sorry(StatusCode::NOT_FOUND, "unusable"),
        Err(_) => sorry(StatusCode::SERVICE_UNAVAILABLE, "broken"),
    }
}

/// Whose link it is. Who looks after an event or speaks there has no place to give back.
async fn found(app: &App, secret: &str) -> Result<Option<(EventRow, RegistrationRow)>, Denial> {
    let Ok(invite) = usable(app, secret).await else { return Ok(None) };
    let Some((participant, _)) = invite.person else { return Ok(None) };
    let Some(row) = app.store.registration_of(participant).await? else { return Ok(None) };
    let event = app.store.event(row.event).await?.filter(|event| event.deleted_at.is_none());
    Ok(event.map(|event| (event, row)))
}

async fn asked(app: &App, event: &EventRow, row: &RegistrationRow, secret: &str) -> Result<Card, Denial> {
    let mut paragraphs = vec![say("give-back-text", &[("event", &event.title)])];
    if let Some((amount, currency)) = paid_for(app, row).await? {
        let organisations = app.store.organisations(event.organisation).await?;
        let whom = organisations.first().map_or("", |organisation| organisation.name.as_str());
        paragraphs.push(say("give-back-paid", &[("amount", &written(amount, &currency)), ("organisation", whom)]));
    }
    Ok(Card {
        title: say("give-back-title", &[("event", &event.title)]),
        above: event.title.clone(),
        heading: say("give-back-heading", &[]),
        paragraphs,
        facts: vec![when(event, Zone::named(&event.time_zone))],
        form: Some(Button { label: say("give-back-send", &[]), link: format!("/join/{secret}/give-back") }),
        links: vec![Button { label: say("give-back-keep", &[]), link: format!("/join/{secret}") }],
        ..Card::default()
    })
}

fn told(event: &EventRow, what: &str) -> Card {
    let words = |part: &str| say(&format!("give-back-{what}-{part}"), &[("event", &event.title)]);
    let page = event.slug.as_ref().map(|slug| Button { label: say("join-page", &[]), link: format!("/e/{slug}") });
    Card {
        title: say("give-back-title", &[("event", &event.title)]),
        above: event.title.clone(),
        heading: words("heading"),
        paragraphs: vec![words("text")],
        button: page,
        ..Card::default()
    }
}

fn answered(event: &EventRow, card: Card, status: StatusCode) -> Response {
    let theme = Theme::of(&event.accent, &event.background);
    let card = Card { ground: Some(theme.ground()), ..card };
    let page = Page::new("card.html", &Look::of(&theme, &[]), &card);
    answer(status, page, (Forms::Here, Kept::Never))
}
