//! The house with a small server: logins over HTTP, and a room that welcomes and says where it stands.

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
async fn after_a_restart_one_is_signed_in_still_and_the_server_may_be_down() {
    let (server, folder, keys) = (Server::start(Role::Producer).await, Scratch::new(), Keys::mock());
    let first = Run::new(&folder, &keys);
    first.sign_in(&server.link()).await.unwrap();
    while keys.load::<Secret>(Profile::apart(&folder.0).entry().unwrap()).await.is_none() {}
    first.house.close().await;
    let link = server.link();
    let mut again = Run::new(&folder, &keys);
    again.begin(Beginning { link: Some(link.clone()), ..Beginning::default() }).await.unwrap();
    assert_eq!((again.view(), server.logins()), (Some(View::Control), 1), "the same link is the same person");
    again.house.close().await;
    drop(server);
    let mut down = Run::new(&folder, &keys);
    down.begin(Beginning::default()).await.unwrap();
    assert_eq!(down.view(), Some(View::Control));
    let (attached, mut told) = down.page().await;
    assert!(attached.session.is_some());
    if !matches!(attached.connection, ConnectionState::Reconnecting { .. }) {
        state(&mut told, |state| matches!(state, ConnectionState::Reconnecting { .. })).await;
    }
    down.house.close().await;
}

#[tokio::test]
async fn a_token_that_is_not_this_persons_is_not_used() {
    let (server, folder, keys) = (Server::start(Role::Producer).await, Scratch::new(), Keys::mock());
    let first = Run::new(&folder, &keys);
    first.sign_in(&server.link()).await.unwrap();
    let profile = Profile::apart(&folder.0);
    let entry = profile.entry().unwrap();
    while keys.load::<Secret>(entry).await.is_none() {}
    first.house.close().await;
    // As it is when the key store did not take a newer one.
    profile.keep(&SessionCard { participant: ParticipantId::random(), ..profile.load().unwrap() }).unwrap();
    let mut again = Run::new(&folder, &keys);
    again.begin(Beginning::default()).await.unwrap();
    while again.view() != Some(View::Welcome) {}
    assert!(again.house.attendance().is_err());
    again.house.close().await;
}

#[tokio::test]
async fn devices_are_chosen_still_after_a_restart() {
    let (server, folder, keys) = (Server::start(Role::Speaker).await, Scratch::new(), Keys::mock());
    let first = Run::new(&folder, &keys);
    first.sign_in(&server.link()).await.unwrap();
    let absent = Some("camera:nobody-has-this".to_owned());
    first.house.attendance().unwrap().choose(DeviceKind::Camera, absent.clone()).await.unwrap_err();
    first.house.close().await;
    let again = Run::new(&folder, &keys);
    again.sign_in(&server.link()).await.unwrap();
    let attendance = again.house.attendance().unwrap();
    assert_eq!(attendance.media().choice.camera, absent, "it stands chosen before anybody can choose");
    let mut status = attendance.engine().status();
    // Where this machine has no loudspeaker, that may be told first.
    let is_away = |status: &MediaStatus| status.faults.iter().any(|fault| fault.kind == DeviceKind::Camera);
    let status = status.wait_for(is_away).await.unwrap().clone();
    assert_eq!(status.choice.camera, absent);
    assert_eq!((status.wanted, status.choice.microphone), Default::default(), "nothing is sent unasked");
    again.house.close().await;
}

#[tokio::test]
async fn a_login_that_ends_takes_its_devices_with_it() {
    let (server, folder) = (Server::start(Role::Speaker).await, Scratch::new());
    *server.ended.lock().unwrap() = Some(Refusal::TokenExpired);
    let run = Run::new(&folder, &Keys::unwanted());
    run.begin(Beginning { invite: Some(server.link()), ..Beginning::default() }).await.unwrap();
    let attendance = run.house.attendance().unwrap();
    let on = Sending { camera: true, microphone: true };
    // Whether before the end or after it: it comes to the same.
    let _ = attendance.set_sending(on).await;
    let mut status = attendance.engine().status();
    status.wait_for(|status| status.wanted == Sending::default() && status.silent).await.unwrap();
    let refused = attendance.choose(DeviceKind::Microphone, Some("mic:default".into())).await;
    assert_eq!(refused, Err(Problem::SignedOut));
    run.house.close().await;
}

