//! A real server, in this process or in one of its own.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::Arc,
};

use houselights_server::{Config, Created, Founders, NewEvent, NewInvite, Server, StartError};
use houselights_shared::{EventId, Role, RoomId};
use rusqlite::Connection;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
};

use crate::within;

/// An event with its stage, and who is invited to it.
#[derive(Clone, Debug)]
pub struct Event {
    /// The event.
    pub event: EventId,
    /// Its stage.
    pub room: RoomId,
    /// Role, name and secret of each invite; the attendees' has no name.
    pub invites: Vec<(Role, Option<String>, String)>,
}

impl Event {
    /// The secret of the invite of this person.
    #[must_use]
    pub fn invite_of(&self, name: &str) -> &str {
        let found = self.invites.iter().find(|(_, of, _)| of.as_deref() == Some(name));
        found.map(|(_, _, secret)| secret.as_str()).expect("they are invited")
    }

    /// The secret of the invite that is open to all attendees.
    #[must_use]
    pub fn open_invite(&self) -> &str {
        let found = self.invites.iter().find(|(role, ..)| *role == Role::Attendee);
        found.map(|(_, _, secret)| secret.as_str()).expect("every event has one")
    }
}

impl From<Created> for Event {
    fn from(created: Created) -> Self {
        let invites = created.invites.into_iter().map(|invite| (invite.role, invite.name, invite.secret)).collect();
        Self { event: created.event, room: created.room, invites }
    }
}

/// What a server is started with in tests: free ports on loopback, and a rate that no test meets by accident.
#[must_use]
pub fn config(database: &Path) -> Config {
    Config {
        database: database.into(),
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        media_listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        frames_per_second: 100_000,
        frame_burst: 100_000,
        logins_per_minute: 100_000,
        letters_per_minute: 100_000,
        changes_told_after_seconds: 0,
        organisations_by: Founders::Anyone,
        ..Config::default()
    }
}

/// A server in this process, in a directory of its own.
pub struct TestServer {
    server: Server,
    config: Config,
    folder: Arc<TempDir>,
}

impl TestServer {
    /// With an empty database.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings.
    pub async fn with(set: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(TempDir::new().expect("a temporary directory"));
        let mut config = config(&folder.path().join("houselights.db"));
        set(&mut config);
        Self::on(folder, config).await.expect("the server starts")
    }

    async fn on(folder: Arc<TempDir>, config: Config) -> Result<Self, StartError> {
        let server = Server::start(config.clone()).await?;
        Ok(Self { server, config, folder })
    }

    /// Stops in order, lets something be done to the database, and starts again.
    pub async fn restart_after(self, meanwhile: impl FnOnce(&Connection)) -> Self {
        let Self { server, config, folder } = self;
        server.shutdown().await;
        meanwhile(&Connection::open(config.database.file().expect("a file")).expect("the database is there"));
        Self::on(folder, config).await.expect("the server starts again")
    }

    /// Stops in order and starts again, on another port.
    pub async fn restart(self) -> Self {
        self.restart_after(|_| {}).await
    }

    /// Stops in order. Nothing may have panicked, neither in the server nor in its forwarding unit.
    pub async fn stop(self) {
        assert!(self.panics().abs() < 0.5, "something panicked");
        self.server.shutdown().await;
    }

    /// Panics caught, wherever.
    #[must_use]
    pub fn panics(&self) -> f64 {
        self.metric("houselights_panics_total") + self.metric("houselights_media_panics_total")
    }

    /// Where HTTP is served.
    #[must_use]
    pub fn http(&self) -> SocketAddr {
        self.server.http()
    }

    /// The server itself.
    #[must_use]
    pub fn inner(&self) -> &Server {
        &self.server
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> &Path {
        self.config.database.file().expect("a file")
    }

    /// Makes an event with this crew.
    pub async fn event(&self, crew: &[(Role, &str)]) -> Event {
        let crew = crew.iter().map(|(role, name)| NewInvite { name: (*name).to_owned(), role: *role }).collect();
        let event = NewEvent { title: "Opening night".to_owned(), crew, ..NewEvent::default() };
        self.server.create_event(&event).await.expect("an event is made").into()
    }

    /// A metric, by its name with its labels.
    #[must_use]
    pub fn metric(&self, name: &str) -> f64 {
        metric(&self.server.metrics(), name)
    }

    /// How many statements an answer reads, and the last answer. What the server reads by itself now and then is not the answer's: the fewest
    /// of some is.
    pub async fn reads_of<T>(&self, ask: impl AsyncFn() -> T) -> (u64, T) {
        let reads = || self.metric("houselights_store_statements_total{kind=\"read\"}");
        let (mut fewest, mut last) = (u64::MAX, None);
        for _ in 0..8 {
            let before = reads();
            last = Some(ask().await);
            fewest = fewest.min((reads() - before).round() as u64);
        }
        (fewest, last.expect("it was asked"))
    }
}

/// A value from a Prometheus text. What is not on the page is a mistake of the test: every counter is there from the start.
#[must_use]
pub fn metric(text: &str, name: &str) -> f64 {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let value = value.unwrap_or_else(|| panic!("{name} is not among the metrics"));
    value.trim().parse().expect("a number")
}

/// How to start a server process.
#[derive(Clone, Debug)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// The database file.
    pub database: PathBuf,
    /// Where to serve HTTP; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Further arguments.
    pub arguments: Vec<String>,
    /// Where its log goes; beside the database where nothing is said.
    pub log_to: Option<PathBuf>,
    /// Whether a write beyond the file size limit fails, instead of ending the process.
    pub bears_file_size_limit: bool,
}

