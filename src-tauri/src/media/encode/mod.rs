//! From a source to encoded frames: one thread for pictures, one for sound. Each opens its source, waits for it, encodes what
//! comes, and hands it to the [`Outlet`] and, for one's own picture, to the page.

mod audio;
mod ladder;
mod video;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc as queue;

use super::audio::monitor::Monitor;
use super::capture::{SourceError, SourceId};
use super::figures::Figures;
use super::link::Link;
use super::locked;
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
    /// Told when a source fails while it runs.
    pub(crate) failed: Arc<dyn Fn(DeviceKind, SourceError) + Send + Sync>,
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
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Opens a source as a camera, on a thread of its own, and waits until it is open.
    pub(crate) fn video(source: SourceId, studio: Studio) -> Result<Self, SourceError> {
        Self::start("video", move |stop, opened| match source.open_video() {
            Ok(source) => {
                let _ = opened.send(Ok(()));
                video::run(source, &studio, stop);
            }
            Err(error) => drop(opened.send(Err(error))),
        })
    }

    /// Opens a source as a microphone, likewise.
    pub(crate) fn audio(source: SourceId, studio: Studio) -> Result<Self, SourceError> {
        Self::start("audio", move |stop, opened| match source.open_audio() {
            Ok(source) => {
                let _ = opened.send(Ok(()));
                audio::run(source, &studio, stop);
            }
            Err(error) => drop(opened.send(Err(error))),
        })
    }

    fn start(
        name: &str,
        work: impl FnOnce(&mpsc::Receiver<()>, mpsc::SyncSender<Result<(), SourceError>>) + Send + 'static,
    ) -> Result<Self, SourceError> {
        let (stop, stopped) = mpsc::channel();
        let (opened, answer) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || work(&stopped, opened));
        let thread = thread.map_err(|error| SourceError::of(FaultCause::Internal, error))?;
        answer.recv().unwrap_or_else(|_| Err(SourceError::new(FaultCause::Internal)))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

/// Waits until a moment of the engine's clock; whether to go on.
fn wait(stop: &mpsc::Receiver<()>, until: i64) -> bool {
    // Nothing is ever sent: the other side going away is the sign.
    let span = super::time::until(until);
    let answer = if span == Duration::ZERO {
        stop.try_recv().map_err(|e| e == mpsc::TryRecvError::Empty)
    } else {
        stop.recv_timeout(span).map_err(|e| e == mpsc::RecvTimeoutError::Timeout)
    };
    answer == Err(true)
}
