//! Paying for a place that is held: by the link of a letter, and for who left the payment provider's page.

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode},
    response::Response,
};
use houselights_domain::registration::Availability;
use houselights_shared::Timestamp;

use super::{Theme, Zone, after::when, broken, busy, gone, public_event, register::to, tickets::price};
use crate::{
    app::App,
    clock,
    http::{
        address::attempt,
        pages::{Button, Card, Fact, Forms, Kept, Look, Page, answer},
    },
    registration::{availability, begin_payment},
    store::{EventRow, PaymentRow, PublicEvent, RegistrationRow, RegistrationState, StoreError},
    words::{moment, say},
};

/// The parts of a path that name an event, and a secret or a registration.
pub(in crate::http) type Held = Result<Path<(String, String)>, PathRejection>;

/// `GET /e/{slug}/pay/{secret}`: what is to be paid, or what became of the place. Looking at it begins nothing, so that mail scanners may.
pub(in crate::http) async fn pay_page(State(app): State<Arc<App>>, held: Held, request: Request) -> Response {
    if attempt(&app, &request).is_err() {
        return busy();
    }
    let now = clock::now();
    match found(&app, held).await {
        Ok(Some((event, row, path))) => match can_be_paid(&app, &event, &row, now).await {
            Ok(true) => shown(&event, &row, ("landing-pay-heading", path), None),
            Ok(false) => outcome(&app, &event, &row, now).await,
            Err(error) => broken(&error),
        },
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
    match can_be_paid(&app, &event, &row, now).await {
        Ok(true) => begun(&app, (&event, row), ("landing-pay-heading", path), now).await,
        Ok(false) => outcome(&app, &event, &row, now).await,
        Err(error) => broken(&error),
    }
}

/// `GET /e/{slug}/unpaid/{registration}`: the way back from the payment provider, for who left without paying. Whoever asked for the place has this link, and
/// that may be a stranger to its address: so it leads on for as long as that place is held, and tells nothing of what became of it.
pub(in crate::http) async fn left_page(State(app): State<Arc<App>>, held: Held, request: Request) -> Response {
    if attempt(&app, &request).is_err() {
        return busy();
    }
    match left(&app, held, clock::now()).await {
        Ok(Left::Held(held, path)) => shown(&held.0.row, &held.1, ("landing-unpaid-heading", path), None),
        Ok(Left::Over(path)) => to(&path),
        Ok(Left::NoEvent) => gone(),
        Err(error) => broken(&error),
    }
}

/// `POST /e/{slug}/unpaid/{registration}`: to the payment provider again.
pub(in crate::http) async fn pay_after_all(State(app): State<Arc<App>>, held: Held, request: Request) -> Response {
    if attempt(&app, &request).is_err() {
        return busy();
    }
    let now = clock::now();
    match left(&app, held, now).await {
        Ok(Left::Held(held, path)) => {
            let (event, row) = *held;
            begun(&app, (&event.row, row), ("landing-unpaid-heading", path), now).await
        }
        Ok(Left::Over(path)) => to(&path),
        Ok(Left::NoEvent) => gone(),
        Err(error) => broken(&error),
    }
}

/// What somebody left who did not pay.
enum Left {
    /// Their place is held, and this page leads to the checkout.
    Held(Box<(PublicEvent, RegistrationRow)>, String),
    /// It is not any more; there is a page that says what can be done.
    Over(String),
    NoEvent,
}

async fn left(app: &App, held: Held, now: Timestamp) -> Result<Left, StoreError> {
    let Ok(Path((slug, registration))) = held else { return Ok(Left::NoEvent) };
    let Some(event) = public_event(app, &slug).await? else { return Ok(Left::NoEvent) };
    let row = match registration.parse() {
        Ok(id) => app.store.registration(id).await?.filter(|row| row.event == event.row.id),
        Err(_) => None,
    };
    let page = format!("/e/{slug}/unpaid");
    let Some(row) = row else { return Ok(Left::Over(page)) };
    if !can_be_paid(app, &event.row, &row, now).await? {
        return Ok(Left::Over(page));
    }
    let path = format!("{page}/{}", row.id);
    Ok(Left::Held(Box::new((event, row)), path))
}

/// On to the checkout; where none opens, the page once more.
async fn begun(app: &App, (event, row): (&EventRow, RegistrationRow), page: (&str, String), now: Timestamp) -> Response {
    match begin_payment(app, row.clone(), now).await {
        Ok(checkout) => to(&checkout),
        Err(_) => shown(event, &row, page, Some(say("landing-fault-payment", &[]))),
    }
}

/// Whether a place is held and nobody has paid for it yet, as far as is known.
async fn can_be_paid(app: &App, event: &EventRow, row: &RegistrationRow, now: Timestamp) -> Result<bool, StoreError> {
    Ok(is_held(event, row, now) && !app.store.payments_of(row.id).await?.iter().any(PaymentRow::is_under_way))
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
    /// Somebody paid, and the money is not there yet.
    UnderWay,
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
            Self::UnderWay => "under-way",
            Self::RanOut => "ran-out",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Replaced => "replaced",
            Self::Off => "off",
        }
    }

    fn of(event: &EventRow, row: &RegistrationRow, (has_another, now): (bool, Timestamp)) -> Self {
        match row.state {
            // It is held, and cannot be paid any more.
            _ if is_held(event, row, now) => Self::UnderWay,
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
    let became = Became::of(event, row, (standing.is_some_and(|standing| standing.id != row.id), now));
    let ticket = match app.store.ticket_types([row.ticket]).await {
        Ok(mut tickets) => tickets.pop().filter(|ticket| ticket.deleted_at.is_none() && !ticket.hidden),
        Err(error) => return broken(&error),
    };
    let next = match became {
        Became::RanOut | Became::Cancelled | Became::Refunded => {
            Some(ticket.map_or(Availability::Over, |ticket| availability(event, &ticket, now)))
        }
        Became::Theirs | Became::UnderWay | Became::Replaced | Became::Off => None,
    };
    let is_well = matches!(became, Became::Theirs | Became::UnderWay | Became::Replaced);
    let status = if is_well { StatusCode::OK } else { StatusCode::GONE };
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

fn shown(event: &EventRow, row: &RegistrationRow, (heading, path): (&str, String), fault: Option<String>) -> Response {
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
        heading: say(heading, &[]),
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
