//! Bytes on the WebSocket that no client in its senses sends (RFC 6455): each ends its sender, says why, and harms nobody else.

use houselights_shared::{ClientFrame, Command, CommandId, Refusal, ServerFrame};
use houselights_tests::{
    client::{TestClient, attend, hello},
    server::{Event, TestServer},
    within,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::house::{CREW, send, show, viewer};

const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const CONTINUES: u8 = 0x0;
const LAST: u8 = 0x80;
const RSV1: u8 = 0x40;
const MASKED: u8 = 0x80;

/// How a connection ended: what the last frame says, and the code of the close.
#[derive(Debug, PartialEq, Eq)]
struct End(Option<Refusal>, Option<u16>);

/// The end of somebody who broke the protocol, and of somebody who sent too much.
const BROKEN: End = End(Some(Refusal::Malformed), Some(1_002));
const TOO_LARGE: End = End(Some(Refusal::TooLarge), Some(1_009));

/// A frame as its bytes. Masked by zeros, which leaves what it holds as it is.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    [header(first, payload.len() as u64), vec![0; 4], payload.to_vec()].concat()
}

/// Up to where the mask begins.
fn header(first: u8, length: u64) -> Vec<u8> {
    let mut out = vec![first];
    match length {
        0..126 => out.push(MASKED | length as u8),
        126..65_536 => {
            out.push(MASKED | 0x7E);
            out.extend((length as u16).to_be_bytes());
        }
        _ => {
            out.push(MASKED | 0x7F);
            out.extend(length.to_be_bytes());
        }
    }
    out
}

/// A socket that a server has said 101 to, and what is left of its answer's head.
async fn upgraded(server: &TestServer, extra: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(server.http()).await.expect("connected");
    let request = format!(
        "GET /realtime HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{extra}\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = within("the head of the answer", stream.read_u8()).await.expect("an answer");
        head.push(byte);
    }
    let head = String::from_utf8(head).expect("text").to_lowercase();
    assert!(head.starts_with("http/1.1 101"), "{head}");
    (stream, head)
}

/// Somebody who has said Hello, by hand.
async fn guest(server: &TestServer, event: &Event) -> TcpStream {
    let login = attend(server.http(), event, "Mallory").await;
    let (mut stream, _) = upgraded(server, "").await;
    let hello = serde_json::to_vec(&ClientFrame::Hello(hello(&login, None))).expect("JSON");
    stream.write_all(&frame(LAST | TEXT, &hello)).await.expect("written");
    stream
}

/// Reads until the server has ended the connection.
async fn end(mut stream: TcpStream) -> End {
    let mut bytes = Vec::new();
    // Reset or closed: either way it is over.
    let _ = within("the end", stream.read_to_end(&mut bytes)).await;
    let (mut refused, mut code) = (None, None);
    let mut rest = &bytes[..];
    while let [first, length, after @ ..] = rest {
        let (length, after) = match length & 0x7F {
            126 => (usize::from(u16::from_be_bytes([after[0], after[1]])), &after[2..]),
            127 => (u64::from_be_bytes(after[..8].try_into().expect("eight")) as usize, &after[8..]),
            short => (usize::from(short), after),
        };
        assert_eq!(length >> 20, 0, "a server masks nothing, and sends no message of megabytes");
        let (payload, others) = after.split_at(length);
        rest = others;
        if first & 0x0F == CLOSE {
            code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
        } else if first & 0x0F == TEXT
            && let Ok(ServerFrame::Refused(told)) = serde_json::from_slice(payload)
        {
            refused = Some(told.refusal);
        }
    }
    End(refused, code)
}

