//! The local frame link: encoded pictures from the engine to the app's own page, over a WebSocket on 127.0.0.1.
//!
//! Port and token are random, a launch has its own; a page is let in that knows the token and comes from the app's own
//! origin. Binary messages, little endian: version (1), source, flags (bit 0: key frame), codec (0: VP8), width and height
//! (`u16`), media timestamp and time of sending (`u64`, microseconds; the latter since the epoch), then the frame. The page
//! answers in JSON: `{"ask":"key_frame","source":n}`, `{"show":[sources]}`, `{"drawn":{"source":n,"timestamp":t}}`.

mod page;

use std::collections::{HashMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{locked, time};
use page::Page;

/// One's own picture.
pub(crate) const OWN_PICTURE: u8 = 255;
/// Bytes before the frame.
pub(crate) const HEADER: usize = 24;
/// Frames that wait for a page. Full: frames of that source are dropped until its next key frame, which is asked for.
pub(crate) const QUEUE: usize = 40;
/// Pages at once. More are turned away.
const PAGES: usize = 8;
/// Handshakes at once. More wait to be accepted.
const HANDSHAKES: usize = 16;
/// What keeps a port from accepting, such as too many open files, may take a moment to pass.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// Frames that are kept of a source for a page that comes later.
const RECENT: usize = 30;
/// What a page may catch up with comes on top of [`QUEUE`], for [`GRACE`] microseconds.
const CATCH_UP: usize = RECENT * 10;
const GRACE: i64 = 1_000_000;
/// A source that gave nothing for this long is not caught up with, in microseconds.
const STALE: i64 = 1_000_000;
/// Frames on their way to being drawn, for the lip-sync figures. Full: the oldest is forgotten.
const ON_THE_WAY: usize = 256;
/// Which origins the app's page has: Linux and macOS, then Windows.
const ORIGINS: [&str; 3] = ["tauri://localhost", "http://tauri.localhost", "https://tauri.localhost"];

/// What the header says about a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageFrame {
    pub(crate) source: u8,
    pub(crate) key: bool,
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// In microseconds, growing within a source.
    pub(crate) timestamp: i64,
}

/// What a page tells the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FromPage {
    /// It needs a key frame of this source.
    KeyFrame(u8),
    /// It drew a picture that it had been handed at `handed` and that was meant to be seen at `meant`, on the engine's clock.
    Drawn {
        /// When it was handed over.
        handed: i64,
        /// When it should have been seen, if sound goes with it.
        meant: Option<i64>,
    },
}

struct Sent {
    source: u8,
    timestamp: i64,
    handed: i64,
    meant: Option<i64>,
}

/// The frames of a source since its last key frame, for a page that comes later: the next key frame may be a second away.
#[derive(Default)]
struct Recent(Vec<(i64, PageFrame, Bytes)>);

impl Recent {
    fn note(&mut self, frame: PageFrame, message: &Bytes) {
        if frame.key {
            self.0.clear();
        } else if self.0.is_empty() {
            return;
        }
        // Too many to catch up with: the page waits for a key frame then.
        if self.0.len() >= RECENT {
            self.0.clear();
            return;
        }
        self.0.push((time::now(), frame, message.clone()));
    }
}

/// Pages and what they may be given. One lock, held briefly: encoders and the connection both push.
#[derive(Default)]
struct Pages {
    all: Vec<Page>,
    /// Of the page that comes next. None is used twice: whoever lets go of a page late lets go of no other.
    next: u64,
    recent: HashMap<u8, Recent>,
}

impl Pages {
    /// Gives a page what is recent of a source; whether it needs a key frame.
    fn catch_up(&mut self, id: u64, source: u8) -> bool {
        let Some(page) = self.all.iter_mut().find(|page| page.id() == id) else { return false };
        let Some(recent) = self.recent.get(&source) else { return true };
        if recent.0.last().is_none_or(|(at, ..)| time::now() - at > STALE) {
            return true;
        }
        page.begin_catching_up(source);
        recent.0.iter().fold(false, |starved, (_, frame, message)| page.push(*frame, message) || starved)
    }
}

