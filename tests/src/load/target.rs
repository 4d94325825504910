//! The server as a crowd reaches it: from many addresses of this machine where it is on this machine, with TLS where its URL says so.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use houselights_shared::{InviteCard, Login, LoginRequest, Refused, Role};
use reqwest::Response;
use rustls::{ClientConfig, pki_types::ServerName};
use rustls_platform_verifier::ConfigVerifierExt;
use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpSocket, TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Error, protocol::WebSocketConfig},
};
use url::Url;

use super::trouble::{Met, Step, Trouble};

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// A client reads so much at a time: a tick of eight messages. The library would take 128 KB, and clear it each time, which cost a client 4 % of its time at 8 KB.
const READ: usize = 4 * 1024;
/// The largest frame that is read: a snapshot of a busy room.
const LARGEST_FRAME: usize = 16 * 1024 * 1024;
/// Idle connections for signing in, which count as strangers with the server, are not kept for long.
const IDLE: Duration = Duration::from_secs(2);

/// Bytes both ways.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// An open WebSocket.
pub(super) type Socket = WebSocketStream<Box<dyn Io>>;

/// Why something was not had, and when the server wants to be asked again.
#[derive(Debug)]
pub(super) struct Denied {
    pub(super) trouble: Trouble,
    pub(super) retry_after: Option<Duration>,
}

/// A server.
pub(super) struct Target {
    base: Url,
    address: SocketAddr,
    host: String,
    tls: Option<TlsConnector>,
    /// Where connections come from; nothing where the system chooses.
    sources: Vec<Option<IpAddr>>,
    /// For each of them.
    http: Vec<reqwest::Client>,
}

impl Target {
    /// Finds the server. `addresses` are as many of this machine as connections shall come from.
    pub(super) async fn find(base: &Url, addresses: u32) -> Result<Self> {
        // `reqwest` wants to know whose TLS it is, even where none is spoken. A second installation would be refused: harmless.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let host = base.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = base.port_or_known_default().unwrap_or(80);
        let address = reachable(&host, port).await.with_context(|| format!("nobody knows where the server is: {host}"))?;
        let tls = if base.scheme() == "https" {
            Some(TlsConnector::from(Arc::new(ClientConfig::with_platform_verifier()?)))
        } else {
            None
        };
        let sources = sources(address.ip(), addresses);
        let http = sources.iter().map(|source| http(*source, &host, address)).collect::<Result<_, _>>()?;
        Ok(Self { base: base.clone(), address, host, tls, sources, http })
    }

    /// Whether the server is there and the invite is one that a crowd can use, before anybody is sent: the event's title.
    pub(super) async fn look_at_invite(&self, secret: &str) -> Result<String> {
        let server = self.base.as_str().trim_end_matches('/');
        let asked = self.client(0)?.get(self.at(&["api", "invites", secret])).send();
        let card: InviteCard = match answer(Step::SignIn, asked.await).await {
            Ok(card) => card,
            Err(Denied { trouble, .. }) => {
                let what = match &trouble.met {
                    Met::Network(_) | Met::Silence => format!("there is no server at {server}: {trouble}"),
                    Met::Status(_) => format!("what answers at {server} is no Houselights server: {trouble}"),
                    Met::Refused(_) | Met::Lobby => format!("the invite does not let anybody in: {trouble}"),
                };
                let cure = trouble.cure().filter(|_| matches!(trouble.met, Met::Refused(_)));
                bail!("{what}{}", cure.map(|cure| format!(" ({cure})")).unwrap_or_default());
            }
        };
        if card.role != Role::Attendee || card.name.is_some() {
            bail!("this invite is for one person: take the one for the whole audience, as `event create` prints it");
        }
        Ok(card.event)
    }

    /// Signs a client in through the open invite.
    pub(super) async fn sign_in(&self, client: usize, secret: &str, name: &str) -> Result<Login, Denied> {
        let request = LoginRequest { invite: secret.into(), name: Some(name.to_owned()) };
        let http = self.client(client).map_err(|_| Denied::of(Step::SignIn.silence()))?;
        answer(Step::SignIn, http.post(self.at(&["api", "logins"])).json(&request).send().await).await
    }

    /// Opens a WebSocket on which nothing is said yet.
    pub(super) async fn dial(&self, client: usize) -> Result<Socket, Denied> {
        let dialling = timeout(ANSWER_WITHIN, self.open(client));
        dialling.await.unwrap_or_else(|_| Err(Denied::of(Step::Connect.silence())))
    }

    async fn open(&self, client: usize) -> Result<Socket, Denied> {
        let lost = |error: io::Error| Denied::of(Step::Connect.network(&error));
        let io = self.line(client).await.map_err(lost)?;
        let mut url = self.at(&["realtime"]);
        // Both are known to it, and it had the other.
        let _ = url.set_scheme(if self.tls.is_some() { "wss" } else { "ws" });
        let config = WebSocketConfig::default()
            .read_buffer_size(READ)
            .write_buffer_size(0)
            .max_frame_size(Some(LARGEST_FRAME))
            .max_message_size(Some(LARGEST_FRAME));
        match client_async_with_config(url.as_str(), io, Some(config)).await {
            Ok((socket, _)) => Ok(socket),
            Err(Error::Http(response)) => {
                let status = response.status().as_u16();
                Err(refused(Step::Connect, status, response.body().as_deref().unwrap_or_default()))
            }
            Err(Error::Io(error)) => Err(lost(error)),
            Err(error) => {
                let trouble = Trouble { step: Step::Connect, met: Met::Network(error.to_string()) };
                Err(Denied::of(trouble))
            }
        }
    }

