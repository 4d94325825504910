//! What is known of oneself, and being forgotten; and what an organisation knows of somebody who is registered.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use houselights_domain::Duty;
use houselights_shared::{Refusal, RegistrationId};

use super::{Named, id, viewer};
use crate::{
    app::App,
    graphql::{Denial, input},
    http::refusal::ApiRefusal,
    store::{Child, Person, StoreError, Traces},
};

/// `GET /api/people/me/data`.
pub(in crate::http) async fn data(State(app): State<Arc<App>>, mut request: Request) -> Result<Response, ApiRefusal> {
    let me = me(&app, &mut request).await?;
    let data = app.store.person_data(Traces::All { person: me.id, email: &me.email }).await?;
    let name = "attachment; filename=\"houselights-data.json\"";
    Ok(([(header::CONTENT_DISPOSITION, name), (header::CACHE_CONTROL, "no-store")], Json(data)).into_response())
}

/// `GET /api/registrations/{id}/data`: what the organisation has of whoever registered so, at all of its events, for an owner to hand on to them.
/// What is nobody else's to see (votes, questions without a name, direct messages) they get themselves alone, by signing in.
pub(in crate::http) async fn data_within(
    State(app): State<Arc<App>>,
    named: Named,
    mut request: Request,
) -> Result<Response, ApiRefusal> {
    let viewer = viewer(&app, &mut request).await?;
    let id: RegistrationId = id(named)?;
    let event = viewer.on_child(&app, Child::Registration, &id.to_string().into(), Duty::Erase).await?;
    let organisation = event.organisation.ok_or_else(Denial::not_found)?;
    let row = app.store.registration(id).await?.ok_or_else(Denial::not_found)?;
    let data = app.store.person_data(Traces::Within { organisation, email: &row.email }).await?;
    // People read it, not programs.
    let data = serde_json::to_string_pretty(&data).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"person.json\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, data).into_response())
}

/// `DELETE /api/people/me?email=…`: the address says once more who is meant. Who alone owns an organisation hands it on first.
pub(in crate::http) async fn forget(State(app): State<Arc<App>>, mut request: Request) -> Result<StatusCode, ApiRefusal> {
    let me = me(&app, &mut request).await?;
    let query = request.uri().query().unwrap_or_default();
    let named = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "email");
    if named.and_then(|(_, email)| input::email("email", &email).ok()).is_none_or(|email| email != me.email) {
        return Err(ApiRefusal::new(StatusCode::UNPROCESSABLE_ENTITY, Refusal::EmailInvalid));
    }
    if app.forget(Traces::All { person: me.id, email: &me.email }).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiRefusal::new(StatusCode::CONFLICT, Refusal::NotAllowed))
    }
}

async fn me(app: &App, request: &mut Request) -> Result<Person, ApiRefusal> {
    let viewer = viewer(app, request).await?;
    let person = viewer.person()?.person;
    app.store.people([person]).await?.pop().ok_or_else(|| Denial::not_found().into())
}
