//! Where pictures and sound come from: cameras, microphones, media files, and the test source. Each is a [`VideoSource`] or
//! an [`AudioSource`], opened and used on a thread of its own, because devices block.

mod camera;
mod clip;
mod microphone;
mod test;

use std::path::PathBuf;

use houselights_picture::Picture;
use thiserror::Error;

use crate::ipc::{Device, Devices};
use crate::media::audio::output;
use crate::media::time;

pub(crate) use clip::{Clip, ClipAudio, ClipVideo};

/// Frames a second of sound, everywhere inside the engine.
pub(crate) const SAMPLE_RATE: i64 = 48_000;
/// Sample frames of a block: 20 ms.
pub(crate) const BLOCK_FRAMES: usize = 960;
/// How long a block lasts, in microseconds.
pub(crate) const BLOCK_MICROS: i64 = 20_000;

/// 20 ms of stereo sound, interleaved, from -1 to 1.
pub(crate) type Block = [f32; BLOCK_FRAMES * 2];

/// What a device or file said when it failed, for the person who looks for the cause.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub(crate) struct SourceError(pub(crate) String);

impl SourceError {
    pub(crate) fn of(what: &str, cause: impl std::fmt::Display) -> Self {
        Self(format!("{what}: {cause}"))
    }
}

/// A picture and when it was taken, on the engine's clock.
#[derive(Debug)]
pub(crate) struct Shot {
    pub(crate) picture: Picture,
    pub(crate) at: i64,
}

/// Makes pictures. Lives on one thread. Times are on the engine's clock.
pub(crate) trait VideoSource {
    /// Pictures a second, about.
    fn rate(&self) -> u32;
    /// When the next picture is there. A time that is past means that [`take`](Self::take) waits by itself.
    fn due(&self) -> i64;
    /// The next picture; nothing when it was left out to catch up.
    fn take(&mut self, now: i64) -> Result<Option<Shot>, SourceError>;
}

/// Makes sound, block by block. Lives on one thread.
pub(crate) trait AudioSource {
    /// When the next block is complete, as with [`VideoSource::due`].
    fn due(&self) -> i64;
    /// Fills the next block and tells when its first sample was taken.
    fn take(&mut self, now: i64, block: &mut Block) -> Result<i64, SourceError>;
}

/// Which source, from its id on the wire to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SourceId {
    /// The burnt-in clock and the tone.
    Test,
    /// A media file.
    Clip(PathBuf),
    /// A camera or microphone by the system's name for it.
    System(String),
}

impl SourceId {
    /// `test`, `clip:PATH`, `camera:N` or `mic:NAME`.
    pub(crate) fn parse(id: &str) -> Result<Self, SourceError> {
        if id == "test" {
            return Ok(Self::Test);
        }
        match id.split_once(':') {
            Some(("clip", path)) => Ok(Self::Clip(PathBuf::from(path))),
            Some(("camera" | "mic", name)) => Ok(Self::System(name.to_owned())),
            Some(_) | None => Err(SourceError(format!("there is no source {id:?}"))),
        }
    }

    /// Opens it as a camera. Blocks.
    pub(crate) fn open_video(&self) -> Result<Box<dyn VideoSource>, SourceError> {
        Ok(match self {
            Self::Test => Box::new(test::TestPicture::new()?),
            Self::Clip(path) => Box::new(ClipVideo::open(Clip::read(path)?, time::now())?),
            Self::System(name) => Box::new(camera::Camera::open(name)?),
        })
    }

    /// Opens it as a microphone. Blocks.
    pub(crate) fn open_audio(&self) -> Result<Box<dyn AudioSource>, SourceError> {
        Ok(match self {
            Self::Test => Box::new(test::TestTone::new()),
            Self::Clip(path) => Box::new(ClipAudio::open(Clip::read(path)?, time::now())?),
            Self::System(name) => Box::new(microphone::Microphone::open(name)?),
        })
    }
}

/// What there is to choose from. Blocks: it asks the system.
pub(crate) fn list(clips: &[PathBuf], allow_test: bool) -> Devices {
    let mut cameras = camera::list();
    let mut microphones = microphone::list();
    for clip in clips {
        let label = clip.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let device = Device { id: format!("clip:{}", clip.display()), label };
        cameras.push(device.clone());
        microphones.push(device);
    }
    if allow_test {
        cameras.push(Device { id: "test".into(), label: "Test picture".into() });
        microphones.push(Device { id: "test".into(), label: "Test tone".into() });
    }
    Devices { cameras, microphones, speakers: output::list() }
}
