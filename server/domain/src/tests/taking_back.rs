//! What moderators take back: each of it stands again as it stood before.

use houselights_shared::{
    Choice, MAX_REPORTS, PollForm, PollId, PollKind, PollPhase, Report, ReportTarget, ResultsShown, RulesEdit, SanctionAct,
};

use super::*;
use crate::View;

const MOMENT: Duration = Duration::from_secs(1);
/// So many of the reports that were looked at can wait again.
const REOPENABLE: usize = 50;

fn mo() -> Actor {
    actor(1, Role::Moderator)
}

/// A room with a moderator, and so many of the audience.
fn room_of(audience: u128) -> (Stage, Vec<Actor>) {
    let mut stage = Stage::with(&[&mo()]);
    let audience: Vec<_> = (0..audience).map(|number| actor(100 + number, Role::Attendee)).collect();
    for who in &audience {
        stage.arrive(who);
    }
    (stage, audience)
}

fn remove(message: MessageId) -> CommandBody {
    CommandBody::RemoveMessage { message }
}

fn show(message: MessageId) -> CommandBody {
    CommandBody::ShowMessage { message }
}

fn dismiss(who: &Actor) -> CommandBody {
    CommandBody::DismissHand { participant: who.participant }
}

fn restore(who: &Actor) -> CommandBody {
    CommandBody::RestoreHand { participant: who.participant }
}

impl Stage {
    fn queue(&self) -> Vec<ParticipantId> {
        self.crew_view().crew.expect("moderators see the hands").hands.iter().map(|hand| hand.participant).collect()
    }

    fn all_raise(&mut self, audience: &[Actor]) {
        for who in audience {
            self.pass(MOMENT);
            self.done(who, CommandBody::RaiseHand { note: format!("I am {}", who.name) });
        }
    }

    fn waiting(&self) -> Vec<Report> {
        self.crew_view().crew.expect("moderators see the reports").reports
    }

    fn is_read(&self, message: MessageId) -> bool {
        let chat = self.room.snapshot(Role::Attendee).chat;
        chat.iter().any(|said| said.id == message && said.gone.is_none() && !said.text.is_empty())
    }

    fn polled(&mut self, form: PollForm) -> PollId {
        let poll = PollId::from_uuid(Uuid::from_u128(0xF001));
        self.done(&mo(), CommandBody::DraftPoll { poll, form });
        self.done(&mo(), CommandBody::OpenPoll { poll });
        poll
    }

    fn phase(&self, id: PollId) -> PollPhase {
        self.crew_view().polls.iter().find(|poll| poll.id == id).expect("there is one").phase
    }
}

fn form(kind: PollKind) -> PollForm {
    PollForm {
        question: "Which?".to_owned(),
        kind,
        options: ["Tea", "Coffee"].map(str::to_owned).to_vec(),
        correct: if matches!(kind, PollKind::Quiz { .. }) { vec![0] } else { Vec::new() },
        shown: ResultsShown::Always,
        named: false,
        changeable: false,
        seconds: None,
    }
}

fn vote(poll: PollId, option: u8) -> CommandBody {
    CommandBody::Vote { poll, choice: Choice::Options { options: vec![option] } }
}

#[test]
fn only_those_who_look_after_the_room_take_anything_back() {
    let (mut stage, audience) = room_of(2);
    let message = stage.say(&audience[0], "hello");
    stage.done(&mo(), remove(message));
    stage.all_raise(&audience);
    stage.done(&mo(), dismiss(&audience[0]));
    let poll = stage.polled(form(PollKind::Single));
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    let report = command_id(1).into();
    for body in [show(message), restore(&audience[0]), CommandBody::ReopenPoll { poll }, CommandBody::ReopenReport { report }] {
        for who in [&audience[0], &actor(50, Role::Speaker)] {
            assert_eq!(stage.refused(who, body.clone()), Refusal::NotAllowed, "{body:?}");
        }
    }
}

