//! The people of the forward bench: a producer who calls the show, a speaker who publishes, and subscribers.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use houselights_shared::CommandBody;
use str0m::media::MediaKind;
use tokio::{net::UdpSocket, sync::Notify, time::timeout};
use tokio_util::task::TaskTracker;

use super::{FRAMES, Got, PACKETS_A_FRAME, SOUND_BYTES, SOUNDS, VIDEO_BYTES};
use crate::{
    connection::Connection,
    media_peer::{MediaPeer, Notice, Publish},
};

/// So many sign in at a time.
const AT_ONCE: usize = 8;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Media flows for this long before it is measured, so that caches are as full as they get.
const WARM_UP: Duration = Duration::from_secs(4);
/// How long after the last packet deliveries still count.
const GRACE: Duration = Duration::from_millis(500);
/// What RTP, its extensions and SRTP add to a payload.
const OVERHEAD: usize = 12 + 20 + 16;
/// Marks payloads of the window.
const COUNTED: u8 = 0xc7;

/// Who signs in with what.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The speaker's.
    pub speaker: String,
    /// The producer's.
    pub producer: String,
    /// The open one.
    pub attendee: String,
}

/// What the people share.
#[derive(Default)]
struct Shared {
    measuring: AtomicBool,
    published: AtomicU64,
    delivered: AtomicU64,
    /// Subscribers whom media has reached, of how many.
    flowing: AtomicU64,
    expected: AtomicU64,
    arrived: Notify,
}

struct House {
    http: reqwest::Client,
    server: SocketAddr,
    tasks: TaskTracker,
    shared: Arc<Shared>,
}

/// Goes on air, then for each line: `gather N` adds subscribers, `measure S` measures for so many seconds and prints a [`Got`].
pub async fn attend(server: SocketAddr, secrets: Secrets) -> Result<()> {
    let http = reqwest::Client::builder().pool_max_idle_per_host(AT_ONCE).build()?;
    let house = House { http, server, tasks: TaskTracker::new(), shared: Arc::default() };
    house.go_on_air(&secrets).await?;
    println!("on air");
    let mut lines = crate::bench::lines();
    while let Some(line) = lines.recv().await {
        match line.split_once(' ').context("not a word and a number")? {
            ("gather", count) => {
                house.gather(&secrets.attendee, count.parse()?).await?;
                println!("gathered");
            }
            ("measure", seconds) => {
                let got = house.measure(Duration::from_secs(seconds.parse()?)).await;
                println!("{}", serde_json::to_string(&got)?);
            }
            (word, _) => bail!("`{word}`?"),
        }
    }
    Ok(())
}

impl House {
    async fn go_on_air(&self, secrets: &Secrets) -> Result<()> {
        let speaker = self.come(&secrets.speaker, "Speaker".to_owned(), true).await?;
        let mut producer = Connection::enter(&self.http, self.server, &secrets.producer, "Producer").await?;
        producer.command(CommandBody::BringOnStage { participant: speaker }).await?;
        producer.command(CommandBody::GoLive).await?;
        self.tasks.spawn(producer.keep());
        Ok(())
    }

    async fn gather(&self, invite: &str, count: u64) -> Result<()> {
        stream::iter(0..count)
            .map(|number| self.come(invite, format!("Guest {number}"), false))
            .buffer_unordered(AT_ONCE)
            .try_for_each(|_who| async { Ok(()) })
            .await?;
        let everyone = self.shared.expected.fetch_add(count, Relaxed) + count;
        timeout(PATIENCE, async {
            while self.shared.flowing.load(Relaxed) < everyone {
                self.shared.arrived.notified().await;
            }
        })
        .await
        .context("media does not reach everyone")?;
        tokio::time::sleep(WARM_UP).await;
        Ok(())
    }

    async fn measure(&self, span: Duration) -> Got {
        self.shared.published.store(0, Relaxed);
        self.shared.delivered.store(0, Relaxed);
        self.shared.measuring.store(true, Relaxed);
        tokio::time::sleep(span).await;
        self.shared.measuring.store(false, Relaxed);
        tokio::time::sleep(GRACE).await;
        Got { published: self.shared.published.load(Relaxed), delivered: self.shared.delivered.load(Relaxed) }
    }

    /// Signs in, negotiates, and lets the session run on a socket of its own.
    async fn come(&self, invite: &str, name: String, on_stage: bool) -> Result<houselights_shared::ParticipantId> {
        let mut connection = Connection::enter(&self.http, self.server, invite, &name).await?;
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let now = Instant::now();
        let mut peer = MediaPeer::new(now, socket.local_addr()?)?;
        let offer = peer.offer()?;
        peer.accept(&connection.negotiate(offer).await?)?;
        let who = connection.login.participant;
        self.tasks.spawn(connection.keep());
        let publisher = on_stage.then(|| Publisher::new(now));
        let person = Person { socket, peer, publisher, shared: Arc::clone(&self.shared), connected: false, flowing: false };
        self.tasks.spawn(async move {
            if let Err(error) = Box::pin(person.run()).await {
                eprintln!("a session ended: {error:#}");
            }
        });
        Ok(who)
    }
}

