//! The body of a request, read as what it should be.

use axum::{
    extract::{FromRequest, Request},
    http::StatusCode,
};
use bytes::Bytes;
use houselights_shared::Refusal;
use serde::de::DeserializeOwned;

use super::refusal::ApiRefusal;

/// The JSON of a body.
pub(super) async fn json<T: DeserializeOwned>(request: Request) -> Result<T, ApiRefusal> {
    let body = bytes(request).await?;
    serde_json::from_slice(&body).map_err(|_| ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed))
}

/// All of a body.
pub(super) async fn bytes(request: Request) -> Result<Bytes, ApiRefusal> {
    Bytes::from_request(request, &()).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ApiRefusal::new(StatusCode::PAYLOAD_TOO_LARGE, Refusal::TooLarge)
        } else {
            ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed)
        }
    })
}
