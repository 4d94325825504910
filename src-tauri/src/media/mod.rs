//! The media engine: what a camera and a microphone make goes to the event server, what others send comes to the page and to
//! the loudspeaker. It runs without a window, without a device, and through restarts of the server.
//!
//! - `capture`: sources, each on a thread of its own.
//! - `encode`: VP8 and Opus, on those threads.
//! - `transport`: the WebRTC connection with its standing slots; packets to frames and back.
//! - `audio`: jitter buffers, decoding, mixing, playing. Its clock is the one that pictures follow (`sync`).
//! - `link`: encoded pictures to the page.

mod audio;
mod capture;
mod encode;
mod figures;
mod link;
mod speaker;
mod sync;
mod time;
mod transport;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use houselights_shared::{ParticipantId, Sending, SlotMap, VIDEO_SLOTS};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::ipc::{DeviceChoice, DeviceFault, DeviceKind, Devices, FaultCause, MediaRefused, MediaStats, MediaStatus, Problem};
use audio::monitor::Monitor;
use audio::playout::{Playout, PlayoutParts};
use capture::{NONE, SourceError, SourceId};
use encode::{Outlet, Studio, Wishes, Worker};
use figures::Figures;
use link::{FromPage, Link, OWN_PICTURE};
use sync::Lips;
use transport::{SlotWish, Wiring};

pub use audio::playout::Played;

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

/// The devices in use.
#[derive(Default)]
struct Workers {
    camera: Option<Worker>,
    microphone: Option<Worker>,
}

/// A loudspeaker by its id, none of them by [`NONE`], or the system's own choice.
type Speaker = Option<String>;

struct Inner {
    options: EngineOptions,
    wiring: Wiring,
    level: watch::Receiver<u8>,
    workers: Arc<tokio::sync::Mutex<Workers>>,
    /// The connection that is wanted now: what ends it, and when it has ended.
    session: Mutex<Option<(CancellationToken, JoinHandle<()>)>>,
    me: Mutex<Option<ParticipantId>>,
    /// The loudspeaker that is wanted, once one is: held while it is opened.
    speaker: tokio::sync::Mutex<Option<Speaker>>,
    stop: CancellationToken,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.cancel();
        self.wiring.outlet.set(None);
        // Closing devices waits for their threads: not here, this may be an async thread.
        let workers = self.workers.clone();
        let _ = std::thread::Builder::new().name("closing".into()).spawn(move || drop(workers));
    }
}

impl Engine {
    /// Opens the local frame link. No device is opened yet.
    pub async fn start(options: EngineOptions) -> anyhow::Result<Self> {
        let (stop, tracker) = (CancellationToken::new(), TaskTracker::new());
        let figures = Arc::new(Figures::default());
        let (wishes, lips) = (Arc::new(Wishes::default()), Arc::new(Lips::default()));
        let slots: Arc<[SlotWish; VIDEO_SLOTS]> = Arc::default();
        let listener = listener(wishes.clone(), lips.clone(), slots.clone(), figures.clone());
        let link = Link::open(&tracker, stop.clone(), listener).await?;
        let (status, _) = watch::channel(MediaStatus::default());
        let (level_in, level) = watch::channel(127);
        let (monitor, outlet) = (Monitor::default(), Arc::new(Outlet::default()));
        let failing = status.clone();
        let studio = Studio {
            outlet: outlet.clone(),
            wishes,
            figures: figures.clone(),
            link: link.clone(),
            monitor: monitor.clone(),
            level: level_in,
            failed: Arc::new(move |kind, error| note_fault(&failing, kind, Err(error))),
        };
        let failing = status.clone();
        let parts = PlayoutParts {
            figures: figures.clone(),
            lips: lips.clone(),
            monitor,
            failed: Box::new(move |error| note_fault(&failing, DeviceKind::Speaker, Err(error))),
        };
        let playout = Playout::start(parts)?;
        let bitrate = Arc::new(AtomicU64::new(0));
        let wiring = Wiring { studio, outlet, slots, playout, lips, link, figures, status, tracker, bitrate };
        let inner = Arc::new(Inner {
            options,
            wiring,
            level,
            workers: Arc::default(),
            session: Mutex::default(),
            me: Mutex::default(),
            speaker: tokio::sync::Mutex::default(),
            stop,
        });
        let (engine, stop) = (Arc::downgrade(&inner), inner.stop.clone());
        inner.wiring.tracker.spawn(async move { stop.run_until_cancelled(speaker::retry(engine)).await });
        Ok(Self(inner))
    }

