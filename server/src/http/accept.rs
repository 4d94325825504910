//! The accept loop.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tower::ServiceExt;
use tracing::{debug, warn};

use super::address::network;
use crate::{app::App, limits::Doorstep};

/// How long a client may take to send a request's head.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// The largest head of a request; also what a connection costs until its upgrade.
const HEAD_BYTES: usize = 16 * 1024;
/// Of those who are turned away here so many at once are told so, if they ask for something within this time.
const TOLD_AT_ONCE: usize = 2_048;
const TOLD_WITHIN: Duration = Duration::from_secs(1);
/// They come back within so many seconds, not all at once.
const COME_BACK_WITHIN: u32 = 4;
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
    let mut told = Told { places: Arc::new(Semaphore::new(TOLD_AT_ONCE)), number: 0 };
    loop {
        let accepted = tokio::select! {
            biased;
            () = app.draining.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                let Some(peer) = admit(&app, address) else {
                    told.turn_away(&app, stream);
                    continue;
                };
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

/// Those who were turned away before anything was read of them.
struct Told {
    places: Arc<Semaphore>,
    number: u32,
}

impl Told {
    /// Has somebody told when to come back. full: they are told nothing.
    fn turn_away(&mut self, app: &App, stream: TcpStream) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        self.number = self.number.wrapping_add(1);
        let seconds = 1 + self.number % COME_BACK_WITHIN;
        app.tasks.spawn(async move {
            // Whoever goes without it comes back by themselves.
            let _ = timeout(TOLD_WITHIN, tell(stream, seconds)).await;
            drop(place);
        });
    }
}

/// Answers a request that nobody reads.
async fn tell(mut stream: TcpStream, seconds: u32) -> io::Result<()> {
    let mut scrap = [0; 1024];
    if stream.read(&mut scrap).await? == 0 {
        return Ok(());
    }
    let head =
        format!("HTTP/1.1 429 Too Many Requests\r\nretry-after: {seconds}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.shutdown().await?;
    // Closing a socket with unread input would throw the answer away.
    while stream.read(&mut scrap).await? > 0 {}
    Ok(())
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
