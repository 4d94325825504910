//! Signing in with an account of the provider: where the app begins, and where the provider sends people back to.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use houselights_shared::{ProviderFailure, ProviderSignIn, ProviderSignInAsked, Refusal, SignInWays};

use super::{
    address::attempt,
    body::json,
    join::{not_signed_in, sorry},
    refusal::ApiRefusal,
    sign_ins::{self, device_name, secret},
};
use crate::{
    app::App,
    clock,
    oidc::OidcError,
    store::{NewOidcSignIn, OidcSignIn, SIGN_IN_WITHIN, StoreError, device_hash},
};

/// When to ask again where the provider does not answer.
const ASK_AGAIN_MS: u32 = 10_000;

/// `GET /api/sign-ins/ways`.
pub(super) async fn ways(State(app): State<Arc<App>>) -> Json<SignInWays> {
    let oidc = app.oidc.as_ref().map(|provider| provider.name.clone());
    Json(SignInWays { mail: app.post_office.is_open(), oidc })
}

/// `POST /api/sign-ins/oidc`.
pub(super) async fn ask(State(app): State<Arc<App>>, request: Request) -> Result<Json<ProviderSignInAsked>, ApiRefusal> {
    attempt(&app, &request)?;
    let ProviderSignIn { device } = json(request).await?;
    let provider = app.oidc.as_ref().ok_or_else(|| ApiRefusal::new(StatusCode::NOT_FOUND, Refusal::ProviderUnavailable))?;
    let (state, device_secret, now) = (secret()?, secret()?, clock::now());
    let underway = OidcSignIn {
        nonce: secret()?,
        verifier: secret()?,
        device_hash: device_hash(&device_secret),
        device: device_name(&device),
    };
    let url = provider.address(&state, &underway).await.map_err(|error| {
        error.report();
        ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::ProviderUnavailable, ASK_AGAIN_MS)
    })?;
    app.store.begin_oidc(NewOidcSignIn { state: &state, underway: &underway, now }).await?;
    Ok(Json(ProviderSignInAsked { device: device_secret.into(), expires: now.plus(SIGN_IN_WITHIN), url }))
}

/// `GET /api/oidc/callback`. Whoever comes here with another's answer gains nothing: what it leads to is good on the device that asked alone.
pub(super) async fn callback(State(app): State<Arc<App>>, request: Request) -> Response {
    if let Err(refusal) = attempt(&app, &request) {
        return refusal.into_response();
    }
    let answer = Answer::of(request.uri().query().unwrap_or_default());
    let without = |failure| sign_ins::failed_link(&app.base_url, failure);
    match finish(&app, answer).await {
        Ok(secret) => on_to(&sign_ins::page_link(&app.base_url, &secret)),
        Err(Unfinished::Unknown) => sorry(StatusCode::NOT_FOUND, "stale"),
        Err(Unfinished::Cancelled) => not_signed_in(StatusCode::FORBIDDEN, "cancelled", without(ProviderFailure::Cancelled)),
        Err(Unfinished::Unvouched) => not_signed_in(StatusCode::FORBIDDEN, "unvouched", without(ProviderFailure::Refused)),
        Err(Unfinished::Unreachable) => {
            not_signed_in(StatusCode::SERVICE_UNAVAILABLE, "provider", without(ProviderFailure::Unreachable))
        }
        Err(Unfinished::Refused(refusal)) => refusal.into_response(),
    }
}

/// The page of a sign-in link: its address can be copied into the app, and loaded again; what the provider answered works once.
fn on_to(page: &str) -> Response {
    let unkept = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (unkept, Redirect::to(page)).into_response()
}

/// What the provider sends people back with (RFC 6749, sections 4.1.2 and 4.1.2.1).
#[derive(Default)]
struct Answer {
    state: String,
    /// Absent where they were not let in there.
    code: Option<String>,
    /// They did not want to, or may not.
    is_denied: bool,
}

impl Answer {
    fn of(query: &str) -> Self {
        let mut answer = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "state" => answer.state = value.into_owned(),
                "code" => answer.code = Some(value.into_owned()),
                "error" => answer.is_denied = value == "access_denied",
                _ => {}
            }
        }
        answer
    }
}

/// Why a sign-in does not go on.
enum Unfinished {
    /// Nobody asked for it, not lately, or it came before.
    Unknown,
    Cancelled,
    Unvouched,
    Unreachable,
    Refused(ApiRefusal),
}

impl From<StoreError> for Unfinished {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<OidcError> for Unfinished {
    fn from(error: OidcError) -> Self {
        error.report();
        match error {
            OidcError::Unreachable(_) => Self::Unreachable,
            OidcError::Refused(_) => Self::Unvouched,
        }
    }
}

/// The secret of the link that the app finishes the sign-in with.
async fn finish(app: &App, answer: Answer) -> Result<String, Unfinished> {
    let provider = app.oidc.as_ref().ok_or(Unfinished::Unknown)?;
    let underway = app.store.take_oidc(&answer.state, clock::now()).await?.ok_or(Unfinished::Unknown)?;
    let code = answer.code.ok_or(if answer.is_denied { Unfinished::Cancelled } else { Unfinished::Unvouched })?;
    let vouched = provider.vouched(code, &underway).await?;
    let secret = secret().map_err(Unfinished::Refused)?;
    if app.store.vouched_oidc(&underway, &vouched, (&secret, clock::now())).await? {
        Ok(secret)
    } else {
        Err(Unfinished::Unvouched)
    }
}
