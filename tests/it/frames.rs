//! Frames that are not as they should be: a clear code, no panic, and nobody else notices.

use futures_util::SinkExt;
use houselights_shared::{
    ClientFrame, Command, CommandBody, CommandId, MAX_CLIENT_FRAME_BYTES, Outcome, Refusal, Role, RoomId, ServerFrame,
    Timestamp, Version,
};
use houselights_tests::{
    client::{TestClient, attend, greet, hear, hello, http, socket},
    server::{Event, TestServer},
    within,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;

/// A server, and someone on it who must not notice anything.
struct House {
    server: TestServer,
    event: Event,
    bystander: TestClient,
}

impl House {
    async fn open() -> Self {
        let server = TestServer::start().await;
        let event = server.event(&[(Role::Producer, "Pat")]).await;
        let bystander = TestClient::connect(server.http(), &attend(server.http(), &event, "Bystander").await).await;
        Self { server, event, bystander }
    }

    async fn viewer(&self) -> TestClient {
        TestClient::connect(self.server.http(), &attend(self.server.http(), &self.event, "Vera").await).await
    }

    /// All is as if nothing had been: the bystander is served, nothing panicked, and no connection is left behind.
    async fn close(mut self) {
        self.bystander.say("nothing has happened to me").await;
        assert!(self.server.panics().abs() < 0.5);
        let only_the_bystander = async {
            while (self.server.metric("houselights_connections") - 1.0).abs() > 0.5 {
                tokio::task::yield_now().await;
            }
        };
        within("the other connections to be gone", only_the_bystander).await;
        self.server.stop().await;
    }
}

/// What the server says to a first message that is not a Hello.
async fn answer_to(house: &House, message: Message) -> Option<Refusal> {
    let mut socket = socket(house.server.http()).await;
    // The server may be done with the connection before all of it is written.
    let _ = within("sending", socket.send(message)).await;
    match hear(&mut socket).await {
        Some((ServerFrame::Refused(refused), _)) => Some(refused.refusal),
        None => None,
        Some((other, _)) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_malformed() {
    let house = House::open().await;
    for text in [
        "",
        "rubbish",
        "null",
        "[]",
        "{}",
        "{\"frame\":5}",
        "{\"frame\":\"hello\"}",
        "{\"frame\":\"hello\",\"version\":\"x\",\"token\":1}",
    ] {
        assert_eq!(answer_to(&house, Message::text(text)).await, Some(Refusal::Malformed), "{text}");
    }
    let deep = "[".repeat(20_000);
    assert_eq!(answer_to(&house, Message::text(deep)).await, Some(Refusal::Malformed));
    assert_eq!(answer_to(&house, Message::binary(vec![0xff; 100])).await, Some(Refusal::Malformed));
    for text in ["rubbish", "{\"frame\":\"command\"}", "{\"frame\":\"ping\",\"sent_at\":\"now\"}"] {
        let mut vera = house.viewer().await;
        vera.send_raw(Message::text(text)).await;
        assert_eq!(vera.ended().await, Some(Refusal::Malformed), "{text}");
    }
    house.close().await;
}

#[tokio::test]
async fn what_comes_out_of_order_is_malformed() {
    let house = House::open().await;
    let command = Command { id: CommandId::random(), room: house.event.room, body: CommandBody::GoLive };
    for early in [ClientFrame::Command(command), ClientFrame::Ping { sent_at: Timestamp::default() }, ClientFrame::Unknown] {
        let text = serde_json::to_string(&early).expect("JSON");
        assert_eq!(answer_to(&house, Message::text(text)).await, Some(Refusal::Malformed));
    }
    let mut vera = house.viewer().await;
    let login = attend(house.server.http(), &house.event, "Walt").await;
    vera.send(&ClientFrame::Hello(hello(&login, None))).await.expect("sent");
    assert_eq!(vera.ended().await, Some(Refusal::Malformed), "Hello is said once");
    house.close().await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_as_too_large() {
    let house = House::open().await;
    let large = "x".repeat(MAX_CLIENT_FRAME_BYTES + 1);
    assert_eq!(answer_to(&house, Message::text(large.clone())).await, Some(Refusal::TooLarge));
    let mut vera = house.viewer().await;
    vera.send_raw(Message::text(large)).await;
    assert_eq!(vera.ended().await, Some(Refusal::TooLarge));
    // The largest frame that is allowed is read: it is the message in it that is too long.
    let mut vera = house.viewer().await;
    let outcome = vera.ask(CommandBody::say("x".repeat(MAX_CLIENT_FRAME_BYTES - 300))).await;
    assert_eq!(outcome, Outcome::Refused { refusal: Refusal::MessageTooLong, retry_after_ms: None });
    vera.vanish();
    house.close().await;
}

#[tokio::test]
async fn what_is_of_a_newer_client_is_borne() {
    let house = House::open().await;
    let mut vera = house.viewer().await;
    vera.send_raw(Message::text("{\"frame\":\"of_a_newer_client\",\"with\":[1]}")).await;
    let id = CommandId::random();
    let newer = format!(
        "{{\"frame\":\"command\",\"id\":\"{id}\",\"room\":\"{}\",\"also\":1,\"body\":{{\"do\":\"of_a_newer_client\",\"x\":1}}}}",
        house.event.room
    );
    vera.send_raw(Message::text(newer)).await;
    assert_eq!(vera.reply_to(id).await, Outcome::Refused { refusal: Refusal::UnknownCommand, retry_after_ms: None });
    vera.say("the connection stands").await;
    vera.vanish();
    house.close().await;
}

#[tokio::test]
async fn a_command_for_another_room_is_refused() {
    let house = House::open().await;
    let mut vera = house.viewer().await;
    let command = Command { id: CommandId::random(), room: RoomId::random(), body: CommandBody::GoLive };
    let id = command.id;
    vera.send(&ClientFrame::Command(command)).await.expect("sent");
    assert_eq!(vera.reply_to(id).await, Outcome::Refused { refusal: Refusal::NoSuchRoom, retry_after_ms: None });
    vera.vanish();
    house.close().await;
}

#[tokio::test]
async fn a_client_that_is_too_old_is_told_so_and_a_newer_one_is_served() {
    let house = House::open().await;
    let login = attend(house.server.http(), &house.event, "Vera").await;
    let of_version = |number| houselights_shared::Hello { version: Version::new(number), ..hello(&login, None) };
    let old = greet(socket(house.server.http()).await, of_version(0)).await.err().flatten().expect("refused");
    assert_eq!((old.refusal, old.retry_after_ms), (Refusal::VersionUnsupported, None));
    let newer = greet(socket(house.server.http()).await, of_version(99)).await;
    let mut newer = newer.unwrap_or_else(|refused| panic!("not welcome: {refused:?}"));
    assert!(newer.heard[0].contains("\"version\":1"), "{}", newer.heard[0]);
    newer.say("hello from the future").await;
    newer.vanish();
    house.close().await;
}

#[tokio::test]
async fn a_ping_comes_back_as_it_was_sent() {
    let house = House::open().await;
    let mut vera = house.viewer().await;
    vera.send(&ClientFrame::Ping { sent_at: Timestamp::from_micros(4_711) }).await.expect("sent");
    vera.until("a pong", |client| client.heard.iter().any(|text| text.contains("\"pong\"") && text.contains("4711"))).await;
    vera.vanish();
    house.close().await;
}

#[tokio::test]
async fn a_client_that_says_nothing_is_sent_away() {
    let house = House::open().await;
    let mut socket = socket(house.server.http()).await;
    let Some((ServerFrame::Refused(refused), _)) = hear(&mut socket).await else { panic!("it was not told why") };
    assert_eq!(refused.refusal, Refusal::Malformed);
    house.close().await;
}

#[tokio::test]
async fn rubbish_on_the_port_ends_that_connection_and_no_other() {
    let house = House::open().await;
    let rubbish: [&[u8]; 4] = [
        b"\x00\x01\x02\x03\xff\xfe\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /realtime HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\xfe",
    ];
    for bytes in rubbish {
        let mut stream = tokio::net::TcpStream::connect(house.server.http()).await.expect("connected");
        stream.write_all(bytes).await.expect("written");
        stream.shutdown().await.expect("half closed");
        let mut answer = Vec::new();
        // Reset or closed: either way it is over.
        let _ = within("the end", stream.read_to_end(&mut answer)).await;
    }
    let nowhere = http().get(format!("http://{}/no/such/path", house.server.http())).send().await.expect("answered");
    assert_eq!(nowhere.status(), 404);
    house.close().await;
}

#[tokio::test]
async fn a_ping_may_come_before_hello() {
    let house = House::open().await;
    let login = attend(house.server.http(), &house.event, "Vera").await;
    let mut socket = socket(house.server.http()).await;
    within("sending", socket.send(Message::Ping("here".into()))).await.expect("it goes out");
    greet(socket, hello(&login, None)).await.expect("she comes in").vanish();
    house.close().await;
}
