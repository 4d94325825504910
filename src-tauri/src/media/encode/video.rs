//! The thread that encodes pictures.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use houselights_picture::Picture;
use houselights_picture::vp8::{Encoded, Encoder, EncoderSettings, Vp8Error};

use super::ladder::Ladder;
use super::{Outgoing, Studio, Turns};
use crate::ipc::FaultCause;
use crate::media::capture::{Shot, SourceError, VideoSource};
use crate::media::link::{OWN_PICTURE, PageFrame};
use crate::media::time;

/// How fast libvpx works: 8 keeps the picture good at a third of the time of 0.
const SPEED: u8 = 8;
/// How often one looks whether anyone wants pictures, while nobody does.
const IDLE: i64 = 50_000;

/// Runs until it is told to stop, or the source fails.
pub(super) fn run(mut source: Box<dyn VideoSource>, studio: &Studio, turns: &Turns) -> Result<(), SourceError> {
    let mut line = Line::new(source.rate());
    while turns.wait(source.due()) {
        let Some(shot) = source.take(time::now())? else {
            // A source that waits by itself and has nothing yet must not spin.
            if source.due() <= time::now() && !turns.wait(time::now() + IDLE / 10) {
                break;
            }
            continue;
        };
        // A device may take its time, and be another's meanwhile.
        if !turns.go_on() {
            break;
        }
        if let Err(error) = line.pass(&shot, studio) {
            tracing::warn!(%error, "a picture could not be encoded");
            line.encoder = None;
        }
    }
    Ok(())
}

/// The encoder with what decides about its size and rate.
struct Line {
    encoder: Option<Encoder>,
    ladder: Ladder,
    rate: u32,
    last: i64,
    /// Of the time between two pictures, how much encoding takes; smoothed.
    busy: f32,
}

impl Line {
    fn new(rate: u32) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { encoder: None, ladder: Ladder::new(processors), rate, last: -1, busy: 0.0 }
    }

    fn pass(&mut self, shot: &Shot, studio: &Studio) -> Result<(), Vp8Error> {
        let sending = studio.wishes.camera.load(Relaxed) && studio.outlet.open();
        let monitored = studio.link.shows(OWN_PICTURE);
        if !sending && !monitored {
            return Ok(());
        }
        let target = u32::try_from(studio.wishes.target.load(Relaxed)).unwrap_or(u32::MAX);
        let started = time::now();
        let Some(encoded) = self.encode(shot, target, studio)? else { return Ok(()) };
        let spent = time::now() - started;
        let share = spent as f32 * self.rate as f32 / 1e6;
        self.busy += (share - self.busy) / 16.0;
        if self.ladder.note(self.busy, target) {
            self.encoder = None;
        }
        let (width, height) = self.encoder.as_ref().map_or((0, 0), |encoder| {
            let settings = encoder.settings();
            (settings.width as u16, settings.height as u16)
        });
        if monitored {
            let frame = PageFrame { source: OWN_PICTURE, key: encoded.key, width, height, timestamp: shot.at };
            studio.link.push(frame, &encoded.bytes);
        }
        if sending {
            if studio.outlet.put(Outgoing::Picture { bytes: encoded.bytes, at: shot.at }) {
                studio.figures.sent.fetch_add(1, Relaxed);
            } else {
                studio.want_key();
            }
        }
        Ok(())
    }

    fn encode(&mut self, shot: &Shot, target: u32, studio: &Studio) -> Result<Option<Encoded>, Vp8Error> {
        let rung = self.ladder.rung();
        let (from_width, from_height) = (shot.picture.width(), shot.picture.height());
        let (width, height) = if from_width <= rung.width && from_height <= rung.height {
            (from_width, from_height)
        } else {
            fit((from_width, from_height), (rung.width, rung.height))
        };
        let bitrate = target.clamp(rung.least.min(150_000), rung.good);
        let made_for = self.encoder.as_ref().map(|encoder| (encoder.settings().width, encoder.settings().height));
        if made_for != Some((width, height)) {
            self.encoder = Some(Encoder::new(EncoderSettings { width, height, bitrate, speed: SPEED, threads: 1 })?);
        }
        let Some(encoder) = &mut self.encoder else { return Ok(None) };
        // Small changes are not worth the disturbance.
        if bitrate.abs_diff(encoder.settings().bitrate) > encoder.settings().bitrate / 20 {
            encoder.set_bitrate(bitrate)?;
        }
        if studio.wishes.key.swap(false, Relaxed) {
            encoder.request_key_frame();
        }
        let at = shot.at.max(self.last + 1);
        self.last = at;
        let lasts = Duration::from_micros(u64::from(1_000_000 / self.rate.max(1)));
        let at = Duration::from_micros(at.unsigned_abs());
        if (width, height) == (from_width, from_height) {
            return encoder.encode(&shot.picture, at, lasts);
        }
        let scaled: Picture = shot.picture.scaled(width, height)?;
        encoder.encode(&scaled, at, lasts)
    }
}

/// The largest even size with the proportions of `from` within `within`.
fn fit(from: (usize, usize), within: (usize, usize)) -> (usize, usize) {
    let by_width = (within.0, (within.0 * from.1 / from.0.max(1)).max(2) & !1);
    if by_width.1 <= within.1 { by_width } else { ((within.1 * from.0 / from.1.max(1)).max(2) & !1, within.1) }
}

impl From<Vp8Error> for SourceError {
    fn from(error: Vp8Error) -> Self {
        Self::of(FaultCause::Internal, error)
    }
}
