//! How long a request may take, and what whoever sent it is told then.

use std::time::Duration;

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use houselights_shared::Refusal;
use tokio::time::timeout;

use super::{landing, refusal::ApiRefusal};
use crate::graphql;

/// When to try again.
const AGAIN_MS: u32 = 1_000;

/// Lets a request take so long. It is given up then, and answered as whoever asked understands it.
pub(super) async fn within(limit: Duration, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let slow: fn() -> Response = match path {
        "/graphql" => || graphql::too_slow(AGAIN_MS),
        path if path.starts_with("/e/") => landing::slow,
        _ => || ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, AGAIN_MS).into_response(),
    };
    timeout(limit, next.run(request)).await.unwrap_or_else(|_| slow())
}
