//! The accept loop.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;
use tracing::{debug, warn};

use super::address::network;
use crate::{app::App, limits::Doorstep};

/// How long a client may take to send a request's head.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The largest head of a request; also what a connection costs until its upgrade.
const HEAD_BYTES: usize = 16 * 1024;
/// After a failed accept (no file descriptors left) the others get time to end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Whose request it is, as the socket knows it.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(super) address: SocketAddr,
    /// Its place until it said who it is. Behind a proxy the address is not yet known; then the upgrade takes one.
    pub(crate) doorstep: Option<Arc<Doorstep>>,
}

/// Accepts until the server drains.
pub(crate) async fn accept(app: Arc<App>, listener: TcpListener, router: Router) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = app.draining.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                let Some(peer) = admit(&app, address) else { continue };
                // A tick is one write: waiting for more to send would only delay it.
                let _ = stream.set_nodelay(true);
                app.tasks.spawn(serve(Arc::clone(&app), stream, peer, router.clone()));
            }
            Err(error) => {
                warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Nothing: the address has its share of connections of which nobody knows whose they are.
fn admit(app: &App, address: SocketAddr) -> Option<Peer> {
    if app.config.behind_proxy {
        return Some(Peer { address, doorstep: None });
    }
    let Some(doorstep) = app.limits.doorsteps.enter(network(address.ip())) else {
        app.stranger_refused();
        return None;
    };
    Some(Peer { address, doorstep: Some(Arc::new(doorstep)) })
}

async fn serve(app: Arc<App>, stream: TcpStream, peer: Peer, router: Router) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        answer(router.clone(), request.map(Body::new))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(HEAD_BYTES);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = app.draining.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        debug!(%error, "an HTTP connection ended early");
    }
}

async fn answer(router: Router, request: Request) -> Result<Response, Infallible> {
    router.oneshot(request).await
}