#[test]
fn what_a_moderator_removed_comes_back_and_what_its_author_took_out_does_not() {
    let (mut stage, audience) = room_of(1);
    let vera = &audience[0];
    let (theirs, own, both) = (stage.say(vera, "one"), stage.say(vera, "two"), stage.say(vera, "three"));
    stage.done(&mo(), remove(theirs));
    stage.done(vera, remove(own));
    stage.done(&mo(), CommandBody::HideMessage { message: both });
    stage.done(vera, remove(both));
    stage.room = stage.replayed();
    let shown = stage.done(&mo(), show(theirs));
    assert!(matches!(shown.as_slice(), [UpdateBody::MessageShown { message }] if message.text == "one"), "{shown:?}");
    assert!(stage.is_read(theirs));
    for message in [own, both] {
        assert_eq!(stage.refused(&mo(), show(message)), Refusal::NoSuchMessage, "its author took it out");
    }
    assert_eq!(stage.done(&mo(), show(theirs)), [UpdateBody::HIDDEN], "once");
}

#[test]
fn a_hand_that_was_dismissed_goes_back_to_its_place() {
    let (mut stage, audience) = room_of(3);
    let ids: Vec<_> = audience.iter().map(|who| who.participant).collect();
    stage.all_raise(&audience);
    let raised_at = |stage: &Stage, who: usize| stage.room.mine(ids[who]).hand_raised_at;
    let first = raised_at(&stage, 0);
    assert!(first.is_some());
    stage.done(&mo(), dismiss(&audience[0]));
    assert_eq!(raised_at(&stage, 0), None);
    stage.done(&mo(), dismiss(&audience[1]));
    assert_eq!(stage.queue(), ids[2..]);
    stage.concerned.clear();
    let raised = stage.done(&mo(), restore(&audience[1]));
    assert!(matches!(raised.as_slice(), [UpdateBody::HandRaised { hand }] if hand.note == "I am Person 101"), "{raised:?}");
    assert_eq!(stage.queue(), ids[1..]);
    assert_eq!(stage.concerned, ids[1..], "who stands behind has another place, and is told");
    stage.done(&mo(), restore(&audience[0]));
    assert_eq!((stage.queue(), raised_at(&stage, 0)), (ids.clone(), first), "it is the same hand");
    assert_eq!(stage.done(&mo(), restore(&audience[0])), [UpdateBody::HIDDEN], "once");
    assert_eq!(stage.room.mine(ids[2]).hand, Some(3));
}

#[test]
fn no_hand_goes_up_again_that_its_owner_lowered_raised_anew_or_that_was_taken_nor_of_whom_it_is_not_to_be() {
    let (mut stage, audience) = room_of(6);
    let [lowers, again, taken, muted, gone, other] = audience.as_slice() else { unreachable!() };
    let producer = actor(2, Role::Producer);
    stage.arrive(&producer);
    stage.done(&producer, CommandBody::GoLive);
    stage.all_raise(&audience);
    for who in [again, taken, muted, gone] {
        stage.done(&mo(), dismiss(who));
    }
    stage.done(lowers, CommandBody::LowerHand);
    for who in [again, taken] {
        stage.done(who, CommandBody::RaiseHand { note: String::new() });
    }
    stage.done(again, CommandBody::LowerHand);
    stage.done(&mo(), CommandBody::TakeHand { participant: taken.participant });
    stage.done(&mo(), CommandBody::Sanction { participant: muted.participant, act: SanctionAct::Mute });
    stage.depart(gone);
    for who in [lowers, again, taken, muted] {
        assert_eq!(stage.refused(&mo(), restore(who)), Refusal::NoSuchHand, "{}", who.name);
    }
    assert_eq!(stage.refused(&mo(), restore(gone)), Refusal::NoSuchParticipant);
    stage.done(taken, CommandBody::LeaveStage);
    assert_eq!(stage.refused(&mo(), restore(taken)), Refusal::NoSuchHand, "they spoke");
    assert_eq!(stage.queue(), [other.participant]);
}

