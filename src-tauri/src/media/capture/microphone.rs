//! A microphone of the system, through cpal.

use std::sync::Arc;
use std::thread::Thread;
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{SampleFormat, StreamConfig};
use ringbuf::traits::{Consumer, Observer, Producer, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};

use super::{AudioSource, BLOCK_FRAMES, BLOCK_MICROS, Block, SourceError};
use crate::ipc::{Device, FaultCause};
use crate::media::audio::health::Health;
use crate::media::audio::output::{named, system_has_sound};
use crate::media::audio::resample::Resampler;
use crate::media::figures::Figures;
use crate::media::time;

/// Samples between the device's callback and the encoder: half a second of stereo at 96 kHz. Full: the newest are dropped.
const QUEUE: usize = 96_000;
/// A microphone that gives nothing for this long is gone.
const SILENT_FOR: i64 = 2_000_000;

/// The system's microphones; none when it cannot say.
pub(super) fn list() -> Vec<Device> {
    if !system_has_sound() {
        return Vec::new();
    }
    cpal::default_host().input_devices().map(|devices| named(devices, "mic")).unwrap_or_default()
}

pub(super) struct Microphone {
    // Dropping it closes the device.
    _stream: cpal::Stream,
    samples: HeapCons<f32>,
    health: Health,
    resampler: Resampler,
    heard: i64,
}

impl Microphone {
    pub(super) fn open(name: &str, figures: &Arc<Figures>) -> Result<Self, SourceError> {
        if !system_has_sound() {
            return Err(SourceError::new(FaultCause::NoSound));
        }
        let fault = |error| SourceError::of(FaultCause::Closed, error);
        let host = cpal::default_host();
        let mut devices = host.input_devices().map_err(fault)?;
        let device = devices.find(|device| device.id().is_ok_and(|id| id.to_string() == name));
        let device = device.or_else(|| host.default_input_device().filter(|_| name == "default"));
        let device = device.ok_or(SourceError { cause: FaultCause::Missing, detail: None })?;
        let supported = device.default_input_config().map_err(fault)?;
        let (channels, rate, format) = (supported.channels(), supported.sample_rate(), supported.sample_format());
        let (producer, samples) = HeapRb::new(QUEUE).split();
        let health = Health::new(figures.clone());
        let feed = Feed { samples: producer, channels: usize::from(channels.max(1)), reader: std::thread::current() };
        let stream = build(&device, supported.config(), format, feed, health.clone()).map_err(fault)?;
        stream.play().map_err(fault)?;
        let resampler = Resampler::new(rate as usize, 48_000).map_err(|error| SourceError::of(FaultCause::Internal, error))?;
        Ok(Self { _stream: stream, samples, health, resampler, heard: time::now() })
    }
}

/// What the device's callback writes to.
struct Feed {
    samples: HeapProd<f32>,
    channels: usize,
    reader: Thread,
}

impl Feed {
    fn push<T: Copy>(&mut self, data: &[T], to_float: impl Fn(T) -> f32) {
        for frame in data.chunks_exact(self.channels) {
            let left = frame.first().map_or(0.0, |&sample| to_float(sample));
            let right = frame.get(1).map_or(left, |&sample| to_float(sample));
            if self.samples.vacant_len() < 2 {
                break;
            }
            self.samples.push_slice(&[left, right]);
        }
        self.reader.unpark();
    }
}

fn build(
    device: &cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    mut feed: Feed,
    health: Health,
) -> Result<cpal::Stream, cpal::Error> {
    let told = move |error: cpal::Error| health.told(&error);
    if format == SampleFormat::I16 {
        let take = move |data: &[i16], _: &_| feed.push(data, |sample| f32::from(sample) / 32768.0);
        return device.build_input_stream(config, take, told, None);
    }
    if format == SampleFormat::I32 {
        let take = move |data: &[i32], _: &_| feed.push(data, |sample| sample as f32 / 2_147_483_648.0);
        return device.build_input_stream(config, take, told, None);
    }
    device.build_input_stream(config, move |data: &[f32], _: &_| feed.push(data, |sample| sample), told, None)
}

impl AudioSource for Microphone {
    fn due(&self) -> i64 {
        0
    }

    fn take(&mut self, _: i64, block: &mut Block) -> Result<i64, SourceError> {
        let mut chunk = [0.0; 1024];
        while self.resampler.ready() < BLOCK_FRAMES {
            let count = self.samples.pop_slice(&mut chunk);
            if count > 0 {
                self.heard = time::now();
                self.resampler.push(chunk.get(..count).unwrap_or_default());
                continue;
            }
            if self.health.gone() || time::now() - self.heard > SILENT_FOR {
                return Err(SourceError::new(FaultCause::Stopped));
            }
            // Woken by the callback; the timeout is for a device that goes without a word.
            std::thread::park_timeout(Duration::from_millis(100));
        }
        self.resampler.pop(block);
        Ok(time::now() - BLOCK_MICROS)
    }
}
