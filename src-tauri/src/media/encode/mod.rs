//! From a source to encoded frames: one thread for pictures, one for sound. Each opens its source, waits for it, encodes what
//! comes, and hands it to the [`Outlet`] and, for one's own picture, to the page.

mod audio;
mod ladder;
mod video;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc as queue;

use super::audio::monitor::Monitor;
use super::capture::{SourceError, SourceId};
use super::figures::Figures;
use super::link::Link;
use super::standing::Standing;
use super::system::System;
use super::{Timing, locked, time};
use crate::ipc::{DeviceKind, FaultCause};

#[cfg(test)]
pub(crate) use audio::level;

/// Frames between encoders and the connection. Full: the frame is dropped, and for pictures a key frame follows.
pub(crate) const OUTGOING: usize = 64;

/// What goes to the connection.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// A VP8 frame.
    Picture {
        /// The whole frame.
        bytes: Vec<u8>,
        /// When it was taken, on the engine's clock.
        at: i64,
    },
    /// 20 ms of Opus.
    Sound {
        /// The packet.
        bytes: Bytes,
        /// In samples, continuous.
        timestamp: u32,
        /// When its first sample was taken, on the engine's clock.
        at: i64,
        /// dB below full scale, 0 to 127.
        level: u8,
    },
}

/// Where encoded frames leave for the connection, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Outlet(Mutex<Option<queue::Sender<Outgoing>>>);

impl Outlet {
    /// From now on frames go here, or nowhere.
    pub(crate) fn set(&self, to: Option<queue::Sender<Outgoing>>) {
        *locked(&self.0) = to;
    }

    /// Whether anyone takes frames.
    pub(crate) fn open(&self) -> bool {
        locked(&self.0).is_some()
    }

    /// Whether it was taken.
    fn put(&self, frame: Outgoing) -> bool {
        locked(&self.0).as_ref().is_some_and(|to| to.try_send(frame).is_ok())
    }
}

/// What the rest of the engine asks of the encoders.
#[derive(Debug)]
pub(crate) struct Wishes {
    /// A key frame with the next picture.
    pub(crate) key: AtomicBool,
    /// What the connection may take for pictures, in bits a second.
    pub(crate) target: AtomicU64,
    /// Whether the picture leaves the machine.
    pub(crate) camera: AtomicBool,
    /// Whether the sound does.
    pub(crate) microphone: AtomicBool,
}

impl Default for Wishes {
    fn default() -> Self {
        let (key, camera, microphone) = (AtomicBool::new(true), AtomicBool::new(false), AtomicBool::new(false));
        Self { key, target: AtomicU64::new(1_000_000), camera, microphone }
    }
}

/// What an encoding thread works with.
#[derive(Clone)]
pub(crate) struct Studio {
    pub(crate) outlet: Arc<Outlet>,
    pub(crate) wishes: Arc<Wishes>,
    pub(crate) figures: Arc<Figures>,
    pub(crate) link: Link,
    pub(crate) monitor: Monitor,
    /// Told about the loudness of one's own microphone, ten times a second.
    pub(crate) level: tokio::sync::watch::Sender<u8>,
    pub(crate) standing: Standing,
    pub(crate) system: Arc<dyn System>,
    pub(crate) timing: Timing,
}

impl Studio {
    /// The next picture becomes a key frame.
    pub(crate) fn want_key(&self) {
        self.wishes.key.store(true, Relaxed);
    }
}

/// A source at work. Dropping it stops the thread and waits until the device is closed, so: not on an async thread.
#[derive(Debug)]
pub(crate) struct Worker {
    stop: Option<mpsc::Sender<()>>,
    /// Nothing is ever sent: the other side going away says that the device is closed.
    closed: mpsc::Receiver<()>,
    pulse: Arc<AtomicI64>,
    thread: Option<JoinHandle<()>>,
    closes_within: Duration,
}

/// A thread in a device's call that does not come back. It ends with the call, or with the process.
#[derive(Debug)]
pub(crate) struct Hung(JoinHandle<()>);

impl Hung {
    pub(crate) fn ended(&self) -> bool {
        self.0.is_finished()
    }
}

/// Why a source is not at work.
#[derive(Debug)]
pub(crate) struct Unopened {
    pub(crate) error: SourceError,
    pub(crate) hung: Option<Hung>,
}

