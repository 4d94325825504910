//! A whole server, parts of which fail.

#[cfg(unix)]
mod postgres;

use futures_util::{SinkExt, StreamExt};
use houselights_shared::{
    ClientFrame, Command, CommandBody, CommandId, Hello, Refused, RoomId, RoomPosition, Seq, ServerFrame, Version,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use super::*;
use crate::{
    config::Founders,
    store::{ApiKey, Confirmation, Flaky, Founded, Mood, NewLogin, SignIn, engine},
};

struct House {
    _dir: tempfile::TempDir,
    server: Server,
    store: Arc<Flaky>,
    room: RoomId,
    invite: String,
}

async fn house() -> House {
    house_that_is(Mood::Works).await
}

/// From its start on.
async fn house_that_is(mood: Mood) -> House {
    let dir = tempfile::tempdir().unwrap();
    let metrics = Arc::new(Metrics::new().unwrap());
    let store = Flaky::over(engine(&dir.path().join("house.db").into(), &metrics).await.unwrap());
    store.be(mood);
    let any = "127.0.0.1:0".parse().unwrap();
    // No mail server is there.
    let smtp_url = Some("smtp://127.0.0.1:1".parse().unwrap());
    let config = Config { listen: any, media_listen: any, smtp_url, ..Config::default() };
    let server = Server::over(config, Store::over(store.clone()), metrics).await.unwrap();
    let event = NewEvent { title: "First night".to_owned(), ..NewEvent::default() };
    let created = server.create_event(&event).await.unwrap();
    let invite = created.invites.first().unwrap().secret.clone();
    House { _dir: dir, server, store, room: created.room, invite }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_mins(1), future).await.expect("in time")
}

struct Viewer {
    room: RoomId,
    socket: WebSocketStream<TcpStream>,
}

impl House {
    async fn token(&self, token: &str) {
        let store = &self.server.app.store;
        let invite = store.invite(&self.invite, clock::now()).await.unwrap().unwrap();
        let (now, expires) = (clock::now(), clock::now().plus(Duration::from_hours(1)));
        store.log_in(NewLogin { invite: &invite, name: "Vera".to_owned(), token, now, expires }).await.unwrap();
    }

    async fn connect(&self, token: &str, after: Option<Seq>) -> Viewer {
        let stream = TcpStream::connect(self.server.http()).await.unwrap();
        let (socket, _) = client_async(format!("ws://{}/realtime", self.server.http()), stream).await.unwrap();
        let mut viewer = Viewer { room: self.room, socket };
        let rooms = vec![RoomPosition { room: self.room, after }];
        let hello = Hello { version: Version::CURRENT, token: token.into(), client: String::new(), rooms, inbox_after: None };
        viewer.send(&ClientFrame::Hello(hello)).await;
        assert!(matches!(viewer.hear().await, ServerFrame::Welcome(_)));
        // What is said before they are in stands in the snapshot, and comes as no update.
        while after.is_none() && !matches!(viewer.hear().await, ServerFrame::Snapshot(_)) {}
        viewer
    }

