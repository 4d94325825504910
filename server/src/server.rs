//! A running server, from start to stop.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, OnceLock, atomic::AtomicUsize},
    time::Duration,
};

use houselights_shared::SignInConfirmation;
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::{Mutex, mpsc},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{info, warn};

use crate::{
    actor::{Registry, Surroundings},
    announcements::{self, Announcer},
    app::App,
    box_office::{self, BoxOffice},
    clock,
    config::Config,
    courier::{self, Courier},
    graphql::input,
    http::{self, Shelf},
    images::Desk,
    limits::Limits,
    mail::MailConfigError,
    media_link::MediaLink,
    metrics::Metrics,
    oidc::Provider,
    payments::stripe::SetupError,
    post_office::{self, PostOffice},
    signed_in::SignedIn,
    store::{Created, Lock, NewEvent, OpenError, SignIn, Store, StoreError, TRASH_KEPT, fresh_secret},
    supervision::Supervisor,
    udp::{Media, MediaConfig, MediaError, MediaEvent},
};

/// Handshakes that wait to be accepted.
const ACCEPT_QUEUE: u32 = 1_024;
/// What the system holds for a reader that lags, before our own bound counts: more would only hide that it lags.
const SEND_BUFFER: u32 = 128 * 1024;
/// How long a stop waits for connections to take their leave, and then for rooms to finish what they are at.
const DRAIN: Duration = Duration::from_secs(3);
/// How often a store that fails is tried.
const PROBE_EVERY: Duration = Duration::from_millis(500);
/// How often memory is tidied.
const TIDY_EVERY: Duration = Duration::from_secs(10);
/// How often it is said how many strangers were refused, if any were.
const REPORT_EVERY: Duration = Duration::from_mins(1);
/// How often logins are deleted that ran out long ago.
const FORGET_EVERY: Duration = Duration::from_hours(1);
/// For how long it can be seen which letters were sent, and whether one with the link of a sign-in was.
const LETTERS_KEPT: Duration = Duration::from_hours(30 * 24);
const SIGN_IN_LETTERS_KEPT: Duration = Duration::from_hours(24);
/// For how long it can be seen what a webhook was told.
const DELIVERIES_KEPT: Duration = Duration::from_hours(30 * 24);
/// For how long a login that ran out is told so; after that its token is unknown.
const EXPIRED_KEPT: Duration = Duration::from_hours(30 * 24);

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
        let store = Store::open(&config.database, &metrics).await?;
        let mut server = Self::over(config, store, metrics).await?;
        server.lock = Some(lock);
        Ok(server)
    }

    async fn over(config: Config, store: Store, metrics: Arc<Metrics>) -> Result<Self, StartError> {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let post_office = PostOffice::new(&config)?;
        let box_office = BoxOffice::new(&config).map_err(|error: SetupError| StartError::Payments(error.to_string()))?;
        let no_tls = |error: reqwest::Error| StartError::Other(error.to_string());
        let courier = Courier::new(&config).map_err(no_tls)?;
        let listener = listen(config.listen).map_err(|cause| StartError::Listen { address: config.listen, cause })?;
        let http = listener.local_addr().map_err(|cause| StartError::Listen { address: config.listen, cause })?;
        let unreachable = |cause| StartError::Media { address: config.media_listen, cause };
        let ports = MediaConfig {
            bind: config.media_listen,
            public: config.media_address.clone(),
            max_peers: config.max_media_connections,
        };
        let (port, events) = Media::start(ports, &tasks).await.map_err(unreachable)?;
        let media_address = port.local_addr();
        let media = MediaLink::new(port);
        let house = Surroundings {
            store: store.clone(),
            media: media.clone(),
            metrics: Arc::clone(&metrics),
            idle_for: Duration::from_secs(config.room_idle_seconds),
        };
        let rooms = Arc::new(Registry::new(house, tasks.clone(), stop.clone()));
        let base_url = config.base_url(http);
        let app = Arc::new(App {
            oidc: Provider::new(&config, &base_url).map_err(no_tls)?,
            base_url,
            limits: Limits::new(&config),
            post_office,
            courier,
            announcer: Announcer::default(),
            uploads: Desk::default(),
            box_office,
            since: clock::now(),
            pages: Shelf::default(),
            api: OnceLock::new(),
            store,
            metrics,
            rooms,
            media,
            signed_in: SignedIn::default(),
            connections: AtomicUsize::new(0),
            tasks: TaskTracker::new(),
            draining: CancellationToken::new(),
            config,
        });
        let router = http::router(Arc::clone(&app));
        tasks.spawn(http::accept(Arc::clone(&app), listener, router));
        Self::keep_loops(
            &app,
            &Supervisor { tasks: tasks.clone(), metrics: Arc::clone(&app.metrics), stop: stop.clone() },
            events,
        );
        info!(%http, media = %media_address, "server started");
        // Whoever makes an event on the same database, with the command line, puts it into the links.
        if let Err(error) = app.store.remember_public_url(&app.base_url).await {
            warn!(%error, "events made from the command line may name another address than this server's");
        }
        Ok(Self { app, http, media: media_address, tasks, stop, lock: None })
    }

    /// All that goes on beside requests and rooms.
    fn keep_loops(app: &Arc<App>, supervisor: &Supervisor, events: mpsc::Receiver<MediaEvent>) {
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
        keep!("chores", chores);
        let (media, rooms, stop) = (app.media.clone(), Arc::clone(&app.rooms), supervisor.stop.clone());
        let events = Arc::new(Mutex::new(events));
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

/// Why an event was not made.
#[derive(Debug, thiserror::Error)]
#[error("the event was not made: {0}")]
pub struct EventError(String);

/// Makes an event in a database that a server may or may not run on.
pub async fn create_event(config: &Config, event: &NewEvent) -> Result<Created, EventError> {
    let fail = |error: String| EventError(error);
    let metrics = Arc::new(Metrics::new().map_err(|error| fail(error.to_string()))?);
    let store = Store::open(&config.database, &metrics).await.map_err(|error| fail(error.to_string()))?;
    let created = match known_url(config, &store).await {
        Ok(base_url) => store.create_event(event, &base_url, clock::now()).await,
        Err(error) => Err(error),
    };
    store.close().await;
    created.map_err(|error| fail(error.to_string()))
}

/// How clients reach the server of a database: as it is said now, or else as the server that ran on it last said.
async fn known_url(config: &Config, store: &Store) -> Result<String, StoreError> {
    let remembered = if config.public_url.is_none() { store.public_url().await? } else { None };
    Ok(remembered.unwrap_or_else(|| config.base_url(config.listen)))
}

/// A link to sign in with, on any device, within 15 minutes and once.
#[derive(Clone)]
pub struct SignInLink {
    /// For the app: `houselights://sign-in?…`.
    pub link: String,
    /// What it carries, to be given to `/api/sign-ins/confirm`.
    pub confirmation: SignInConfirmation,
}

/// Why there is no link to sign in with.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// It is for nobody.
    #[error("this is no e-mail address")]
    NoAddress,
    /// It cannot be stored.
    #[error("the link was not made: {0}")]
    NotStored(String),
}

