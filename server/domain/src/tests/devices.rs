//! A person on several devices: in the room once, and heard and seen from one of them.

use houselights_shared::{CrewMember, Sending};

use super::*;
use crate::{GRACE_AFTER_DEPARTURE, GRACE_AFTER_RESTART};

const ON: Sending = Sending { camera: true, microphone: true };
const OFF: Sending = Sending { camera: false, microphone: false };

fn sends(sending: Sending) -> CommandBody {
    CommandBody::SetSending { sending, take_over: false }
}

fn takes_over() -> CommandBody {
    CommandBody::SetSending { sending: ON, take_over: true }
}

/// A speaker with a laptop and a phone, both here.
fn two_devices() -> (Stage, Actor, Actor) {
    let ada = actor(1, Role::Speaker);
    let (laptop, phone) = (on(&ada, 1), on(&ada, 2));
    (Stage::with(&[&laptop, &phone]), laptop, phone)
}

fn member(stage: &Stage) -> CrewMember {
    let snapshot = stage.crew_view();
    let crew = snapshot.crew.expect("the producer sees the crew");
    snapshot.on_stage.into_iter().chain(crew.backstage).next().expect("somebody is here")
}

#[test]
fn a_person_arrives_once_and_leaves_with_the_last_device() {
    let (mut stage, laptop, phone) = two_devices();
    assert_eq!((stage.seq(), stage.backstage().len()), (Seq::new(1), 1));
    stage.depart(&laptop);
    stage.pass(GRACE_AFTER_DEPARTURE * 2);
    assert_eq!((stage.seq(), stage.backstage()), (Seq::new(1), vec![laptop.participant]));
    stage.depart(&phone);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!((stage.backstage(), stage.seq()), (vec![], Seq::new(2)));
    assert_eq!(stage.room.next_wake(), None);
}

#[test]
fn who_loses_both_devices_at_once_leaves_once_and_with_either_keeps_the_place() {
    let (mut stage, laptop, phone) = two_devices();
    stage.depart(&laptop);
    stage.depart(&phone);
    stage.arrive(&phone);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!(stage.backstage(), [phone.participant]);
    stage.arrive(&laptop);
    let before = stage.published.len();
    stage.depart(&laptop);
    stage.depart(&phone);
    stage.pass(GRACE_AFTER_DEPARTURE);
    let told: Vec<_> = stage.published[before..].iter().map(|update| update.body.clone()).collect();
    assert_eq!(told, [UpdateBody::CrewLeft { participant: phone.participant }]);
}

#[test]
fn the_newest_device_sends_when_it_takes_over_and_the_other_can_take_over_again() {
    let (mut stage, laptop, phone) = two_devices();
    stage.done(&laptop, sends(ON));
    assert_eq!(member(&stage).device, laptop.device);
    let told = stage.done(&phone, takes_over());
    let (participant, device) = (phone.participant, phone.device);
    assert_eq!(told, [UpdateBody::SendingChanged { participant, sending: ON, on_stage: false, device }]);
    assert_eq!(stage.media.as_ref().expect("told").senders, [(participant, device.expect("a device"))]);
    stage.done(&laptop, takes_over());
    assert_eq!((member(&stage).device, member(&stage).sending), (laptop.device, ON));
}

#[test]
fn who_only_says_again_what_it_sends_takes_nothing_over() {
    let (mut stage, laptop, phone) = two_devices();
    stage.done(&laptop, sends(ON));
    assert_eq!(stage.refused(&phone, sends(ON)), Refusal::SendingElsewhere);
    assert_eq!(stage.done(&phone, sends(OFF)), [UpdateBody::HIDDEN], "it is off itself, and the other goes on");
    assert_eq!((member(&stage).sending, member(&stage).device), (ON, laptop.device));
    stage.done(&laptop, sends(OFF));
    assert_eq!((member(&stage).device, stage.media.clone().expect("told").senders), (None, vec![]));
    stage.done(&phone, sends(ON));
    assert_eq!(member(&stage).device, phone.device, "nobody else sends");
}

#[test]
fn what_a_device_sent_that_is_gone_is_not_sent_any_more() {
    let (mut stage, laptop, phone) = two_devices();
    stage.done(&laptop, sends(ON));
    stage.depart(&laptop);
    stage.pass(GRACE_AFTER_DEPARTURE / 2);
    assert_eq!(member(&stage).sending, ON, "it may come back");
    stage.arrive(&laptop);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!(member(&stage).sending, ON);
    stage.depart(&phone);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!(member(&stage).sending, ON, "the other one sends");
    stage.arrive(&phone);
    stage.depart(&laptop);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!((member(&stage).sending, member(&stage).device), (OFF, None));
}

#[test]
fn after_a_restart_a_device_that_does_not_come_back_sends_no_more() {
    let (mut stage, laptop, phone) = two_devices();
    stage.done(&laptop, sends(ON));
    stage.room = stage.replayed();
    stage.arrive(&phone);
    assert_eq!(stage.refused(&phone, sends(ON)), Refusal::SendingElsewhere, "the other may come back");
    stage.pass(GRACE_AFTER_RESTART);
    assert_eq!((stage.backstage(), member(&stage).sending), (vec![phone.participant], OFF));
    assert_eq!(stage.room.next_wake(), None);
}

#[test]
fn with_one_device_a_newer_login_goes_on_with_what_the_one_before_sent() {
    let ada = actor(1, Role::Speaker);
    let mut stage = Stage::with(&[&ada]);
    stage.done(&ada, sends(ON));
    assert_eq!((member(&stage).device, stage.media.clone()), (None, None), "nothing tells devices apart");
    stage.depart(&ada);
    stage.arrive(&ada);
    assert_eq!(stage.done(&ada, sends(ON)), [UpdateBody::HIDDEN]);
    stage.pass(GRACE_AFTER_DEPARTURE * 2);
    assert_eq!(member(&stage).sending, ON);
}

#[test]
fn a_ticket_that_became_good_for_several_devices_does_not_keep_the_one_before() {
    let ada = actor(1, Role::Speaker);
    let (mut stage, phone) = (Stage::with(&[&ada]), on(&ada, 1));
    stage.done(&ada, sends(ON));
    stage.arrive(&phone);
    stage.depart(&ada);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!((stage.backstage(), member(&stage).sending), (vec![ada.participant], OFF));
}

#[test]
fn whoever_comes_back_as_something_else_sends_from_the_same_device() {
    let (mut stage, laptop, phone) = two_devices();
    stage.done(&laptop, sends(ON));
    stage.arrive(&Actor { role: Role::Moderator, ..phone.clone() });
    let mine = member(&stage);
    assert_eq!((mine.role, mine.sending, mine.device), (Role::Moderator, ON, laptop.device));
}
