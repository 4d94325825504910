//! The form, when it is sent.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use houselights_shared::Timestamp;
use url::Url;

use super::{
    Landing, Slug, broken, busy,
    form::{Checked, Fault, Filled},
    gone, named,
    view::RegisterPage,
};
use crate::{
    app::App,
    clock,
    graphql::{Code, Denial},
    http::{
        address::{address, letter_from},
        body::bytes,
        pages::{Card, Kept, Look, Page, answer},
    },
    registration::{self, NewRegistration, Registered},
    store::RegistrationState,
};

/// The largest form: every question answered at length.
pub(in crate::http) const MAX_BODY_BYTES: usize = 64 * 1024;

/// `POST /e/{slug}/register`.
pub(in crate::http) async fn register(State(app): State<Arc<App>>, slug: Slug, request: Request) -> Response {
    if letter_from(&app, address(&request, app.config.behind_proxy)).is_err() {
        return busy();
    }
    if !is_from_here(request.headers(), &app.base_url) {
        return Card::sorry("elsewhere").answer(StatusCode::FORBIDDEN, &Look::own(), Kept::Private);
    }
    let is_form = is_form(request.headers());
    let body = match bytes(request).await {
        Ok(body) if is_form => body,
        Ok(_) => return Card::sorry("large").answer(StatusCode::UNSUPPORTED_MEDIA_TYPE, &Look::own(), Kept::Private),
        Err(refusal) => {
            let status = refusal.into_response().status();
            return Card::sorry("large").answer(status, &Look::own(), Kept::Private);
        }
    };
    let (slug, filled) = (named(slug), Filled::read(&body));
    if filled.is_trapped {
        // A program believes that it was successful.
        return to(&format!("/e/{slug}/registered"));
    }
    let landing = match Landing::form(&app, &slug, &filled.code).await {
        Ok(Some(landing)) => landing,
        Ok(None) => return gone(),
        Err(error) => return broken(&error),
    };
    taken(&app, &landing, &filled, clock::now()).await
}

async fn taken(app: &Arc<App>, landing: &Landing, filled: &Filled, now: Timestamp) -> Response {
    let checked = match filled.checked(&landing.offers(now), &landing.questions) {
        Ok(checked) => checked,
        Err(faults) => return again(landing, filled, (StatusCode::UNPROCESSABLE_ENTITY, faults), now),
    };
    let Checked { ticket, name, email, code, answers } = checked;
    let new = NewRegistration { ticket, name, email, code, answers };
    match registration::register(app, &landing.event.row, new, now).await {
        Ok(Registered { checkout_url: Some(checkout), .. }) => to(&checkout),
        Ok(Registered { state, checkout_url: None, .. }) => to(&format!("{}/{}", landing.path(), after(state))),
        Err(denial) => again(landing, filled, told(&denial), now),
    }
}

/// The page that says what comes now.
const fn after(state: RegistrationState) -> &'static str {
    match state {
        RegistrationState::Waiting => "waiting",
        RegistrationState::Pending
        | RegistrationState::Confirmed
        | RegistrationState::Cancelled
        | RegistrationState::Refunded => "registered",
    }
}

/// What is wrong, in words for people, and with which field.
fn told(denial: &Denial) -> (StatusCode, Vec<Fault>) {
    let is_ours = denial.code == Code::StorageUnavailable;
    let status = if is_ours { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::UNPROCESSABLE_ENTITY };
    let fault = match denial.code {
        Code::SoldOut | Code::Conflict => Fault::at("ticket", "landing-fault-sold-out"),
        Code::NotOnSale | Code::WrongPhase | Code::NotFound => Fault::at("ticket", "landing-fault-not-on-sale"),
        Code::DiscountRefused => Fault::at("code", "landing-fault-code"),
        Code::PaymentFailed => Fault::of_none("landing-fault-payment"),
        Code::StorageUnavailable | Code::SlowDown => Fault::of_none("landing-fault-storage"),
        Code::Unauthenticated
        | Code::Forbidden
        | Code::BadInput
        // Whoever registers is never told that an address is registered already.
        | Code::AlreadyRegistered
        | Code::PeopleRegistered
        | Code::LastOwner
        | Code::SlugTaken
        | Code::TemplateInvalid
        | Code::TooComplex
        | Code::IntrospectionOff
        | Code::PersistedQueryNotFound => Fault::of_none("landing-fault-other"),
    };
    (status, vec![fault])
}

/// The form once more, with what was filled in.
fn again(landing: &Landing, filled: &Filled, (status, faults): (StatusCode, Vec<Fault>), now: Timestamp) -> Response {
    let page = RegisterPage::of(landing, filled, faults, now);
    answer(status, Page::new("register.html", &landing.look(), &page), (landing.forms(), Kept::Private))
}

/// To another page, which is asked for anew, so that loading it again sends nothing twice.
pub(super) fn to(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Whether a form was on a page of this server, as far as the browser says (Fetch Metadata; RFC 6454, section 7). What says neither is no
/// browser, and has nobody's cookies to misuse.
fn is_from_here(headers: &HeaderMap, base_url: &str) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text("origin") else { return true };
    let host = text("host").unwrap_or_default();
    let own = Url::parse(base_url).is_ok_and(|own| own.origin().ascii_serialization() == origin);
    own || origin.split_once("://").is_some_and(|(_, authority)| !host.is_empty() && authority == host)
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_form_has_to_come_from_this_server() {
        let own = "https://live.example.com";
        for (pairs, is_own) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site"), ("origin", "https://live.example.com")], false),
            (&[("origin", "https://live.example.com")], true),
            (&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")], true),
            (&[("origin", "https://evil.example"), ("host", "live.example.com")], false),
            (&[("origin", "null"), ("host", "live.example.com")], false),
            (&[("origin", "null")], false),
        ] {
            assert_eq!(is_from_here(&headers(pairs), own), is_own, "{pairs:?}");
        }
    }

    #[test]
    fn a_form_is_one_by_its_type() {
        assert!(is_form(&headers(&[("content-type", "Application/x-www-form-urlencoded; charset=utf-8")])));
        for other in ["text/plain", "multipart/form-data; boundary=x", "application/json"] {
            assert!(!is_form(&headers(&[("content-type", other)])), "{other}");
        }
        assert!(!is_form(&HeaderMap::new()));
    }
}