impl SignInLink {
    async fn make(store: &Store, base_url: &str, email: &str) -> Result<Self, SignInError> {
        let email = input::email("email", email).map_err(|_| SignInError::NoAddress)?;
        let fail = |error: &dyn std::fmt::Display| SignInError::NotStored(error.to_string());
        let secret = fresh_secret().map_err(|error| fail(&error))?;
        let device = fresh_secret().map_err(|error| fail(&error))?;
        let asked = SignIn { device_secret: &device, email: &email, device: "", now: clock::now() };
        store.vouch_sign_in(asked, &secret).await.map_err(|error| fail(&error))?;
        let link = http::sign_in_link(base_url, &secret, Some(&device));
        Ok(Self { link, confirmation: SignInConfirmation { secret: secret.into(), device: device.into() } })
    }
}

/// Makes a link to sign in with, in a database that a server may or may not run on.
pub async fn sign_in_link(config: &Config, email: &str) -> Result<SignInLink, SignInError> {
    let fail = |error: String| SignInError::NotStored(error);
    let metrics = Arc::new(Metrics::new().map_err(|error| fail(error.to_string()))?);
    let store = Store::open(&config.database, &metrics).await.map_err(|error| fail(error.to_string()))?;
    let made = match known_url(config, &store).await {
        Ok(base_url) => SignInLink::make(&store, &base_url, email).await,
        Err(error) => Err(fail(error.to_string())),
    };
    store.close().await;
    made
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that was killed may start again at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Accepted sockets inherit it.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(ACCEPT_QUEUE)
}

/// What has to be done now and then.
async fn chores(app: Arc<App>, stop: CancellationToken) {
    let mut probe = tokio::time::interval(PROBE_EVERY);
    let mut tidy = tokio::time::interval(TIDY_EVERY);
    let mut forget = tokio::time::interval(FORGET_EVERY);
    let mut report = tokio::time::interval(REPORT_EVERY);
    tokio::select! {
        () = stop.cancelled() => return,
        taken_back = app.store.take_back_halves(app.since) => {
            if let Err(error) = taken_back {
                warn!(%error, "what is left of an import stays for now");
            }
        }
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = report.tick() => {
                let refused = app.limits.take_turned_away();
                if refused > 0 {
                    warn!(refused, "connections were refused of which nobody knows whose they are");
                }
            }
            _ = probe.tick() => {
                // A store that failed may work again before anyone writes; only then are clients sent here. And a file that was
                // taken away is noticed though nobody writes.
                if !app.store.is_writable() || !app.store.is_in_place() {
                    drop(app.store.probe(clock::now().micros()).await);
                }
            }
            _ = tidy.tick() => {
                app.metrics.tidy();
                app.limits.tidy();
                app.end_what_is_over().await;
            }
            _ = forget.tick() => tokio::select! {
                () = stop.cancelled() => return,
                () = forget_what_is_over(&app) => {}
            },
        }
    }
}

/// Deletes what nobody can use any more.
async fn forget_what_is_over(app: &App) {
    let now = clock::now();
    let forgotten = app.store.forget_logins(now.minus(EXPIRED_KEPT)).await;
    if let Err(error) = forgotten.and(app.store.forget_sign_ins(now).await) {
        warn!(%error, "logins that ran out stay for now");
    }
    if let Err(error) = app.store.purge_deleted(now.minus(TRASH_KEPT)).await {
        warn!(%error, "what lies in the trash for too long stays for now");
    }
    match app.store.sweep_images(now).await {
        Ok(0) => {}
        Ok(pictures) => info!(pictures, "pictures were erased that nothing shows any more"),
        Err(error) => warn!(%error, "pictures that nothing shows stay for now"),
    }
    if let Err(error) = app.store.forget_letters(now.minus(LETTERS_KEPT), now.minus(SIGN_IN_LETTERS_KEPT)).await {
        warn!(%error, "letters that were sent long ago stay for now");
    }
    if let Err(error) = app.store.forget_deliveries(now.minus(DELIVERIES_KEPT)).await {
        warn!(%error, "what webhooks were told long ago stays for now");
    }
    if let Err(error) = app.store.leave_no_trace().await {
        warn!(%error, "what was deleted stays in the database's log for now");
    }
}

#[cfg(test)]
mod tests;
