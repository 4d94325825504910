//! What the machine has, opened by its id. A trait, so that tests can pull devices out and plug them in again.

use std::sync::Arc;

use super::audio::output::{self, Output};
use super::capture::{AudioSource, SourceError, SourceId, VideoSource};
use super::figures::Figures;

/// Opens devices. Everything here blocks, and is called on the thread that then uses the device.
pub(crate) trait System: Send + Sync + 'static {
    /// A camera, or what is sent in its place.
    fn camera(&self, source: &SourceId) -> Result<Box<dyn VideoSource>, SourceError>;
    /// A microphone, likewise.
    fn microphone(&self, source: &SourceId, figures: &Arc<Figures>) -> Result<Box<dyn AudioSource>, SourceError>;
    /// A loudspeaker by its id, none by [`NONE`](super::capture::NONE), or the system's own choice.
    fn loudspeaker(&self, id: Option<&str>, figures: &Arc<Figures>) -> Result<Output, SourceError>;
    /// Whether there is what [`System::loudspeaker`] would open.
    fn has_loudspeaker(&self, id: Option<&str>) -> bool;
}

/// This machine.
pub(crate) struct Machine;

impl System for Machine {
    fn camera(&self, source: &SourceId) -> Result<Box<dyn VideoSource>, SourceError> {
        source.open_video()
    }

    fn microphone(&self, source: &SourceId, figures: &Arc<Figures>) -> Result<Box<dyn AudioSource>, SourceError> {
        source.open_audio(figures)
    }

    fn loudspeaker(&self, id: Option<&str>, figures: &Arc<Figures>) -> Result<Output, SourceError> {
        Output::open(id, figures)
    }

    fn has_loudspeaker(&self, id: Option<&str>) -> bool {
        output::is_there(id)
    }
}
