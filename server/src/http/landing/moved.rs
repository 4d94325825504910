//! Addresses that an event's page had before, and those that somebody wrote in capital letters: they lead to the one that it has, with what stands
//! behind it. So the links of earlier letters, calendars and checkouts stay good.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::warn;

use crate::{app::App, graphql::input, store::StoreError};

/// Looks at what was not found.
pub(in crate::http) async fn lead_on(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let asked = request.uri().clone();
    let response = next.run(request).await;
    if response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    match address(&app, &asked).await {
        // It is looked up anew each time: another event may have the address one day.
        Ok(Some(address)) => {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address.as_str()), (header::CACHE_CONTROL, "no-cache")])
                .into_response()
        }
        Ok(None) => response,
        Err(error) => {
            warn!(%error, "where an address leads cannot be read");
            response
        }
    }
}

/// Where it leads; nothing where there is nothing either.
async fn address(app: &App, asked: &Uri) -> Result<Option<String>, StoreError> {
    let Some(rest) = asked.path().strip_prefix("/e/") else { return Ok(None) };
    let (written, behind) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let Ok(slug) = input::slug("slug", written) else { return Ok(None) };
    let now = match app.store.slug_now(&slug).await? {
        Some(now) => now,
        None if slug != written && app.store.public_event(&slug).await?.is_some() => slug,
        None => return Ok(None),
    };
    let query = asked.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Some(format!("/e/{now}{behind}{query}")))
}
