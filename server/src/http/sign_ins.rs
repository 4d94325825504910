//! Signing in as a person: asking for a link, the page behind it, and finishing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use houselights_shared::{MAX_NAME_CHARS, ProviderFailure, Refusal, SignInAsked, SignInConfirmation, SignInRequest, SignedIn};

use super::{
    address::{address, attempt, letter_from, too_many},
    bearer::bearer,
    body::json,
    join::{self, sorry},
    logins::{Secret, named},
    refusal::ApiRefusal,
};
use crate::{
    app::App,
    clock,
    graphql::input,
    limits::millis,
    post_office,
    store::{Confirmation, SIGN_IN_WITHIN, SignIn, device_hash, fresh_secret},
};

/// `POST /api/sign-ins`. The answer is the same whether or not anybody is known by the address. Letters are counted by who causes them, so that nobody uses
/// up those of somebody else.
pub(super) async fn ask(State(app): State<Arc<App>>, request: Request) -> Result<Json<SignInAsked>, ApiRefusal> {
    let network = address(&request, app.config.behind_proxy);
    letter_from(&app, network).map_err(too_many)?;
    let SignInRequest { email, device } = json(request).await?;
    let email =
        input::email("email", &email).map_err(|_| ApiRefusal::new(StatusCode::UNPROCESSABLE_ENTITY, Refusal::EmailInvalid))?;
    if !app.post_office.is_open() {
        return Err(ApiRefusal::new(StatusCode::SERVICE_UNAVAILABLE, Refusal::MailUnavailable));
    }
    app.limits.sign_ins.check(&()).map_err(|wait| too_many(millis(wait)))?;
    app.limits.links.check(&device_hash(&email), network, Instant::now()).map_err(|wait| too_many(millis(wait)))?;
    let now = clock::now();
    let device_secret = secret()?;
    let asked = SignIn { device_secret: &device_secret, email: &email, device: &device_name(&device), now };
    app.store.ask_sign_in(asked, &post_office::sign_in_letter(&device_secret, &email, now)).await?;
    app.post_office.wake();
    Ok(Json(SignInAsked { device: device_secret.into(), expires: now.plus(SIGN_IN_WITHIN) }))
}

/// `GET /sign-in/{secret}`: leads to the app. Looking at it uses nothing up, so that mail scanners may.
pub(super) async fn page(State(app): State<Arc<App>>, secret: Secret, request: Request) -> Response {
    if let Err(refusal) = attempt(&app, &request) {
        return refusal.into_response();
    }
    let secret = named(secret);
    match app.store.sign_in(&secret).await {
        Ok(Some(asked)) if asked.expires > clock::now() => join::sign_in(link(&app.base_url, &secret, None)),
        Ok(_) => sorry(StatusCode::NOT_FOUND, "stale"),
        Err(error) => ApiRefusal::from(error).into_response(),
    }
}

/// `POST /api/sign-ins/confirm`. Works once.
pub(super) async fn confirm(State(app): State<Arc<App>>, request: Request) -> Result<Json<SignedIn>, ApiRefusal> {
    attempt(&app, &request)?;
    let SignInConfirmation { secret, device } = json(request).await?;
    let invalid = || ApiRefusal::new(StatusCode::NOT_FOUND, Refusal::TokenInvalid);
    let asked = app.store.sign_in(secret.as_str()).await?.ok_or_else(invalid)?;
    let now = clock::now();
    if asked.expires <= now {
        return Err(ApiRefusal::new(StatusCode::GONE, Refusal::TokenExpired));
    }
    let token = self::secret()?;
    let expires = now.plus(Duration::from_secs(app.config.login_seconds));
    let confirmation = Confirmation { secret: secret.as_str(), device_secret: device.as_str(), token: &token, now, expires };
    let person = app.store.confirm_sign_in(&asked, confirmation).await?.ok_or_else(invalid)?;
    app.metrics.logins.increment(1);
    Ok(Json(SignedIn { token: token.into(), person: person.id, email: person.email, name: person.name }))
}

/// `DELETE /api/sign-ins/current`.
pub(super) async fn sign_out(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, ApiRefusal> {
    attempt(&app, &request)?;
    let invalid = || ApiRefusal::new(StatusCode::UNAUTHORIZED, Refusal::TokenInvalid);
    let login =
        app.store.person_login(bearer(request.headers()).ok_or_else(invalid)?, clock::now()).await?.ok_or_else(invalid)?;
    if let Some(opened) = app.store.revoke_login(login.person, login.id).await? {
        app.close(&opened);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The link that opens the app to finish a sign-in. With `device` it works on any.
pub(crate) fn link(base_url: &str, secret: &str, device: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("server", base_url).append_pair("secret", secret);
    if let Some(device) = device {
        query.append_pair("device", device);
    }
    format!("houselights://sign-in?{}", query.finish())
}

/// The page that leads to the app.
pub(super) fn page_link(base_url: &str, secret: &str) -> String {
    format!("{base_url}/sign-in/{secret}")
}

/// The link that tells the app that nobody is signed in.
pub(super) fn failed_link(base_url: &str, failure: ProviderFailure) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("server", base_url).append_pair("failed", failure.as_str());
    format!("houselights://sign-in?{}", query.finish())
}

/// What a device calls itself, as far as it can be shown.
pub(super) fn device_name(told: &str) -> String {
    let short: String = told.trim().chars().take(MAX_NAME_CHARS).collect();
    houselights_domain::name(&short).unwrap_or_default()
}

pub(super) fn secret() -> Result<String, ApiRefusal> {
    fresh_secret().map_err(|_| ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, 1_000))
}
