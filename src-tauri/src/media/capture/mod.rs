//! Where pictures and sound come from: cameras, microphones, media files, and the test source. Each is a [`VideoSource`] or
//! an [`AudioSource`], opened and used on a thread of its own, because devices block.

mod camera;
mod clip;
mod microphone;
mod test;

use std::path::PathBuf;
use std::sync::Arc;

use houselights_picture::Picture;
use thiserror::Error;

use crate::ipc::{Device, Devices, FaultCause};
use crate::media::audio::output;
use crate::media::figures::Figures;
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

/// The id of no device at all.
pub(crate) const NONE: &str = "none";

/// Why a device or file cannot be used. The page has the words for the cause; the detail is the system's own.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{cause:?}: {}", detail.as_deref().unwrap_or("no detail"))]
pub(crate) struct SourceError {
    pub(crate) cause: FaultCause,
    pub(crate) detail: Option<String>,
}

impl SourceError {
    pub(crate) fn new(cause: FaultCause) -> Self {
        Self { cause, detail: None }
    }

    pub(crate) fn of(cause: FaultCause, detail: impl std::fmt::Display) -> Self {
        Self { cause, detail: Some(detail.to_string()) }
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
    /// `test`, `clip:PATH`, `camera:N`, `camera:NAME` or `mic:NAME`.
    pub(crate) fn parse(id: &str) -> Result<Self, SourceError> {
        if id == "test" {
            return Ok(Self::Test);
        }
        match id.split_once(':') {
            Some(("clip", path)) => Ok(Self::Clip(PathBuf::from(path))),
            Some(("camera" | "mic", name)) => Ok(Self::System(name.to_owned())),
            Some(_) | None => Err(SourceError::of(FaultCause::NotOffered, id)),
        }
    }

    /// Whether the page may choose it. A file that was not named at the start is never opened; a device that is not there
    /// does not open anyway.
    pub(crate) fn offered(&self, clips: &[PathBuf], allow_test: bool) -> bool {
        match self {
            Self::Test => allow_test,
            Self::Clip(path) => clips.contains(path),
            Self::System(_) => true,
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
    pub(crate) fn open_audio(&self, figures: &Arc<Figures>) -> Result<Box<dyn AudioSource>, SourceError> {
        Ok(match self {
            Self::Test => Box::new(test::TestTone::new()),
            Self::Clip(path) => Box::new(ClipAudio::open(Clip::read(path)?, time::now())?),
            Self::System(name) => Box::new(microphone::Microphone::open(name, figures)?),
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
        cameras.push(Device { id: "test".into(), label: String::new() });
        microphones.push(Device { id: "test".into(), label: String::new() });
    }
    Devices { cameras, microphones, speakers: output::list() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_were_named_at_the_start_are_opened() {
        let clips = [PathBuf::from("/films/named.webm")];
        let offered = |id: &str| SourceId::parse(id).unwrap().offered(&clips, false);
        assert!(offered("clip:/films/named.webm") && offered("camera:0") && offered("mic:default"));
        for id in ["clip:/etc/passwd", "clip:/films/../films/other.webm", "clip:", "test"] {
            assert!(!offered(id), "{id}");
        }
        assert!(SourceId::Test.offered(&[], true));
    }
}
