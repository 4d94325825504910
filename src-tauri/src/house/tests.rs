//! The house with a small server: logins over HTTP, and a room that welcomes and says where it stands.

mod history;
mod kept;
mod links;
mod replay;
mod unsent;

use std::sync::Mutex as Lock;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use futures_util::{SinkExt, StreamExt};
use houselights_shared::{
    ClientFrame, EventId, Me, ParticipantId, Refusal, Refused, Role, RoomId, Sending, Seq, ServerFrame, Timestamp, Token,
    Version, Welcome,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_tungstenite::{accept_async, tungstenite::Message};

use super::{showing::MOST_SHOWN, *};
use crate::ipc::{ConnectionState, DeviceKind, TokenKeeping};

/// A server that knows one event; every login is told by its number.
struct Server {
    base: String,
    logins: Arc<Lock<Vec<Token>>>,
    ended: Arc<Lock<Option<Refusal>>>,
    callers: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    async fn start(role: Role) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (logins, ended) = (Arc::default(), Arc::default());
        let desk = Desk { role, participant: ParticipantId::random(), logins: Arc::clone(&logins), ended: Arc::clone(&ended) };
        let desk = Arc::new(desk);
        let callers = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&callers);
        let task = TaskTracker::new().spawn(async move {
            let guests = TaskTracker::new();
            while let Ok((tcp, _)) = listener.accept().await {
                counted.fetch_add(1, SeqCst);
                let desk = Arc::clone(&desk);
                guests.spawn(async move { desk.serve(tcp).await });
            }
        });
        Self { base, logins, ended, callers, task }
    }

    fn link(&self) -> String {
        format!("{}/join/invite", self.base)
    }

    fn callers(&self) -> usize {
        self.callers.load(SeqCst)
    }

    fn logins(&self) -> usize {
        self.logins.lock().unwrap().len()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Desk {
    role: Role,
    participant: ParticipantId,
    logins: Arc<Lock<Vec<Token>>>,
    ended: Arc<Lock<Option<Refusal>>>,
}

impl Desk {
    async fn serve(&self, tcp: TcpStream) {
        let mut start = [0; 16];
        let length = tcp.peek(&mut start).await.unwrap_or(0);
        match start[..length].split(|byte| *byte == b' ').nth(1) {
            Some(path) if path.starts_with(b"/real") => self.realtime(tcp).await,
            _ => self.http(tcp).await,
        }
    }

    async fn http(&self, mut tcp: TcpStream) {
        let mut request = Vec::new();
        while !request.ends_with(b"}") && !request.ends_with(b"\r\n\r\n") {
            if tcp.read_buf(&mut request).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let request = String::from_utf8(request).unwrap();
        let (status, body) = if !request.starts_with("POST /api/logins") {
            ("204 No Content", String::new())
        } else if request.contains(r#""invite":"invite""#) {
            ("200 OK", serde_json::to_string(&self.login()).unwrap())
        } else {
            ("404 Not Found", r#"{"refusal":"token_invalid"}"#.into())
        };
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let _ = tcp.write_all(format!("{head}{body}").as_bytes()).await;
    }

    fn login(&self) -> Login {
        let mut logins = self.logins.lock().unwrap();
        let token = Token::from(format!("token {}", logins.len()));
        logins.push(token.clone());
        Login {
            token,
            participant: self.participant,
            name: "Ada".into(),
            role: self.role,
            event: EventId::random(),
            event_title: "Show".into(),
            room: RoomId::random(),
        }
    }

    async fn realtime(&self, tcp: TcpStream) {
        let mut socket = accept_async(tcp).await.unwrap();
        let Some(Ok(Message::Text(text))) = socket.next().await else { return };
        let Ok(ClientFrame::Hello(hello)) = serde_json::from_str(&text) else { panic!("the first frame is Hello") };
        let ended = *self.ended.lock().unwrap();
        let known = self.logins.lock().unwrap().contains(&hello.token);
        let frames = if let Some(refusal) = ended.or((!known).then_some(Refusal::TokenInvalid)) {
            vec![
                serde_json::to_string(&ServerFrame::Refused(Refused { refusal, retry_after_ms: None, opens_at: None }))
                    .unwrap(),
            ]
        } else {
            let me = Me {
                participant: self.participant,
                name: "Ada".into(),
                role: self.role,
                device: None,
                may: None,
                event: EventId::random(),
                event_title: "Show".into(),
            };
            let room = hello.rooms[0].room;
            let now = Timestamp::default();
            let welcome = Welcome { version: Version::CURRENT, now, me, rooms: vec![room], media: None };
            let snapshot = format!(r#"{{"frame":"snapshot","room":"{room}","seq":7,"title":"Stage"}}"#);
            vec![serde_json::to_string(&ServerFrame::Welcome(welcome)).unwrap(), snapshot]
        };
        for frame in frames {
            let _ = socket.send(Message::text(frame)).await;
        }
        while let Some(Ok(_)) = socket.next().await {}
    }
}

/// Writes down which views were shown, and which began anew.
struct Views(mpsc::UnboundedSender<View>, mpsc::UnboundedSender<View>);

impl Front for Views {
    fn show(&self, view: View) {
        let _ = self.0.send(view);
    }
    fn renew(&self, view: View) {
        let _ = self.1.send(view);
    }
    fn beside(&self, view: View) {
        let _ = self.0.send(view);
    }
    fn raise(&self) {}
    fn browse(&self, _url: &str) -> bool {
        false
    }
}

/// One start of the app on a folder of its own.
struct Run {
    house: House,
    views: mpsc::UnboundedReceiver<View>,
    anew: mpsc::UnboundedReceiver<View>,
}

impl Run {
    fn new(folder: &Scratch, keys: &Keys) -> Self {
        crate::install_tls();
        let (shown, views) = mpsc::unbounded_channel();
        let house = House::new(Parts {
            profile: Profile::apart(&folder.0),
            keys: keys.clone(),
            logins: Logins::default(),
            sources: Sources::default(),
            runtime: Handle::current(),
        });
        let (begun, anew) = mpsc::unbounded_channel();
        house.set_front(Views(shown, begun));
        Self { house, views, anew }
    }

    async fn begin(&self, beginning: Beginning) -> Result<(), Problem> {
        self.house.begin(beginning).await
    }

    /// Signs in where the person has said that they want to.
    async fn sign_in(&self, link: &str) -> Result<SessionCard, Problem> {
        let _ = self.house.look_up(link, true).await;
        self.house.sign_in(link, None).await
    }

    /// Attaches a page; what it was told comes out of the channel.
    async fn page(&self) -> (Attached, mpsc::UnboundedReceiver<NativeEvent>) {
        let (tell, told) = mpsc::unbounded_channel();
        let sink = move |event: &NativeEvent| tell.send(event.clone()).is_ok();
        (self.house.attach("page", Box::new(sink)).await, told)
    }

    /// The last view that was shown.
    fn view(&mut self) -> Option<View> {
        std::iter::from_fn(|| self.views.try_recv().ok()).last()
    }
}

struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("houselights-house-{}", EventId::random())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn snapshot(told: &mut mpsc::UnboundedReceiver<NativeEvent>) -> Seq {
    loop {
        if let NativeEvent::Frame { frame: ServerFrame::Snapshot(snapshot) } = told.recv().await.unwrap() {
            return snapshot.seq;
        }
    }
}

async fn state(told: &mut mpsc::UnboundedReceiver<NativeEvent>, wanted: impl Fn(&ConnectionState) -> bool) {
    loop {
        if let NativeEvent::Connection { state } = told.recv().await.unwrap()
            && wanted(&state)
        {
            return;
        }
    }
}

#[tokio::test]
async fn signing_in_opens_the_window_of_the_role_and_signing_out_leaves_nothing() {
    let (server, folder, keys) = (Server::start(Role::Speaker).await, Scratch::new(), Keys::mock());
    let mut run = Run::new(&folder, &keys);
    run.begin(Beginning::default()).await.unwrap();
    assert_eq!(run.view(), Some(View::Welcome));
    let card = run.sign_in(&server.link()).await.unwrap();
    assert_eq!((run.view(), card.role), (Some(View::Studio), Role::Speaker));
    let (attached, mut told) = run.page().await;
    assert_eq!((attached.session, attached.keeping), (Some(card), TokenKeeping::KeyStore));
    assert!(attached.frames_url.starts_with("ws://127.0.0.1:"), "{}", attached.frames_url);
    assert_eq!(snapshot(&mut told).await, Seq::new(7));
    run.house.sign_out().await;
    assert_eq!(run.view(), Some(View::Welcome));
    assert_eq!(run.page().await.0.session, None);
    assert_eq!(run.house.send(CommandBody::Take).await, Err(Problem::SignedOut));
    run.house.close().await;
    let again = Run::new(&folder, &keys);
    again.begin(Beginning::default()).await.unwrap();
    assert_eq!(again.page().await.0.session, None);
}

#[tokio::test]
async fn of_a_server_that_has_forgotten_one_nothing_is_left_and_of_another_everything() {
    let (server, folder, keys) = (Server::start(Role::Speaker).await, Scratch::new(), Keys::mock());
    let mut run = Run::new(&folder, &keys);
    run.begin(Beginning::default()).await.unwrap();
    run.sign_in(&server.link()).await.unwrap();
    let profile = Profile::apart(&folder.0);
    let kept = async || keys.load::<Secret>(profile.entry().unwrap()).await;
    while kept().await.is_none() {}
    run.house.forget("https://elsewhere.example").await;
    assert!(run.house.attendance().is_ok() && profile.load().is_some());
    run.house.forget(&server.base).await;
    assert_eq!(run.view(), Some(View::Welcome));
    assert!(run.house.attendance().is_err() && profile.load().is_none() && kept().await.is_none());
    assert_eq!(run.page().await.0.link, None, "there is no way back");
    run.house.close().await;
}

#[tokio::test]
async fn it_begins_with_the_dashboard_where_that_is_wanted_and_no_link_leads_elsewhere() {
    let (server, folder) = (Server::start(Role::Attendee).await, Scratch::new());
    for (link, view) in [(None, View::Dashboard), (Some(server.link()), View::Welcome)] {
        let mut run = Run::new(&folder, &Keys::unwanted());
        run.begin(Beginning { link, dashboard: true, ..Beginning::default() }).await.unwrap();
        assert_eq!(run.view(), Some(view));
        run.house.close().await;
    }
}

#[tokio::test]
async fn a_page_that_is_loaded_again_is_told_where_the_room_stands() {
    let (server, folder) = (Server::start(Role::Attendee).await, Scratch::new());
    let run = Run::new(&folder, &Keys::unwanted());
    let invite = Some(server.link());
    run.begin(Beginning { invite, ..Beginning::default() }).await.unwrap();
    for _load in 0..2 {
        let (attached, mut told) = run.page().await;
        assert_eq!(attached.keeping, TokenKeeping::AsAsked);
        assert_eq!(snapshot(&mut told).await, Seq::new(7));
    }
    run.house.close().await;
}

#[tokio::test]
async fn a_login_that_has_run_out_is_told_and_does_not_come_back_by_itself() {
    let (server, folder) = (Server::start(Role::Attendee).await, Scratch::new());
    *server.ended.lock().unwrap() = Some(Refusal::TokenExpired);
    let run = Run::new(&folder, &Keys::unwanted());
    run.begin(Beginning { invite: Some(server.link()), ..Beginning::default() }).await.unwrap();
    let ended = ConnectionState::Ended { refusal: Refusal::TokenExpired };
    let (attached, mut told) = run.page().await;
    if attached.connection != ended {
        state(&mut told, |state| *state == ended).await;
    }
    let refused = Outcome::Refused { refusal: Refusal::TokenExpired, retry_after_ms: None };
    assert_eq!(run.house.send(CommandBody::Take).await, Ok(refused));
    run.house.sign_out().await;
    assert_eq!(run.page().await.0.link, Some(server.link()), "one may want to come in again by the same link");
    run.house.close().await;
}

#[tokio::test]
async fn signing_out_shows_the_welcome_window_before_the_key_store_has_answered() {
    let (server, folder) = (Server::start(Role::Speaker).await, Scratch::new());
    let (open, keys) = Keys::slow_mock();
    let mut run = Run::new(&folder, &keys);
    run.begin(Beginning::default()).await.unwrap();
    run.sign_in(&server.link()).await.unwrap();
    assert_eq!(run.view(), Some(View::Studio));
    let house = run.house.clone();
    let leaving = TaskTracker::new().spawn(async move { house.sign_out().await });
    assert_eq!(run.views.recv().await, Some(View::Welcome));
    assert!(!leaving.is_finished(), "the store has not opened");
    run.sign_in(&server.link()).await.unwrap();
    open.send(()).unwrap();
    leaving.await.unwrap();
    assert_eq!(run.view(), Some(View::Studio));
    run.house.close().await;
}
