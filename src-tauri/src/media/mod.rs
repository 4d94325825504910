//! The media engine: what a camera and a microphone make goes to the event server, what others send comes to the page and to
//! the loudspeaker. It runs without a window, without a device, and through restarts of the server.
//!
//! - `devices`, `speaker`: which source and which loudspeaker are open, and what is tried again. `standing`: what is told of it.
//! - `capture`: sources, each on a thread of its own.
//! - `encode`: VP8 and Opus, on those threads.
//! - `transport`: the WebRTC connection with its standing slots; packets to frames and back.
//! - `audio`: jitter buffers, decoding, mixing, playing. Its clock is the one that pictures follow (`sync`).
//! - `link`: encoded pictures to the page.

mod audio;
mod capture;
mod devices;
mod encode;
mod figures;
mod link;
mod speaker;
mod standing;
mod sync;
mod system;
#[cfg(test)]
mod system_fake;
mod time;
mod transport;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use houselights_shared::{ParticipantId, Sending, SlotMap, VIDEO_SLOTS};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::ipc::{DeviceFault, DeviceKind, Devices, MediaRefused, MediaStats, MediaStatus, Problem};
use audio::monitor::Monitor;
use audio::playout::{Playout, PlayoutParts};
use capture::SourceError;
use devices::Places;
use encode::{Outlet, Studio, Wishes};
use figures::Figures;
use link::{FromPage, Link, OWN_PICTURE};
use speaker::Wanted;
use standing::Standing;
use sync::Lips;
use system::{Machine, System};
use transport::{SlotWish, Wiring};

pub use audio::playout::Played;

/// How long devices may take, and how often one is tried that is away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// From one attempt to the next.
    pub(crate) retry: Duration,
    /// Opening one. The system's calls may hang for ever, above all those for cameras.
    pub(crate) opens_within: Duration,
    /// Closing one.
    pub(crate) closes_within: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { retry: Duration::from_secs(2), opens_within: Duration::from_secs(10), closes_within: Duration::from_secs(2) }
    }
}

/// How an offer reaches the server: over the realtime connection.
pub trait Signalling: Send + Sync + 'static {
    /// Sends an offer's SDP and waits for the answer's. Where the server says no the error is an [`OfferRefused`].
    fn offer(&self, sdp: String) -> BoxFuture<'_, Result<String, anyhow::Error>>;
}

/// The server took no offer.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the server refused the media connection: {0:?}")]
pub struct OfferRefused(pub MediaRefused);

/// What an engine is started with.
#[derive(Clone, Debug, Default)]
pub struct EngineOptions {
    /// Media files that can be chosen as camera and microphone.
    pub clips: Vec<PathBuf>,
    /// Whether the test picture and tone can be chosen.
    pub allow_test: bool,
    /// Whether this engine may ever send. One that may not opens no camera and no microphone.
    pub publish: bool,
}

/// The handle. Everything stops when the last one is dropped.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

/// A loudspeaker by its id, none of them by [`NONE`](capture::NONE), or the system's own choice.
type Speaker = Option<String>;

struct Inner {
    options: EngineOptions,
    wiring: Wiring,
    system: Arc<dyn System>,
    level: watch::Receiver<u8>,
    places: Arc<Places>,
    /// The connection that is wanted now: what ends it, and when it has ended.
    session: Mutex<Option<(CancellationToken, JoinHandle<()>)>>,
    me: Mutex<Option<ParticipantId>>,
    /// Held while the loudspeaker is opened.
    speaker: tokio::sync::Mutex<Option<Wanted>>,
    /// Rung when the loudspeaker fails.
    speaker_bell: Arc<Notify>,
    /// The loudspeaker that was opened last has failed since, whatever else was told of it meanwhile.
    speaker_lost: Arc<AtomicBool>,
    /// Nothing is opened or sent any more.
    closed: Arc<AtomicBool>,
    stop: CancellationToken,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.cancel();
        self.wiring.outlet.set(None);
        // Closing devices waits for their threads: not here, this may be an async thread.
        let places = self.places.clone();
        let _ = std::thread::Builder::new().name("closing".into()).spawn(move || drop(places));
    }
}

impl Inner {
    fn is_silent(&self) -> bool {
        self.wiring.standing.subscribe().borrow().silent
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }
}

impl Engine {
    /// Opens the local frame link. No device is opened yet.
    pub async fn start(options: EngineOptions) -> anyhow::Result<Self> {
        Self::start_on(Arc::new(Machine), options, Timing::default()).await
    }