    /// Until it has been counted so often.
    async fn counts(&self, name: &str, at_least: u64) {
        let counted = || {
            let all = self.server.metrics();
            all.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap_or(0)
        };
        within(async {
            while counted() < at_least {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    async fn is_ready(&self) -> bool {
        is_ready(self.server.http()).await
    }
}

async fn is_ready(http: SocketAddr) -> bool {
    let mut stream = TcpStream::connect(http).await.unwrap();
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") || answer.starts_with("HTTP/1.1 503 "), "{answer}");
    answer.starts_with("HTTP/1.1 200 ")
}

impl Viewer {
    async fn send(&mut self, frame: &ClientFrame) {
        self.socket.send(Message::text(serde_json::to_string(frame).unwrap())).await.unwrap();
    }

    async fn say(&mut self, text: &str) {
        let body = CommandBody::say(text.to_owned());
        self.send(&ClientFrame::Command(Command { id: CommandId::random(), room: self.room, body })).await;
    }

    async fn hear(&mut self) -> ServerFrame {
        let message = within(self.socket.next()).await.unwrap().unwrap();
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    }

    async fn refused(&mut self) -> Refused {
        loop {
            if let ServerFrame::Refused(refused) = self.hear().await {
                return refused;
            }
        }
    }

    /// Up to this position, from `seq` on, without a gap.
    async fn catches_up(&mut self, mut seq: u64, last: u64) {
        while seq < last {
            if let ServerFrame::Updates(batch) = self.hear().await {
                for update in batch.updates {
                    assert_eq!(update.seq.number(), seq + 1);
                    seq += 1;
                }
            }
        }
    }
}

#[tokio::test]
async fn who_only_watches_a_room_whose_task_panicked_is_told_to_come_back_and_misses_nothing() {
    let house = house().await;
    house.token("talks").await;
    house.token("watches").await;
    let (mut talks, mut watches) = (house.connect("talks", None).await, house.connect("watches", None).await);
    talks.say("one").await;
    watches.catches_up(0, 1).await;
    house.store.be(Mood::PanicsAt("INSERT INTO updates"));
    talks.say("lost, and never acknowledged").await;
    for viewer in [&mut watches, &mut talks] {
        let refused = viewer.refused().await;
        assert_eq!(refused.refusal, houselights_shared::Refusal::Overloaded);
        assert!(refused.retry_after_ms.is_some_and(|wait| wait > 0), "it comes back by itself");
    }
    house.store.be(Mood::Works);
    let mut watches = house.connect("watches", Some(Seq::new(1))).await;
    let mut talks = house.connect("talks", Some(Seq::START)).await;
    talks.say("two").await;
    watches.catches_up(1, 2).await;
    house.server.shutdown().await;
}

#[tokio::test]
async fn clients_are_not_sent_to_a_server_whose_media_thread_is_down() {
    let house = house().await;
    assert!(house.is_ready().await);
    house.server.app.media.panic();
    within(async { while house.is_ready().await {} }).await;
    within(async { while !house.is_ready().await {} }).await;
    let counted = house.server.metrics();
    assert!(counted.contains("\nhouselights_media_panics_total 1\n"), "{counted}");
    assert!(counted.contains("\nhouselights_media_restarts_total 1\n"), "{counted}");
    house.server.shutdown().await;
}

#[tokio::test]
async fn clients_are_not_sent_to_a_server_that_cannot_store_until_it_can_again() {
    let house = house().await;
    house.store.be(Mood::Fails);
    assert!(!house.is_ready().await);
    house.store.be(Mood::Works);
    within(async { while !house.is_ready().await {} }).await;
    house.server.shutdown().await;
}

#[tokio::test]
async fn who_reads_is_served_where_nobody_can_write_down_that_they_were_there() {
    let house = house().await;
    let (store, now) = (&house.server.app.store, clock::now());
    let asked = SignIn { device_secret: "device", email: "ada@example.com", device: "Laptop", now };
    store.vouch_sign_in(asked, "secret").await.unwrap();
    let asked = store.sign_in("secret").await.unwrap().unwrap();
    let expires = now.plus(Duration::from_hours(24));
    let confirmed = Confirmation { secret: "secret", device_secret: "device", token: "token", now, expires };
    let ada = store.confirm_sign_in(&asked, confirmed).await.unwrap().unwrap();
    let Founded::Yes(globe) = store.create_organisation(ada.id, "The Globe", Founders::Owners, now).await.unwrap() else {
        panic!("the first may");
    };
    let (id, name) = (houselights_shared::ApiKeyId::random(), "Ticket office".to_owned());
    let key = ApiKey { id, name, scopes: Vec::new(), created_at: now, used_at: None };
    assert!(store.create_api_key(globe, &key, "hk_key").await.unwrap());
    house.store.be(Mood::Fails);
    let later = now.plus(Duration::from_hours(1));
    assert_eq!(store.person_login("token", later).await.unwrap().map(|login| login.person), Some(ada.id));
    assert_eq!(store.api_key("hk_key", later).await.unwrap().map(|(organisation, _)| organisation), Some(globe));
    house.store.be(Mood::Works);
    house.server.shutdown().await;
}

#[tokio::test]
async fn each_loop_that_panics_is_counted_and_begins_anew() {
    // By what each does first.
    for words in [
        "UPDATE outbox SET attempts",
        "SELECT min(due_at) FROM deliveries",
        "FROM announcements",
        "SELECT DISTINCT t.event_id FROM registrations r",
        "DELETE FROM logins WHERE (token_hash)",
    ] {
        let house = house_that_is(Mood::PanicsAt(words)).await;
        // It began anew where it panics again.
        house.counts("houselights_panics_total", 2).await;
        house.store.be(Mood::Works);
        house.server.shutdown().await;
    }
}

#[tokio::test]
async fn mail_goes_on_after_the_post_office_panicked() {
    let house = house_that_is(Mood::PanicsAt("UPDATE outbox SET attempts")).await;
    house.counts("houselights_panics_total", 1).await;
    house.store.be(Mood::Works);
    let letter = post_office::sign_in_letter("device", "ada@example.org", clock::now());
    let asked = SignIn { device_secret: "device", email: "ada@example.org", device: "", now: clock::now() };
    house.server.app.store.ask_sign_in(asked, &letter).await.unwrap();
    house.server.app.post_office.wake();
    house.counts("houselights_mails_deferred_total", 1).await;
    house.server.shutdown().await;
}
