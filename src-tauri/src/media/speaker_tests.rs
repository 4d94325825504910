use super::*;
use crate::media::system_fake::{NEVER, Shelf};

const CHOSEN: &str = "speaker:desk";

fn wanted(speaker: Option<&str>, plays: Plays) -> Wanted {
    Wanted { speaker: speaker.map(Into::into), plays }
}

#[test]
fn a_faulty_choice_is_opened_again_and_one_that_plays_is_not() {
    let (usual, other) = (None, Some("speaker:other".to_owned()));
    assert!(stays(None, &usual, false), "the connection opens it");
    assert!(!stays(None, &other, false));
    let held = wanted(None, Plays::Wanted);
    assert!(stays(Some(&held), &usual, false));
    assert!(!stays(Some(&held), &usual, true), "unchanged and faulty");
    assert!(!stays(Some(&held), &other, false));
    let stood_in_for = wanted(Some("speaker:other"), Plays::Instead { rounds: None });
    assert!(!stays(Some(&stood_in_for), &other, false));
    assert!(stays(Some(&wanted(Some(NONE), Plays::Wanted)), &Some(NONE.into()), true), "silence was chosen");
}

#[test]
fn one_that_does_not_open_is_tried_seldom_and_one_that_comes_back_at_once() {
    let mut plays = Plays::Instead { rounds: Some(0) };
    let mut count = 0;
    for _round in 0..SELDOM * 2 {
        let (tries, next) = go_back(plays, true);
        count += u32::from(tries);
        plays = next;
    }
    assert_eq!(count, 2);
    let (tries, away) = go_back(plays, false);
    assert_eq!((tries, go_back(away, true).0), (false, true));
    assert_eq!(go_back(Plays::Wanted, true), (false, Plays::Wanted));
}

#[tokio::test]
async fn another_plays_until_the_chosen_one_is_there_again() {
    let shelf = Shelf::default();
    let engine = shelf.engine(NEVER).await;
    shelf.plug(CHOSEN);
    shelf.plug("usual");
    engine.choose(DeviceKind::Speaker, Some(CHOSEN.into())).await.unwrap();
    shelf.pull(CHOSEN);
    // As the sound's thread tells it.
    engine.0.wiring.standing.speaker(Some(SourceError::new(FaultCause::Stopped)), true);
    mend(&engine.0).await;
    let status = engine.status().borrow().clone();
    assert_eq!((status.silent, status.faults.len()), (false, 1), "heard, and said: {status:?}");
    assert_eq!(status.choice.speaker.as_deref(), Some(CHOSEN), "the choice stands");
    shelf.asked();
    mend(&engine.0).await;
    assert!(shelf.asked().is_empty(), "what plays is left alone");
    shelf.plug(CHOSEN);
    mend(&engine.0).await;
    assert_eq!(shelf.asked(), [CHOSEN]);
    let status = engine.status().borrow().clone();
    assert!(!status.silent && status.faults.is_empty(), "{status:?}");
}

#[tokio::test]
async fn one_whose_failure_was_told_before_its_opening_is_opened_again() {
    let shelf = Shelf::default();
    let engine = shelf.engine(NEVER).await;
    shelf.plug("usual");
    open_once(&engine.0).await;
    assert!(!mend(&engine.0).await, "it plays");
    // The sound's own thread saw it fail; what was told last is that it had opened.
    engine.0.speaker_lost.store(true, Relaxed);
    shelf.asked();
    assert!(mend(&engine.0).await);
    assert_eq!(shelf.asked(), ["usual"]);
    assert!(!mend(&engine.0).await && !engine.status().borrow().silent);
}

#[tokio::test]
async fn without_any_loudspeaker_it_is_silent_until_one_is_there() {
    let shelf = Shelf::default();
    let engine = shelf.engine(NEVER).await;
    engine.choose(DeviceKind::Speaker, Some(CHOSEN.into())).await.unwrap_err();
    assert!(engine.status().borrow().silent);
    shelf.asked();
    mend(&engine.0).await;
    assert!(shelf.asked().is_empty(), "nothing is there to be tried");
    shelf.plug("usual");
    mend(&engine.0).await;
    assert!(!engine.status().borrow().silent);
    assert_eq!(engine.status().borrow().faults.len(), 1);
}

#[tokio::test]
async fn silence_that_was_chosen_is_no_fault() {
    let shelf = Shelf::default();
    let engine = shelf.engine(NEVER).await;
    assert!(!engine.status().borrow().silent, "nothing was tried yet");
    engine.choose(DeviceKind::Speaker, Some(NONE.into())).await.unwrap();
    let status = engine.status().borrow().clone();
    assert!(status.silent && status.faults.is_empty(), "{status:?}");
    shelf.plug("usual");
    mend(&engine.0).await;
    assert!(engine.status().borrow().silent && shelf.asked().is_empty());
}
