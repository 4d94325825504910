//! Raised hands: their order, who is brought on by them, and that nobody who is gone stands before the others.

use houselights_shared::{
    CrewMember, MAX_HANDS, MAX_NOTE_CHARS, MAX_ON_STAGE, Mine, RaisedHand, RulesEdit, SanctionAct, Sending, UNDO_END_WINDOW,
};

use super::*;
use crate::{GRACE_AFTER_DEPARTURE, GRACE_AFTER_RESTART, Retelling};

const MOMENT: Duration = Duration::from_secs(1);
const ON: Sending = Sending { camera: false, microphone: true };

fn raise(note: &str) -> CommandBody {
    CommandBody::RaiseHand { note: note.to_owned() }
}

fn take(who: &Actor) -> CommandBody {
    CommandBody::TakeHand { participant: who.participant }
}

fn sends(sending: Sending) -> CommandBody {
    CommandBody::SetSending { sending, take_over: false }
}

/// A moderator, and so many of the audience whose hands went up one after the other.
fn queue(length: u128) -> (Stage, Actor, Vec<Actor>) {
    let moderator = actor(1, Role::Moderator);
    let mut stage = Stage::with(&[&moderator]);
    let audience: Vec<_> = (0..length).map(|number| actor(100 + number, Role::Attendee)).collect();
    for who in &audience {
        stage.arrive(who);
        stage.pass(MOMENT);
        stage.done(who, raise(""));
    }
    (stage, moderator, audience)
}

impl Stage {
    fn hands(&self) -> Vec<RaisedHand> {
        self.crew_view().crew.expect("the moderator sees the queue").hands
    }

    fn raised(&self) -> Vec<ParticipantId> {
        self.hands().iter().map(|hand| hand.participant).collect()
    }

    fn place(&self, who: &Actor) -> Option<u32> {
        let Mine { hand, .. } = self.room.mine(who.participant);
        hand
    }

    fn guest(&self) -> CrewMember {
        let mut guests = self.crew_view().on_stage.into_iter().filter(|member| member.role == Role::Attendee);
        guests.next_back().expect("a guest is on stage")
    }
}

fn ids(people: &[&Actor]) -> Vec<ParticipantId> {
    people.iter().map(|who| who.participant).collect()
}

#[test]
fn once_a_show_is_over_for_good_nobody_of_the_audience_is_on_stage() {
    let (mut stage, moderator, people) = queue(3);
    let [first, second, third] = people.as_slice() else { unreachable!() };
    let producer = actor(2, Role::Producer);
    stage.arrive(&producer);
    stage.done(&producer, CommandBody::GoLive);
    stage.done(&moderator, take(first));
    stage.done(&producer, CommandBody::EndShow);
    stage.pass(UNDO_END_WINDOW);
    assert_eq!(stage.on_stage(), ids(&[first]), "the end can be taken back");
    stage.done(&producer, CommandBody::UndoEnd);
    stage.done(&moderator, take(second));
    stage.done(&producer, CommandBody::EndShow);
    assert_eq!(stage.refused(&moderator, take(third)), Refusal::WrongPhase);
    // One of them is gone since, and goes at the same moment.
    stage.pass(UNDO_END_WINDOW.saturating_sub(GRACE_AFTER_DEPARTURE));
    stage.depart(second);
    stage.room = stage.replayed();
    stage.room.arrive(stage.now, first);
    stage.pass(GRACE_AFTER_RESTART + MOMENT);
    stage.pass(Duration::ZERO);
    assert_eq!(stage.on_stage(), []);
    let left = |who: &Actor| {
        stage.published.iter().filter(|update| update.body == UpdateBody::CrewLeft { participant: who.participant }).count()
    };
    assert_eq!((left(first), left(second)), (1, 1));
    let mut retelling = Retelling::default();
    assert!(stage.published.iter().all(|update| retelling.follow(update).is_ok()));
    assert_eq!(stage.room.next_wake(), None);
}

#[test]
fn hands_stand_in_the_order_in_which_they_went_up_and_a_new_note_keeps_the_place() {
    let (mut stage, _, people) = queue(3);
    let [first, second, third] = people.as_slice() else { unreachable!() };
    assert_eq!(stage.raised(), ids(&[first, second, third]));
    let since = stage.hands()[0].at;
    stage.pass(MOMENT);
    stage.done(first, raise("  About the outage  "));
    assert_eq!(stage.raised(), ids(&[first, second, third]));
    let hand = stage.hands().swap_remove(0);
    assert_eq!((hand.note.as_str(), hand.at), ("About the outage", since));
    assert_eq!([first, second, third].map(|who| stage.place(who)), [Some(1), Some(2), Some(3)]);
    assert_eq!(stage.done(first, raise("About the outage")), [UpdateBody::HIDDEN], "said again");
    stage.done(first, CommandBody::LowerHand);
    stage.done(first, raise("After all"));
    assert_eq!(stage.raised(), ids(&[second, third, first]), "who gives the place up stands at the end");
}

