use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::*;

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

struct Bench {
    link: Link,
    said: tokio::sync::mpsc::UnboundedReceiver<FromPage>,
    _stop: tokio_util::sync::DropGuard,
}

async fn bench() -> Bench {
    let (tell, said) = tokio::sync::mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let listener = move |word| {
        let _ = tell.send(word);
    };
    let link = Link::open(&TaskTracker::new(), stop.clone(), listener).await.unwrap();
    Bench { link, said, _stop: stop.drop_guard() }
}

async fn visit(url: &str, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = url.into_client_request().unwrap();
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    tokio_tungstenite::connect_async(request).await.map(|(socket, _)| socket)
}

async fn page(bench: &Bench) -> Socket {
    visit(&bench.link.url(), Some(ORIGINS[0])).await.unwrap()
}

fn frame(source: u8, key: bool, timestamp: i64) -> PageFrame {
    PageFrame { source, key, width: 640, height: 360, timestamp }
}

async fn next(socket: &mut Socket) -> Bytes {
    let message = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.unwrap();
    message.unwrap().unwrap().into_data()
}

async fn said(bench: &mut Bench) -> FromPage {
    tokio::time::timeout(Duration::from_secs(10), bench.said.recv()).await.unwrap().unwrap()
}

/// Waits until the engine's side knows of the page.
async fn known(bench: &Bench, pages: usize) {
    while locked(&bench.link.0.pages).all.len() != pages {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn only_the_apps_own_page_with_the_token_is_let_in() {
    let bench = bench().await;
    let url = bench.link.url();
    let (base, token) = url.split_once("?token=").unwrap();
    let status = |result: Result<Socket, Error>| match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("{other:?}"),
    };
    let good = Some(ORIGINS[0]);
    assert_eq!(status(visit(base, good).await), 403);
    assert_eq!(status(visit(&format!("{base}?token={}", "0".repeat(64)), good).await), 403);
    assert_eq!(status(visit(&format!("{base}?token={}", &token[..63]), good).await), 403);
    assert_eq!(status(visit(&url, None).await), 403);
    assert_eq!(status(visit(&url, Some("https://example.org")).await), 403);
    assert_eq!(status(visit(&url.replace("/frames", "/other"), good).await), 404);
    assert!(visit(&url, good).await.is_ok());
    assert_eq!(token.len(), 64);
}

#[tokio::test]
async fn a_frame_arrives_with_its_header() {
    let bench = bench().await;
    let mut page = page(&bench).await;
    known(&bench, 1).await;
    bench.link.push(frame(3, true, 123_456_789), &[9, 8, 7]);
    let message = next(&mut page).await;
    assert_eq!(message[..8], [1, 3, 1, 0, 0x80, 0x02, 0x68, 0x01]);
    assert_eq!(u64::from_le_bytes(message[8..16].try_into().unwrap()), 123_456_789);
    let sent = i64::from_le_bytes(message[16..24].try_into().unwrap());
    assert!((time::wall() - sent).abs() < 10_000_000);
    assert_eq!(message[HEADER..], [9, 8, 7]);
}

#[tokio::test]
async fn a_page_that_comes_late_gets_what_it_can_decode() {
    let mut bench = bench().await;
    bench.link.push(frame(0, true, 1), &[1]);
    bench.link.push(frame(0, false, 2), &[2]);
    let mut page = page(&bench).await;
    assert_eq!(next(&mut page).await[HEADER], 1);
    assert_eq!(next(&mut page).await[HEADER], 2);
    // Of another source nothing is known: a key frame is asked for, and nothing else is sent before it.
    bench.link.push(frame(1, false, 1), &[7]);
    assert_eq!(said(&mut bench).await, FromPage::KeyFrame(1));
    bench.link.push(frame(1, true, 2), &[8]);
    assert_eq!(next(&mut page).await[HEADER], 8);
}

#[tokio::test]
async fn a_page_that_does_not_keep_up_loses_whole_groups_never_a_single_frame() {
    let mut bench = bench().await;
    let mut page = page(&bench).await;
    known(&bench, 1).await;
    let large = vec![0_u8; 200_000];
    let starved = (0..400).find(|i| {
        bench.link.push(frame(0, *i == 0, *i), &large);
        bench.said.try_recv().is_ok()
    });
    let starved = starved.expect("the queue is bounded");
    bench.link.push(frame(0, false, 1_000), &large);
    bench.link.push(frame(0, false, 1_001), &large);
    // All that was queued comes, then the next key frame.
    let mut expected = 0;
    while expected < starved {
        let message = next(&mut page).await;
        assert_eq!(i64::from_le_bytes(message[8..16].try_into().unwrap()), expected);
        expected += 1;
    }
    bench.link.push(frame(0, true, 2_000), &[1]);
    let message = next(&mut page).await;
    assert_eq!((message[2], i64::from_le_bytes(message[8..16].try_into().unwrap())), (1, 2_000));
}

#[tokio::test]
async fn a_page_says_what_it_shows_needs_and_drew() {
    let mut bench = bench().await;
    let mut page = page(&bench).await;
    known(&bench, 1).await;
    assert!(bench.link.shows(OWN_PICTURE));
    page.send(Message::text(r#"{"show":[2]}"#)).await.unwrap();
    assert_eq!(said(&mut bench).await, FromPage::KeyFrame(2));
    assert!(bench.link.shows(2) && !bench.link.shows(OWN_PICTURE));
    bench.link.push(frame(1, true, 1), &[1]);
    bench.link.push_meant(frame(2, true, 5), &[2], Some(77));
    assert_eq!(next(&mut page).await[1], 2);
    page.send(Message::text(r#"{"drawn":{"source":2,"timestamp":5}}"#)).await.unwrap();
    assert!(matches!(said(&mut bench).await, FromPage::Drawn { meant: Some(77), .. }));
    // Who asks gets what is there, and who asks again gets a new one.
    page.send(Message::text(r#"{"ask":"key_frame","source":2}"#)).await.unwrap();
    assert_eq!(next(&mut page).await[HEADER], 2);
    page.send(Message::text(r#"{"ask":"key_frame","source":2}"#)).await.unwrap();
    assert_eq!(said(&mut bench).await, FromPage::KeyFrame(2));
    // What nobody understands is no reason to hang up.
    page.send(Message::text("{\"ask\":\"pony\"}")).await.unwrap();
    page.send(Message::text(r#"{"ask":"key_frame","source":4}"#)).await.unwrap();
    assert_eq!(said(&mut bench).await, FromPage::KeyFrame(4));
}

#[tokio::test]
async fn too_many_pages_and_too_large_messages_are_turned_away() {
    let bench = bench().await;
    let mut pages = Vec::new();
    for _ in 0..PAGES {
        pages.push(page(&bench).await);
    }
    known(&bench, PAGES).await;
    let mut surplus = page(&bench).await;
    assert!(matches!(surplus.next().await, None | Some(Err(_) | Ok(Message::Close(_)))));
    let count = AtomicUsize::new(0);
    pages[0].send(Message::text("x".repeat(100_000))).await.unwrap();
    while let Some(Ok(_)) = pages[0].next().await {
        count.fetch_add(1, SeqCst);
    }
    known(&bench, PAGES - 1).await;
}

#[tokio::test]
async fn a_page_that_leaves_late_takes_no_other_with_it() {
    let bench = bench().await;
    let (frames, gone) = tokio::sync::mpsc::channel(1);
    let first = page::enter(&bench.link, frames).unwrap();
    drop(gone);
    let (frames, _stays) = tokio::sync::mpsc::channel(1);
    let second = page::enter(&bench.link, frames).unwrap();
    page::leave(&bench.link, first);
    let ids: Vec<u64> = locked(&bench.link.0.pages).all.iter().map(Page::id).collect();
    assert_eq!(ids, [second]);
}