#[test]
fn a_report_that_was_settled_waits_again_where_it_waited() {
    let (mut stage, audience) = room_of(3);
    // Whoever said something is known after a restart, too.
    stage.say(&audience[2], "rude");
    for who in &audience[..2] {
        let target = ReportTarget::Person { participant: audience[2].participant };
        stage.pass(MOMENT);
        stage.done(who, CommandBody::Report { target, reason: format!("says {}", who.name) });
    }
    let before = stage.waiting();
    stage.done(&mo(), CommandBody::SettleReport { report: before[0].id });
    assert_eq!(stage.waiting(), before[1..]);
    stage.room = stage.replayed();
    stage.done(&mo(), CommandBody::ReopenReport { report: before[0].id });
    assert_eq!(stage.waiting(), before);
    assert_eq!(stage.done(&mo(), CommandBody::ReopenReport { report: before[0].id }), [UpdateBody::HIDDEN], "once");
    let again = CommandBody::Report { target: before[0].target, reason: "says it again".to_owned() };
    assert_eq!(stage.done(&audience[0], again), [UpdateBody::HIDDEN], "whose it is, is known still");
}

#[test]
fn a_report_about_the_crew_is_settled_and_taken_up_again_by_those_alone_who_call_the_show() {
    let (mut stage, audience) = room_of(1);
    let (boss, target) = (actor(2, Role::Producer), ReportTarget::Person { participant: mo().participant });
    stage.done(&audience[0], CommandBody::Report { target, reason: String::new() });
    let report = stage.waiting()[0].id;
    assert_eq!(stage.refused(&mo(), CommandBody::SettleReport { report }), Refusal::NotAllowed);
    assert_eq!(stage.refused(&mo(), CommandBody::ReopenReport { report }), Refusal::NotAllowed, "it waits");
    stage.done(&boss, CommandBody::SettleReport { report });
    assert!(stage.waiting().is_empty());
    assert_eq!(stage.refused(&mo(), CommandBody::ReopenReport { report }), Refusal::NotAllowed, "it was looked at");
    stage.done(&boss, CommandBody::ReopenReport { report });
    assert_eq!(stage.waiting()[0].id, report);
    let heard = |view: View| format!("{:?}", stage.published.iter().map(|update| view.seen(update)).collect::<Vec<_>>());
    assert!(heard(View::Control).contains(&report.to_string()));
    assert!(!heard(View::Moderators).contains(&report.to_string()), "not even that it was settled");
}

#[test]
fn what_made_way_is_not_taken_up_again_nor_is_what_nobody_reported() {
    let (mut stage, audience) = room_of(27);
    let speaker = actor(50, Role::Speaker);
    let report = |stage: &mut Stage, number: usize| {
        let message = stage.say(&speaker, &format!("word {number}"));
        stage.pass(MOMENT);
        stage.done(
            &audience[number / 10],
            CommandBody::Report { target: ReportTarget::Message { message }, reason: String::new() },
        )
    };
    report(&mut stage, 0);
    let looked_at = stage.waiting()[0].id;
    stage.done(&mo(), CommandBody::SettleReport { report: looked_at });
    let mut gone = Vec::new();
    for number in 1..MAX_REPORTS + 10 + REOPENABLE {
        let told = report(&mut stage, number);
        gone.extend(told.iter().filter_map(|body| {
            if let UpdateBody::ReportSettled { report, made_way: true, .. } = body { Some(*report) } else { None }
        }));
    }
    assert!(gone.len() > REOPENABLE, "so many made way");
    let waits = stage.waiting()[0].id;
    stage.done(&mo(), CommandBody::SettleReport { report: waits });
    for report in [gone[gone.len() - 1], command_id(900_000).into()] {
        assert_eq!(stage.refused(&mo(), CommandBody::ReopenReport { report }), Refusal::NotAllowed);
    }
    stage.done(&mo(), CommandBody::ReopenReport { report: looked_at });
}

#[test]
fn no_hand_goes_up_again_while_hands_are_closed() {
    let (mut stage, audience) = room_of(1);
    stage.all_raise(&audience);
    stage.done(&mo(), dismiss(&audience[0]));
    let hands = |on| CommandBody::EditRules { change: RulesEdit::Hands { on } };
    stage.done(&mo(), hands(false));
    assert_eq!(stage.refused(&mo(), restore(&audience[0])), Refusal::Closed);
    stage.done(&mo(), hands(true));
    stage.done(&mo(), restore(&audience[0]));
    assert_eq!(stage.queue(), [audience[0].participant]);
}