    async fn start_on(system: Arc<dyn System>, options: EngineOptions, timing: Timing) -> anyhow::Result<Self> {
        let (stop, tracker) = (CancellationToken::new(), TaskTracker::new());
        let figures = Arc::new(Figures::default());
        let (wishes, lips) = (Arc::new(Wishes::default()), Arc::new(Lips::default()));
        let slots: Arc<[SlotWish; VIDEO_SLOTS]> = Arc::default();
        let listener = listener(wishes.clone(), lips.clone(), slots.clone(), figures.clone());
        let link = Link::open(&tracker, stop.clone(), listener).await?;
        let (level_in, level) = watch::channel(127);
        let (monitor, outlet, standing) = (Monitor::default(), Arc::new(Outlet::default()), Standing::default());
        let studio = Studio {
            outlet: outlet.clone(),
            wishes,
            figures: figures.clone(),
            link: link.clone(),
            monitor: monitor.clone(),
            level: level_in,
            standing: standing.clone(),
            system: system.clone(),
            timing,
        };
        let (failing, speaker_bell) = (standing.clone(), Arc::new(Notify::new()));
        let (bell, speaker_lost) = (speaker_bell.clone(), Arc::<AtomicBool>::default());
        let lost = speaker_lost.clone();
        let parts = PlayoutParts {
            figures: figures.clone(),
            lips: lips.clone(),
            monitor,
            system: system.clone(),
            failed: Box::new(move |error| {
                lost.store(true, Relaxed);
                failing.speaker(Some(error), true);
                bell.notify_one();
            }),
        };
        let playout = Playout::start(parts)?;
        let bitrate = Arc::new(AtomicU64::new(0));
        let wiring = Wiring { studio, outlet, slots, playout, lips, link, figures, standing, tracker, bitrate };
        let inner = Arc::new(Inner {
            options,
            wiring,
            system,
            level,
            places: Arc::default(),
            session: Mutex::default(),
            me: Mutex::default(),
            speaker: tokio::sync::Mutex::default(),
            speaker_bell,
            speaker_lost,
            closed: Arc::default(),
            stop,
        });
        let (engine, stop) = (Arc::downgrade(&inner), inner.stop.clone());
        let pace = timing.retry;
        let mending = async move { tokio::join!(speaker::retry(engine.clone(), pace), devices::retry(engine, pace)) };
        inner.wiring.tracker.spawn(async move { stop.run_until_cancelled(mending).await });
        Ok(Self(inner))
    }

    /// Makes the media connection and keeps it: what is lost is made anew, with a new offer each time. Replaces the
    /// connection before. Called whenever the server said welcome.
    pub async fn connect(&self, signalling: Arc<dyn Signalling>) {
        if self.0.is_closed() {
            return;
        }
        speaker::open_once(&self.0).await;
        let stop = self.0.stop.child_token();
        let wiring = self.0.wiring.clone();
        let mut session = locked(&self.0.session);
        let before = session.take();
        let ended = stop.clone();
        let task = self.0.wiring.tracker.spawn(async move {
            // The one before lets go of everything first.
            if let Some((stop, task)) = before {
                stop.cancel();
                let _ = task.await;
            }
            transport::keep(signalling, wiring, stop).await;
        });
        *session = Some((ended, task));
    }

    /// Ends the media connection.
    pub async fn disconnect(&self) {
        let session = locked(&self.0.session).take();
        if let Some((stop, task)) = session {
            stop.cancel();
            let _ = task.await;
        }
    }

    /// Whose media the standing slots carry from now on.
    pub fn set_slots(&self, mut slots: SlotMap) {
        // One is never sent one's own sound; whoever says otherwise is not believed: it would howl.
        let me = *locked(&self.0.me);
        for audio in slots.audio.iter_mut().filter(|audio| me.is_some() && **audio == me) {
            *audio = None;
        }
        self.0.wiring.lips.set_slots(&slots);
    }

    /// Who is signed in.
    pub fn me(&self, me: ParticipantId) {
        *locked(&self.0.me) = Some(me);
    }

    /// What there is to choose from.
    pub async fn devices(&self) -> Devices {
        let options = self.0.options.clone();
        let listing = tokio::task::spawn_blocking(move || capture::list(&options.clips, options.allow_test));
        listing.await.unwrap_or_default()
    }

