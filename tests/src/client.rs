//! A real client: signs in over HTTP, speaks the realtime WebSocket, and keeps what it heard.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use houselights_shared::{
    ClientFrame, Command, CommandBody, CommandId, Hello, InboxCommand, InboxCommandBody, InboxEntry, InboxNews, InboxSnapshot,
    Login, Me, MediaOffer, MediaOutcome, Mine, Outcome, Refusal, Refused, RoomId, Seq, ServerFrame, SignalBody, Snapshot,
    Update, UpdateBatch, UpdateBody,
};
use serde::Deserialize;
use tokio_tungstenite::tungstenite::{
    Error, Message,
    http::{HeaderMap, header::RETRY_AFTER},
};

use crate::{
    connection::{self, Socket},
    server::Event,
    within,
};

/// When a client comes again that was turned away without a word, in milliseconds.
const SOON: u32 = 250;

/// A refusal over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct HttpRefusal {
    /// The status.
    #[serde(skip)]
    pub status: u16,
    /// Why.
    pub refusal: Refusal,
    /// When to try again.
    #[serde(default)]
    pub retry_after_ms: Option<u32>,
}

/// An HTTP client that speaks to nobody but the server.
#[must_use]
pub fn http() -> reqwest::Client {
    // A second installation is refused, and that is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("an HTTP client")
}

/// The answer as JSON, or the refusal.
pub async fn answer<T: for<'de> Deserialize<'de>>(response: reqwest::Response) -> Result<T, HttpRefusal> {
    let status = response.status();
    let body = within("an HTTP body", response.bytes()).await.expect("a body");
    if status.is_success() {
        Ok(serde_json::from_slice(&body).expect("the type that was asked for"))
    } else {
        let refusal: HttpRefusal = serde_json::from_slice(&body).expect("a refusal");
        Err(HttpRefusal { status: status.as_u16(), ..refusal })
    }
}

/// Trades an invite for a login.
pub async fn sign_in(server: SocketAddr, invite: &str, name: Option<&str>) -> Result<Login, HttpRefusal> {
    let http = http();
    let request = connection::request_login(&http, server, invite, name);
    answer(within("signing in", request).await.expect("the server answers")).await
}

/// One of an event's crew signs in.
pub async fn sign_in_as(server: SocketAddr, event: &Event, name: &str) -> Login {
    sign_in(server, event.invite_of(name), None).await.expect("the invite is good")
}

/// An attendee signs in; where the gate says when to come, then.
pub async fn attend(server: SocketAddr, event: &Event, name: &str) -> Login {
    loop {
        match sign_in(server, event.open_invite(), Some(name)).await {
            Err(HttpRefusal { refusal: Refusal::Overloaded, retry_after_ms: Some(wait), .. }) => {
                tokio::time::sleep(Duration::from_millis(wait.into())).await;
            }
            login => return login.expect("the invite is good"),
        }
    }
}

/// A realtime connection, and everything it heard. It reads only while it is asked for something.
pub struct TestClient {
    socket: Socket,
    /// Who it is.
    pub me: Me,
    /// What of the room is its own, as it was told last.
    pub mine: Option<Mine>,
    /// Whether it was told to wait until somebody lets it in.
    pub waiting: bool,
    /// The room it is in.
    pub room: RoomId,
    /// The last snapshot.
    pub snapshot: Option<Snapshot>,
    /// Every update after the snapshot, or after the position where it resumed.
    pub updates: Vec<Update>,
    /// The last position that it has.
    pub seq: Seq,
    /// The offer whose media stood when it came.
    pub media: Option<CommandId>,
    /// Answers to its media offers.
    pub media_answers: HashMap<CommandId, MediaOutcome>,
    /// Answers to its commands.
    pub replies: HashMap<CommandId, Outcome>,
    /// Where its inbox stood last.
    pub inbox: Option<InboxSnapshot>,
    /// Every entry of the inbox after that, or after the position where it resumed.
    pub entries: Vec<InboxEntry>,
    /// The last position of the inbox that it has.
    pub inbox_seq: Seq,
    /// Every signal.
    pub signals: Vec<SignalBody>,
    /// The text of every frame.
    pub heard: Vec<String>,
    /// Why the server ended it.
    pub refused: Option<Refused>,
    /// Whether the connection is over.
    pub closed: bool,
}