#[test]
fn whose_place_moves_up_is_told_and_nobody_before() {
    let (mut stage, moderator, people) = queue(4);
    stage.concerned.clear();
    stage.done(&moderator, CommandBody::DismissHand { participant: people[1].participant });
    assert_eq!(stage.concerned, ids(&[&people[1], &people[2], &people[3]]));
    assert_eq!((stage.place(&people[1]), stage.place(&people[3])), (None, Some(3)));
}

#[test]
fn the_audience_alone_raises_hands_and_a_queue_has_an_end() {
    let (mut stage, moderator, people) = queue(MAX_HANDS as u128);
    let (speaker, late) = (actor(2, Role::Speaker), actor(3, Role::Attendee));
    stage.arrive(&speaker);
    for crew in [&moderator, &speaker] {
        assert_eq!(stage.refused(crew, raise("")), Refusal::NotAllowed, "they are backstage");
    }
    assert_eq!(stage.refused(&late, raise("")), Refusal::Full);
    stage.done(&people[7], raise("I am in it already"));
    assert_eq!(stage.refused(&people[7], raise(&"a".repeat(MAX_NOTE_CHARS + 1))), Refusal::MessageTooLong);
    for who in [&speaker, &people[0]] {
        assert_eq!(stage.refused(who, take(&people[0])), Refusal::NotAllowed, "a moderator takes hands");
    }
    let mut retelling = Retelling::default();
    assert!(stage.stored.iter().all(|entry| retelling.follow(&entry.update).is_ok()));
}

#[test]
fn whoever_is_taken_is_on_stage_and_seen_at_once_and_their_media_flows() {
    let (mut stage, moderator, people) = queue(3);
    let guest = &people[1];
    let told = stage.done(&moderator, take(guest));
    let what: Vec<_> = told.iter().filter(|body| matches!(body, UpdateBody::CameOnStage { .. })).collect();
    assert_eq!(what.len(), 1);
    assert_eq!((stage.on_stage(), stage.raised()), (ids(&[guest]), ids(&[&people[0], &people[2]])));
    assert!(stage.crew_view().program.seats.contains(&Some(guest.participant)));
    assert_eq!(stage.media.as_ref().expect("told").on_stage, [guest.participant]);
    assert_eq!(stage.refused(&moderator, take(guest)), Refusal::NoSuchHand, "a second moderator comes too late");
    assert_eq!(stage.refused(guest, raise("")), Refusal::NotAllowed, "they are there");
    stage.done(guest, sends(ON));
    assert_eq!(stage.guest().sending, ON);
    assert_eq!(stage.refused(&people[0], sends(ON)), Refusal::NotAllowed, "the audience sends nothing");
}

#[test]
fn a_guest_who_leaves_is_of_the_audience_again_and_sends_nothing() {
    let (mut stage, moderator, people) = queue(2);
    for (who, body) in
        [(&people[0], CommandBody::LeaveStage), (&moderator, CommandBody::TakeOffStage { participant: people[1].participant })]
    {
        let guest = stage.raised()[0];
        stage.done(&moderator, CommandBody::TakeHand { participant: guest });
        let told = stage.done(who, body);
        assert_eq!(told, [UpdateBody::LeftStage { participant: guest }, UpdateBody::CrewLeft { participant: guest }]);
        assert_eq!((stage.on_stage(), stage.backstage()), (vec![], ids(&[&moderator])));
        assert!(stage.media.as_ref().expect("told").on_stage.is_empty());
    }
    assert_eq!(stage.refused(&people[0], sends(ON)), Refusal::NotAllowed);
    stage.done(&people[0], raise("Once more"));
    assert_eq!(stage.place(&people[0]), Some(1));
}

#[test]
fn with_a_full_stage_nobody_is_taken_and_the_hand_stays() {
    let (mut stage, moderator, people) = queue(MAX_ON_STAGE as u128 + 1);
    let (last, guests) = people.split_last().expect("somebody");
    for guest in guests {
        stage.done(&moderator, take(guest));
    }
    assert_eq!(stage.refused(&moderator, take(last)), Refusal::StageFull);
    assert_eq!(stage.place(last), Some(1));
    stage.done(&guests[0], CommandBody::LeaveStage);
    stage.done(&moderator, take(last));
    assert!(stage.on_stage().contains(&last.participant));
}

