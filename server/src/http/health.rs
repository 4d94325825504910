//! For those who run the server.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::app::App;

/// The process runs.
pub(super) async fn livez() -> &'static str {
    "alive\n"
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    /// Whether updates can be stored.
    storage: bool,
    /// Whether pictures and sound are forwarded.
    media: bool,
    /// Whether the server is about to stop.
    draining: bool,
}

/// Whether clients should be sent here.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Response {
    let (storage, media, draining) = (app.store.is_writable(), app.media.figures().works, app.draining.is_cancelled());
    let ready = storage && media && !draining;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, storage, media, draining })).into_response()
}

/// Prometheus text.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.counted()).into_response()
}