/// A socket that has not said Hello.
pub async fn socket(server: SocketAddr) -> Socket {
    socket_with_buffer(server, None).await
}

async fn socket_with_buffer(server: SocketAddr, receive_buffer: Option<u32>) -> Socket {
    try_socket(server, receive_buffer).await.expect("the server takes the connection")
}

async fn try_socket(server: SocketAddr, receive_buffer: Option<u32>) -> Result<Socket, Error> {
    within("a connection", connection::dial(server, receive_buffer)).await
}

/// What a client says first.
#[must_use]
pub fn hello(login: &Login, after: Option<Seq>) -> Hello {
    connection::hello(login, "tests", after)
}

/// Says Hello on a socket and hears the answer.
pub async fn greet(mut socket: Socket, hello: Hello) -> Result<TestClient, Option<Refused>> {
    let after = hello.rooms.first().and_then(|position| position.after);
    let inbox_seq = hello.inbox_after.unwrap_or_default();
    send(&mut socket, &ClientFrame::Hello(hello)).await.map_err(|_| None)?;
    match hear(&mut socket).await {
        Some((ServerFrame::Welcome(welcome), text)) => Ok(TestClient {
            socket,
            room: *welcome.rooms.first().expect("a room"),
            me: welcome.me,
            mine: None,
            waiting: false,
            media: welcome.media,
            media_answers: HashMap::new(),
            snapshot: None,
            updates: Vec::new(),
            seq: after.unwrap_or_default(),
            replies: HashMap::new(),
            inbox: None,
            entries: Vec::new(),
            inbox_seq,
            signals: Vec::new(),
            heard: vec![text],
            refused: None,
            closed: false,
        }),
        Some((ServerFrame::Refused(refused), _)) => Err(Some(refused)),
        None => Err(None),
        Some((other, _)) => panic!("instead of a welcome: {other:?}"),
    }
}

/// When a server wants to be asked again, in milliseconds.
fn seconds(headers: &HeaderMap) -> Option<u32> {
    let seconds: u32 = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(seconds * 1_000)
}

/// A number from 0 to 1.
fn jitter() -> f64 {
    RandomState::new().hash_one(0) as f64 / u64::MAX as f64
}

async fn send(socket: &mut Socket, frame: &ClientFrame) -> Result<(), Error> {
    within("sending", socket.send(connection::message(frame).expect("JSON"))).await
}

/// The next frame with its text; nothing at the end.
pub async fn hear(socket: &mut Socket) -> Option<(ServerFrame, String)> {
    loop {
        match within("a frame", socket.next()).await {
            Some(Ok(Message::Text(text))) => {
                let frame = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
                return Some((frame, text.to_string()));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(other @ (Message::Binary(_) | Message::Frame(_)))) => panic!("not a text: {other:?}"),
        }
    }
}

impl TestClient {
    /// Connects for the first time: a snapshot follows.
    pub async fn connect(server: SocketAddr, login: &Login) -> Self {
        Self::resume(server, login, None).await
    }

    /// Connects with what it has, and waits until it has the rest.
    pub async fn resume(server: SocketAddr, login: &Login, after: Option<Seq>) -> Self {
        let client = greet(socket(server).await, hello(login, after)).await;
        client.unwrap_or_else(|refused| panic!("not welcome: {refused:?}")).settled().await
    }

    /// Connects with a small buffer in the system, so that not reading is felt soon.
    pub async fn connect_with_small_buffer(server: SocketAddr, login: &Login) -> Self {
        let socket = socket_with_buffer(server, Some(4 * 1024)).await;
        greet(socket, hello(login, None)).await.expect("welcome").settled().await
    }

    /// As [`resume`](Self::resume), for a server that may be gone: nothing where that is so.
    pub async fn try_resume(server: SocketAddr, login: &Login, after: Option<Seq>) -> Option<Self> {
        let socket = try_socket(server, None).await.ok()?;
        let mut client = greet(socket, hello(login, after)).await.ok()?;
        let before = client.heard.len();
        while !client.closed && !client.answered_hello(before) {
            client.listen().await;
        }
        (!client.closed).then_some(client)
    }

