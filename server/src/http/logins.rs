//! Looking up an invite, signing in, signing out.

use std::{hash::Hash, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
    http::StatusCode,
};
use houselights_shared::{InviteCard, Login, LoginRequest, Refusal};

use super::{
    address::{address, attempt_from, failed, too_many, untold},
    bearer::bearer,
    body::json,
    refusal::ApiRefusal,
};
use crate::{
    app::App,
    clock,
    store::{Holder, Invite, NewLogin, fresh_secret, hashed},
};

/// The part of a path that names an invite.
pub(super) type Secret = Result<Path<String>, PathRejection>;

/// The secret in a path. What is no text is nobody's, and answered as any that nobody has.
pub(super) fn named(secret: Secret) -> String {
    secret.map_or_else(|_| String::new(), |Path(secret)| secret)
}

/// `GET /api/invites/{invite}`.
pub(super) async fn invite(
    State(app): State<Arc<App>>,
    secret: Secret,
    request: Request,
) -> Result<Json<InviteCard>, ApiRefusal> {
    let from = address(&request, app.config.behind_proxy);
    let secret = named(secret);
    held(&app, &secret, from).await?;
    let invite = usable(&app, &secret).await.map_err(|refusal| failed(&app, from, refusal))?;
    Ok(Json(InviteCard { event: invite.event_title, role: invite.role, name: invite.person.map(|(_, name)| name) }))
}

/// `POST /api/logins`.
pub(super) async fn log_in(State(app): State<Arc<App>>, request: Request) -> Result<Json<Login>, ApiRefusal> {
    let outcome = try_log_in(&app, request).await;
    if outcome.is_ok() {
        app.metrics.logins.increment(1);
    } else {
        app.metrics.logins_refused.increment(1);
    }
    outcome.map(Json)
}

async fn try_log_in(app: &App, request: Request) -> Result<Login, ApiRefusal> {
    let from = address(&request, app.config.behind_proxy);
    let request: LoginRequest = json(request).await?;
    let secret = request.invite.as_str();
    match held(app, secret, from).await? {
        // Whatever they call themselves, it is one place.
        Holder::One => at_the_gate(app, secret, &secret).await?,
        Holder::Many => {
            let who = (secret, request.name.as_deref(), from);
            // Everybody may have it: an address makes so many people of it, and no more; and each is counted once, who is told to come later, too.
            if !app.gate.awaits(&who) {
                attempt_from(app, from).map_err(too_many)?;
            }
            at_the_gate(app, secret, &who).await?;
        }
    }
    let invite = usable(app, secret).await.map_err(|refusal| failed(app, from, refusal))?;
    if invite.is_banned {
        return Err(ApiRefusal::new(StatusCode::FORBIDDEN, Refusal::Banned));
    }
    let name = match &invite.person {
        Some((_, name)) => name.clone(),
        None => valid_name(request.name.as_deref().unwrap_or_default())?,
    };
    let token = fresh_secret().map_err(|_| ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, 1_000))?;
    let now = clock::now();
    let expires = now.plus(Duration::from_secs(app.config.login_seconds));
    let identity = Arc::new(app.store.log_in(NewLogin { invite: &invite, name, token: &token, now, expires }).await?);
    app.login_began(&identity);
    app.gate.expect(&identity.login);
    Ok(Login {
        token: token.into(),
        participant: identity.who.participant,
        name: identity.who.name.clone(),
        role: identity.who.role,
        event: identity.event,
        event_title: identity.event_title.clone(),
        room: identity.room,
    })
}

/// Who has an invite. Whoever shows one that nobody has takes nobody's place, and so much is looked up for them as for anybody who fails.
pub(super) async fn held(app: &App, secret: &str, from: Option<IpAddr>) -> Result<Holder, ApiRefusal> {
    let holder = app.holder_of_invite(&hashed(secret), from).await.map_err(untold)?;
    holder.ok_or_else(|| failed(app, from, ApiRefusal::new(StatusCode::NOT_FOUND, Refusal::TokenInvalid)))
}

/// Waits for a place, or says when there is one.
async fn at_the_gate(app: &App, secret: &str, who: &impl Hash) -> Result<(), ApiRefusal> {
    let busy = |wait| ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, wait);
    app.gate.pass(who, app.gate.stranger(&hashed(secret))).await.map_err(busy)
}

/// `DELETE /api/logins/current`.
pub(super) async fn log_out(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, ApiRefusal> {
    let from = address(&request, app.config.behind_proxy);
    let unauthorized = |refusal| failed(&app, from, ApiRefusal::new(StatusCode::UNAUTHORIZED, refusal));
    let token = bearer(request.headers()).ok_or_else(|| unauthorized(Refusal::TokenInvalid))?;
    if !app.is_login(token, from).await.map_err(untold)? {
        return Err(unauthorized(Refusal::TokenInvalid));
    }
    // Also one that has run out: it ends the connections that it still has.
    let identity = app.who_was(token).await.map_err(|(refusal, retry)| match retry {
        Some(after) => untold((refusal, after)),
        None => unauthorized(refusal),
    })?;
    app.store.log_out(&identity.login).await?;
    app.login_ended(&identity);
    Ok(StatusCode::NO_CONTENT)
}

/// The invite with this secret, if it can be used.
pub(super) async fn usable(app: &App, secret: &str) -> Result<Invite, ApiRefusal> {
    let now = clock::now();
    let invite = app.store.invite(secret, now).await?;
    let invite = invite.ok_or_else(|| ApiRefusal::new(StatusCode::NOT_FOUND, Refusal::TokenInvalid))?;
    if invite.expires.is_some_and(|expires| expires <= now) {
        return Err(ApiRefusal::new(StatusCode::GONE, Refusal::TokenExpired));
    }
    Ok(invite)
}

fn valid_name(name: &str) -> Result<String, ApiRefusal> {
    houselights_domain::name(name).ok_or_else(|| ApiRefusal::new(StatusCode::UNPROCESSABLE_ENTITY, Refusal::NameInvalid))
}