    /// Makes the media connection and keeps it: what is lost is made anew, with a new offer each time. Replaces the
    /// connection before. Called whenever the server said welcome.
    pub async fn connect(&self, signalling: Arc<dyn Signalling>) {
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
    pub async fn choose(&self, choice: DeviceChoice) -> Result<(), Problem> {
        let before = self.0.wiring.status.borrow().choice.clone();
        let camera = self.switch(DeviceKind::Camera, (&before.camera, &choice.camera)).await;
        let microphone = self.switch(DeviceKind::Microphone, (&before.microphone, &choice.microphone)).await;
        let speaker = speaker::choose(&self.0, choice.speaker.clone()).await;
        self.0.wiring.status.send_modify(|status| status.choice = choice);
        let results = [(DeviceKind::Camera, camera), (DeviceKind::Microphone, microphone), (DeviceKind::Speaker, speaker)];
        for (kind, result) in results {
            result.map_err(|SourceError { cause, detail }| Problem::Device { fault: DeviceFault { kind, cause, detail } })?;
        }
        Ok(())
    }

    /// What leaves the machine. A source that is not sent stays open: one sees and hears oneself.
    pub fn set_sending(&self, sending: Sending) {
        self.0.wiring.status.send_if_modified(|status| std::mem::replace(&mut status.sending, sending) != sending);
        let wishes = &self.0.wiring.studio.wishes;
        wishes.microphone.store(sending.microphone, Relaxed);
        if !wishes.camera.swap(sending.camera, Relaxed) && sending.camera {
            self.0.wiring.studio.want_key();
        }
    }

    /// How loud everything is played: 0 is silent, 1 as it came.
    pub fn set_volume(&self, volume: f32) {
        self.0.wiring.playout.set_volume(volume);
    }

    /// Whether one's own microphone is played on one's own loudspeaker.
    pub fn hear_myself(&self, on: bool) {
        self.0.wiring.studio.monitor.set(on);
    }

    /// How devices and connection stand.
    pub fn status(&self) -> watch::Receiver<MediaStatus> {
        self.0.wiring.status.subscribe()
    }

    /// How loud one's own microphone is, in dB below full scale, ten times a second.
    pub fn own_level(&self) -> watch::Receiver<u8> {
        self.0.level.clone()
    }

    /// The figures until now.
    pub fn stats(&self) -> MediaStats {
        self.0.wiring.figures.bitrate.store(self.0.wiring.bitrate.load(Relaxed), Relaxed);
        self.0.wiring.figures.report()
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

    /// Closes one device and opens another. Both take their time, so not on an async thread.
    async fn switch(&self, kind: DeviceKind, (before, after): (&Option<String>, &Option<String>)) -> Result<(), SourceError> {
        let after = after.as_ref().filter(|id| *id != NONE && self.0.options.publish).cloned();
        let mut workers = self.0.workers.clone().lock_owned().await;
        let faulty = self.0.wiring.status.borrow().faults.iter().any(|fault| fault.kind == kind);
        let is_open = if kind == DeviceKind::Camera { workers.camera.is_some() } else { workers.microphone.is_some() };
        if before.as_ref() == after.as_ref() && !faulty && is_open == after.is_some() {
            return Ok(());
        }
        let (studio, options) = (self.0.wiring.studio.clone(), self.0.options.clone());
        let opening = tokio::task::spawn_blocking(move || {
            let place = if kind == DeviceKind::Camera { &mut workers.camera } else { &mut workers.microphone };
            *place = None;
            let Some(id) = after else { return Ok(()) };
            let source = SourceId::parse(&id)?;
            if !source.offered(&options.clips, options.allow_test) {
                return Err(SourceError::new(FaultCause::NotOffered));
            }
            let opened = if kind == DeviceKind::Camera { Worker::video(source, studio) } else { Worker::audio(source, studio) };
            opened.map(|worker| *place = Some(worker))
        });
        let opened = opening.await.unwrap_or_else(|error| Err(SourceError::of(FaultCause::Internal, error)));
        note_fault(&self.0.wiring.status, kind, opened.clone());
        opened
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
                figures.note_behind(now - meant);
            }
        }
    }
}

/// Writes into the status how a device stands: one entry a kind, none when it works.
fn note_fault(status: &watch::Sender<MediaStatus>, kind: DeviceKind, opened: Result<(), SourceError>) {
    status.send_if_modified(|status| {
        let before = status.clone();
        status.faults.retain(|fault| fault.kind != kind);
        if kind == DeviceKind::Speaker {
            status.silent = opened.is_err();
        }
        if let Err(error) = opened {
            let told = error.to_string();
            let SourceError { cause, detail } = error;
            status.faults.push(DeviceFault { kind, cause, detail });
            if before.faults != status.faults {
                tracing::warn!(?kind, error = told, "a device cannot be used");
            }
        }
        before != *status
    });
}

/// A lock whose holder panicked still guards whole values here: each holder writes all or nothing.
fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