#[test]
fn no_report_that_waits_makes_room_for_one_that_was_settled() {
    let (mut stage, audience) = room_of(21);
    for number in 0..=MAX_REPORTS {
        let message = stage.say(&actor(50, Role::Speaker), &format!("word {number}"));
        let target = ReportTarget::Message { message };
        stage.done(&audience[number / 10], CommandBody::Report { target, reason: String::new() });
        if number == 0 {
            stage.done(&mo(), CommandBody::SettleReport { report: command_id(stage.commands).into() });
        }
    }
    let settled = command_id(2).into();
    assert_eq!(stage.refused(&mo(), CommandBody::ReopenReport { report: settled }), Refusal::Full);
    assert_eq!(stage.waiting().len(), MAX_REPORTS);
}

#[test]
fn a_closed_poll_opens_again_with_its_votes_for_as_long_as_it_was_to_be_open() {
    let (mut stage, audience) = room_of(2);
    let poll = stage.polled(PollForm { seconds: Some(60), ..form(PollKind::Single) });
    let open = stage.phase(poll);
    stage.done(&audience[0], vote(poll, 1));
    stage.pass(10 * MOMENT);
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    stage.room = stage.replayed();
    stage.done(&mo(), CommandBody::ReopenPoll { poll });
    assert_eq!(stage.phase(poll), open, "it closes when it would have");
    assert_eq!(stage.refused(&audience[0], vote(poll, 0)), Refusal::AlreadyVoted);
    stage.done(&audience[1], vote(poll, 0));
    stage.pass(50 * MOMENT);
    assert!(matches!(stage.phase(poll), PollPhase::Closed { .. }));
    let PollPhase::Open { since, .. } = open else { unreachable!() };
    stage.done(&mo(), CommandBody::ReopenPoll { poll });
    assert_eq!(stage.phase(poll), PollPhase::Open { since, closes_at: None }, "its time is over: until somebody closes it");
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    let tally = stage.room.snapshot(Role::Attendee).polls.pop().and_then(|poll| poll.tally);
    assert_eq!(tally.map(|tally| tally.counts), Some(vec![1, 1]));
    stage.done(&mo(), CommandBody::ArchivePoll { poll });
    assert_eq!(stage.refused(&mo(), CommandBody::ReopenPoll { poll }), Refusal::NoSuchPoll);
}

#[test]
fn how_a_poll_stands_that_is_open_again_is_seen_by_those_who_saw_it_before() {
    for (shown, [voter, other]) in [
        (ResultsShown::Always, [true, true]),
        (ResultsShown::AfterVote, [true, false]),
        (ResultsShown::AfterClose, [false, false]),
    ] {
        let (mut stage, audience) = room_of(2);
        let poll = stage.polled(PollForm { shown, ..form(PollKind::Single) });
        stage.done(&audience[0], vote(poll, 1));
        stage.done(&mo(), CommandBody::ClosePoll { poll });
        stage.concerned.clear();
        stage.done(&mo(), CommandBody::ReopenPoll { poll });
        let told = stage.published.last().unwrap().for_audience();
        let UpdateBody::PollReopened { poll: told } = told.body else { panic!("{told:?}") };
        let own = stage.room.mine(audience[0].participant).votes.pop().and_then(|vote| vote.tally);
        assert_eq!([told.tally.is_some() || own.is_some(), told.tally.is_some()], [voter, other], "{shown:?}");
        assert_eq!(stage.concerned.contains(&audience[0].participant), own.is_some(), "{shown:?}");
    }
}

#[test]
fn a_quiz_that_was_closed_stays_closed_for_everybody_knows_the_right_answer() {
    let (mut stage, audience) = room_of(1);
    let poll = stage.polled(form(PollKind::Quiz { points: 100 }));
    stage.done(&audience[0], vote(poll, 0));
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    assert_eq!(stage.refused(&mo(), CommandBody::ReopenPoll { poll }), Refusal::NoSuchPoll);
}