/// What no frame of a client may be, and how it ends.
fn broken() -> Vec<(&'static str, Vec<u8>, End)> {
    let bomb = [0xEC, 0xC1, 0x01, 0x01, 0x00, 0x00, 0x00, 0x80, 0x90, 0xFE, 0xAF, 0xEE, 0x08, 0x0A];
    let text = |payload: &[u8]| frame(LAST | TEXT, payload);
    let parts = |parts: &[(u8, &[u8])]| parts.iter().flat_map(|(first, payload)| frame(*first, payload)).collect::<Vec<u8>>();
    vec![
        ("not masked", vec![LAST | TEXT, 2, b'{', b'}'], BROKEN),
        ("compressed, though nobody agreed to that", frame(LAST | RSV1 | TEXT, &bomb), BROKEN),
        ("with bits that mean nothing", frame(LAST | 0x30 | TEXT, b"{}"), BROKEN),
        ("of a kind that there is not", frame(LAST | 0x3, b"{}"), BROKEN),
        ("a control frame of a kind that there is not", frame(LAST | 0xF, b""), BROKEN),
        ("a ping that is too long", frame(LAST | PING, &[0; 126]), BROKEN),
        ("a ping in parts", frame(PING, b"half"), BROKEN),
        ("a close that is too long", frame(LAST | CLOSE, &[0; 126]), BROKEN),
        ("the rest of nothing", frame(LAST | CONTINUES, b"{}"), BROKEN),
        ("a message within another", parts(&[(TEXT, b"{"), (LAST | TEXT, b"{}")]), BROKEN),
        ("no text", text(&[0xFF, 0xFE, 0xC0]), BROKEN),
        ("no text, halfway through a letter", parts(&[(TEXT, &[0xC3]), (LAST | CONTINUES, &[0x28])]), BROKEN),
        ("binary", frame(LAST | BINARY, b"{}"), BROKEN),
        ("empty", text(b""), BROKEN),
        ("one that says it is longer than all memory", [header(LAST | TEXT, u64::MAX >> 1), vec![0; 4]].concat(), TOO_LARGE),
        ("one that says it is a little too long", [header(LAST | TEXT, 64 * 1024 + 1), vec![0; 4]].concat(), TOO_LARGE),
        (
            "one that grows too long in parts",
            parts(&[(TEXT, &vec![b' '; 60_000]), (CONTINUES, &vec![b' '; 60_000]), (LAST | CONTINUES, b"{}")]),
            TOO_LARGE,
        ),
    ]
}

#[tokio::test]
async fn whatever_breaks_the_protocol_ends_its_sender_with_a_clear_close_and_nobody_else() {
    let (server, event) = show().await;
    let mut bystander = viewer(&server, &event, "Bystander").await;
    for (what, bytes, expected) in broken() {
        for mut stream in [upgraded(&server, "").await.0, guest(&server, &event).await] {
            // The server may be done with it before all of it is written.
            let _ = stream.write_all(&bytes).await;
            assert_eq!(end(stream).await, expected, "{what}");
        }
        bystander.say(what).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_message_in_a_few_parts_with_pings_in_between_is_read() {
    let (server, event) = show().await;
    let mut stream = guest(&server, &event).await;
    let command = Command { id: CommandId::random(), room: event.room, body: send("in three parts") };
    let command = serde_json::to_vec(&ClientFrame::Command(command)).expect("JSON");
    let (one, rest) = command.split_at(10);
    let (two, three) = rest.split_at(1);
    for (first, payload) in [(TEXT, one), (LAST | PING, b"hi".as_slice()), (CONTINUES, two), (LAST | CONTINUES, three)] {
        stream.write_all(&frame(first, payload)).await.expect("written");
    }
    let mut heard = Vec::new();
    let answer = async {
        while !String::from_utf8_lossy(&heard).contains("\"accepted\"") {
            assert!(stream.read_buf(&mut heard).await.expect("readable") > 0);
        }
    };
    within("an answer", answer).await;
    assert!(heard.windows(4).any(|bytes| bytes == [LAST | 0xA, 2, b'h', b'i']), "and a pong");
    server.stop().await;
}

#[tokio::test]
async fn nobody_is_offered_compression() {
    let (server, _) = show().await;
    let (_, head) = upgraded(&server, "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n").await;
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
    server.stop().await;
}

#[tokio::test]
async fn who_floods_with_pings_is_sent_away_and_costs_no_memory_for_the_answers() {
    let server = TestServer::with(|config| {
        config.frames_per_second = 20;
        config.frame_burst = 40;
    })
    .await;
    let event = server.event(&CREW).await;
    let mut bystander = viewer(&server, &event, "Bystander").await;
    let mut stream = guest(&server, &event).await;
    let flood = frame(LAST | PING, &[0; 125]).repeat(1_000);
    let (mut read, mut write) = stream.split();
    let mut scrap = vec![0; 64 * 1024];
    let flooding = async { while write.write_all(&flood).await.is_ok() {} };
    let ending = async { while read.read(&mut scrap).await.is_ok_and(|count| count > 0) {} };
    within("the end", async {
        tokio::select! { () = flooding => {}, () = ending => {} }
    })
    .await;
    bystander.say("nothing has happened to me").await;
    drop(stream);
    let login = attend(server.http(), &event, "Walt").await;
    TestClient::connect(server.http(), &login).await.vanish();
    server.stop().await;
}
