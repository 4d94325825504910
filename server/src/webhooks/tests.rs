//! Deliveries over real sockets.

use std::{
    future::pending,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode, header::LOCATION},
    response::IntoResponse,
    routing::post,
};
use tokio::{net::TcpListener, task::JoinSet};

use super::*;
use crate::clock;

const BODY: &str = r#"{"kind":"REGISTRATION_CONFIRMED"}"#;
const OPEN: Guard = Guard { allows_private: true };

type Heard = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A receiver with one address for each kind of answer, and what it heard.
async fn receiver() -> (u16, Heard, JoinSet<()>) {
    let heard = Heard::default();
    let ears = Arc::clone(&heard);
    let listen = move |headers: HeaderMap, body: Bytes| {
        ears.lock().unwrap().push((headers, body));
        std::future::ready(StatusCode::ACCEPTED)
    };
    let router = Router::new()
        .route("/", post(listen.clone()))
        .route("/moved", post(|| async { (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, "/")]) }))
        .route("/broken", post(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/long", post(|| async { vec![b'x'; 10 * LONGEST_ANSWER] }))
        .route("/never", post(|| async { pending::<StatusCode>().await.into_response() }));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (port, heard, tasks)
}

fn secret() -> Secret {
    "whsec_ours".to_owned().into()
}

async fn send(sender: &Sender, url: &str) -> Attempt {
    sender.send(Delivery { id: "d1", url, body: BODY }, &secret(), clock::now()).await
}

#[tokio::test]
async fn a_delivery_arrives_signed_and_named() {
    let (port, heard, _tasks) = receiver().await;
    let sender = Sender::new(OPEN).unwrap();
    let attempt = send(&sender, &format!("http://localhost:{port}/")).await;
    assert_eq!(attempt, Attempt { status: Some(202), error: None });
    assert!(attempt.is_ok());
    let heard = heard.lock().unwrap();
    let (headers, body) = heard.first().unwrap();
    assert_eq!((body.as_ref(), headers[DELIVERY].as_bytes()), (BODY.as_bytes(), b"d1".as_slice()));
    assert_eq!(headers["content-type"], "application/json");
    let header = headers[SIGNATURE].to_str().unwrap();
    assert_eq!(signature::verify(&[secret()], header, body, clock::now()), Ok(()));
}

#[tokio::test]
async fn anything_but_a_success_has_not_arrived() {
    let (port, heard, _tasks) = receiver().await;
    // Whoever answers has the time for it.
    let (sender, hasty) = (Sender::new(OPEN).unwrap(), Sender::patient(OPEN, Duration::from_millis(300)).unwrap());
    for (sender, path, status, error) in [
        (&sender, "moved", Some(307), Some(AttemptError::Status)),
        (&sender, "broken", Some(500), Some(AttemptError::Status)),
        (&sender, "long", Some(200), None),
        (&hasty, "never", None, Some(AttemptError::Timeout)),
    ] {
        let attempt = send(sender, &format!("http://127.0.0.1:{port}/{path}")).await;
        assert_eq!(attempt, Attempt { status, error }, "{path}");
    }
    assert!(heard.lock().unwrap().is_empty(), "a redirect was followed");
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let attempt = send(&sender, &format!("http://{closed}/")).await;
    assert_eq!(attempt, Attempt { status: None, error: Some(AttemptError::Connection) });
}

#[tokio::test]
async fn nothing_is_sent_into_the_own_network() {
    let (port, heard, _tasks) = receiver().await;
    let sender = Sender::new(Guard { allows_private: false }).unwrap();
    for (url, refusal) in [
        (format!("http://localhost:{port}/"), UrlRefusal::NotHttps),
        (format!("https://127.0.0.1:{port}/"), UrlRefusal::Private),
        (format!("https://localhost:{port}/"), UrlRefusal::Private),
    ] {
        let attempt = send(&sender, &url).await;
        assert_eq!(attempt, Attempt { status: None, error: Some(AttemptError::Url(refusal)) }, "{url}");
    }
    assert!(heard.lock().unwrap().is_empty());
}

#[test]
fn the_pauses_grow_and_end() {
    let pauses: Vec<Duration> = (1..).map_while(retry_after).collect();
    assert_eq!((pauses.len(), retry_after(0), retry_after(u32::MAX)), (9, None, None));
    assert!(pauses.is_sorted());
    let all: Duration = pauses.iter().sum();
    assert!((Duration::from_hours(40)..Duration::from_hours(50)).contains(&all), "{all:?}");
}
