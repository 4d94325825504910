//! Where the mix goes: a loudspeaker, or a clock that takes it at the same pace when there is none.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, OutputCallbackInfo, OutputStreamTimestamp, SampleFormat, StreamConfig};
use ringbuf::traits::{Consumer, Observer, Producer, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};

use super::health::Health;
use super::resample::Resampler;
use crate::ipc::{Device, FaultCause};
use crate::media::capture::{NONE, SAMPLE_RATE, SourceError};
use crate::media::figures::Figures;
use crate::media::time;

/// Samples between the mix and the device's callback: 250 ms of stereo at 96 kHz. The mix keeps it far below that.
const QUEUE: usize = 48_000;

/// Whether asking for sound devices makes sense. On a Linux machine without a card and without a sound server ALSA would
/// only fill standard error with complaints.
pub(crate) fn system_has_sound() -> bool {
    if cfg!(not(target_os = "linux")) {
        return true;
    }
    let cards = std::fs::read_to_string("/proc/asound/cards").unwrap_or_default();
    let has_card = cards.lines().any(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(std::path::PathBuf::from).unwrap_or_default();
    let has_server = ["pipewire-0", "pulse/native"].iter().any(|socket| runtime.join(socket).exists());
    has_card || has_server || std::env::var_os("PULSE_SERVER").is_some()
}

/// Ids and labels of sound devices.
pub(crate) fn named(devices: impl Iterator<Item = cpal::Device>, prefix: &str) -> Vec<Device> {
    let name = |device: cpal::Device| {
        let id = format!("{prefix}:{}", device.id().ok()?);
        Some(Device { id, label: device.description().ok()?.name().to_owned() })
    };
    devices.filter_map(name).collect()
}

/// The system's loudspeakers; none when it cannot say.
pub(crate) fn list() -> Vec<Device> {
    if !system_has_sound() {
        return Vec::new();
    }
    cpal::default_host().output_devices().map(|devices| named(devices, "speaker")).unwrap_or_default()
}

/// Whether there is what [`Output::open`] would open. Blocks.
pub(crate) fn is_there(id: Option<&str>) -> bool {
    system_has_sound() && find(id).is_ok_and(|device| device.is_some())
}

fn find(id: Option<&str>) -> Result<Option<cpal::Device>, cpal::Error> {
    let host = cpal::default_host();
    let Some(name) = id.and_then(|id| id.strip_prefix("speaker:")) else { return Ok(host.default_output_device()) };
    Ok(host.output_devices()?.find(|device| device.id().is_ok_and(|id| id.to_string() == name)))
}

/// Takes the mix at 48 kHz.
pub(crate) enum Output {
    /// A device.
    Speaker(Box<Speaker>),
    /// Nothing: sound is taken in real time and dropped.
    Silence {
        /// When the first sample was taken.
        since: i64,
        /// How many sample frames were given.
        given: i64,
    },
}

pub(crate) struct Speaker {
    // Dropping it closes the device.
    _stream: cpal::Stream,
    samples: HeapProd<f32>,
    resampler: Resampler,
    rate: i64,
    health: Health,
    /// How long the device keeps what its callback was given, in microseconds, as it said last.
    latency: Arc<AtomicI64>,
}

impl Output {
    /// A clock without a device.
    pub(crate) fn silence() -> Self {
        Self::Silence { since: time::now(), given: 0 }
    }

    /// A loudspeaker by its id, none by [`NONE`], or the system's own choice. Blocks.
    pub(crate) fn open(id: Option<&str>, figures: &Arc<Figures>) -> Result<Self, SourceError> {
        if id == Some(NONE) {
            return Ok(Self::silence());
        }
        if !system_has_sound() {
            return Err(SourceError::new(FaultCause::NoSound));
        }
        let fault = |error| SourceError::of(FaultCause::Closed, error);
        let device = find(id).map_err(fault)?.ok_or(SourceError { cause: FaultCause::Missing, detail: None })?;
        let supported = device.default_output_config().map_err(fault)?;
        let (rate, channels) = (supported.sample_rate(), usize::from(supported.channels().max(1)));
        let format = supported.sample_format();
        let health = Health::new(figures.clone());
        let latency = Arc::<AtomicI64>::default();
        let open = |buffer_size| {
            let config = StreamConfig { channels: supported.channels(), sample_rate: rate, buffer_size };
            let (samples, callback) = HeapRb::new(QUEUE).split();
            build(&device, config, format, Drain { samples: callback, channels, latency: latency.clone() }, health.clone())
                .map(|stream| (stream, samples))
        };
        // 10 ms if the device can, else what it likes.
        let small = BufferSize::Fixed(rate / 100);
        let (stream, samples) = open(small).or_else(|_| open(BufferSize::Default)).map_err(fault)?;
        stream.play().map_err(fault)?;
        let resampler = Resampler::new(48_000, rate as usize).map_err(|error| SourceError::of(FaultCause::Internal, error))?;
        Ok(Self::Speaker(Box::new(Speaker { _stream: stream, samples, resampler, rate: i64::from(rate), health, latency })))
    }

    /// How long from when the device takes a sample until it sounds, in microseconds: next to nothing on board, a fifth of a
    /// second over Bluetooth.
    pub(crate) fn latency(&self) -> i64 {
        match self {
            Self::Speaker(speaker) => speaker.latency.load(Relaxed),
            Self::Silence { .. } => 0,
        }
    }

    /// How much of what was given the device has not taken yet, in microseconds.
    pub(crate) fn queued(&self) -> i64 {
        match self {
            Self::Speaker(speaker) => (speaker.samples.occupied_len() / 2) as i64 * 1_000_000 / speaker.rate.max(1),
            Self::Silence { since, given } => (given * 1_000_000 / SAMPLE_RATE - (time::now() - since)).max(0),
        }
    }

    /// Interleaved stereo at 48 kHz. What a full queue cannot take is dropped.
    pub(crate) fn give(&mut self, block: &[f32]) {
        match self {
            Self::Speaker(speaker) => {
                speaker.resampler.push(block);
                let mut chunk = [0.0; 2048];
                loop {
                    let count = speaker.resampler.pop(&mut chunk);
                    if count == 0 {
                        return;
                    }
                    speaker.samples.push_slice(chunk.get(..count).unwrap_or_default());
                }
            }
            Self::Silence { since, given } => {
                // After a pause of the whole process it goes on from the present.
                let present = (time::now() - *since) * SAMPLE_RATE / 1_000_000;
                *given = (*given).max(present) + (block.len() / 2) as i64;
            }
        }
    }

    /// Whether the device went away.
    pub(crate) fn failed(&self) -> bool {
        match self {
            Self::Speaker(speaker) => speaker.health.gone(),
            Self::Silence { .. } => false,
        }
    }
}

/// How long what the callback gives now takes until it sounds. A device that says more than a second is not believed.
fn latency(when: OutputStreamTimestamp) -> i64 {
    const MOST: i64 = 1_000_000;
    let micros = when.playback.duration_since(when.callback).as_micros();
    i64::try_from(micros).ok().filter(|micros| *micros <= MOST).unwrap_or(0)
}

/// What the device's callback reads from.
struct Drain {
    samples: HeapCons<f32>,
    channels: usize,
    latency: Arc<AtomicI64>,
}

impl Drain {
    fn fill<T: Copy>(&mut self, data: &mut [T], when: OutputStreamTimestamp, from_float: impl Fn(f32) -> T) {
        self.latency.store(latency(when), Relaxed);
        for frame in data.chunks_mut(self.channels) {
            let mut stereo = [0.0; 2];
            self.samples.pop_slice(&mut stereo);
            let [left, right] = stereo;
            let single = frame.len() == 1;
            for (i, sample) in frame.iter_mut().enumerate() {
                let value = if single { f32::midpoint(left, right) } else { [left, right].get(i).copied().unwrap_or(0.0) };
                *sample = from_float(value);
            }
        }
    }
}

fn build(
    device: &cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    mut drain: Drain,
    health: Health,
) -> Result<cpal::Stream, cpal::Error> {
    let told = move |error: cpal::Error| health.told(&error);
    if format == SampleFormat::I16 {
        let fill = move |data: &mut [i16], info: &OutputCallbackInfo| {
            drain.fill(data, info.timestamp(), |sample| (sample * 32767.0) as i16);
        };
        return device.build_output_stream(config, fill, told, None);
    }
    if format == SampleFormat::I32 {
        let fill = move |data: &mut [i32], info: &OutputCallbackInfo| {
            drain.fill(data, info.timestamp(), |sample| (sample * 2_147_483_520.0) as i32);
        };
        return device.build_output_stream(config, fill, told, None);
    }
    device.build_output_stream(
        config,
        move |data: &mut [f32], info: &OutputCallbackInfo| drain.fill(data, info.timestamp(), |sample| sample),
        told,
        None,
    )
}

#[cfg(test)]
mod tests {
    use cpal::StreamInstant;

    use super::*;

    #[test]
    fn what_a_device_says_of_its_delay_is_believed_up_to_a_second() {
        let at = |millis: u64| StreamInstant::from_millis(millis);
        let says = |millis: u64| latency(OutputStreamTimestamp { callback: at(5_000), playback: at(5_000 + millis) });
        assert_eq!((says(0), says(180), says(1_000)), (0, 180_000, 1_000_000));
        assert_eq!(says(60_000), 0, "a clock that is off");
        assert_eq!(latency(OutputStreamTimestamp { callback: at(9), playback: at(5) }), 0);
    }
}