    /// As [`resume`](Self::resume), as the app does it: whoever is told when to come comes then, a little spread, and whoever is turned away
    /// unheard comes again a little later.
    pub async fn come_back(server: SocketAddr, login: &Login, after: Option<Seq>) -> Self {
        loop {
            let told = match try_socket(server, None).await {
                Ok(socket) => match greet(socket, hello(login, after)).await {
                    Ok(client) => return client.settled().await,
                    Err(refused) => refused.map_or(Some(SOON), |refused| refused.retry_after_ms),
                },
                Err(Error::Http(refused)) => seconds(refused.headers()).or(Some(SOON)),
                Err(_) => Some(SOON),
            };
            let wait = told.unwrap_or_else(|| panic!("coming back does not help"));
            tokio::time::sleep(Duration::from_millis(u64::from(wait)).mul_f64(1.0 + jitter() / 4.0)).await;
        }
    }

    /// Listens until it has everything up to a position; false where it is told to go before.
    pub async fn reaches(&mut self, seq: Seq) -> bool {
        let listening = async {
            while !self.closed && self.seq < seq {
                self.listen().await;
            }
        };
        within("the rest", listening).await;
        self.seq >= seq
    }

    fn answered_hello(&self, from: usize) -> bool {
        let answers = ["updates", "snapshot", "waiting"].map(|frame| format!("\"frame\":\"{frame}\""));
        self.heard.iter().skip(from).any(|text| answers.iter().any(|answer| text.contains(answer)))
    }

    async fn settled(mut self) -> Self {
        let before = self.heard.len();
        self.until("the answer to Hello", |client| client.answered_hello(before)).await;
        self
    }

    /// Takes in one frame.
    pub async fn listen(&mut self) {
        let Some((frame, text)) = hear(&mut self.socket).await else {
            self.closed = true;
            return;
        };
        self.heard.push(text);
        match frame {
            ServerFrame::Snapshot(snapshot) => {
                self.seq = snapshot.seq;
                self.updates.clear();
                self.snapshot = Some(snapshot);
            }
            ServerFrame::Updates(UpdateBatch { room, updates }) => {
                assert_eq!(room, self.room);
                for update in updates {
                    let is_run = matches!(update.body, UpdateBody::Hidden { through: Some(_) });
                    let follows =
                        update.seq == self.seq.next() || (is_run && update.seq < self.seq && update.last() > self.seq);
                    assert!(follows, "updates come without a gap and only once: {:?} after {:?}", update.seq, self.seq);
                    self.seq = update.last();
                    self.updates.push(update);
                }
            }
            ServerFrame::Reply(reply) => {
                let before = self.replies.insert(reply.id, reply.outcome);
                assert!(before.is_none_or(|before| before == reply.outcome), "a repeat gets the first answer");
            }
            ServerFrame::Inbox(news) => self.take_in(news),
            ServerFrame::Signal(signal) => self.signals.push(signal.body),
            ServerFrame::Mine(mine) => self.mine = Some(mine),
            ServerFrame::Waiting { .. } => self.waiting = true,
            ServerFrame::Refused(refused) => self.refused = Some(refused),
            ServerFrame::Media(answer) => drop(self.media_answers.insert(answer.id, answer.outcome)),
            ServerFrame::Pong { .. } => {}
            ServerFrame::Welcome(_) | ServerFrame::Unknown => panic!("out of place: {frame:?}"),
        }
    }

    fn take_in(&mut self, news: InboxNews) {
        match news {
            InboxNews::Stands(inbox) => {
                self.inbox_seq = inbox.up_to;
                self.entries.clear();
                self.inbox = Some(inbox);
            }
            InboxNews::Entries(batch) => {
                assert_eq!(batch.after, self.inbox_seq, "an inbox has no gap");
                assert!(batch.entries.iter().all(|entry| entry.position > batch.after && entry.position <= batch.up_to));
                assert!(batch.entries.is_sorted_by(|one, next| one.position < next.position));
                self.inbox_seq = batch.up_to;
                self.entries.extend(batch.entries);
            }
            InboxNews::Unknown => panic!("news of a newer server"),
        }
    }

