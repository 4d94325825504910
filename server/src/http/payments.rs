//! What a payment provider tells.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use houselights_shared::Refusal;
use tracing::warn;

use super::{
    address::{address, attempt_from, too_many},
    body::bytes,
    refusal::ApiRefusal,
};
use crate::{app::App, box_office::notices, clock};

/// `POST /api/payments/stripe/notices`. Only what the provider signed, a short time ago, is looked at. Any other answer than a good one makes
/// it tell the same again later.
pub(super) async fn stripe(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, ApiRefusal> {
    let provider = app.box_office.provider().ok_or_else(|| ApiRefusal::new(StatusCode::NOT_FOUND, Refusal::Malformed))?;
    let (headers, from) = (request.headers().clone(), address(&request, app.config.behind_proxy));
    let body = bytes(request).await?;
    let now = clock::now();
    match provider.notice(&headers, &body, now) {
        Ok(notice) => {
            notices::hear(&app, notice, now).await?;
            Ok(StatusCode::NO_CONTENT)
        }
        Err(error) => {
            attempt_from(&app, from).map_err(too_many)?;
            warn!(%error, "a notice of a payment was not taken");
            Err(ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed))
        }
    }
}