/// A session on its socket.
struct Person {
    socket: UdpSocket,
    peer: MediaPeer,
    publisher: Option<Publisher>,
    shared: Arc<Shared>,
    connected: bool,
    flowing: bool,
}

impl Person {
    async fn run(mut self) -> Result<()> {
        let mut buffer = vec![0; 2_048];
        loop {
            let due = self.publisher.as_ref().map_or(self.peer.due, |publisher| publisher.due().min(self.peer.due));
            tokio::select! {
                readable = self.socket.readable() => {
                    readable?;
                    while let Ok((length, from)) = self.socket.try_recv_from(&mut buffer) {
                        self.peer.receive(Instant::now(), from, buffer.get(..length).unwrap_or_default())?;
                        self.drain()?;
                    }
                }
                () = tokio::time::sleep_until(due.into()) => {}
            }
            let now = Instant::now();
            if let Some(publisher) = self.publisher.as_mut().filter(|_| self.connected) {
                publisher.publish(now, &mut self.peer, &self.shared)?;
            }
            self.peer.wake(now)?;
            self.drain()?;
        }
    }

    fn drain(&mut self) -> Result<()> {
        let Self { socket, peer, shared, connected, flowing, publisher } = self;
        peer.drain(
            |to, bytes| {
                // A full buffer loses the datagram, as the network would.
                let _ = socket.try_send_to(bytes, to);
            },
            |notice| match notice {
                Notice::Connected => *connected = true,
                Notice::Packet(_, packet) => {
                    if !std::mem::replace(flowing, true) {
                        shared.flowing.fetch_add(1, Relaxed);
                        shared.arrived.notify_one();
                    }
                    if packet.payload.get(2) == Some(&COUNTED) {
                        shared.delivered.fetch_add(1, Relaxed);
                    }
                }
                Notice::KeyFrameWanted => {
                    if let Some(publisher) = publisher {
                        publisher.key_frame = true;
                    }
                }
                Notice::Report(..) => {}
            },
        )
    }
}

/// What the speaker sends.
struct Publisher {
    began: Instant,
    frames: u32,
    sounds: u32,
    key_frame: bool,
}

impl Publisher {
    fn new(began: Instant) -> Self {
        Self { began, frames: 0, sounds: 0, key_frame: true }
    }

    fn frame_at(&self) -> Instant {
        self.began + Duration::from_micros(u64::from(self.frames) * 1_000_000 / u64::from(FRAMES))
    }

    fn sound_at(&self) -> Instant {
        self.began + Duration::from_micros(u64::from(self.sounds) * 1_000_000 / u64::from(SOUNDS))
    }

    fn due(&self) -> Instant {
        self.frame_at().min(self.sound_at())
    }

    fn publish(&mut self, now: Instant, peer: &mut MediaPeer, shared: &Shared) -> Result<()> {
        let mark = if shared.measuring.load(Relaxed) { COUNTED } else { 0 };
        let mut count = 0;
        while self.frame_at() <= now {
            let key = std::mem::take(&mut self.key_frame);
            for part in 0..PACKETS_A_FRAME {
                let mut payload = vec![0x5a; VIDEO_BYTES - OVERHEAD];
                let head = [if part == 0 { 0x10 } else { 0 }, u8::from(!key), mark];
                payload.splice(..head.len(), head);
                let packet = Publish {
                    seq: u64::from(self.frames * PACKETS_A_FRAME + part) + 1,
                    time: self.frames * (90_000 / FRAMES),
                    captured_at: now,
                    marker: part + 1 == PACKETS_A_FRAME,
                    level: None,
                    payload: payload.into(),
                };
                peer.publish(MediaKind::Video, packet)?;
                count += 1;
            }
            self.frames += 1;
        }
        while self.sound_at() <= now {
            let mut payload = vec![0x5a; SOUND_BYTES - OVERHEAD];
            payload.splice(..3, [0xfc, 0, mark]);
            let packet = Publish {
                seq: u64::from(self.sounds) + 1,
                time: self.sounds * (48_000 / SOUNDS),
                captured_at: now,
                marker: false,
                level: Some(30),
                payload: payload.into(),
            };
            peer.publish(MediaKind::Audio, packet)?;
            self.sounds += 1;
            count += 1;
        }
        if mark == COUNTED {
            shared.published.fetch_add(count, Relaxed);
        }
        Ok(())
    }
}
