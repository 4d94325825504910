use houselights_shared::Sending;

use super::*;
use crate::{GRACE_AFTER_DEPARTURE, GRACE_AFTER_RESTART};

/// What is left of a grace just before it ends.
fn just_before(end: Duration) -> Duration {
    end.saturating_sub(INSTANT)
}

const INSTANT: Duration = Duration::from_micros(1);

#[test]
fn crew_that_connects_is_backstage_and_attendees_are_not() {
    let (ada, vera) = (actor(1, Role::Speaker), actor(2, Role::Attendee));
    let stage = Stage::with(&[&ada, &vera]);
    assert_eq!(stage.backstage(), [ada.participant]);
    assert_eq!(stage.seq(), Seq::new(1));
}

#[test]
fn a_second_connection_of_the_same_person_is_no_second_arrival() {
    let ada = actor(1, Role::Speaker);
    let mut stage = Stage::with(&[&ada]);
    stage.arrive(&ada);
    assert_eq!(stage.seq(), Seq::new(1));
}

#[test]
fn whoever_comes_back_as_something_else_stays_where_they_are() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Producer));
    let mut stage = Stage::with(&[&pat, &ada]);
    let moderator = Actor { role: Role::Moderator, ..ada.clone() };
    stage.arrive(&moderator);
    let crew = stage.crew_view().crew.expect("the producer sees the crew");
    assert!(crew.backstage.iter().any(|member| member.participant == ada.participant && member.role == Role::Moderator));
    stage.bring_on(&pat, &moderator);
    stage.arrive(&ada);
    assert_eq!(stage.on_stage(), [ada.participant]);
    assert_eq!(stage.crew_view().on_stage[0].role, Role::Producer);
}

#[test]
fn crew_that_comes_back_within_the_grace_keeps_its_place() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    stage.bring_on(&pat, &ada);
    let seq = stage.seq();
    stage.depart(&ada);
    stage.pass(just_before(GRACE_AFTER_DEPARTURE));
    stage.arrive(&ada);
    stage.pass(GRACE_AFTER_DEPARTURE * 2);
    assert_eq!((stage.seq(), stage.on_stage()), (seq, vec![ada.participant]));
}

#[test]
fn crew_that_stays_away_leaves_the_stage_first_and_every_scene() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    stage.bring_on(&pat, &ada);
    stage.done(&pat, CommandBody::SetPreview { scene: scene(Layout::SideBySide, &[Some(&pat), Some(&ada)]) });
    stage.depart(&ada);
    let before = stage.published.len();
    stage.pass(GRACE_AFTER_DEPARTURE);
    let told: Vec<_> = stage.published[before..].iter().map(|update| update.body.clone()).collect();
    let participant = ada.participant;
    assert_eq!(told, [UpdateBody::LeftStage { participant }, UpdateBody::CrewLeft { participant }]);
    assert_eq!(stage.crew_view().program.seats, [None]);
    assert_eq!(stage.preview().seats, [Some(pat.participant), None]);
    assert_eq!(stage.media, Some(MediaPlan::default()));
    assert_eq!(stage.room.next_wake(), None);
}

#[test]
fn the_room_asks_to_be_woken_for_whoever_is_due_first() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    stage.depart(&ada);
    let first = stage.now.plus(GRACE_AFTER_DEPARTURE);
    stage.pass(Duration::from_secs(5));
    stage.depart(&pat);
    assert_eq!(stage.room.next_wake(), Some(first));
    stage.pass(Duration::from_secs(10));
    assert_eq!(stage.backstage(), [pat.participant]);
    assert_eq!(stage.room.next_wake(), Some(stage.now.plus(Duration::from_secs(5))));
}

#[test]
fn the_departure_of_someone_who_is_not_crew_is_nothing() {
    let mut stage = Stage::new();
    stage.arrive(&actor(1, Role::Attendee));
    stage.depart(&actor(1, Role::Attendee));
    assert_eq!(stage.room.next_wake(), None);
}

#[test]
fn crew_has_a_longer_grace_after_a_restart() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    stage.bring_on(&pat, &ada);
    stage.room = stage.replayed();
    assert_eq!(stage.room.next_wake(), Some(stage.now.plus(GRACE_AFTER_RESTART)));
    stage.pass(just_before(GRACE_AFTER_RESTART));
    stage.arrive(&ada);
    stage.pass(INSTANT);
    assert_eq!((stage.on_stage(), stage.backstage()), (vec![ada.participant], vec![]));
}

#[test]
fn what_one_sends_is_told_once() {
    let ada = actor(1, Role::Speaker);
    let mut stage = Stage::with(&[&ada]);
    let body = CommandBody::SetSending { sending: Sending { camera: true, microphone: false }, take_over: false };
    assert_eq!(stage.done(&ada, body.clone()).len(), 1);
    assert_eq!(stage.done(&ada, body), [UpdateBody::HIDDEN]);
}

#[test]
fn the_audience_is_told_what_someone_sends_only_while_they_are_on_stage() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    let sending = |camera| CommandBody::SetSending { sending: Sending { camera, microphone: true }, take_over: false };
    stage.done(&ada, sending(true));
    assert_eq!(stage.published.last().expect("told").for_audience().body, UpdateBody::HIDDEN);
    stage.bring_on(&pat, &ada);
    stage.done(&ada, sending(false));
    let told = stage.published.last().expect("told").for_audience().body;
    assert!(matches!(told, UpdateBody::SendingChanged { on_stage: true, .. }));
    assert!(!stage.room.snapshot(Role::Attendee).on_stage[0].sending.camera);
}

#[test]
fn only_crew_that_is_in_can_say_what_it_sends() {
    let mut stage = Stage::new();
    let body = CommandBody::SetSending { sending: Sending::default(), take_over: false };
    assert_eq!(stage.refused(&actor(1, Role::Attendee), body.clone()), Refusal::NotAllowed);
    assert_eq!(stage.refused(&actor(2, Role::Speaker), body), Refusal::NoSuchParticipant);
}

#[test]
fn what_the_crew_sees_is_not_in_the_audiences_snapshot() {
    let ada = actor(1, Role::Speaker);
    let stage = Stage::with(&[&ada]);
    assert_eq!(stage.room.snapshot(Role::Attendee).crew, None);
    assert_eq!(stage.room.snapshot(Role::Unknown).crew, None);
    assert!(stage.room.snapshot(Role::Speaker).crew.is_some());
}