impl From<SourceError> for Unopened {
    fn from(error: SourceError) -> Self {
        Self { error, hung: None }
    }
}

impl Worker {
    /// Opens a source as a camera or as a microphone, on a thread of its own, and waits until it is open. How it does from
    /// then on stands in the status, as this attempt's.
    pub(crate) fn open(kind: DeviceKind, attempt: u64, source: SourceId, studio: Studio) -> Result<Self, Unopened> {
        let (stop, stopped) = mpsc::channel();
        let (opened, answer) = mpsc::sync_channel(1);
        let (closing, closed) = mpsc::channel();
        let pulse = Arc::new(AtomicI64::new(i64::MAX));
        let turns = Turns { stop: stopped, pulse: pulse.clone() };
        let Timing { opens_within, closes_within, .. } = studio.timing;
        let begin = move || {
            // Goes last: after the device.
            let _closing = closing;
            let job = Job { kind, attempt, studio: &studio, turns: &turns };
            if kind == DeviceKind::Camera {
                job.work(studio.system.camera(&source), &opened, video::run);
            } else {
                job.work(studio.system.microphone(&source, &studio.figures), &opened, audio::run);
            }
        };
        let name = if kind == DeviceKind::Camera { "video" } else { "audio" };
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(begin);
        let thread = thread.map_err(|error| SourceError::of(FaultCause::Internal, error))?;
        match answer.recv_timeout(opens_within) {
            Ok(opened) => opened?,
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(SourceError::new(FaultCause::Internal).into()),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let error = SourceError::of(FaultCause::Closed, "it does not answer");
                return Err(Unopened { error, hung: Some(Hung(thread)) });
            }
        }
        Ok(Self { stop: Some(stop), closed, pulse, thread: Some(thread), closes_within })
    }

    /// When it last said something, or will next, on the engine's clock.
    pub(crate) fn silent_since(&self) -> i64 {
        self.pulse.load(Relaxed)
    }

    /// Closes the device; what does not close in time is left to itself.
    pub(crate) fn end(mut self) -> Option<Hung> {
        self.finish()
    }

    fn finish(&mut self) -> Option<Hung> {
        self.stop = None;
        let thread = self.thread.take()?;
        thread.thread().unpark();
        match self.closed.recv_timeout(self.closes_within) {
            Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => {
                let _ = thread.join();
                None
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                tracing::warn!(thread = thread.thread().name(), "a device does not close");
                Some(Hung(thread))
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.finish();
    }
}

/// What a worker's thread is there for.
struct Job<'a> {
    kind: DeviceKind,
    attempt: u64,
    studio: &'a Studio,
    turns: &'a Turns,
}

impl Job<'_> {
    fn work<S: ?Sized>(
        &self,
        source: Result<Box<S>, SourceError>,
        opened: &mpsc::SyncSender<Result<(), SourceError>>,
        run: impl FnOnce(Box<S>, &Studio, &Turns) -> Result<(), SourceError>,
    ) {
        let Job { kind, attempt, studio, turns } = self;
        match source {
            Ok(source) => {
                turns.pulse.store(time::now(), Relaxed);
                studio.standing.runs(*kind, *attempt);
                let _ = opened.send(Ok(()));
                if let Err(error) = run(source, studio, turns) {
                    studio.standing.failed(*kind, *attempt, error);
                }
            }
            Err(error) => drop(opened.send(Err(error))),
        }
    }
}

/// A worker's turns: each waits for its moment, and none comes after the worker was told to stop.
struct Turns {
    /// Nothing is ever sent: the other side going away is the sign.
    stop: mpsc::Receiver<()>,
    pulse: Arc<AtomicI64>,
}

impl Turns {
    /// Waits until a moment of the engine's clock; whether to go on.
    fn wait(&self, until: i64) -> bool {
        self.pulse.store(until.max(time::now()), Relaxed);
        let span = time::until(until);
        if span == Duration::ZERO {
            return self.go_on();
        }
        self.stop.recv_timeout(span).err() == Some(mpsc::RecvTimeoutError::Timeout)
    }

    /// Whether to go on now.
    fn go_on(&self) -> bool {
        self.stop.try_recv().err() == Some(mpsc::TryRecvError::Empty)
    }
}
