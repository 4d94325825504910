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
    let malformed = || ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed);
    // Serde reads a structure from a list as well.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(malformed());
    }
    serde_json::from_slice(&body).map_err(|_| malformed())
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
