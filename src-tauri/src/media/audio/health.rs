//! What a sound device says of itself while it works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use cpal::ErrorKind;

use crate::media::figures::Figures;

/// Whether a device is still there, as its callback hears it.
#[derive(Clone, Debug)]
pub(crate) struct Health {
    gone: Arc<AtomicBool>,
    figures: Arc<Figures>,
}

impl Health {
    pub(crate) fn new(figures: Arc<Figures>) -> Self {
        Self { gone: Arc::default(), figures }
    }

    /// The device says that something is wrong.
    pub(crate) fn told(&self, error: &cpal::Error) {
        if error.kind() == ErrorKind::Xrun {
            self.figures.xruns.fetch_add(1, Relaxed);
        }
        if is_gone(error.kind()) {
            tracing::debug!(%error, "a sound device is gone");
            self.gone.store(true, Relaxed);
        }
    }

    /// Whether the device went away.
    pub(crate) fn gone(&self) -> bool {
        self.gone.load(Relaxed)
    }
}

/// Whether nothing more is to be expected of a stream that says so. A gap in the sound, another route and a priority that was
/// not given are told and passed over by `cpal`, which goes on; `DeviceBusy` is how ALSA answers the restart after a gap where
/// the stream runs again already. Of what is not known the worst is believed: opening anew mends it, waiting might not.
fn is_gone(kind: ErrorKind) -> bool {
    !matches!(kind, ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied | ErrorKind::DeviceBusy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_in_the_sound_is_counted_and_loses_no_device() {
        let figures = Arc::new(Figures::default());
        let health = Health::new(figures.clone());
        for kind in [ErrorKind::Xrun, ErrorKind::Xrun, ErrorKind::DeviceChanged, ErrorKind::RealtimeDenied] {
            health.told(&kind.into());
        }
        assert_eq!((health.gone(), figures.xruns.load(Relaxed)), (false, 2));
        health.told(&ErrorKind::DeviceNotAvailable.into());
        assert!(health.gone());
    }

    #[test]
    fn what_ends_a_stream_is_told_from_what_it_survives() {
        for kind in [
            ErrorKind::DeviceNotAvailable,
            ErrorKind::HostUnavailable,
            ErrorKind::StreamInvalidated,
            ErrorKind::PermissionDenied,
            ErrorKind::BackendError,
            ErrorKind::Other,
        ] {
            assert!(is_gone(kind), "{kind:?}");
        }
        assert!(!is_gone(ErrorKind::DeviceBusy));
    }
}