struct Hub {
    token: String,
    address: SocketAddr,
    pages: Mutex<Pages>,
    on_the_way: Mutex<VecDeque<Sent>>,
    listener: Box<dyn Fn(FromPage) + Send + Sync>,
}

/// The handle.
#[derive(Clone)]
pub(crate) struct Link(Arc<Hub>);

impl Link {
    /// Opens the port. `listener` is told what pages say; it must not block.
    pub(crate) async fn open(
        tracker: &TaskTracker,
        stop: CancellationToken,
        listener: impl Fn(FromPage) + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let mut token = [0_u8; 32];
        getrandom::fill(&mut token).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let token = token.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        let address = socket.local_addr()?;
        let hub = Hub { token, address, pages: Mutex::default(), on_the_way: Mutex::default(), listener: Box::new(listener) };
        let link = Self(Arc::new(hub));
        let (accepting, tasks) = (link.clone(), tracker.clone());
        tracker.spawn(async move {
            let doors = Arc::new(Semaphore::new(HANDSHAKES));
            let accept = async {
                while let Ok(door) = doors.clone().acquire_owned().await {
                    match socket.accept().await {
                        Ok((stream, _)) => {
                            let (link, stop) = (accepting.clone(), stop.clone());
                            tasks.spawn(async move { page::serve(link, (stream, door), stop).await });
                        }
                        Err(error) => {
                            tracing::warn!(%error, "a page cannot be let in");
                            tokio::time::sleep(ACCEPT_AGAIN).await;
                        }
                    }
                }
            };
            stop.run_until_cancelled(accept).await;
        });
        Ok(link)
    }

    /// Where a page connects to.
    pub(crate) fn url(&self) -> String {
        format!("ws://{}/frames?token={}", self.0.address, self.0.token)
    }

    /// Whether a page wants this source.
    pub(crate) fn shows(&self, source: u8) -> bool {
        locked(&self.0.pages).all.iter().any(|page| page.shows(source))
    }

    /// Hands a frame to every page that wants it.
    pub(crate) fn push(&self, frame: PageFrame, bytes: &[u8]) {
        self.push_meant(frame, bytes, None);
    }

    /// The same, with the time at which it is meant to be seen.
    pub(crate) fn push_meant(&self, frame: PageFrame, bytes: &[u8], meant: Option<i64>) {
        let mut pages = locked(&self.0.pages);
        pages.all.retain(Page::open);
        {
            let mut sent = locked(&self.0.on_the_way);
            sent.push_back(Sent { source: frame.source, timestamp: frame.timestamp, handed: time::now(), meant });
            if sent.len() > ON_THE_WAY {
                sent.pop_front();
            }
        }
        let message = encode(frame, bytes);
        pages.recent.entry(frame.source).or_default().note(frame, &message);
        // Every page is served before anyone is asked for a key frame.
        let starved = pages.all.iter_mut().map(|page| page.push(frame, &message)).fold(false, |any, starved| any | starved);
        drop(pages);
        if starved {
            (self.0.listener)(FromPage::KeyFrame(frame.source));
        }
    }

    fn drawn(&self, source: u8, timestamp: i64) {
        let mut sent = locked(&self.0.on_the_way);
        let Some(at) = sent.iter().position(|one| one.source == source && one.timestamp == timestamp) else { return };
        let Some(one) = sent.remove(at) else { return };
        drop(sent);
        (self.0.listener)(FromPage::Drawn { handed: one.handed, meant: one.meant });
    }
}

fn encode(frame: PageFrame, bytes: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(HEADER + bytes.len());
    out.put_slice(&[1, frame.source, u8::from(frame.key), 0]);
    out.put_u16_le(frame.width);
    out.put_u16_le(frame.height);
    out.put_u64_le(frame.timestamp.max(0).unsigned_abs());
    out.put_u64_le(time::wall().max(0).unsigned_abs());
    out.put_slice(bytes);
    out.freeze()
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
