//! The public pages of an event: what it is, its form, what comes after the form, and its calendar.

mod after;
mod agenda;
mod calendar;
mod form;
mod machines;
mod markdown;
mod moved;
mod pay;
mod register;
mod shelf;
mod theme;
mod tickets;
mod times;
mod view;

use std::sync::Arc;

use axum::{
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use houselights_shared::{SessionId, SpeakerId, Timestamp};
use tracing::warn;

pub(super) use self::{
    after::{paid, registered, unpaid, waiting, when},
    calendar::calendar,
    moved::lead_on,
    pay::{left_page, pay, pay_after_all, pay_page},
    register::{MAX_BODY_BYTES, register},
    times::Zone,
};
use self::{form::Filled, tickets::Offer, view::EventPage};
pub(crate) use self::{shelf::Shelf, theme::Theme};
use super::{
    address::attempt,
    pages::{Card, Forms, Kept, Look, Page, answer},
};
use crate::{
    app::App,
    clock,
    graphql::input,
    store::{PublicEvent, PublicQuestion, PublicSession, PublicSpeaker, StoreError, TicketType},
};

/// The part of a path that names an event.
pub(super) type Slug = Result<Path<String>, PathRejection>;

/// A public event with all that its page shows.
#[derive(PartialEq)]
struct Landing {
    event: PublicEvent,
    zone: Zone,
    sessions: Vec<PublicSession>,
    speakers: Vec<PublicSpeaker>,
    line_up: Vec<(SessionId, SpeakerId)>,
    tickets: Vec<TicketType>,
    questions: Vec<PublicQuestion>,
}

impl Landing {
    /// The whole of it, in six statements. `code` shows the hidden ticket that it is for.
    async fn whole(app: &App, slug: &str, code: &str) -> Result<Option<Self>, StoreError> {
        let Some(mut landing) = Self::form(app, slug, code).await? else { return Ok(None) };
        let id = landing.event.row.id;
        landing.sessions = app.store.landing_sessions(id).await?;
        landing.speakers = app.store.landing_speakers(id).await?;
        landing.line_up = app.store.landing_line_up(id).await?;
        Ok(Some(landing))
    }

    /// What the form needs, without the agenda.
    async fn form(app: &App, slug: &str, code: &str) -> Result<Option<Self>, StoreError> {
        let Some(event) = public_event(app, slug).await? else { return Ok(None) };
        let id = event.row.id;
        Ok(Some(Self {
            zone: Zone::named(&event.row.time_zone),
            tickets: app.store.landing_tickets(id, code).await?,
            questions: app.store.landing_questions(id).await?,
            sessions: Vec::new(),
            speakers: Vec::new(),
            line_up: Vec::new(),
            event,
        }))
    }

    fn slug(&self) -> &str {
        self.event.row.slug.as_deref().unwrap_or_default()
    }

    fn path(&self) -> String {
        format!("/e/{}", self.slug())
    }

    fn address(&self, base_url: &str) -> String {
        format!("{base_url}/e/{}", self.slug())
    }

    fn theme(&self) -> Theme {
        theme(&self.event)
    }

    fn look(&self) -> Look {
        Look::of(&self.theme(), &agenda::marks(&self.sessions))
    }

    fn offers(&self, now: Timestamp) -> Vec<Offer<'_>> {
        self.tickets.iter().map(|ticket| Offer::of(ticket, &self.event.row, now)).collect()
    }

    /// The next moment at which the page says something else although nothing was changed: a sale begins or ends, or the event is over.
    fn says_the_same_until(&self, now: Timestamp) -> Option<Timestamp> {
        let sales = self.tickets.iter().flat_map(|ticket| [ticket.sales_start, ticket.sales_end]).flatten();
        sales.chain([self.event.row.ends_at]).filter(|at| *at > now).min()
    }

    /// Where the form of this page leads.
    fn forms(&self) -> Forms {
        if self.tickets.iter().any(|ticket| ticket.amount > 0) { Forms::Payment } else { Forms::Here }
    }
}

