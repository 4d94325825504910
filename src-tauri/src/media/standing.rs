//! How devices and switches stand. The one place that changes the status, so that what it says of what leaves the machine is
//! always what follows from the rest.

use std::sync::{Arc, Mutex};

use houselights_shared::Sending;
use tokio::sync::watch;

use super::capture::SourceError;
use super::locked;
use crate::ipc::{DeviceFault, DeviceKind, MediaStatus};

/// What is known of camera and microphone beside the status.
#[derive(Debug, Default)]
struct Sources {
    camera: Source,
    microphone: Source,
}

#[derive(Debug, Default)]
struct Source {
    /// Of the latest attempt to open it. What an earlier one still says does not count: it may come late.
    attempt: u64,
    runs: bool,
}

impl Sources {
    fn of(&mut self, kind: DeviceKind) -> Option<&mut Source> {
        match kind {
            DeviceKind::Camera => Some(&mut self.camera),
            DeviceKind::Microphone => Some(&mut self.microphone),
            DeviceKind::Speaker => None,
        }
    }
}

/// A handle; all of them change the same status.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    sources: Arc<Mutex<Sources>>,
    status: watch::Sender<MediaStatus>,
}

impl Default for Standing {
    fn default() -> Self {
        Self { sources: Arc::default(), status: watch::channel(MediaStatus::default()).0 }
    }
}

impl Standing {
    pub(crate) fn subscribe(&self) -> watch::Receiver<MediaStatus> {
        self.status.subscribe()
    }

    /// Whether a fault of this kind stands, and which.
    pub(crate) fn fault(&self, kind: DeviceKind) -> Option<DeviceFault> {
        self.status.borrow().faults.iter().find(|fault| fault.kind == kind).cloned()
    }

    /// Changes the status; who listens is told when it is another then.
    pub(crate) fn change(&self, change: impl FnOnce(&mut MediaStatus)) {
        self.change_with(|status, _| change(status));
    }

    /// How the switches stand from now on. Tells what really leaves.
    pub(crate) fn want(&self, wanted: Sending) -> Sending {
        self.change(|status| status.wanted = wanted);
        self.status.borrow().sending
    }

    /// A device was chosen.
    pub(crate) fn chosen(&self, kind: DeviceKind, id: Option<String>) {
        self.change(|status| {
            *match kind {
                DeviceKind::Camera => &mut status.choice.camera,
                DeviceKind::Microphone => &mut status.choice.microphone,
                DeviceKind::Speaker => &mut status.choice.speaker,
            } = id;
        });
    }

    /// A camera or microphone is to be opened or closed; what ran until now runs no more. Names the attempt. A fault stands
    /// until the attempt comes to something.
    pub(crate) fn begin(&self, kind: DeviceKind) -> u64 {
        let mut attempt = 0;
        self.change_with(|_, sources| {
            if let Some(source) = sources.of(kind) {
                *source = Source { attempt: source.attempt + 1, runs: false };
                attempt = source.attempt;
            }
        });
        attempt
    }

    /// The attempt's device runs.
    pub(crate) fn runs(&self, kind: DeviceKind, attempt: u64) {
        self.settle(kind, attempt, None, true);
    }

    /// The attempt's device failed: it did not open, or it ran and stopped.
    pub(crate) fn failed(&self, kind: DeviceKind, attempt: u64, error: SourceError) {
        self.settle(kind, attempt, Some(error), false);
    }

    /// The attempt was to close the device, and it is closed.
    pub(crate) fn closed(&self, kind: DeviceKind, attempt: u64) {
        self.settle(kind, attempt, None, false);
    }

    /// How the loudspeaker that was chosen does, and whether nothing is heard at all.
    pub(crate) fn speaker(&self, fault: Option<SourceError>, silent: bool) {
        self.change(|status| {
            note(status, DeviceKind::Speaker, fault);
            status.silent = silent;
        });
    }

    fn settle(&self, kind: DeviceKind, attempt: u64, fault: Option<SourceError>, runs: bool) {
        self.change_with(|status, sources| {
            if let Some(source) = sources.of(kind).filter(|source| source.attempt == attempt) {
                source.runs = runs;
                note(status, kind, fault);
            }
        });
    }

    fn change_with(&self, change: impl FnOnce(&mut MediaStatus, &mut Sources)) {
        let mut sources = locked(&self.sources);
        self.status.send_if_modified(|status| {
            let before = status.clone();
            change(status, &mut sources);
            let leaves = |wanted: bool, source: &Source, kind| {
                wanted && source.runs && status.faults.iter().all(|fault| fault.kind != kind)
            };
            status.sending = Sending {
                camera: leaves(status.wanted.camera, &sources.camera, DeviceKind::Camera),
                microphone: leaves(status.wanted.microphone, &sources.microphone, DeviceKind::Microphone),
            };
            before != *status
        });
    }
}

/// One entry a kind, none when it works.
fn note(status: &mut MediaStatus, kind: DeviceKind, fault: Option<SourceError>) {
    let before = status.faults.iter().position(|fault| fault.kind == kind).map(|at| status.faults.remove(at));
    let Some(error) = fault else { return };
    let told = error.to_string();
    let SourceError { cause, detail } = error;
    let fault = DeviceFault { kind, cause, detail };
    // An attempt every two seconds that comes to the same is no news.
    if before.as_ref() != Some(&fault) {
        tracing::warn!(?kind, error = told, "a device cannot be used");
    }
    status.faults.push(fault);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc::FaultCause;

    const BOTH: Sending = Sending { camera: true, microphone: true };
    const SOUND: Sending = Sending { camera: false, microphone: true };

    #[test]
    fn what_leaves_is_what_is_wanted_and_runs() {
        let standing = Standing::default();
        let sending = || standing.status.borrow().sending;
        assert_eq!(standing.want(BOTH), Sending::default(), "nothing is open");
        let microphone = standing.begin(DeviceKind::Microphone);
        standing.runs(DeviceKind::Microphone, microphone);
        assert_eq!(sending(), SOUND);
        let camera = standing.begin(DeviceKind::Camera);
        standing.runs(DeviceKind::Camera, camera);
        assert_eq!(sending(), BOTH);
        standing.failed(DeviceKind::Camera, camera, SourceError::new(FaultCause::Stopped));
        assert_eq!(sending(), SOUND, "pulled out while it was on");
        let camera = standing.begin(DeviceKind::Camera);
        assert!(standing.fault(DeviceKind::Camera).is_some(), "an attempt mends nothing yet");
        standing.runs(DeviceKind::Camera, camera);
        assert_eq!((sending(), standing.fault(DeviceKind::Camera)), (BOTH, None));
        assert_eq!(standing.want(Sending::default()), Sending::default());
    }

    #[test]
    fn what_an_earlier_device_says_late_does_not_count() {
        let standing = Standing::default();
        let first = standing.begin(DeviceKind::Camera);
        standing.runs(DeviceKind::Camera, first);
        let second = standing.begin(DeviceKind::Camera);
        standing.runs(DeviceKind::Camera, second);
        standing.failed(DeviceKind::Camera, first, SourceError::new(FaultCause::Stopped));
        assert_eq!(standing.fault(DeviceKind::Camera), None);
        let closing = standing.begin(DeviceKind::Camera);
        standing.closed(DeviceKind::Camera, closing);
        standing.runs(DeviceKind::Camera, second);
        assert_eq!(standing.want(BOTH), Sending::default());
    }
}
