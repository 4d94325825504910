//! The link by which somebody who waited pays for the place that became free.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode},
    response::Response,
};
use houselights_domain::registration::Availability;
use houselights_shared::Timestamp;

use super::{Theme, Zone, after::when, broken, busy, register::to, tickets::price};
use crate::{
    app::App,
    clock,
    http::{
        address::attempt,
        pages::{Button, Card, Fact, Forms, Kept, Look, Page, answer},
    },
    registration::{availability, begin_payment},
    store::{EventRow, RegistrationRow, RegistrationState, StoreError},
    words::{moment, say},
};

/// The parts of a path that name an event and a secret.
pub(in crate::http) type Held = Result<Path<(String, String)>, PathRejection>;

/// `GET /e/{slug}/pay/{secret}`: what is to be paid, or what became of the place. Looking at it begins nothing, so that mail scanners may.
pub(in crate::http) async fn pay_page(State(app): State<Arc<App>>, held: Held, request: Request) -> Response {
    if attempt(&app, &request).is_err() {
        return busy();
    }
    let now = clock::now();
    match found(&app, held).await {
        Ok(Some((event, row, path))) if is_held(&event, &row, now) => shown(&event, &row, path, None),
        Ok(Some((event, row, _))) => outcome(&app, &event, &row, now).await,
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
    let (event, row, path) = match found(&app, held).await {
        Ok(Some(found)) => found,
        Ok(None) => return Card::sorry("unpayable").answer(StatusCode::NOT_FOUND, &Look::own(), Kept::Never),
        Err(error) => return broken(&error),
    };
    if !is_held(&event, &row, now) {
        return outcome(&app, &event, &row, now).await;
    }
    match begin_payment(&app, row.clone(), now).await {
        Ok(checkout) => to(&checkout),
        Err(_) => shown(&event, &row, path, Some(say("landing-fault-payment", &[]))),
    }
}

/// Whose link it is, of which event, and the path of this page. Who has the link of the letter is no stranger: they are told of their own place.
async fn found(app: &App, held: Held) -> Result<Option<(EventRow, RegistrationRow, String)>, StoreError> {
    let Ok(Path((slug, secret))) = held else { return Ok(None) };
    let Some(row) = app.store.registration_to_pay(&secret).await? else { return Ok(None) };
    let event = app.store.event(row.event).await?;
    let event = event.filter(|event| event.deleted_at.is_none() && event.slug.as_deref() == Some(slug.as_str()));
    let Some(event) = event else { return Ok(None) };
    // What is asked for last counts, and the letters before it lead there, too.
    let standing = match row.state {
        RegistrationState::Cancelled => app.store.standing_registration(event.id, &row.email).await?,
        RegistrationState::Pending
        | RegistrationState::Confirmed
        | RegistrationState::Waiting
        | RegistrationState::Refunded => None,
    };
    let row = standing.filter(|standing| standing.state == RegistrationState::Pending).unwrap_or(row);
    Ok(Some((event, row, format!("/e/{slug}/pay/{secret}"))))
}

fn is_held(event: &EventRow, row: &RegistrationRow, now: Timestamp) -> bool {
    row.state == RegistrationState::Pending && row.expires_at.is_some_and(|until| now < until) && event.cancelled_at.is_none()
}

/// What became of a place that is not held any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    Theirs,
    /// Not paid for in time, and given back.
    RanOut,
    Cancelled,
    Refunded,
    /// They registered again, and it is told of that in another letter.
    Replaced,
    /// The event does not take place.
    Off,
}

impl Became {
    const fn word(self) -> &'static str {
        match self {
            Self::Theirs => "theirs",
            Self::RanOut => "ran-out",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Replaced => "replaced",
            Self::Off => "off",
        }
    }

    fn of(event: &EventRow, row: &RegistrationRow, has_another: bool) -> Self {
        match row.state {
            _ if event.cancelled_at.is_some() => Self::Off,
            RegistrationState::Confirmed => Self::Theirs,
            RegistrationState::Refunded => Self::Refunded,
            _ if has_another => Self::Replaced,
            // The moment stays where it was that which ended it.
            RegistrationState::Cancelled if row.expires_at.is_none() || row.confirmed_at.is_some() => Self::Cancelled,
            RegistrationState::Pending | RegistrationState::Waiting | RegistrationState::Cancelled => Self::RanOut,
        }
    }
}

/// The page of a place that is not held any more: what happened, and what can be done now.
async fn outcome(app: &App, event: &EventRow, row: &RegistrationRow, now: Timestamp) -> Response {
    let standing = match app.store.standing_registration(event.id, &row.email).await {
        Ok(standing) => standing,
        Err(error) => return broken(&error),
    };
    let became = Became::of(event, row, standing.is_some_and(|standing| standing.id != row.id));
    let ticket = match app.store.ticket_types([row.ticket]).await {
        Ok(mut tickets) => tickets.pop().filter(|ticket| ticket.deleted_at.is_none() && !ticket.hidden),
        Err(error) => return broken(&error),
    };
    let next = match became {
        Became::RanOut | Became::Cancelled | Became::Refunded => {
            Some(ticket.map_or(Availability::Over, |ticket| availability(event, &ticket, now)))
        }
        Became::Theirs | Became::Replaced | Became::Off => None,
    };
    let status = if became == Became::Theirs || became == Became::Replaced { StatusCode::OK } else { StatusCode::GONE };
    let theme = Theme::of(&event.accent, &event.background);
    became_card(event, row, (became, next), &theme).answer(status, &Look::of(&theme, &[]), Kept::Never)
}

fn became_card(event: &EventRow, row: &RegistrationRow, (became, next): (Became, Option<Availability>), theme: &Theme) -> Card {
    let until = row.expires_at.map(|until| moment(until, &event.time_zone)).unwrap_or_default();
    let words = |part: &str| say(&format!("landing-pay-{part}"), &[("event", &event.title), ("until", &until)]);
    let path = format!("/e/{}", event.slug.as_deref().unwrap_or_default());
    let next_step = next.map(|next| match next {
        Availability::OnSale => ("next-on-sale", Some("again")),
        Availability::WaitingList => ("next-waiting-list", Some("wait-again")),
        Availability::SoldOut => ("next-sold-out", None),
        Availability::NotYet | Availability::Over => ("next-over", None),
    });
    let paragraphs = [Some(words(&format!("{}-text", became.word()))), next_step.map(|(text, _)| words(text))];
    let again = next_step.and_then(|(_, label)| label);
    let again = again.map(|label| Button { label: words(label), link: format!("{path}#register") });
    Card {
        title: words("title"),
        above: event.title.clone(),
        heading: words(&format!("{}-heading", became.word())),
        paragraphs: paragraphs.into_iter().flatten().collect(),
        facts: vec![when(event, Zone::named(&event.time_zone))],
        links: if again.is_some() { vec![Button { label: say("landing-back", &[]), link: path.clone() }] } else { Vec::new() },
        button: again.or_else(|| Some(Button { label: say("landing-again", &[]), link: path })),
        ground: Some(theme.ground()),
        ..Card::default()
    }
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
