//! Which devices are opened: those that were chosen, here or before.

use futures_util::future::BoxFuture;
use houselights_shared::Sending;

use super::guest::Devices;
use crate::{
    cli::Sources,
    ipc::{DeviceChoice, DeviceKind},
    media::Engine,
    session::Profile,
};

/// The devices of one of the audience.
pub(super) struct OwnDevices {
    pub(super) engine: Engine,
    pub(super) profile: Profile,
    /// What was named at the start is used in place of what is kept.
    pub(super) named: Sources,
}

impl Devices for OwnDevices {
    fn open(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let is_named = self.named != Sources::default();
            let kept = if is_named { DeviceChoice::default() } else { self.profile.devices() };
            let Sources { camera, microphone } = self.named.clone();
            let (camera, mut microphone) = (camera.or(kept.camera), microphone.or(kept.microphone));
            if microphone.is_none() {
                // Whoever has never chosen one is heard by the first.
                microphone = self.engine.devices().await.microphones.into_iter().next().map(|device| device.id);
            }
            // That one does not open stands in the status.
            let choose = async |kind, id: Option<String>| drop(self.engine.choose(kind, id).await);
            tokio::join!(choose(DeviceKind::Camera, camera), choose(DeviceKind::Microphone, microphone));
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let close = async |kind| drop(self.engine.choose(kind, None).await);
            tokio::join!(close(DeviceKind::Camera), close(DeviceKind::Microphone));
        })
    }

    fn chosen(&self) -> Sending {
        let DeviceChoice { camera, microphone, .. } = self.engine.status().borrow().choice.clone();
        Sending { camera: camera.is_some(), microphone: microphone.is_some() }
    }
}

/// Opens what was chosen before the app was started. What was only offered then, such as a clip, is not opened again.
pub(super) async fn choose_again(choice: DeviceChoice, engine: Engine) {
    let DeviceChoice { camera, microphone, speaker } = choice;
    // At once: one may take its time to open. That it is away stands in the status, and is tried again.
    let choose = async |kind, id: Option<String>| {
        if let Some(id) = id.filter(|id| can_be_kept(kind, id)) {
            let _ = engine.choose(kind, Some(id)).await;
        }
    };
    tokio::join!(
        choose(DeviceKind::Camera, camera),
        choose(DeviceKind::Microphone, microphone),
        choose(DeviceKind::Speaker, speaker),
    );
}

/// Whether a choice means the same at the next start: a device of the system, or no loudspeaker at all. A clip and the test
/// source are of this start alone.
fn can_be_kept(kind: DeviceKind, id: &str) -> bool {
    match kind {
        DeviceKind::Camera => id.starts_with("camera:"),
        DeviceKind::Microphone => id.starts_with("mic:"),
        DeviceKind::Speaker => id.starts_with("speaker:") || id == "none",
    }
}

/// What is to be kept, where `before` is kept: a choice of this start alone leaves the one before.
pub(super) fn to_keep(choice: DeviceChoice, before: DeviceChoice) -> DeviceChoice {
    let of = |kind, chosen: Option<String>, before| match chosen {
        Some(id) if !can_be_kept(kind, &id) => before,
        chosen => chosen,
    };
    DeviceChoice {
        camera: of(DeviceKind::Camera, choice.camera, before.camera),
        microphone: of(DeviceKind::Microphone, choice.microphone, before.microphone),
        speaker: of(DeviceKind::Speaker, choice.speaker, before.speaker),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(camera: Option<&str>, microphone: Option<&str>, speaker: Option<&str>) -> DeviceChoice {
        let [camera, microphone, speaker] = [camera, microphone, speaker].map(|id| id.map(str::to_owned));
        DeviceChoice { camera, microphone, speaker }
    }

    #[test]
    fn what_is_of_this_start_alone_leaves_what_is_kept() {
        let kept = choice(Some("camera:0"), Some("mic:desk"), Some("speaker:desk"));
        let clip = choice(Some("clip:/film.webm"), Some("test"), Some("none"));
        assert_eq!(to_keep(clip, kept.clone()), choice(Some("camera:0"), Some("mic:desk"), Some("none")));
        assert_eq!(to_keep(choice(None, Some("mic:other"), None), kept), choice(None, Some("mic:other"), None));
    }
}