/// What is left of a server process.
#[derive(Debug)]
pub struct Exit {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard error.
    pub errors: String,
}

/// A server in a process of its own. Dropping it kills it.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    /// Where HTTP is served.
    pub http: SocketAddr,
    /// Kept open: a server must not meet a closed pipe.
    _stdout: BufReader<ChildStdout>,
}

/// What `event create --json` prints.
#[derive(Deserialize)]
struct Printed {
    event: EventId,
    room: RoomId,
    invites: Vec<PrintedInvite>,
}

#[derive(Deserialize)]
struct PrintedInvite {
    role: Role,
    name: Option<String>,
    secret: String,
}

impl Program {
    /// The server on this database, on free ports.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, database: impl Into<PathBuf>) -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            path: path.into(),
            database: database.into(),
            listen,
            arguments: Vec::new(),
            log_to: None,
            bears_file_size_limit: false,
        }
    }

    fn log(&self) -> PathBuf {
        self.log_to.clone().unwrap_or_else(|| self.database.with_extension("log"))
    }

    fn command(&self) -> Command {
        let mut command = if self.bears_file_size_limit {
            // An ignored signal stays ignored over an exec.
            let mut shell = Command::new("sh");
            shell.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(&self.path);
            shell
        } else {
            Command::new(&self.path)
        };
        // The environment sets what is not given by flag: none of it may come from whoever runs the tests.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HOUSELIGHTS_")) {
            command.env_remove(name);
        }
        command.arg("--database").arg(&self.database).arg("--listen").arg(self.listen.to_string());
        command.args(["--media-listen", "127.0.0.1:0", "--frames-per-second", "100000", "--frame-burst", "100000"]);
        command.args(["--logins-per-minute", "100000", "--letters-per-minute", "100000"]);
        command.args(&self.arguments).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Starts, and waits until it says that it is ready; otherwise says how it ended.
    pub async fn start(&self) -> Result<ServerProcess, Exit> {
        let log = std::fs::File::create(self.log()).expect("a file for its log");
        let mut command = self.command();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        within("the server to be ready", stdout.read_line(&mut line)).await.expect("readable");
        let http = line.strip_prefix("ready http=").and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        if let Some(http) = http {
            Ok(ServerProcess { child, http, _stdout: stdout })
        } else {
            let status = within("the server to end", child.wait()).await.expect("its status");
            Err(Exit { status, errors: std::fs::read_to_string(self.log()).expect("its log") })
        }
    }

    /// Makes an event, by the command line.
    pub async fn create_event(&self, arguments: &[&str]) -> Result<Event, Exit> {
        let mut command = self.command();
        command.args(["event", "create", "--title", "Opening night", "--json"]).args(arguments);
        let output = within("the event to be made", command.output()).await.expect("the program starts");
        if !output.status.success() {
            return Err(Exit { status: output.status, errors: String::from_utf8_lossy(&output.stderr).into_owned() });
        }
        let printed: Printed = serde_json::from_slice(&output.stdout).expect("JSON");
        let invites = printed.invites.into_iter().map(|invite| (invite.role, invite.name, invite.secret)).collect();
        Ok(Event { event: printed.event, room: printed.room, invites })
    }
}

impl ServerProcess {
    /// Ends it as a power cut would: with SIGKILL.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it runs");
    }

    fn pid(&self) -> rustix::process::Pid {
        self.child.id().and_then(|id| rustix::process::Pid::from_raw(id.try_into().ok()?)).expect("it runs")
    }

    /// Lets its files grow to so many bytes; what writes beyond meets an error, as on a full disk.
    #[cfg(target_os = "linux")]
    pub fn limit_file_size(&self, bytes: Option<u64>) {
        use rustix::process::{Resource, Rlimit, prlimit};
        prlimit(Some(self.pid()), Resource::Fsize, Rlimit { current: bytes, maximum: None }).expect("it is ours to limit");
    }

    /// Asks it to end, with SIGTERM, and waits for that.
    pub async fn terminate(mut self) -> ExitStatus {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::TERM).expect("it can be signalled");
        within("the server to end", self.child.wait()).await.expect("its status")
    }
}
