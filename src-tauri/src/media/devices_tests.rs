use houselights_shared::Sending;

use super::*;
use crate::ipc::{DeviceFault, MediaStatus, Problem};
use crate::media::Engine;
use crate::media::system_fake::{NEVER, Shelf};

const BOTH: Sending = Sending { camera: true, microphone: true };

async fn until(engine: &Engine, wanted: impl Fn(&MediaStatus) -> bool) -> MediaStatus {
    engine.status().wait_for(|status| wanted(status)).await.unwrap().clone()
}

fn cause(answer: &Result<(), Problem>) -> Option<FaultCause> {
    if let Err(Problem::Device { fault: DeviceFault { cause, .. } }) = answer { Some(*cause) } else { None }
}

#[tokio::test]
async fn what_is_pulled_out_and_plugged_in_again_is_sent_again() {
    let shelf = Shelf::default();
    let engine = shelf.engine(Duration::from_millis(5)).await;
    for (kind, name) in [(DeviceKind::Camera, "camera:desk"), (DeviceKind::Microphone, "mic:desk")] {
        let device = name.split_once(':').unwrap().1;
        let sends = |status: &MediaStatus| {
            if kind == DeviceKind::Camera { status.sending.camera } else { status.sending.microphone }
        };
        engine.set_sending(BOTH);
        shelf.plug(device);
        engine.choose(kind, Some(name.into())).await.unwrap();
        until(&engine, sends).await;
        shelf.pull(device);
        let status = until(&engine, |status| !sends(status) && !status.faults.is_empty()).await;
        assert_eq!((status.wanted, status.faults[0].kind), (BOTH, kind), "the switch stays where it is");
        shelf.plug(device);
        let status = until(&engine, sends).await;
        assert_eq!(status.faults, []);
        shelf.pull(device);
        until(&engine, |status| !sends(status)).await;
        engine.choose(kind, None).await.unwrap();
    }
}

#[tokio::test]
async fn a_faulty_device_that_is_chosen_again_is_tried_at_once() {
    let shelf = Shelf::default();
    let engine = shelf.engine(NEVER).await;
    assert_eq!(cause(&engine.choose(DeviceKind::Camera, Some("camera:desk".into())).await), Some(FaultCause::Missing));
    shelf.plug("desk");
    engine.choose(DeviceKind::Camera, Some("camera:desk".into())).await.unwrap();
    assert_eq!((engine.status().borrow().faults.len(), shelf.open()), (0, 1));
    shelf.asked();
    engine.choose(DeviceKind::Camera, Some("camera:desk".into())).await.unwrap();
    assert!(shelf.asked().is_empty(), "and one that works is left alone");
}

#[tokio::test]
async fn only_what_is_chosen_and_may_come_back_is_tried_again() {
    let shelf = Shelf::default();
    let engine = shelf.engine(NEVER).await;
    engine.choose(DeviceKind::Camera, Some("camera:desk".into())).await.unwrap_err();
    mend(&engine.0, DeviceKind::Camera).await;
    assert_eq!(shelf.asked(), ["desk", "desk"]);
    engine.choose(DeviceKind::Camera, None).await.unwrap();
    assert!(engine.status().borrow().faults.is_empty(), "what is not wanted cannot be missing");
    mend(&engine.0, DeviceKind::Camera).await;
    engine.choose(DeviceKind::Camera, Some("pony".into())).await.unwrap_err();
    mend(&engine.0, DeviceKind::Camera).await;
    assert!(shelf.asked().is_empty());
    for cause in [FaultCause::Missing, FaultCause::Closed, FaultCause::Stopped, FaultCause::NoSound] {
        assert!(comes_back(cause), "{cause:?}");
    }
    assert!(!comes_back(FaultCause::ClipMissing) && !comes_back(FaultCause::NotOffered));
}

#[tokio::test]
async fn choices_in_quick_succession_all_hold() {
    let shelf = Shelf::default();
    let engine = shelf.engine(NEVER).await;
    for device in ["one", "two", "voice"] {
        shelf.plug(device);
    }
    let (one, two, voice) = tokio::join!(
        engine.choose(DeviceKind::Camera, Some("camera:one".into())),
        engine.choose(DeviceKind::Camera, Some("camera:two".into())),
        engine.choose(DeviceKind::Microphone, Some("mic:voice".into())),
    );
    assert_eq!((one, two, voice), (Ok(()), Ok(()), Ok(())));
    let choice = engine.status().borrow().choice.clone();
    assert_eq!((choice.camera.as_deref(), choice.microphone.as_deref()), (Some("camera:two"), Some("mic:voice")));
    assert_eq!(shelf.open(), 2, "the first camera is closed");
}

#[tokio::test]
async fn a_device_that_hangs_is_left_to_itself_and_told() {
    let shelf = Shelf::default();
    let engine = shelf.impatient().await;
    shelf.plug("desk");
    engine.set_sending(BOTH);
    engine.choose(DeviceKind::Camera, Some("camera:desk".into())).await.unwrap();
    shelf.hang().await;
    assert_eq!(cause(&engine.choose(DeviceKind::Camera, None).await), Some(FaultCause::Stopped));
    let status = engine.status().borrow().clone();
    assert_eq!((status.faults[0].cause, status.sending.camera), (FaultCause::Stopped, false));
    assert_eq!(shelf.open(), 1, "it hangs still");
    shelf.release().await;
    engine.choose(DeviceKind::Camera, Some("camera:desk".into())).await.unwrap();
    assert!(engine.status().borrow().sending.camera);
}

#[tokio::test]
async fn a_closed_engine_has_no_device_open_and_opens_none() {
    let shelf = Shelf::default();
    let engine = shelf.engine(NEVER).await;
    shelf.plug("desk");
    engine.set_sending(BOTH);
    engine.choose(DeviceKind::Camera, Some("camera:desk".into())).await.unwrap();
    engine.choose(DeviceKind::Microphone, Some("mic:desk".into())).await.unwrap();
    assert_eq!(shelf.open(), 2);
    engine.close().await;
    assert_eq!(shelf.open(), 0, "and the handle lives on");
    assert_eq!(engine.choose(DeviceKind::Camera, Some("camera:desk".into())).await, Err(Problem::SignedOut));
    assert_eq!(engine.set_sending(BOTH), Sending::default());
    assert_eq!(shelf.open(), 0);
}