#[test]
fn who_loses_the_connection_keeps_the_place_for_the_grace_and_is_not_taken_meanwhile() {
    let (mut stage, moderator, people) = queue(2);
    let [away, next] = people.as_slice() else { unreachable!() };
    stage.depart(away);
    assert_eq!(stage.refused(&moderator, take(away)), Refusal::NoSuchParticipant, "nobody would be heard");
    stage.pass(GRACE_AFTER_DEPARTURE / 2);
    assert_eq!(stage.place(away), Some(1));
    stage.arrive(away);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!(stage.place(away), Some(1), "they came back");
    stage.depart(away);
    stage.concerned.clear();
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!((stage.raised(), stage.place(next)), (ids(&[next]), Some(1)), "a hand of nobody stands before no one");
    assert!(stage.concerned.contains(&next.participant));
    assert_eq!(stage.room.next_wake(), None);
}

#[test]
fn a_guest_who_loses_the_connection_keeps_the_stage_for_the_grace() {
    let (mut stage, moderator, people) = queue(1);
    let guest = &people[0];
    stage.done(&moderator, take(guest));
    stage.done(guest, sends(ON));
    stage.depart(guest);
    stage.pass(GRACE_AFTER_DEPARTURE / 2);
    stage.arrive(guest);
    assert_eq!((stage.on_stage(), stage.guest().sending), (ids(&[guest]), ON));
    stage.depart(guest);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!((stage.on_stage(), stage.backstage()), (vec![], ids(&[&moderator])));
}

#[test]
fn after_a_restart_the_queue_stands_for_those_who_come_back() {
    let (mut stage, moderator, people) = queue(3);
    stage.done(&moderator, take(&people[0]));
    let mut again = stage.replayed();
    stage.now = stage.now.plus(MOMENT);
    for who in [&moderator, &people[0], &people[2]] {
        let _ = again.arrive(stage.now, who);
    }
    stage.room = again;
    assert_eq!(stage.raised(), ids(&[&people[1], &people[2]]));
    stage.pass(GRACE_AFTER_RESTART);
    assert_eq!((stage.raised(), stage.on_stage()), (ids(&[&people[2]]), ids(&[&people[0]])));
}

#[test]
fn of_two_devices_either_holds_the_hand_and_one_sends() {
    let (mut stage, moderator, _) = queue(0);
    let vera = actor(9, Role::Attendee);
    let (laptop, phone) = (on(&vera, 1), on(&vera, 2));
    stage.arrive(&laptop);
    stage.arrive(&phone);
    stage.done(&laptop, raise(""));
    stage.depart(&laptop);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!(stage.place(&vera), Some(1), "the phone is here");
    stage.arrive(&laptop);
    stage.done(&moderator, take(&vera));
    stage.done(&laptop, sends(ON));
    assert_eq!(stage.refused(&phone, sends(ON)), Refusal::SendingElsewhere);
    assert_eq!(stage.media.as_ref().expect("told").senders, [(vera.participant, laptop.device.expect("a device"))]);
    stage.depart(&laptop);
    stage.pass(GRACE_AFTER_DEPARTURE);
    assert_eq!((stage.on_stage(), stage.guest().sending), (ids(&[&vera]), Sending::default()), "with the phone, and silent");
}

#[test]
fn who_is_muted_or_sent_out_is_neither_in_the_queue_nor_on_stage() {
    for act in [SanctionAct::Mute, SanctionAct::TimeOut { seconds: 60 }, SanctionAct::Remove, SanctionAct::Ban] {
        let (mut stage, moderator, people) = queue(2);
        let [guest, waiting] = people.as_slice() else { unreachable!() };
        stage.done(&moderator, take(guest));
        for who in [guest, waiting] {
            stage.done(&moderator, CommandBody::Sanction { participant: who.participant, act });
        }
        assert_eq!((stage.on_stage(), stage.raised()), (vec![], vec![]), "{act:?}");
        assert!(stage.media.as_ref().expect("told").on_stage.is_empty(), "{act:?}: and nothing of theirs flows");
        if act == SanctionAct::Mute {
            assert_eq!(stage.refused(waiting, raise("")), Refusal::Muted);
        }
    }
}

#[test]
fn with_hands_closed_nobody_raises_one_and_those_that_are_up_stay() {
    let (mut stage, moderator, people) = queue(1);
    stage.done(&moderator, CommandBody::EditRules { change: RulesEdit::Hands { on: false } });
    let late = actor(3, Role::Attendee);
    assert_eq!(stage.refused(&late, raise("")), Refusal::Closed);
    stage.done(&moderator, take(&people[0]));
    stage.done(&moderator, CommandBody::StopAll);
    assert_eq!((stage.on_stage(), stage.raised()), (vec![], vec![]), "stopping everything stops them, too");
}

#[test]
fn who_comes_back_as_a_speaker_needs_no_hand() {
    let (mut stage, moderator, people) = queue(1);
    let speaker = Actor { role: Role::Speaker, ..people[0].clone() };
    stage.arrive(&speaker);
    assert_eq!((stage.raised(), stage.backstage()), (vec![], ids(&[&moderator, &speaker])));
    assert_eq!(stage.refused(&moderator, take(&speaker)), Refusal::NoSuchHand);
}
