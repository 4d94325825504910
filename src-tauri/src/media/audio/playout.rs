//! The thread that mixes and plays. It is the engine's audio clock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use bytes::Bytes;
use houselights_shared::AUDIO_SLOTS;
use tokio::sync::mpsc as queue;

use super::monitor::Monitor;
use super::output::Output;
use super::voice::Voice;
use crate::ipc::FaultCause;
use crate::media::capture::{SAMPLE_RATE, SourceError};
use crate::media::figures::Figures;
use crate::media::locked;
use crate::media::sync::Lips;
use crate::media::system::System;
use crate::media::time;

/// Sample frames that are mixed at once: 10 ms.
const STEP: usize = 480;
/// The device is kept this far filled, in microseconds: two of its periods.
const AHEAD: i64 = 20_000;
/// Steps in a second, over which the peak is told.
const SECOND: usize = 100;

/// What was played, for who records or measures.
#[derive(Clone, Debug)]
pub struct Played {
    /// When the first sample sounds, in microseconds since the epoch.
    pub at: i64,
    /// 10 ms of stereo at 48 kHz, interleaved.
    pub samples: Vec<f32>,
}

/// What the thread is told.
enum Order {
    /// Play on this device from now on, and tell whether that works. What plays is closed first.
    Speaker(Option<String>, Answer),
    /// The same; but what plays goes on where it does not work.
    Back(Option<String>, Answer),
}

type Answer = mpsc::SyncSender<Result<(), SourceError>>;

/// What the thread and the rest share.
struct Desk {
    voices: [Mutex<Option<Voice>>; AUDIO_SLOTS],
    volume: AtomicU32,
    /// Bounded by who listens; full: the block is lost to them.
    listener: Mutex<Option<queue::Sender<Played>>>,
}

/// The handle. The thread ends when the last one is dropped.
#[derive(Clone)]
pub(crate) struct Playout {
    desk: Arc<Desk>,
    orders: mpsc::Sender<Order>,
}

/// What the thread works with.
pub(crate) struct PlayoutParts {
    pub(crate) figures: Arc<Figures>,
    pub(crate) lips: Arc<Lips>,
    pub(crate) monitor: Monitor,
    pub(crate) system: Arc<dyn System>,
    /// Told when the loudspeaker fails while it plays.
    pub(crate) failed: Box<dyn Fn(SourceError) + Send>,
}

impl Playout {
    /// Starts the thread, without a device.
    pub(crate) fn start(parts: PlayoutParts) -> std::io::Result<Self> {
        let desk = Arc::new(Desk {
            voices: [const { Mutex::new(None) }; AUDIO_SLOTS],
            volume: AtomicU32::new(1.0_f32.to_bits()),
            listener: Mutex::new(None),
        });
        let (orders, inbox) = mpsc::channel();
        let shared = desk.clone();
        std::thread::Builder::new().name("playout".into()).spawn(move || run(&shared, &parts, &inbox))?;
        Ok(Self { desk, orders })
    }

    /// Plays on a device, the system's own choice, or, when that fails, nowhere. Blocks.
    pub(crate) fn speaker(&self, id: Option<String>) -> Result<(), SourceError> {
        self.order(|answer| Order::Speaker(id, answer))
    }

    /// Plays on a device, or, when that fails, on the one on which it plays. Blocks.
    pub(crate) fn back_to(&self, id: Option<String>) -> Result<(), SourceError> {
        self.order(|answer| Order::Back(id, answer))
    }

    fn order(&self, order: impl FnOnce(Answer) -> Order) -> Result<(), SourceError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let gone = || SourceError::new(FaultCause::Internal);
        self.orders.send(order(answer)).map_err(|_| gone())?;
        answered.recv().map_err(|_| gone())?
    }

    pub(crate) fn set_volume(&self, volume: f32) {
        self.desk.volume.store(volume.clamp(0.0, 2.0).to_bits(), Relaxed);
    }

    /// A packet for a slot.
    pub(crate) fn insert(&self, slot: usize, sequence: u16, timestamp: u32, payload: Bytes) {
        let Some(voice) = self.desk.voices.get(slot) else { return };
        let mut voice = locked(voice);
        if voice.is_none() {
            *voice = Voice::new().ok();
        }
        if let Some(voice) = voice.as_mut() {
            voice.insert(time::now(), sequence, timestamp, payload);
        }
    }

    /// A slot's stream is over: what waits is dropped.
    pub(crate) fn clear(&self, slot: usize) {
        if let Some(voice) = self.desk.voices.get(slot) {
            *locked(voice) = None;
        }
    }

    /// From now on what is played goes there too.
    pub(crate) fn listen(&self, to: queue::Sender<Played>) {
        *locked(&self.desk.listener) = Some(to);
    }
}

fn run(desk: &Desk, parts: &PlayoutParts, orders: &mpsc::Receiver<Order>) {
    let mut output = Output::silence();
    let mut peaks = VecDeque::from([0.0_f32; SECOND]);
    loop {
        while output.queued() < AHEAD {
            step(desk, parts, &mut output, &mut peaks);
        }
        if output.failed() {
            output = Output::silence();
            (parts.failed)(SourceError::new(FaultCause::Stopped));
        }
        let pause = Duration::from_micros((output.queued() - AHEAD + 10_000).clamp(1_000, 10_000).unsigned_abs());
        match orders.recv_timeout(pause) {
            Ok(Order::Speaker(id, answer)) => {
                // The old device is closed first: it may be the same one. The clock without a device just goes on.
                if matches!(output, Output::Speaker(_)) {
                    output = Output::silence();
                }
                let opened = parts.system.loudspeaker(id.as_deref(), &parts.figures);
                let _ = answer.send(opened.map(|opened| output = opened));
            }
            Ok(Order::Back(id, answer)) => {
                let opened = parts.system.loudspeaker(id.as_deref(), &parts.figures);
                let _ = answer.send(opened.map(|opened| output = opened));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn step(desk: &Desk, parts: &PlayoutParts, output: &mut Output, peaks: &mut VecDeque<f32>) {
    let mut block = [0.0_f32; STEP * 2];
    let now = time::now();
    let sounds_at = now + output.queued() + output.latency();
    let gain = f32::from_bits(desk.volume.load(Relaxed));
    for (slot, voice) in desk.voices.iter().enumerate() {
        let mut voice = locked(voice);
        let at = voice.as_mut().and_then(|voice| voice.mix_into(now, gain, &mut block));
        let late = parts.lips.heard(slot, at, sounds_at);
        if let Some(voice) = voice.as_mut() {
            voice.pictures_late(late);
            parts.figures.heard.fetch_add(voice.take_heard(), Relaxed);
        }
    }
    parts.monitor.mix_into(&mut block);
    let mut peak = 0.0_f32;
    for sample in &mut block {
        // Three loud voices together may exceed the scale: the knee keeps them from crackling.
        *sample =
            if sample.abs() <= 0.9 { *sample } else { sample.signum() * (0.9 + 0.1 * ((sample.abs() - 0.9) * 10.0).tanh()) };
        peak = peak.max(sample.abs());
    }
    peaks.pop_front();
    peaks.push_back(peak);
    parts.figures.set_peak(peaks.iter().copied().fold(0.0, f32::max));
    parts.figures.played.fetch_add(STEP as u64, Relaxed);
    output.give(&block);
    if let Some(listener) = locked(&desk.listener).as_ref() {
        let at = time::wall() + (sounds_at - now);
        let _ = listener.try_send(Played { at, samples: block.to_vec() });
    }
    debug_assert_eq!(STEP as i64 * SECOND as i64, SAMPLE_RATE);
}
