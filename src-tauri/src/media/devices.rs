//! Camera and microphone: opened when they are chosen, and again and again while they are away.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::capture::{NONE, SourceError, SourceId};
use super::encode::{Hung, Worker};
use super::{Inner, time};
use crate::ipc::{DeviceKind, FaultCause};

/// A device that says nothing for this long hangs, in microseconds.
const STUCK: i64 = 5_000_000;

/// The place of one device. Who holds its lock opens and closes.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// What was chosen last; nothing where none is to be open.
    wanted: Option<String>,
    /// What is open, by its id.
    open: Option<(String, Worker)>,
    /// A device's call that did not come back.
    hung: Option<Hung>,
}

impl Place {
    /// Whether the device was closed. One that hangs is left to itself. Blocks.
    fn close(&mut self) -> bool {
        let Some((_, worker)) = self.open.take() else { return true };
        self.hung = worker.end().or(self.hung.take());
        self.hung.is_none()
    }

    /// Whether something that was left to itself still hangs.
    fn hangs(&mut self) -> bool {
        self.hung.take_if(|hung| hung.ended());
        self.hung.is_some()
    }
}

/// The two places.
#[derive(Debug, Default)]
pub(super) struct Places {
    camera: Arc<Mutex<Place>>,
    microphone: Arc<Mutex<Place>>,
}

const KINDS: [DeviceKind; 2] = [DeviceKind::Camera, DeviceKind::Microphone];

impl Places {
    fn of(&self, kind: DeviceKind) -> Arc<Mutex<Place>> {
        if kind == DeviceKind::Camera { self.camera.clone() } else { self.microphone.clone() }
    }
}

/// Opens what was chosen and closes what was open. What does not work is tried again, also when it is chosen again.
pub(super) async fn choose(engine: &Inner, kind: DeviceKind, id: Option<String>) -> Result<(), SourceError> {
    let mut place = engine.places.of(kind).lock_owned().await;
    engine.wiring.standing.chosen(kind, id.clone());
    place.wanted = id.filter(|id| id != NONE && engine.options.publish);
    let open = place.open.as_ref().map(|(id, _)| id);
    if open == place.wanted.as_ref() && engine.wiring.standing.fault(kind).is_none() {
        return Ok(());
    }
    open_wanted(engine, kind, place).await
}

/// Tries what is chosen and away, until it is there or something else is chosen. Ends with the engine.
pub(super) async fn retry(engine: Weak<Inner>, pace: Duration) {
    loop {
        tokio::time::sleep(pace).await;
        let Some(engine) = engine.upgrade() else { return };
        tokio::join!(mend(&engine, DeviceKind::Camera), mend(&engine, DeviceKind::Microphone));
    }
}

/// Closes everything for good.
pub(super) async fn close(engine: &Inner) {
    let closing = KINDS.map(|kind| async move {
        let mut place = engine.places.of(kind).lock_owned().await;
        place.wanted = None;
        let _ = open_wanted(engine, kind, place).await;
    });
    let [camera, microphone] = closing;
    tokio::join!(camera, microphone);
}

async fn mend(engine: &Inner, kind: DeviceKind) {
    // Whoever holds it is opening something just now.
    let Ok(mut place) = engine.places.of(kind).try_lock_owned() else { return };
    if engine.is_closed() {
        place.wanted = None;
        if place.open.is_some() {
            let _ = open_wanted(engine, kind, place).await;
        }
        return;
    }
    if place.open.as_ref().is_some_and(|(_, worker)| worker.silent_since() + STUCK < time::now()) {
        let attempt = engine.wiring.standing.begin(kind);
        let _ = tokio::task::spawn_blocking(move || place.close()).await;
        return engine.wiring.standing.failed(kind, attempt, SourceError::of(FaultCause::Stopped, "it says nothing"));
    }
    let away = engine.wiring.standing.fault(kind).is_some_and(|fault| comes_back(fault.cause));
    // What hangs may hold the device: another call would hang behind it.
    if away && place.wanted.is_some() && !place.hangs() {
        // That it still does not work stands in the status.
        let _ = open_wanted(engine, kind, place).await;
    }
}

/// Whether the reason may go without anyone choosing anew: by plugging in, or by another program letting go.
fn comes_back(cause: FaultCause) -> bool {
    match cause {
        FaultCause::NoSound | FaultCause::Missing | FaultCause::Closed | FaultCause::Stopped => true,
        FaultCause::Unreadable
        | FaultCause::ClipMissing
        | FaultCause::ClipTooLarge
        | FaultCause::ClipUnplayable
        | FaultCause::ClipLacks
        | FaultCause::NotOffered
        | FaultCause::Internal => false,
    }
}

/// Closes what is open and opens what is wanted. Both take their time, so not on an async thread.
async fn open_wanted(engine: &Inner, kind: DeviceKind, mut place: OwnedMutexGuard<Place>) -> Result<(), SourceError> {
    let standing = engine.wiring.standing.clone();
    let attempt = standing.begin(kind);
    let (studio, options, closed) = (engine.wiring.studio.clone(), engine.options.clone(), engine.closed.clone());
    let opening = tokio::task::spawn_blocking(move || {
        let ended = place.close();
        let Some(id) = place.wanted.clone() else {
            if ended {
                standing.closed(kind, attempt);
                return Ok(());
            }
            return Err(SourceError::of(FaultCause::Stopped, "it does not close"));
        };
        let source = SourceId::parse(&id)?;
        if !source.offered(&options.clips, options.allow_test) {
            return Err(SourceError::new(FaultCause::NotOffered));
        }
        let worker = Worker::open(kind, attempt, source, studio).map_err(|unopened| {
            place.hung = unopened.hung.or(place.hung.take());
            unopened.error
        })?;
        place.open = Some((id, worker));
        if closed.load(Relaxed) {
            place.close();
            standing.closed(kind, attempt);
        }
        Ok(())
    });
    let opened = opening.await.unwrap_or_else(|error| Err(SourceError::of(FaultCause::Internal, error)));
    if let Err(error) = &opened {
        engine.wiring.standing.failed(kind, attempt, error.clone());
    }
    opened
}

#[cfg(test)]
#[path = "devices_tests.rs"]
mod tests;
