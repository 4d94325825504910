//! A refusal as an HTTP answer: a status, and `{"refusal": code, "retry_after_ms"?: n}`.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use houselights_shared::Refusal;
use serde::Serialize;
use tracing::warn;

use crate::store::StoreError;

/// Why a request was refused.
#[derive(Debug)]
pub(crate) struct ApiRefusal {
    status: StatusCode,
    body: Body,
}

#[derive(Debug, Serialize)]
struct Body {
    refusal: Refusal,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u32>,
}

impl ApiRefusal {
    pub(crate) fn new(status: StatusCode, refusal: Refusal) -> Self {
        Self { status, body: Body { refusal, retry_after_ms: None } }
    }

    /// Whether it is one of these.
    pub(super) fn is_for(&self, refusals: &[Refusal]) -> bool {
        refusals.contains(&self.body.refusal)
    }

    pub(crate) fn retry(status: StatusCode, refusal: Refusal, after_ms: u32) -> Self {
        Self { status, body: Body { refusal, retry_after_ms: Some(after_ms) } }
    }
}

impl From<StoreError> for ApiRefusal {
    fn from(error: StoreError) -> Self {
        warn!(%error, "a request met a store that fails");
        Self::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::StorageUnavailable, 1_000)
    }
}

impl IntoResponse for ApiRefusal {
    fn into_response(self) -> Response {
        let seconds = self.body.retry_after_ms.map(|millis| millis.div_ceil(1_000).to_string());
        let retry_after = seconds.map(|seconds| [(header::RETRY_AFTER, seconds)]);
        match retry_after {
            Some(headers) => (self.status, headers, Json(self.body)).into_response(),
            None => (self.status, Json(self.body)).into_response(),
        }
    }
}
