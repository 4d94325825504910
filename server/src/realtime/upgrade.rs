//! From an HTTP request to a WebSocket (RFC 6455, section 4.2).

use std::{
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::Ordering},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use houselights_shared::Refusal;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tracing::error;

use super::{
    connection,
    outbox::{ConnectionId, Outbox},
};
use crate::{
    app::App,
    http::{ApiRefusal, Peer, address, too_many},
    limits::Doorstep,
};

/// Over so long a time those of an address come back that has too many connections of which nobody knows whose they are.
const CROWDED_FOR_MS: u32 = 4_000;

/// Where a connection comes from, until it says whose it is.
pub(super) struct Stranger {
    pub(super) address: Option<IpAddr>,
    pub(super) _doorstep: Option<Arc<Doorstep>>,
}

/// A place among the connections; given back when dropped.
struct Place(Arc<App>);

impl Place {
    fn take(app: &Arc<App>) -> Option<Self> {
        let before = app.connections.fetch_add(1, Ordering::Relaxed);
        let place = Self(Arc::clone(app));
        app.metrics.connections.increment(1.0);
        (before < app.config.max_connections).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
        self.0.metrics.connections.decrement(1.0);
    }
}

/// `GET /realtime`.
pub(crate) async fn upgrade(State(app): State<Arc<App>>, mut request: Request) -> Result<Response, ApiRefusal> {
    let malformed = || ApiRefusal::new(StatusCode::BAD_REQUEST, Refusal::Malformed);
    let accept = accept_key(request.headers()).ok_or_else(malformed)?;
    let upgrade = request.extensions_mut().remove::<OnUpgrade>().ok_or_else(malformed)?;
    if app.draining.is_cancelled() {
        return Err(ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::ShuttingDown, 1_000));
    }
    let stranger = stranger(&app, &request).inspect_err(|_| app.stranger_refused())?;
    let Some(place) = Place::take(&app) else {
        return Err(ApiRefusal::retry(StatusCode::SERVICE_UNAVAILABLE, Refusal::Overloaded, 5_000));
    };
    app.metrics.connections_total.increment(1);
    app.tasks.spawn(stand(place, upgrade, stranger));
    let headers = [
        (header::CONNECTION, HeaderValue::from_static("upgrade")),
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::SEC_WEBSOCKET_ACCEPT, accept),
    ];
    Ok((StatusCode::SWITCHING_PROTOCOLS, headers).into_response())
}

/// The task of a connection. What lies in it is there as long as the connection is, ten thousand times over.
async fn stand(place: Place, upgrade: OnUpgrade, stranger: Stranger) {
    let Ok(upgraded) = upgrade.await else { return };
    let app = Arc::clone(&place.0);
    // A panic ends this connection and no other.
    if AssertUnwindSafe(serve(&app, upgraded, stranger)).catch_unwind().await.is_err() {
        error!("a connection panicked");
        app.metrics.panics.increment(1);
    }
}

/// Whether there is a place on the doorstep of an address.
fn stranger(app: &App, request: &Request) -> Result<Stranger, ApiRefusal> {
    let address = address(request, app.config.behind_proxy);
    let Some(from) = address else { return Ok(Stranger { address, _doorstep: None }) };
    let doorstep = match request.extensions().get::<Peer>().and_then(|peer| peer.doorstep.clone()) {
        Some(taken) => taken,
        None => Arc::new(
            app.limits.doorsteps.enter(from).ok_or_else(|| too_many(1 + ConnectionId::fresh().spread(CROWDED_FOR_MS)))?,
        ),
    };
    Ok(Stranger { address, _doorstep: Some(doorstep) })
}

async fn serve(app: &Arc<App>, upgraded: Upgraded, stranger: Stranger) {
    let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else {
        error!("the HTTP server gave back another kind of stream than it was given");
        return;
    };
    let outbox = Arc::new(Outbox::new(parts.io.into_inner()));
    connection::serve(app, outbox, parts.read_buf, stranger).await;
}

/// What proves that this end speaks WebSocket; nothing where the request does not ask for that.
fn accept_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let has = |name: HeaderName, wanted: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|token| token.trim().eq_ignore_ascii_case(wanted)))
    };
    if !has(header::CONNECTION, "upgrade") || !has(header::UPGRADE, "websocket") || !has(header::SEC_WEBSOCKET_VERSION, "13") {
        return None;
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY)?;
    HeaderValue::try_from(derive_accept_key(key.as_bytes())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of what a function answers with, without calling it.
    fn size_of_task<F>(_: impl Fn(Place, OnUpgrade, Stranger) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_connections_task_takes_a_small_part_of_what_a_connection_may() {
        let size = size_of_task(stand);
        assert!(size <= 4 * 1024, "{size} bytes");
    }

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_accept_key_is_that_of_the_standard() {
        let headers = headers(&[
            (header::CONNECTION, "keep-alive, Upgrade"),
            (header::UPGRADE, "websocket"),
            (header::SEC_WEBSOCKET_VERSION, "13"),
            (header::SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ=="),
        ]);
        assert_eq!(accept_key(&headers).unwrap(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn a_plain_request_is_no_websocket() {
        assert_eq!(accept_key(&headers(&[(header::SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ==")])), None);
    }
}
