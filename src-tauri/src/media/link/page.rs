//! One page on the link.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_util::sync::CancellationToken;

use super::{CATCH_UP, FromPage, GRACE, Link, ORIGINS, PAGES, PageFrame, QUEUE};
use crate::media::{locked, time};

/// A page's messages are small.
const MAX_MESSAGE: usize = 4_096;
/// A page that asks again within this, in microseconds, needs a new key frame and not the last one once more.
const AGAIN: i64 = 2_000_000;
/// How long the handshake may take.
const HANDSHAKE: std::time::Duration = std::time::Duration::from_secs(5);

/// The engine's side of a page.
pub(super) struct Page {
    id: u64,
    frames: mpsc::Sender<Bytes>,
    /// What it shows; everything until it says.
    shown: Option<HashSet<u8>>,
    /// Sources of which it can decode the next frame.
    flowing: HashSet<u8>,
    /// When it last caught up with a source.
    caught_up: HashMap<u8, i64>,
}

impl Page {
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn open(&self) -> bool {
        !self.frames.is_closed()
    }

    pub(super) fn shows(&self, source: u8) -> bool {
        self.open() && self.shown.as_ref().is_none_or(|shown| shown.contains(&source))
    }

    /// What comes next is what it missed of a source.
    pub(super) fn begin_catching_up(&mut self, source: u8) {
        self.caught_up.insert(source, time::now());
    }

    /// Whether it caught up with something a moment ago.
    fn has_caught_up(&self, within: i64) -> bool {
        let now = time::now();
        self.caught_up.values().any(|at| now - at < within)
    }

    /// Queues a frame; whether it needs a key frame of that source.
    pub(super) fn push(&mut self, frame: PageFrame, message: &Bytes) -> bool {
        if !self.shows(frame.source) {
            self.flowing.remove(&frame.source);
            return false;
        }
        if !frame.key && !self.flowing.contains(&frame.source) {
            return true;
        }
        let waiting = self.frames.max_capacity() - self.frames.capacity();
        let full = waiting >= QUEUE && !self.has_caught_up(GRACE);
        if full || self.frames.try_send(message.clone()).is_err() {
            self.flowing.remove(&frame.source);
            return true;
        }
        self.flowing.insert(frame.source);
        false
    }
}

/// What a page says.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Said {
    Ask { ask: Wanted, source: u8 },
    Show { show: Vec<u8> },
    Drawn { drawn: Drawn },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    KeyFrame,
}

#[derive(Debug, Deserialize)]
struct Drawn {
    source: u8,
    timestamp: i64,
}

/// Lets a page in and serves it until either side goes.
pub(super) async fn serve(link: Link, (stream, door): (TcpStream, OwnedSemaphorePermit), stop: CancellationToken) {
    let _ = stream.set_nodelay(true);
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
        .read_buffer_size(MAX_MESSAGE)
        .write_buffer_size(0);
    let token = link.0.token.clone();
    // The library's callback wants the refusal whole.
    #[allow(clippy::result_large_err)]
    let check = move |request: &Request, response: Response| match admit(request, &token) {
        Ok(()) => Ok(response),
        Err(status) => {
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = status;
            Err(refusal)
        }
    };
    let handshake = tokio_tungstenite::accept_hdr_async_with_config(stream, check, Some(config));
    let Ok(Ok(socket)) = tokio::time::timeout(HANDSHAKE, handshake).await else { return };
    drop(door);
    let (frames, queue) = mpsc::channel(QUEUE + CATCH_UP);
    let Some(id) = enter(&link, frames) else { return };
    tokio::select! {
        () = stop.cancelled() => {}
        () = converse(&link, id, socket, queue) => {}
    }
    leave(&link, id);
}

pub(super) fn leave(link: &Link, id: u64) {
    locked(&link.0.pages).all.retain(|page| page.id != id);
}

pub(super) fn enter(link: &Link, frames: mpsc::Sender<Bytes>) -> Option<u64> {
    let mut pages = locked(&link.0.pages);
    pages.all.retain(Page::open);
    if pages.all.len() >= PAGES {
        return None;
    }
    let id = pages.next;
    pages.next += 1;
    pages.all.push(Page { id, frames, shown: None, flowing: HashSet::new(), caught_up: HashMap::new() });
    let sources: Vec<u8> = pages.recent.keys().copied().collect();
    let starved: Vec<u8> = sources.into_iter().filter(|&source| pages.catch_up(id, source)).collect();
    drop(pages);
    for source in starved {
        (link.0.listener)(FromPage::KeyFrame(source));
    }
    Some(id)
}

fn admit(request: &Request, token: &str) -> Result<(), StatusCode> {
    if request.uri().path() != "/frames" {
        return Err(StatusCode::NOT_FOUND);
    }
    let origin = request.headers().get("origin").and_then(|origin| origin.to_str().ok());
    if !origin.is_some_and(|origin| ORIGINS.contains(&origin)) {
        return Err(StatusCode::FORBIDDEN);
    }
    let query = request.uri().query().unwrap_or_default();
    let given = query.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap_or_default();
    if !bool::from(given.as_bytes().ct_eq(token.as_bytes())) {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(())
}

async fn converse(link: &Link, id: u64, socket: WebSocketStream<TcpStream>, mut queue: mpsc::Receiver<Bytes>) {
    let (mut to_page, mut from_page) = socket.split();
    loop {
        tokio::select! {
            frame = queue.recv() => {
                let Some(frame) = frame else { return };
                if to_page.send(Message::Binary(frame)).await.is_err() {
                    return;
                }
            }
            message = from_page.next() => {
                let Some(Ok(message)) = message else { return };
                if message.is_close() {
                    return;
                }
                // What is not understood may come from a newer page.
                if let Ok(text) = message.to_text()
                    && let Ok(said) = serde_json::from_str(text)
                {
                    listen(link, id, said);
                }
            }
        }
    }
}

fn listen(link: &Link, id: u64, said: Said) {
    match said {
        Said::Ask { ask: Wanted::KeyFrame, source } => {
            let mut pages = locked(&link.0.pages);
            let Some(page) = pages.all.iter_mut().find(|page| page.id == id) else { return };
            // What is under way in between cannot be decoded by who asks.
            page.flowing.remove(&source);
            // What is here is here at once; but who asks again was not helped by it.
            let tried = page.caught_up.get(&source).is_some_and(|at| time::now() - at < AGAIN);
            let starved = tried || pages.catch_up(id, source);
            drop(pages);
            if starved {
                (link.0.listener)(FromPage::KeyFrame(source));
            }
        }
        Said::Show { show } => {
            let mut pages = locked(&link.0.pages);
            let Some(page) = pages.all.iter_mut().find(|page| page.id == id) else { return };
            let shown: HashSet<u8> = show.into_iter().collect();
            page.flowing.retain(|source| shown.contains(source));
            // Who said nothing until now may have thrown away what came.
            if page.shown.replace(shown.clone()).is_none() {
                page.flowing.clear();
            }
            let fresh: Vec<u8> = shown.difference(&page.flowing).copied().collect();
            let starved: Vec<u8> = fresh.into_iter().filter(|&source| pages.catch_up(id, source)).collect();
            drop(pages);
            for source in starved {
                (link.0.listener)(FromPage::KeyFrame(source));
            }
        }
        Said::Drawn { drawn } => link.drawn(drawn.source, drawn.timestamp),
    }
}