    /// Opens what was chosen and closes what was open. What fails is told, and also stands in the status; the rest works.
    /// Choices follow one another, each kind's own. No camera and no microphone mean none; no loudspeaker means the
    /// system's own choice, and `none` silence.
    ///
    /// # Errors
    /// [`Problem::Device`], or [`Problem::SignedOut`] when the engine was closed.
    pub async fn choose(&self, kind: DeviceKind, id: Option<String>) -> Result<(), Problem> {
        if self.0.is_closed() {
            return Err(Problem::SignedOut);
        }
        let opened = match kind {
            DeviceKind::Camera | DeviceKind::Microphone => devices::choose(&self.0, kind, id).await,
            DeviceKind::Speaker => speaker::choose(&self.0, id).await,
        };
        opened.map_err(|SourceError { cause, detail }| Problem::Device { fault: DeviceFault { kind, cause, detail } })
    }

    /// What is to leave the machine; tells what does. A source that is not sent stays open: one sees and hears oneself.
    pub fn set_sending(&self, sending: Sending) -> Sending {
        let sending = if self.0.is_closed() { Sending::default() } else { sending };
        let wishes = &self.0.wiring.studio.wishes;
        wishes.microphone.store(sending.microphone, Relaxed);
        if !wishes.camera.swap(sending.camera, Relaxed) && sending.camera {
            self.0.wiring.studio.want_key();
        }
        self.0.wiring.standing.want(sending)
    }

    /// Sends nothing more and closes every device, for good. Returns when they are closed, or when one hangs.
    pub async fn close(&self) {
        self.0.closed.store(true, Relaxed);
        self.set_sending(Sending::default());
        self.disconnect().await;
        let closing = async { tokio::join!(devices::close(&self.0), speaker::close(&self.0)) };
        // Something may just be being opened, and closes after that.
        let within = self.0.wiring.studio.timing.closes_within * 2;
        if tokio::time::timeout(within, closing).await.is_err() {
            tracing::warn!("a device does not close in time");
        }
    }

    /// How loud everything is played: 0 is silent, 1 as it came.
    pub fn set_volume(&self, volume: f32) {
        self.0.wiring.playout.set_volume(volume);
    }

    /// Whether one's own microphone is played on one's own loudspeaker.
    pub fn hear_myself(&self, on: bool) {
        self.0.wiring.studio.monitor.set(on);
        self.0.wiring.standing.change(|status| status.hearing_myself = on);
    }

    /// How devices and connection stand.
    pub fn status(&self) -> watch::Receiver<MediaStatus> {
        self.0.wiring.standing.subscribe()
    }

    /// How loud one's own microphone is, in dB below full scale, ten times a second.
    pub fn own_level(&self) -> watch::Receiver<u8> {
        self.0.level.clone()
    }

    /// The figures until now.
    pub fn stats(&self) -> MediaStats {
        self.0.wiring.figures.bitrate.store(self.0.wiring.bitrate.load(Relaxed), Relaxed);
        self.0.wiring.figures.report(time::now())
    }

    /// Where a page of this app gets encoded frames.
    pub fn frames_url(&self) -> String {
        self.0.wiring.link.url()
    }

    /// What is played from now on, with the time at which it sounds. One listener; a second replaces the first. Holds
    /// 640 ms; what a slow listener cannot take is lost to it.
    pub fn listen(&self) -> mpsc::Receiver<Played> {
        let (to, heard) = mpsc::channel(64);
        self.0.wiring.playout.listen(to);
        heard
    }
}

/// What the page says becomes wishes and figures.
fn listener(
    wishes: Arc<Wishes>,
    lips: Arc<Lips>,
    slots: Arc<[SlotWish; VIDEO_SLOTS]>,
    figures: Arc<Figures>,
) -> impl Fn(FromPage) + Send + Sync + 'static {
    move |said| match said {
        FromPage::KeyFrame(OWN_PICTURE) => wishes.key.store(true, Relaxed),
        FromPage::KeyFrame(source) => {
            if let Some(slot) = slots.get(usize::from(source)) {
                slot.ask();
            }
        }
        FromPage::Drawn { handed, meant } => {
            let now = time::now();
            lips.drawn(now - handed);
            if let Some(meant) = meant {
                figures.note_behind(now, now - meant);
            }
        }
    }
}

/// A lock whose holder panicked still guards whole values here: each holder writes all or nothing.
fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
