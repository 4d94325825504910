//! The pages after the form. They say what happens next and claim nothing: that a registration or a payment stands is told by mail.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use url::Url;

use super::{Slug, Theme, Zone, broken, gone, named, public_event, theme};
use crate::{
    app::App,
    http::{
        join::get_app,
        pages::{Button, Card, Fact, Kept, Look},
    },
    store::EventRow,
    words::{moment, say},
};

/// `GET /e/{slug}/registered`.
pub(in crate::http) async fn registered(State(app): State<Arc<App>>, slug: Slug) -> Response {
    shown(&app, slug, "registered", Some("landing-note-nothing-text")).await
}

/// `GET /e/{slug}/waiting`.
pub(in crate::http) async fn waiting(State(app): State<Arc<App>>, slug: Slug) -> Response {
    shown(&app, slug, "waiting", Some("landing-note-nothing-text")).await
}

/// `GET /e/{slug}/paid`: the way back from the payment provider. Anybody can open it.
pub(in crate::http) async fn paid(State(app): State<Arc<App>>, slug: Slug) -> Response {
    shown(&app, slug, "paid", Some("landing-note-nothing-paid-text")).await
}

/// `GET /e/{slug}/unpaid`: the way back for who left the provider's page.
pub(in crate::http) async fn unpaid(State(app): State<Arc<App>>, slug: Slug) -> Response {
    shown(&app, slug, "unpaid", None).await
}

/// `nothing` is what to do if no mail comes, where one should.
async fn shown(app: &App, slug: Slug, what: &str, nothing: Option<&str>) -> Response {
    let slug = named(slug);
    let event = match public_event(app, &slug).await {
        Ok(Some(event)) => event,
        Ok(None) => return gone(),
        Err(error) => return broken(&error),
    };
    let theme = theme(&event);
    let card = card(&event.row, what, (nothing, app.config.app_url.as_ref()), &theme);
    card.answer(StatusCode::OK, &Look::of(&theme, &[]), Kept::Private)
}

fn card(row: &EventRow, what: &str, (nothing, app_url): (Option<&str>, Option<&Url>), theme: &Theme) -> Card {
    let (zone, path) = (Zone::named(&row.time_zone), format!("/e/{}", row.slug.as_deref().unwrap_or_default()));
    let words = |part: &str| say(&format!("landing-{what}-{part}"), &[("event", &row.title)]);
    let link = |id, link| Button { label: say(id, &[]), link };
    let to_page = |id| link(id, path.clone());
    let mut notes = Vec::new();
    if let Some(nothing) = nothing {
        notes.push((say("landing-note-nothing", &[]), say(nothing, &[])));
        let how = if app_url.is_some() { "landing-note-app-text" } else { "landing-note-app-ask-text" };
        notes.push((say("landing-note-app", &[]), say(how, &[])));
    }
    let calendar = nothing.map(|_| link("landing-save", format!("{path}/calendar.ics")));
    Card {
        title: words("title"),
        above: row.title.clone(),
        heading: words("heading"),
        paragraphs: vec![words("text")],
        facts: vec![when(row, zone)],
        links: nothing.map(|_| get_app(app_url).into_iter().chain([to_page("landing-back")]).collect()).unwrap_or_default(),
        button: calendar.or_else(|| Some(to_page("landing-again"))),
        notes,
        form: None,
        ground: Some(theme.ground()),
    }
}

/// When an event begins, for a list of facts.
pub(in crate::http) fn when(row: &EventRow, zone: Zone) -> Fact {
    Fact {
        label: say("landing-when", &[]),
        value: moment(row.starts_at, &row.time_zone),
        moment: Some(zone.machine(row.starts_at)),
    }
}
