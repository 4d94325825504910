//! The loudspeaker: opened once, again when another is chosen, and again and again while it cannot be had. Where the chosen one
//! cannot be had the system's own choice plays instead, until the chosen one is back.

use std::sync::Weak;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::capture::{NONE, SourceError};
use super::{Inner, Speaker};
use crate::ipc::{DeviceKind, FaultCause};

/// What plays in another's place is left for one that is there, and did not open, once in so many rounds.
const SELDOM: u32 = 15;

/// The loudspeaker that is wanted, once one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    speaker: Speaker,
    plays: Plays,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plays {
    /// What is wanted; or nothing, when that is wanted, or when nothing can be had.
    Wanted,
    /// The system's choice instead; the wanted one was there and did not open so many rounds ago, or was not there.
    Instead { rounds: Option<u32> },
}

/// Whoever chose no loudspeaker hears through the system's own choice.
pub(super) async fn open_once(engine: &Inner) {
    let mut wanted = engine.speaker.lock().await;
    if wanted.is_none() {
        // That there is none stands in the status.
        let _ = open(engine, &mut wanted, None).await;
    }
}

/// Opens what was chosen; what was chosen before only where it does not play.
pub(super) async fn choose(engine: &Inner, choice: Speaker) -> Result<(), SourceError> {
    let mut wanted = engine.speaker.lock().await;
    engine.wiring.standing.chosen(DeviceKind::Speaker, choice.clone());
    if stays(wanted.as_ref(), &choice, engine.is_silent()) {
        return Ok(());
    }
    open(engine, &mut wanted, choice).await
}

/// Closes it for good.
pub(super) async fn close(engine: &Inner) {
    let mut wanted = engine.speaker.lock().await;
    let _ = open(engine, &mut wanted, Some(NONE.into())).await;
}

/// Plays as soon as there is something to play on, and on the chosen one as soon as that is there. Ends with the engine.
pub(super) async fn retry(engine: Weak<Inner>, pace: Duration) {
    let Some(failed) = engine.upgrade().map(|engine| engine.speaker_bell.clone()) else { return };
    let mut opened = None;
    loop {
        // What fails while it plays is replaced at once; what fails as soon as it is opened no sooner than what is away.
        let _ = timeout(pace, failed.notified()).await;
        if let Some(opened) = opened.take() {
            sleep_until(opened + pace).await;
        }
        let Some(engine) = engine.upgrade() else { return };
        opened = mend(&engine).await.then(Instant::now);
    }
}

/// Whether something was opened, or tried to.
async fn mend(engine: &Inner) -> bool {
    let mut wanted = engine.speaker.lock().await;
    let Some(Wanted { speaker, plays }) = wanted.clone() else { return false };
    if speaker.as_deref() == Some(NONE) || engine.is_closed() {
        return false;
    }
    if engine.speaker_lost.swap(false, Relaxed) {
        // Its failure may have been told before its opening was.
        engine.wiring.standing.speaker(Some(SourceError::new(FaultCause::Stopped)), true);
    }
    let silent = engine.is_silent();
    if !silent && plays == Plays::Wanted {
        return false;
    }
    // The sound's own thread opens devices, and must not be held up for one that is not there.
    let (system, id) = (engine.system.clone(), speaker.clone());
    let looking = move || (system.has_loudspeaker(id.as_deref()), id.is_some() && system.has_loudspeaker(None));
    let (there, other) = tokio::task::spawn_blocking(looking).await.unwrap_or_default();
    if silent {
        if there || other {
            let _ = open(engine, &mut wanted, speaker).await;
        }
        return there || other;
    }
    let Some(wanted) = wanted.as_mut() else { return false };
    let tries;
    (tries, wanted.plays) = go_back(plays, there);
    if tries {
        let playout = engine.wiring.playout.clone();
        let opening = tokio::task::spawn_blocking(move || playout.back_to(speaker));
        match opening.await.unwrap_or_else(|error| Err(SourceError::of(FaultCause::Internal, error))) {
            Ok(()) => {
                wanted.plays = Plays::Wanted;
                engine.wiring.standing.speaker(None, false);
            }
            Err(error) => engine.wiring.standing.speaker(Some(error), engine.is_silent()),
        }
    }
    tries
}

/// Whether to try the chosen one again while another plays. Trying it is heard, so one that is there and does not open is
/// tried seldom.
fn go_back(plays: Plays, there: bool) -> (bool, Plays) {
    match plays {
        Plays::Wanted => (false, plays),
        Plays::Instead { .. } if !there => (false, Plays::Instead { rounds: None }),
        Plays::Instead { rounds: Some(rounds) } if rounds + 1 < SELDOM => (false, Plays::Instead { rounds: Some(rounds + 1) }),
        Plays::Instead { .. } => (true, Plays::Instead { rounds: Some(0) }),
    }
}

/// Whether a choice changes nothing. Who has chosen nothing yet has chosen what the system chooses, which the connection opens.
fn stays(wanted: Option<&Wanted>, choice: &Speaker, silent: bool) -> bool {
    let Some(Wanted { speaker, plays }) = wanted else { return choice.is_none() };
    speaker == choice && *plays == Plays::Wanted && (!silent || choice.as_deref() == Some(NONE))
}

async fn open(engine: &Inner, wanted: &mut Option<Wanted>, id: Speaker) -> Result<(), SourceError> {
    // Whoever waited for the lock while the engine was closed opens nothing any more.
    let id = if engine.is_closed() { Some(NONE.into()) } else { id };
    // What fails from now on is what is opened now.
    engine.speaker_lost.store(false, Relaxed);
    let (playout, choice) = (engine.wiring.playout.clone(), id.clone());
    let opening = tokio::task::spawn_blocking(move || {
        let opened = playout.speaker(choice.clone());
        let instead = opened.is_err() && choice.is_some() && playout.speaker(None).is_ok();
        (opened, instead)
    });
    let (opened, instead) = opening.await.unwrap_or_else(|error| (Err(SourceError::of(FaultCause::Internal, error)), false));
    let silent = id.as_deref() == Some(NONE) || (opened.is_err() && !instead);
    let was_there = opened.as_ref().err().is_some_and(|error| error.cause != FaultCause::Missing);
    let plays = if instead { Plays::Instead { rounds: was_there.then_some(0) } } else { Plays::Wanted };
    *wanted = Some(Wanted { speaker: id, plays });
    engine.wiring.standing.speaker(opened.clone().err(), silent);
    opened
}

#[cfg(test)]
#[path = "speaker_tests.rs"]
mod tests;
