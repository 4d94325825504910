//! A running server, from start to stop.

mod beside;
mod chores;

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, OnceLock, atomic::AtomicUsize},
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpSocket},
    sync::{Mutex, mpsc},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{info, warn};

pub use self::beside::{EventError, SignInError, SignInLink, create_event, sign_in_link};
use crate::{
    actor::{Registry, Surroundings},
    announcements::{self, Announcer},
    app::App,
    bans::{self, Ban},
    box_office::{self, BoxOffice},
    clock::{self, Clock},
    config::Config,
    courier::{self, Courier},
    forgetting::{self, Forgetting},
    gate::{self, Gate},
    holders::Holders,
    http::{self, Shelf},
    images::Desk,
    inbox::Inboxes,
    indexing,
    limits::Limits,
    mail::MailConfigError,
    media_link::MediaLink,
    metrics::Metrics,
    oidc::Provider,
    payments::stripe::SetupError,
    post_office::{self, PostOffice},
    replay::Replays,
    signed_in::SignedIn,
    store::{Created, Lock, NewEvent, OpenError, Store},
    supervision::Supervisor,
    udp::{Media, MediaConfig, MediaError, MediaEvent},
};

/// Handshakes that wait to be accepted: a crowd that was cut off comes back at once.
const ACCEPT_QUEUE: u32 = 4_096;
/// What the system holds for a reader that lags (Linux takes it twice, for what it needs itself), before our own bound counts: more would only
/// hide that it lags.
const SEND_BUFFER: u32 = 64 * 1024;
/// How long a stop waits for connections to take their leave, and then for rooms to finish what they are at.
const DRAIN: Duration = Duration::from_secs(3);
/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// A port is taken, or an address is not this machine's.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        cause: io::Error,
    },
    /// The UDP port of the media.
    #[error("cannot send media from {address}: {cause}")]
    Media {
        /// The address.
        address: SocketAddr,
        /// Why.
        cause: MediaError,
    },
    /// The settings of mail.
    #[error("no mail can be sent so: {0}")]
    Mail(#[from] MailConfigError),
    /// The settings of payments.
    #[error("{0}")]
    Payments(String),
    /// Anything else.
    #[error("cannot start: {0}")]
    Other(String),
}

/// A running server.
pub struct Server {
    app: Arc<App>,
    http: SocketAddr,
    media: SocketAddr,
    /// The accept loop, the rooms and the chores.
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Let go of when all else has ended.
    lock: Option<Lock>,
}

