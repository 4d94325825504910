//! The loudspeaker: opened once, again when another is chosen, and again and again while it cannot be had.

use std::sync::Weak;
use std::time::Duration;

use super::audio::output;
use super::capture::{NONE, SourceError};
use super::{Inner, Speaker, note_fault};
use crate::ipc::{DeviceKind, FaultCause, MediaStatus};

/// How often it is tried while there is no sound.
const RETRY: Duration = Duration::from_secs(2);

/// Whoever chose no loudspeaker hears through the system's own choice.
pub(super) async fn open_once(engine: &Inner) {
    let mut wanted = engine.speaker.lock().await;
    if wanted.is_none() {
        *wanted = Some(None);
        // That there is none stands in the status.
        let _ = open(engine, None).await;
    }
}

/// Opens what was chosen. What was chosen before and does not play is tried again; that it still does not play stands in the
/// status, and is no fault of this choice, which may be about a camera.
pub(super) async fn choose(engine: &Inner, choice: Speaker) -> Result<(), SourceError> {
    let mut wanted = engine.speaker.lock().await;
    let todo = what_to_do(wanted.as_ref(), &choice, &engine.wiring.status.borrow());
    match todo {
        Todo::Nothing => return Ok(()),
        Todo::TryAgain => {
            let _ = open(engine, choice).await;
            return Ok(());
        }
        Todo::Open => {}
    }
    *wanted = Some(choice.clone());
    open(engine, choice).await
}

/// Plays as soon as there is something to play on. Ends with the engine.
pub(super) async fn retry(engine: Weak<Inner>) {
    loop {
        tokio::time::sleep(RETRY).await;
        let Some(engine) = engine.upgrade() else { return };
        let wanted = engine.speaker.lock().await;
        let Some(speaker) = wanted.as_ref().filter(|speaker| fails(Some(speaker), &engine.wiring.status.borrow())) else {
            continue;
        };
        let id = speaker.clone();
        // The sound's own thread opens devices, and must not be held up for one that is not there.
        let there = tokio::task::spawn_blocking(move || output::is_there(id.as_deref())).await.unwrap_or(false);
        if there {
            let _ = open(&engine, speaker.clone()).await;
        }
    }
}

/// Whether what is wanted is to play and does not.
fn fails(wanted: Option<&Speaker>, status: &MediaStatus) -> bool {
    wanted.is_some_and(|wanted| wanted.as_deref() != Some(NONE)) && status.silent
}

#[derive(Debug, PartialEq, Eq)]
enum Todo {
    Nothing,
    TryAgain,
    Open,
}

/// What a choice asks for. Who has chosen nothing yet has chosen what the system chooses, which the connection opens.
fn what_to_do(wanted: Option<&Speaker>, choice: &Speaker, status: &MediaStatus) -> Todo {
    if wanted.unwrap_or(&None) != choice {
        Todo::Open
    } else if fails(wanted, status) {
        Todo::TryAgain
    } else {
        Todo::Nothing
    }
}

async fn open(engine: &Inner, id: Speaker) -> Result<(), SourceError> {
    let (playout, silence) = (engine.wiring.playout.clone(), id.as_deref() == Some(NONE));
    let opening = tokio::task::spawn_blocking(move || playout.speaker(id));
    let opened = opening.await.unwrap_or_else(|error| Err(SourceError::of(FaultCause::Internal, error)));
    note_fault(&engine.wiring.status, DeviceKind::Speaker, opened.clone());
    if silence {
        engine.wiring.status.send_modify(|status| status.silent = true);
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Engine, EngineOptions};

    fn silent(silent: bool) -> MediaStatus {
        MediaStatus { silent, ..MediaStatus::default() }
    }

    #[test]
    fn a_faulty_choice_is_opened_again_and_one_that_plays_is_not() {
        let (usual, other) = (None, Some("speaker:other".to_owned()));
        assert_eq!(what_to_do(None, &usual, &silent(false)), Todo::Nothing, "the connection opens it");
        assert_eq!(what_to_do(None, &other, &silent(false)), Todo::Open);
        assert_eq!(what_to_do(Some(&usual), &usual, &silent(false)), Todo::Nothing);
        assert_eq!(what_to_do(Some(&usual), &usual, &silent(true)), Todo::TryAgain, "unchanged and faulty");
        assert_eq!(what_to_do(Some(&usual), &other, &silent(false)), Todo::Open);
    }

    #[test]
    fn only_who_wants_sound_is_given_it_later() {
        let (usual, none) = (None, Some(NONE.to_owned()));
        assert!(fails(Some(&usual), &silent(true)));
        assert!(!fails(Some(&usual), &silent(false)) && !fails(None, &silent(true)));
        assert!(!fails(Some(&none), &silent(true)), "silence was chosen");
    }

    #[tokio::test]
    async fn silence_that_was_chosen_is_no_fault() {
        let engine = Engine::start(EngineOptions::default()).await.unwrap();
        assert!(!engine.status().borrow().silent, "nothing was tried yet");
        choose(&engine.0, Some(NONE.into())).await.unwrap();
        let status = engine.status().borrow().clone();
        assert!(status.silent && status.faults.is_empty(), "{status:?}");
    }
}
