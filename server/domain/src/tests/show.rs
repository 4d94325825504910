use houselights_shared::{Phase, UNDO_END_WINDOW};

use super::*;
use crate::GRACE_AFTER_DEPARTURE;

const INSTANT: Duration = Duration::from_micros(1);

#[test]
fn a_show_goes_live_ends_and_goes_on_when_the_end_is_taken_back() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    stage.done(&pat, CommandBody::GoLive);
    let since = stage.now;
    assert_eq!(stage.crew_view().phase, Phase::Live { since });
    stage.pass(Duration::from_secs(5));
    stage.done(&pat, CommandBody::EndShow);
    let undo_until = stage.now.plus(UNDO_END_WINDOW);
    assert_eq!(stage.crew_view().phase, Phase::Ended { since, at: stage.now, undo_until });
    stage.pass(UNDO_END_WINDOW);
    stage.done(&pat, CommandBody::UndoEnd);
    assert_eq!(stage.crew_view().phase, Phase::Live { since });
}

#[test]
fn an_end_cannot_be_taken_back_after_sixty_seconds() {
    let pat = actor(1, Role::Organizer);
    let mut stage = Stage::with(&[&pat]);
    stage.done(&pat, CommandBody::GoLive);
    stage.done(&pat, CommandBody::EndShow);
    stage.pass(UNDO_END_WINDOW + INSTANT);
    assert_eq!(stage.refused(&pat, CommandBody::UndoEnd), Refusal::UndoTooLate);
}

#[test]
fn each_step_of_a_show_needs_its_phase() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    assert_eq!(stage.refused(&pat, CommandBody::EndShow), Refusal::WrongPhase);
    assert_eq!(stage.refused(&pat, CommandBody::UndoEnd), Refusal::WrongPhase);
    stage.done(&pat, CommandBody::GoLive);
    assert_eq!(stage.refused(&pat, CommandBody::GoLive), Refusal::WrongPhase);
    assert_eq!(stage.refused(&pat, CommandBody::UndoEnd), Refusal::WrongPhase);
    stage.done(&pat, CommandBody::EndShow);
    assert_eq!(stage.refused(&pat, CommandBody::EndShow), Refusal::WrongPhase);
    assert_eq!(stage.refused(&pat, CommandBody::GoLive), Refusal::WrongPhase);
}

#[test]
fn the_audience_gets_media_only_while_the_show_is_live() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    let plan = |on_air| Some(MediaPlan { on_stage: vec![ada.participant], on_air, senders: vec![] });
    stage.bring_on(&pat, &ada);
    assert_eq!(stage.media, plan(false));
    stage.done(&pat, CommandBody::GoLive);
    assert_eq!(stage.media, plan(true));
    stage.done(&pat, CommandBody::EndShow);
    assert_eq!(stage.media, plan(false));
    stage.done(&pat, CommandBody::UndoEnd);
    assert_eq!(stage.media, plan(true));
    assert_eq!(stage.media, Some(stage.room.media_plan()));
}

#[test]
fn a_clock_that_was_set_back_does_not_bend_the_log() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    stage.done(&pat, CommandBody::GoLive);
    let live = stage.now;
    stage.now = Timestamp::from_micros(5);
    stage.done(&pat, CommandBody::EndShow);
    let undo_until = live.plus(UNDO_END_WINDOW);
    assert_eq!(stage.crew_view().phase, Phase::Ended { since: live, at: live, undo_until });
}

#[test]
fn a_room_is_at_rest_when_nobody_may_come_back_to_it_and_no_show_is_on_air() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    stage.depart(&pat);
    assert!(!stage.room.is_at_rest(), "a place is kept");
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert!(stage.room.is_at_rest());
    stage.arrive(&pat);
    stage.done(&pat, CommandBody::GoLive);
    stage.depart(&pat);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert!(!stage.room.is_at_rest(), "the show goes on without a producer");
    stage.arrive(&pat);
    stage.done(&pat, CommandBody::EndShow);
    assert!(stage.room.is_at_rest());
}