impl Server {
    /// Starts within the calling runtime; once this returns, the server answers.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let metrics = Arc::new(Metrics::new().map_err(|error| StartError::Other(error.to_string()))?);
        config.check().map_err(|error| StartError::Other(error.to_string()))?;
        let lock = Lock::take(&config.database).await?;
        let store = Store::open(&config.database, &metrics).await?.under(&lock);
        let mut server = Self::over(config, store, metrics).await?;
        server.lock = Some(lock);
        Ok(server)
    }

    #[expect(clippy::too_many_lines, reason = "the parts of a server, one after the other")]
    async fn over(config: Config, store: Store, metrics: Arc<Metrics>) -> Result<Self, StartError> {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let post_office = PostOffice::new(&config)?;
        let box_office = BoxOffice::new(&config).map_err(|error: SetupError| StartError::Payments(error.to_string()))?;
        let no_tls = |error: reqwest::Error| StartError::Other(error.to_string());
        let courier = Courier::new(&config).map_err(no_tls)?;
        let (listener, http) = listen(config.listen).map_err(|cause| StartError::Listen { address: config.listen, cause })?;
        let unreachable = |cause| StartError::Media { address: config.media_listen, cause };
        let (port, events) = Media::start(ports(&config), &tasks).await.map_err(unreachable)?;
        let media_address = port.local_addr();
        let media = MediaLink::new(port);
        let (bans, banned) = mpsc::channel(bans::WAITING);
        let clock = Clock::new();
        let inboxes = Inboxes::new(store.clone(), Arc::clone(&metrics), clock.clone());
        let house = Surroundings {
            bans,
            inboxes: inboxes.clone(),
            store: store.clone(),
            media: media.clone(),
            metrics: Arc::clone(&metrics),
            clock,
            idle_for: Duration::from_secs(config.room_idle_seconds),
        };
        let rooms = Arc::new(Registry::new(house, tasks.clone(), stop.clone()));
        let of_crew = store.crew_secrets(clock::now()).await;
        let of_crew =
            of_crew.inspect_err(|error| warn!(%error, "the crew waits at the gate like everybody")).unwrap_or_default();
        let base_url = config.base_url(http);
        let app = Arc::new(App {
            oidc: Provider::new(&config, &base_url).map_err(no_tls)?,
            base_url,
            limits: Limits::new(&config),
            gate: Gate::new(config.joins_per_second, of_crew, Arc::clone(&metrics)),
            holders: Holders::default(),
            post_office,
            courier,
            announcer: Announcer::default(),
            uploads: Desk::default(),
            forgetting: Forgetting::default(),
            replays: Replays::default(),
            ousted: CancellationToken::new(),
            box_office,
            since: clock::now(),
            pages: Shelf::default(),
            api: OnceLock::new(),
            store,
            metrics,
            rooms,
            media,
            inboxes,
            signed_in: SignedIn::default(),
            connections: AtomicUsize::new(0),
            tasks: TaskTracker::new(),
            draining: CancellationToken::new(),
            taken_back: CancellationToken::new(),
            config,
        });
        let router = http::router(Arc::clone(&app));
        tasks.spawn(http::accept(Arc::clone(&app), listener, router));
        Self::keep_loops(
            &app,
            &Supervisor { tasks: tasks.clone(), metrics: Arc::clone(&app.metrics), stop: stop.clone() },
            events,
            banned,
        );
        info!(%http, media = %media_address, "server started");
        // Whoever makes an event on the same database, with the command line, puts it into the links.
        if let Err(error) = app.store.remember_public_url(&app.base_url).await {
            warn!(%error, "events made from the command line may name another address than this server's");
        }
        Ok(Self { app, http, media: media_address, tasks, stop, lock: None })
    }

    /// All that goes on beside requests and rooms.
    fn keep_loops(app: &Arc<App>, supervisor: &Supervisor, events: mpsc::Receiver<MediaEvent>, banned: mpsc::Receiver<Ban>) {
        macro_rules! keep {
            ($name:literal, $run:path) => {{
                let (app, stop) = (Arc::clone(app), supervisor.stop.clone());
                supervisor.keep($name, move || $run(Arc::clone(&app), stop.clone()));
            }};
        }
        keep!("post office", post_office::run);
        keep!("courier", courier::run);
        keep!("announcements", announcements::run);
        keep!("box office", box_office::run);
        keep!("chores", chores::run);
        keep!("watch", chores::watch);
        keep!("gate", gate::watch);
        keep!("forgetting", forgetting::run);
        let (inboxes, until) = (app.inboxes.clone(), supervisor.stop.clone());
        supervisor.keep("inboxes", move || inboxes.clone().run(until.clone()));
        keep!("indexing", indexing::run);
        let (media, rooms, stop) = (app.media.clone(), Arc::clone(&app.rooms), supervisor.stop.clone());
        let events = Arc::new(Mutex::new(events));
        let (of_bans, banned, until) = (Arc::clone(app), Arc::new(Mutex::new(banned)), stop.clone());
        supervisor.keep("bans", move || bans::run(Arc::clone(&of_bans), Arc::clone(&banned), until.clone()));
        supervisor.keep("media events", move || media.clone().listen(Arc::clone(&rooms), Arc::clone(&events), stop.clone()));
    }

    /// Where HTTP and the realtime WebSocket are served.
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Where media is sent and received, over UDP.
    pub fn media(&self) -> SocketAddr {
        self.media
    }

    /// How clients reach the server.
    pub fn base_url(&self) -> &str {
        &self.app.base_url
    }

    /// Makes an event in this server's database.
    pub async fn create_event(&self, event: &NewEvent) -> Result<Created, EventError> {
        self.app
            .store
            .create_event(event, &self.app.base_url, clock::now())
            .await
            .map_err(|error| EventError(error.to_string()))
    }

    /// A link by which somebody signs in without a mail: whoever runs the server vouches for them.
    pub async fn sign_in_link(&self, email: &str) -> Result<SignInLink, SignInError> {
        SignInLink::make(&self.app.store, &self.app.base_url, email).await
    }

    /// The metrics as `/metrics` shows them.
    pub fn metrics(&self) -> String {
        self.app.counted()
    }

    /// Until another server has taken the database: this one serves nobody any more, and is to be stopped.
    pub async fn ousted(&self) {
        self.app.ousted.cancelled().await;
    }

    /// Tells everyone to come back, finishes what was begun, and closes the database.
    pub async fn shutdown(mut self) {
        info!("stopping");
        self.app.draining.cancel();
        self.app.tasks.close();
        if timeout(DRAIN, self.app.tasks.wait()).await.is_err() {
            warn!(connections = self.app.tasks.len(), "some connections did not end in time");
        }
        self.stop.cancel();
        self.app.media.stop();
        self.tasks.close();
        if timeout(DRAIN, self.tasks.wait()).await.is_err() {
            warn!("some rooms did not end in time");
        }
        self.app.store.close().await;
        drop(self.lock.take());
        info!("stopped");
    }
}

impl Drop for Server {
    /// A server that is dropped without a shutdown leaves no task behind; what was acknowledged is stored anyway.
    fn drop(&mut self) {
        self.app.draining.cancel();
        self.stop.cancel();
        self.app.media.stop();
    }
}

/// Where media is sent and received.
fn ports(config: &Config) -> MediaConfig {
    MediaConfig { bind: config.media_listen, public: config.media_address.clone(), max_peers: config.max_media_connections }
}

fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that was killed may start again at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Accepted sockets inherit it.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    let listener = socket.listen(ACCEPT_QUEUE)?;
    let at = listener.local_addr()?;
    Ok((listener, at))
}

#[cfg(test)]
mod tests;