    /// Listens until something holds.
    pub async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let listening = async {
            while !holds(self) {
                assert!(!self.closed, "the connection ended ({:?}) before {what}", self.refused);
                self.listen().await;
            }
        };
        within(what, listening).await;
    }

    /// Listens until the server ends the connection, and says why.
    pub async fn ended(&mut self) -> Option<Refusal> {
        let listening = async {
            while !self.closed {
                self.listen().await;
            }
        };
        within("the end", listening).await;
        self.refused.map(|refused| refused.refusal)
    }

    /// Sends a frame. An error where the connection is over.
    pub async fn send(&mut self, frame: &ClientFrame) -> Result<(), Error> {
        send(&mut self.socket, frame).await
    }

    /// Sends whatever it is.
    pub async fn send_raw(&mut self, message: Message) {
        self.try_send_raw(message).await.expect("the connection stands");
    }

    /// As [`send_raw`](Self::send_raw). An error where the connection is over.
    pub async fn try_send_raw(&mut self, message: Message) -> Result<(), Error> {
        within("sending", self.socket.send(message)).await
    }

    /// Sends a command, without waiting for its answer.
    pub async fn post(&mut self, body: CommandBody) -> CommandId {
        let command = Command { id: CommandId::random(), room: self.room, body };
        let id = command.id;
        self.send(&ClientFrame::Command(command)).await.expect("the connection stands");
        id
    }

    /// Waits for the answer to a command.
    pub async fn reply_to(&mut self, id: CommandId) -> Outcome {
        self.until("an answer", |client| client.replies.contains_key(&id)).await;
        *self.replies.get(&id).expect("it came")
    }

    /// Asks for something and waits for the answer.
    pub async fn ask(&mut self, body: CommandBody) -> Outcome {
        let id = self.post(body).await;
        self.reply_to(id).await
    }

    /// Asks its inbox for something, without waiting for the answer.
    pub async fn post_to_inbox(&mut self, body: InboxCommandBody) -> CommandId {
        let command = InboxCommand { id: CommandId::random(), body };
        let id = command.id;
        self.send(&ClientFrame::Inbox(command)).await.expect("the connection stands");
        id
    }

    /// Asks its inbox for something and waits for the answer.
    pub async fn ask_inbox(&mut self, body: InboxCommandBody) -> Outcome {
        let id = self.post_to_inbox(body).await;
        self.reply_to(id).await
    }

    /// Asks for what must be accepted, and waits until its updates are here.
    pub async fn done(&mut self, body: CommandBody) -> Seq {
        match self.ask(body).await {
            Outcome::Accepted { seq } => {
                self.until("the updates of a command", |client| client.seq >= seq).await;
                seq
            }
            refused @ (Outcome::Refused { .. } | Outcome::Unknown) => panic!("{refused:?}"),
        }
    }

    /// Offers a media connection and waits for the answer.
    pub async fn offer(&mut self, sdp: String) -> (CommandId, MediaOutcome) {
        let id = CommandId::random();
        self.send(&ClientFrame::Media(MediaOffer { id, room: self.room, sdp })).await.expect("the connection stands");
        self.until("an answer to an offer", |client| client.media_answers.contains_key(&id)).await;
        (id, self.media_answers.remove(&id).expect("it came"))
    }

    /// Says something in the chat.
    pub async fn say(&mut self, text: &str) -> Seq {
        self.done(CommandBody::say(text.to_owned())).await
    }

    /// Waits until it has heard this in the chat.
    pub async fn hears(&mut self, text: &str) {
        self.until(text, |client| client.texts().contains(&text)).await;
    }

    /// What was said, from the snapshot on, removed or not.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        let held = self.snapshot.iter().flat_map(|snapshot| &snapshot.chat);
        let sent = self
            .updates
            .iter()
            .filter_map(|update| if let UpdateBody::MessageSent { message } = &update.body { Some(message) } else { None });
        held.chain(sent).filter(|message| message.gone.is_none()).map(|message| message.text.as_str()).collect()
    }

    /// Leaves without a word.
    pub fn vanish(self) {
        drop(self.socket);
    }
}