#[tokio::test]
async fn an_invite_that_is_no_good_leads_to_the_welcome_window_with_the_link() {
    let (server, folder) = (Server::start(Role::Attendee).await, Scratch::new());
    let other = format!("{}/join/other", server.base);
    let refused = Err(Problem::Refused { refusal: Refusal::TokenInvalid, retry_after_ms: None });
    for (invite, problem) in [(other, refused), ("rubbish".into(), Err(Problem::NotALink))] {
        let mut run = Run::new(&folder, &Keys::unwanted());
        let beginning = Beginning { invite: Some(invite.clone()), ..Beginning::default() };
        assert_eq!(run.begin(beginning).await, problem);
        assert_eq!(run.view(), Some(View::Welcome));
        assert_eq!(run.page().await.0.link, Some(invite));
    }
    let run = Run::new(&folder, &Keys::unwanted());
    let invite = server.link();
    drop(server);
    let beginning = Beginning { invite: Some(invite), ..Beginning::default() };
    assert_eq!(run.begin(beginning).await, Err(Problem::Unreachable));
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
async fn a_link_that_is_opened_reaches_the_page_and_so_does_rubbish_to_be_said_what_it_is() {
    let folder = Scratch::new();
    let run = Run::new(&folder, &Keys::unwanted());
    run.begin(Beginning::default()).await.unwrap();
    let (_, mut told) = run.page().await;
    run.house.open_link(&"rubbish".repeat(10_000));
    let Some(NativeEvent::LinkOpened { link }) = told.recv().await else { panic!("expected what was opened") };
    assert!(link.starts_with("rubbish") && link.len() == MOST_SHOWN);
    run.house.open_link("houselights://join?server=https://show.example&invite=abc");
    let Some(NativeEvent::LinkOpened { link }) = told.recv().await else { panic!("expected the link") };
    assert!(link.ends_with("abc"));
    assert_eq!(run.page().await.0.link, Some(link), "a page that is loaded again finds it");
}

#[tokio::test]
async fn whoever_comes_in_by_another_link_gets_a_page_of_their_own() {
    let (one, other, folder) = (Server::start(Role::Attendee).await, Server::start(Role::Attendee).await, Scratch::new());
    let mut run = Run::new(&folder, &Keys::unwanted());
    run.begin(Beginning { invite: Some(one.link()), ..Beginning::default() }).await.unwrap();
    assert!(run.anew.try_recv().is_err(), "the first page waits for its own session");
    let card = run.sign_in(&other.link()).await.unwrap();
    assert_eq!(run.anew.try_recv().ok(), Some(View::Attendee), "the window is open, and its page somebody else's");
    assert_eq!(run.page().await.0.session, Some(card));
    run.house.close().await;
}

#[tokio::test]
async fn a_link_to_something_else_is_asked_about_beside_what_runs() {
    let (server, folder) = (Server::start(Role::Attendee).await, Scratch::new());
    let mut run = Run::new(&folder, &Keys::unwanted());
    run.begin(Beginning { invite: Some(server.link()), ..Beginning::default() }).await.unwrap();
    assert_eq!(run.view(), Some(View::Attendee));
    run.house.open_link(&server.link());
    assert_eq!(run.view(), None, "the link that is in use");
    let other = format!("{}/join/other", server.base);
    run.house.open_link(&other);
    assert_eq!(run.view(), Some(View::Welcome));
    let asked = run.house.attach(WELCOME, Box::new(|_| true)).await;
    assert_eq!((asked.session, asked.link.as_ref()), (None, Some(&other)));
    assert_eq!(asked.beside.map(|card| card.role), Some(Role::Attendee), "and it says who is signed in");
    let refused = Problem::Refused { refusal: Refusal::TokenInvalid, retry_after_ms: None };
    assert_eq!(run.sign_in(&other).await, Err(refused));
    assert!(run.house.attendance().is_ok(), "whoever is signed in stays so");
    run.house.close().await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_is_new_until_the_person_says_so() {
    let (server, folder, keys) = (Server::start(Role::Attendee).await, Scratch::new(), Keys::mock());
    let run = Run::new(&folder, &keys);
    run.begin(Beginning { link: Some(server.link()), ..Beginning::default() }).await.unwrap();
    let link = server.link();
    let new = Destination { server: server.base.clone(), known: false, plain: false };
    assert_eq!(run.house.destination(&link), Ok(new));
    assert_eq!(run.house.look_up(&link, false).await, Err(Problem::Unconfirmed));
    assert_eq!(run.house.sign_in(&link, None).await, Err(Problem::Unconfirmed));
    assert_eq!((server.callers(), server.logins()), (0, 0), "not even a connection");
    let _ = run.house.look_up(&link, true).await;
    assert_eq!(server.callers(), 1);
    run.house.sign_in(&link, None).await.unwrap();
    run.house.sign_out().await;
    run.house.close().await;
    let again = Run::new(&folder, &keys);
    again.begin(Beginning::default()).await.unwrap();
    assert!(again.house.destination(&link).unwrap().known, "signed in there before");
    assert_ne!(again.house.look_up(&link, false).await.err(), Some(Problem::Unconfirmed));
    again.house.close().await;
}

#[tokio::test]
async fn without_tls_another_machine_is_asked_about_each_time() {
    let folder = Scratch::new();
    let profile = Profile::apart(&folder.0);
    profile.know("http://192.0.2.1").unwrap();
    let run = Run::new(&folder, &Keys::unwanted());
    let link = "http://192.0.2.1/join/secret";
    let destination = Destination { server: "http://192.0.2.1".into(), known: true, plain: true };
    assert_eq!(run.house.destination(link), Ok(destination));
    assert_eq!(run.house.look_up(link, false).await, Err(Problem::Unconfirmed));
    assert_eq!(run.house.sign_in(link, None).await, Err(Problem::Unconfirmed));
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
