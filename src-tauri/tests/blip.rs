//! Whole apps without a window against the real server, with a line between them that can be cut.

// A helper that fails fails its test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use houselights_app::cli::Sources;
use houselights_app::house::{Beginning, House, Parts};
use houselights_app::ipc::{ConnectionState, NativeEvent, Problem};
use houselights_app::media::Played;
use houselights_app::session::{Keys, Logins, Profile};
use houselights_server::{Config, NewEvent, NewInvite, Server};
use houselights_shared::{CommandBody, EventId, Outcome, ParticipantId, Role};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Passes TCP connections on until it is cut.
struct Line {
    address: SocketAddr,
    open: Arc<Mutex<Vec<JoinHandle<()>>>>,
    accepting: JoinHandle<()>,
}

impl Line {
    async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (address, open) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (tasks, opened) = (TaskTracker::new(), open.clone());
        let accepting = TaskTracker::new().spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let passing = tasks.spawn(async move {
                    let Ok(mut far) = TcpStream::connect(server).await else { return };
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
                opened.lock().unwrap().push(passing);
            }
        });
        Self { address, open, accepting }
    }

    fn cut(&self) {
        for passing in self.open.lock().unwrap().drain(..) {
            passing.abort();
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Somebody's app, and how its connection stands.
struct Guest {
    house: House,
    state: watch::Receiver<ConnectionState>,
}

impl Guest {
    async fn enter(line: &Line, secret: &str, sends: bool) -> Self {
        houselights_app::install_tls();
        let source = || sends.then(|| "test".to_owned());
        let house = House::new(Parts {
            profile: Profile::none(),
            keys: Keys::unwanted(),
            logins: Logins::default(),
            sources: Sources { camera: source(), microphone: source() },
            runtime: Handle::current(),
        });
        let invite = Some(format!("http://{}/join/{secret}", line.address));
        house.begin(Beginning { invite, name: Some("Ada".into()), ..Beginning::default() }).await.unwrap();
        let (tell, state) = watch::channel(house.pages().connection());
        let sink = move |event: &NativeEvent| {
            if let NativeEvent::Connection { state } = event {
                tell.send_replace(state.clone());
            }
            true
        };
        house.attach("test", Box::new(sink)).await;
        let mut guest = Self { house, state };
        guest.until(|state| matches!(state, ConnectionState::Connected { .. })).await;
        let mut media = guest.house.attendance().unwrap().engine().status();
        tokio::time::timeout(PATIENCE, media.wait_for(|media| media.connected)).await.expect("media").unwrap();
        guest
    }

    async fn until(&mut self, wanted: impl Fn(&ConnectionState) -> bool) {
        let state = self.state.wait_for(|state| wanted(state));
        tokio::time::timeout(PATIENCE, state).await.expect("the connection did not get there").unwrap();
    }

    fn me(&self) -> ParticipantId {
        self.house.attendance().unwrap().card().participant
    }

    fn frames(&self) -> u64 {
        self.house.attendance().unwrap().engine().stats().frames_received
    }

    /// Waits for so many more pictures, and for sound that is heard.
    async fn sees_and_hears(&self, heard: &mut mpsc::Receiver<Played>) {
        let (from, engine) = (self.frames(), self.house.attendance().unwrap().engine().clone());
        let both = async {
            let mut loud = false;
            while !loud || engine.stats().frames_received < from + 15 {
                let block = heard.recv().await.expect("the mix runs");
                loud |= block.samples.iter().any(|sample| sample.abs() > 0.1);
            }
        };
        tokio::time::timeout(PATIENCE, both).await.expect("no pictures or no sound");
    }

    async fn ask(&self, body: CommandBody) {
        assert!(matches!(self.house.send(body).await, Ok(Outcome::Accepted { .. })));
    }
}

/// A live show: a producer, a speaker on stage, an attendee.
async fn show(line: &Line, secrets: [&str; 3]) -> [Guest; 3] {
    let [producer, speaker, attendee] = secrets;
    let producer = Guest::enter(line, producer, false).await;
    let speaker = Guest::enter(line, speaker, true).await;
    let attendee = Guest::enter(line, attendee, false).await;
    producer.ask(CommandBody::BringOnStage { participant: speaker.me() }).await;
    producer.ask(CommandBody::GoLive).await;
    [producer, speaker, attendee]
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_and_pictures_go_on_through_a_cut_of_the_other_connection() {
    let folder = Scratch(std::env::temp_dir().join(format!("houselights-blip-{}", EventId::random())));
    std::fs::create_dir_all(&folder.0).unwrap();
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let database = folder.0.join("houselights.db");
    let server = Server::start(Config { database: database.into(), listen: here, media_listen: here, ..Config::default() })
        .await
        .unwrap();
    let crew = [("Pat", Role::Producer), ("Bunny", Role::Speaker)]
        .map(|(name, role)| NewInvite { name: name.to_owned(), role })
        .to_vec();
    let event = NewEvent { title: "Opening night".into(), crew, ..NewEvent::default() };
    let invites = server.create_event(&event).await.unwrap().invites;
    let secret = |role| invites.iter().find(|invite| invite.role == role).unwrap().secret.as_str();
    let line = Line::to(server.http()).await;
    let secrets = [secret(Role::Producer), secret(Role::Speaker), secret(Role::Attendee)];
    let [mut producer, mut speaker, mut attendee] = show(&line, secrets).await;
    let engine = attendee.house.attendance().unwrap().engine().clone();
    let mut heard = engine.listen();
    attendee.sees_and_hears(&mut heard).await;
    let mut media = [&attendee, &speaker].map(|guest| guest.house.attendance().unwrap().engine().status());
    for status in &mut media {
        status.mark_unchanged();
    }
    let before = attendee.frames();
    line.cut();
    for guest in [&mut producer, &mut speaker, &mut attendee] {
        guest.until(|state| matches!(state, ConnectionState::Reconnecting { .. })).await;
    }
    for guest in [&mut producer, &mut speaker, &mut attendee] {
        guest.until(|state| matches!(state, ConnectionState::Connected { .. })).await;
    }
    attendee.sees_and_hears(&mut heard).await;
    // A new connection counts from nothing, and says that it is not connected meanwhile.
    assert!(attendee.frames() >= before + 15, "{} pictures, {before} before", attendee.frames());
    for status in &media {
        assert!(!status.has_changed().unwrap(), "the media connection was made anew");
    }
    producer.ask(CommandBody::TakeOffStage { participant: speaker.me() }).await;
    drop(line);
    producer.until(|state| matches!(state, ConnectionState::Reconnecting { .. })).await;
    let asked = producer.house.send(CommandBody::EndShow).await;
    assert_eq!(asked, Err(Problem::Offline), "what changes the show is not kept for later");
    for guest in [producer, speaker, attendee] {
        guest.house.close().await;
    }
    server.shutdown().await;
}