fn theme(event: &PublicEvent) -> Theme {
    Theme::of(&event.row.accent, &event.row.background)
}

/// The event with this address. What cannot be one is not looked up.
async fn public_event(app: &App, slug: &str) -> Result<Option<PublicEvent>, StoreError> {
    match input::slug("slug", slug) {
        Ok(known) if known == slug => app.store.landing_event(slug).await,
        Ok(_) | Err(_) => Ok(None),
    }
}

/// The slug in a path. What is no text is nobody's.
fn named(slug: Slug) -> String {
    slug.map_or_else(|_| String::new(), |Path(slug)| slug)
}

/// `GET /e/{slug}`. With `?code=…` the ticket that the code is for is among those offered.
pub(super) async fn page(State(app): State<Arc<App>>, slug: Slug, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let filled = Filled::read(query.as_bytes()).of_a_link();
    // Whoever tries codes is held up; whoever looks at a page is not.
    if !filled.code.is_empty() && attempt(&app, &request).is_err() {
        return busy();
    }
    let landing = match Landing::whole(&app, &named(slug), &filled.code).await {
        Ok(Some(landing)) => landing,
        Ok(None) => return gone(),
        Err(error) => return broken(&error),
    };
    let (forms, now) = (landing.forms(), clock::now());
    let fill =
        |landing: &Landing| Page::new("event.html", &landing.look(), &EventPage::of(landing, &filled, &app.base_url, now));
    // One with a form that is filled in is of one person.
    let page = if query.is_empty() { app.pages.page(landing, now, fill) } else { fill(&landing) };
    let Some(page) = page else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let tag = page.tag();
    let has_it =
        request.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).is_some_and(|tags| names(tags, &tag));
    let mut response = if has_it {
        (StatusCode::NOT_MODIFIED, [(header::CACHE_CONTROL, "no-cache")]).into_response()
    } else {
        answer(StatusCode::OK, Some(page), (forms, Kept::Checked))
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// `GET /e/{slug}/register`: where one lands who loads the page with the form's faults again. The form is on the event's page, with the code that was given.
pub(super) async fn form(State(app): State<Arc<App>>, slug: Slug, uri: Uri) -> Response {
    match public_event(&app, &named(slug)).await {
        Ok(Some(event)) => {
            let given = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
            let code = given.into_iter().find(|(name, code)| name == "code" && !code.is_empty());
            let code =
                code.map(|(_, code)| url::form_urlencoded::Serializer::new(String::new()).append_pair("code", &code).finish());
            let query = code.map(|code| format!("?{code}")).unwrap_or_default();
            register::to(&format!("/e/{}{query}#register", event.row.slug.unwrap_or_default()))
        }
        Ok(None) => gone(),
        Err(error) => broken(&error),
    }
}

/// Whether a list of tags has this one, weakly compared (RFC 9110, section 13.1.2).
fn names(tags: &str, tag: &str) -> bool {
    tags.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// There is no such event, or it is not to be seen: nobody learns which.
fn gone() -> Response {
    Card::sorry("gone").answer(StatusCode::NOT_FOUND, &Look::own(), Kept::Private)
}

fn broken(error: &StoreError) -> Response {
    warn!(%error, "a page met a store that fails");
    let mut response = Card::sorry("broken").answer(StatusCode::SERVICE_UNAVAILABLE, &Look::own(), Kept::Private);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// What was asked for took too long, and was given up.
pub(super) fn slow() -> Response {
    Card::sorry("slow").answer(StatusCode::SERVICE_UNAVAILABLE, &Look::own(), Kept::Private)
}

fn busy() -> Response {
    let mut response = Card::sorry("busy").answer(StatusCode::TOO_MANY_REQUESTS, &Look::own(), Kept::Private);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list() {
        for (tags, found) in
            [("\"a\"", true), ("\"b\", W/\"a\"", true), ("*", true), ("\"b\"", false), ("a", false), ("", false)]
        {
            assert_eq!(names(tags, "\"a\""), found, "{tags}");
        }
    }
}
