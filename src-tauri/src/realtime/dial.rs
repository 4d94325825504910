//! Opening the realtime WebSocket.

use std::{io, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{self, http::header::RETRY_AFTER, protocol::WebSocketConfig},
};
use url::Url;

use super::race;
use crate::session::tls;

/// The largest frame that is read: more than a snapshot can be whose messages, questions and reports are all as long as they may be and changed as
/// often. Whoever fills a room keeps nobody out of it.
const LARGEST_FRAME: usize = 32 * 1024 * 1024;

/// Bytes both ways.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// An open WebSocket.
pub type Wire = WebSocketStream<Box<dyn Io>>;

/// Why there is no connection.
#[derive(Debug)]
pub struct Undialled {
    /// When the server wants to be asked again.
    pub retry_after: Option<Duration>,
    /// For the log.
    pub cause: String,
}

/// Opens connections to one server. A trait, so that tests can put a scripted server at the other end of a pipe in memory.
pub trait Dial: Send + Sync + 'static {
    /// Opens one.
    fn dial(&self) -> BoxFuture<'_, Result<Wire, Undialled>>;
}

/// Over TCP, with TLS where the URL says so.
#[derive(Clone, Debug)]
pub struct Network {
    url: Arc<Url>,
}

impl Network {
    /// To the realtime socket of the server with this base URL; none where it is not an HTTP URL with a host.
    pub fn new(server: &Url) -> Option<Self> {
        let mut url = server.clone();
        url.set_scheme(match server.scheme() {
            "https" => "wss",
            "http" => "ws",
            _ => return None,
        })
        .ok()?;
        url.path_segments_mut().ok()?.pop_if_empty().push("realtime");
        url.has_host().then(|| Self { url: Arc::new(url) })
    }

    async fn open(&self) -> Result<Wire, Undialled> {
        let host = self.url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let port = self.url.port_or_known_default().unwrap_or(443);
        let tcp = race::connect(host, port).await.map_err(|error| undialled(&error))?;
        tcp.set_nodelay(true).map_err(|error| undialled(&error))?;
        let io: Box<dyn Io> = if self.url.scheme() == "wss" {
            let cause = |error: &dyn std::error::Error| Undialled { retry_after: None, cause: error.to_string() };
            let name = ServerName::try_from(host.to_owned()).map_err(|error| cause(&error))?;
            let tls = TlsConnector::from(tls::config().map_err(|error| cause(&error))?);
            Box::new(tls.connect(name, tcp).await.map_err(|error| undialled(&error))?)
        } else {
            Box::new(tcp)
        };
        let config = WebSocketConfig::default().max_frame_size(Some(LARGEST_FRAME)).max_message_size(Some(LARGEST_FRAME));
        match client_async_with_config(self.url.as_str(), io, Some(config)).await {
            Ok((wire, _response)) => Ok(wire),
            Err(tungstenite::Error::Http(response)) => Err(Undialled {
                retry_after: response
                    .headers()
                    .get(RETRY_AFTER)
                    .and_then(|value| value.to_str().ok()?.parse().ok())
                    .map(Duration::from_secs),
                cause: format!("the server answered {}", response.status()),
            }),
            Err(error) => Err(Undialled { retry_after: None, cause: error.to_string() }),
        }
    }
}

impl Dial for Network {
    fn dial(&self) -> BoxFuture<'_, Result<Wire, Undialled>> {
        Box::pin(self.open())
    }
}

fn undialled(error: &io::Error) -> Undialled {
    Undialled { retry_after: None, cause: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_lies_below_the_base_url() {
        let at = |server: &str| Network::new(&server.parse().unwrap()).map(|network| network.url.to_string());
        assert_eq!(at("https://show.example").as_deref(), Some("wss://show.example/realtime"));
        assert_eq!(at("http://127.0.0.1:8080/").as_deref(), Some("ws://127.0.0.1:8080/realtime"));
        assert_eq!(at("https://show.example/live/").as_deref(), Some("wss://show.example/live/realtime"));
        assert_eq!(at("ftp://show.example"), None);
    }
}