    async fn line(&self, client: usize) -> io::Result<Box<dyn Io>> {
        let tcp = if self.address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        if let Some(Some(source)) = self.sources.get(client % self.sources.len().max(1)) {
            tcp.bind(SocketAddr::new(*source, 0))?;
        }
        let tcp = tcp.connect(self.address).await?;
        tcp.set_nodelay(true)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(tcp)) };
        let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
        Ok(Box::new(tls.connect(name, tcp).await?))
    }

    fn client(&self, client: usize) -> Result<&reqwest::Client> {
        self.http.get(client % self.http.len().max(1)).context("there is nowhere to come from")
    }

    /// Below the base URL, which may have a path.
    fn at(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

/// 127.0.0.2 and on, for a server on 127.0.0.0/8.
fn sources(server: IpAddr, addresses: u32) -> Vec<Option<IpAddr>> {
    if addresses == 0 || !server.is_loopback() || !server.is_ipv4() {
        return vec![None];
    }
    let last = u8::try_from(addresses + 1).unwrap_or(u8::MAX);
    (2..=last).map(|number| Some(Ipv4Addr::new(127, 0, 0, number).into())).collect()
}

/// The first address of a host at which something listens; the first of all where nothing does.
async fn reachable(host: &str, port: u16) -> Option<SocketAddr> {
    let found: Vec<_> = lookup_host((host, port)).await.ok()?.collect();
    for address in &found {
        if let Ok(Ok(_)) = timeout(ANSWER_WITHIN, TcpStream::connect(address)).await {
            return Some(*address);
        }
    }
    found.first().copied()
}

fn http(source: Option<IpAddr>, host: &str, address: SocketAddr) -> reqwest::Result<reqwest::Client> {
    let builder = reqwest::Client::builder().no_proxy().local_address(source).resolve(host, address);
    builder.timeout(ANSWER_WITHIN).pool_idle_timeout(IDLE).build()
}

async fn answer<T: DeserializeOwned>(step: Step, asked: reqwest::Result<Response>) -> Result<T, Denied> {
    let response = asked.map_err(|error| unanswered(step, &error))?;
    let status = response.status();
    let body = response.bytes().await.map_err(|error| unanswered(step, &error))?;
    if !status.is_success() {
        return Err(refused(step, status.as_u16(), &body));
    }
    let foreign = Trouble { step, met: Met::Status(status.as_u16()) };
    serde_json::from_slice(&body).map_err(|_| Denied::of(foreign))
}

fn unanswered(step: Step, error: &reqwest::Error) -> Denied {
    if error.is_timeout() {
        return Denied::of(step.silence());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Denied::of(match cause.downcast_ref::<io::Error>() {
        Some(error) => step.network(error),
        None => Trouble { step, met: Met::Network(cause.to_string()) },
    })
}

fn refused(step: Step, status: u16, body: &[u8]) -> Denied {
    match serde_json::from_slice(body) {
        Ok(said) => Denied::told(step, said),
        Err(_) => Denied::of(Trouble { step, met: Met::Status(status) }),
    }
}

fn after(retry_after_ms: Option<u32>) -> Option<Duration> {
    retry_after_ms.map(|ms| Duration::from_millis(ms.into()))
}

impl Denied {
    pub(super) fn of(trouble: Trouble) -> Self {
        Self { trouble, retry_after: None }
    }

    /// The connection is gone, and nobody said why.
    pub(super) fn of_room((): ()) -> Self {
        Self::of(Trouble { step: Step::Room, met: Met::Network("the connection was lost".to_owned()) })
    }

    /// What the server said before it ended the connection.
    pub(super) fn told(step: Step, Refused { refusal, retry_after_ms, .. }: Refused) -> Self {
        Self { trouble: step.refused(refusal), retry_after: after(retry_after_ms) }
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::Refusal;

    use super::*;

    #[test]
    fn only_to_a_server_on_this_machine_a_crowd_comes_from_many_addresses() {
        assert_eq!(sources("203.0.113.7".parse().unwrap(), 9), [None]);
        assert_eq!(sources("::1".parse().unwrap(), 9), [None]);
        assert_eq!(sources("127.0.0.1".parse().unwrap(), 0), [None]);
        let three: Vec<_> = ["127.0.0.2", "127.0.0.3", "127.0.0.4"].map(|source| source.parse().ok()).into();
        assert_eq!(sources("127.0.0.1".parse().unwrap(), 3), three);
        assert_eq!(sources("127.0.0.1".parse().unwrap(), 250).last().unwrap(), &"127.0.0.251".parse().ok());
    }

    #[test]
    fn a_refusal_is_the_servers_own_word_and_anything_else_a_proxys() {
        let own = refused(Step::SignIn, 429, br#"{"refusal":"slow_down","retry_after_ms":1500}"#);
        assert_eq!(own.trouble, Step::SignIn.refused(Refusal::SlowDown));
        assert_eq!(own.retry_after, Some(Duration::from_millis(1_500)));
        let foreign = refused(Step::SignIn, 502, b"<h1>Bad gateway</h1>");
        assert_eq!(foreign.trouble, Trouble { step: Step::SignIn, met: Met::Status(502) });
    }

    #[tokio::test]
    async fn a_server_may_lie_below_a_path() {
        for (base, expected) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/logins"),
            ("http://127.0.0.1:8080/house/", "http://127.0.0.1:8080/house/api/logins"),
        ] {
            let target = Target::find(&base.parse().unwrap(), 0).await.unwrap();
            assert_eq!(target.at(&["api", "logins"]).as_str(), expected);
        }
    }
}
