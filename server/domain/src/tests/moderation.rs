use houselights_shared::{
    MAX_REPORTS, MAX_REPORTS_EACH, MAX_REPORTS_OF_ONE, Report, ReportTarget, RoomRules, RulesEdit, SanctionAct, SanctionKind,
    Sending,
};

use super::*;
use crate::{Door, GRACE_AFTER_RESTART, Person};

const SECOND: Duration = Duration::from_secs(1);

fn mod_and_vera() -> (Stage, Actor, Actor) {
    let (mod_, vera) = (actor(1, Role::Moderator), actor(2, Role::Attendee));
    (Stage::with(&[&mod_, &vera]), mod_, vera)
}

fn rule(change: RulesEdit) -> CommandBody {
    CommandBody::EditRules { change }
}

fn act(whom: &Actor, act: SanctionAct) -> CommandBody {
    CommandBody::Sanction { participant: whom.participant, act }
}

fn lift(whom: &Actor) -> CommandBody {
    CommandBody::LiftSanction { participant: whom.participant, kind: None }
}

fn report(target: ReportTarget) -> CommandBody {
    CommandBody::Report { target, reason: "spam".to_owned() }
}

impl Stage {
    fn door(&self, who: &Actor) -> Door {
        self.room.door(self.now, who)
    }

    fn rules(&self) -> RoomRules {
        self.crew_view().rules
    }

    fn reports(&self) -> Vec<Report> {
        self.crew_view().crew.expect("moderators see the crew").reports
    }

    fn knock(&mut self, who: &Actor) {
        assert_eq!(self.door(who), Door::Lobby);
        self.room.knock(self.now, who);
    }

    /// What a command was refused for, and for how long.
    fn wait(&mut self, who: &Actor, body: CommandBody) -> (Refusal, Option<u32>) {
        match self.ask(who, body) {
            Outcome::Refused { refusal, retry_after_ms } => (refusal, retry_after_ms),
            outcome @ (Outcome::Accepted { .. } | Outcome::Unknown) => panic!("{outcome:?}"),
        }
    }
}

fn shut(refusal: Refusal, retry_after: Option<Duration>) -> Door {
    Door::Shut { refusal, retry_after }
}

#[test]
fn slow_mode_holds_each_person_alone_and_says_for_how_long() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let walt = actor(3, Role::Attendee);
    stage.done(&mod_, rule(RulesEdit::SlowMode { seconds: 10 }));
    stage.say(&vera, "one");
    stage.say(&walt, "another's first");
    stage.pass(4 * SECOND);
    assert_eq!(stage.wait(&vera, CommandBody::say("two".to_owned())), (Refusal::SlowDown, Some(6_000)));
    for text in ["the crew", "is exempt"] {
        stage.say(&mod_, text);
    }
    stage.pass(6 * SECOND);
    stage.say(&vera, "two");
}

#[test]
fn slow_mode_holds_what_is_changed_as_well_as_what_is_said() {
    let (mut stage, mod_, vera) = mod_and_vera();
    stage.done(&mod_, rule(RulesEdit::SlowMode { seconds: 30 }));
    let message = stage.say(&vera, "one");
    let edit = |text: &str| CommandBody::EditMessage { message, text: text.to_owned(), mentions: Vec::new() };
    stage.done(&vera, edit("two"));
    stage.pass(10 * SECOND);
    assert_eq!(stage.wait(&vera, edit("three")), (Refusal::SlowDown, Some(20_000)));
    stage.done(&vera, edit("two"));
    stage.room = stage.replayed();
    assert_eq!(stage.wait(&vera, edit("three")), (Refusal::SlowDown, Some(20_000)), "after a restart, too");
    stage.pass(20 * SECOND);
    stage.done(&vera, edit("three"));
}

#[test]
fn slow_mode_outlives_a_restart() {
    let (mut stage, mod_, vera) = mod_and_vera();
    stage.done(&mod_, rule(RulesEdit::SlowMode { seconds: 10 }));
    stage.say(&vera, "one");
    stage.room = stage.replayed();
    assert_eq!(stage.refused(&vera, CommandBody::say("two".to_owned())), Refusal::SlowDown);
}

#[test]
fn words_and_links_bind_what_the_audience_writes_anywhere_and_not_the_crew() {
    let (mut stage, mod_, vera) = mod_and_vera();
    stage.done(&mod_, rule(RulesEdit::AddWords { words: vec!["Heck".to_owned()] }));
    stage.done(&mod_, rule(RulesEdit::Links { on: false }));
    let said = stage.say(&vera, "fine");
    let edit = |text: &str| CommandBody::EditMessage { message: said, text: text.to_owned(), mentions: Vec::new() };
    let question = |text: &str| CommandBody::AskQuestion { text: text.to_owned(), anonymous: false };
    let hand = |note: &str| CommandBody::RaiseHand { note: note.to_owned() };
    let (word, link) = ("what the heck", "see https://a.example");
    for body in [CommandBody::say(word.to_owned()), edit(word), question(word), hand(word)] {
        assert_eq!(stage.refused(&vera, body), Refusal::WordsNotAllowed);
    }
    for body in [CommandBody::say(link.to_owned()), edit(link), question(link), hand(link)] {
        assert_eq!(stage.refused(&vera, body), Refusal::LinksNotAllowed);
    }
    stage.say(&mod_, "what the heck, see https://a.example");
    assert_eq!(stage.room.snapshot(Role::Attendee).rules.words, Vec::<String>::new(), "the list is the moderators' to see");
}

#[test]
fn what_two_moderators_do_to_the_word_list_at_once_is_all_done() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let other = actor(3, Role::Moderator);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    stage.done(&mod_, rule(RulesEdit::AddWords { words: words(&["heck", "spam"]) }));
    stage.done(&mod_, CommandBody::StopAll);
    // Each saw the list as it was before.
    stage.done(&mod_, rule(RulesEdit::AddWords { words: words(&["darn"]) }));
    stage.done(&other, rule(RulesEdit::RemoveWords { words: words(&["spam"]) }));
    assert_eq!(stage.rules().words, ["darn", "heck"]);
    assert_eq!(stage.done(&other, rule(RulesEdit::AddWords { words: words(&["darn"]) })), [UpdateBody::HIDDEN], "said again");
    stage.done(&mod_, CommandBody::Resume);
    assert_eq!(stage.rules().words, ["darn", "heck"], "also where everything was stopped meanwhile");
    stage.say(&vera, "spam is fine");
    assert_eq!(stage.refused(&vera, CommandBody::say("darn")), Refusal::WordsNotAllowed);
}

#[test]
fn whoever_is_muted_writes_nothing_and_stays() {
    let (mut stage, mod_, vera) = mod_and_vera();
    stage.done(&vera, CommandBody::RaiseHand { note: String::new() });
    stage.done(&mod_, act(&vera, SanctionAct::Mute));
    assert_eq!(stage.concerned.last(), Some(&vera.participant), "they are told");
    assert!(stage.crew_view().crew.unwrap().hands.is_empty(), "the hand is down");
    let question = CommandBody::AskQuestion { text: "why?".to_owned(), anonymous: true };
    for body in [CommandBody::say("hello".to_owned()), question, CommandBody::RaiseHand { note: String::new() }] {
        assert_eq!(stage.refused(&vera, body), Refusal::Muted);
    }
    assert_eq!((stage.door(&vera), stage.beside.len()), (Door::Open, 0));
    stage.done(&mod_, lift(&vera));
    stage.say(&vera, "hello again");
}

#[test]
fn a_time_out_ends_by_itself() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let until = stage.now.plus(60 * SECOND);
    stage.done(&mod_, act(&vera, SanctionAct::TimeOut { seconds: 60 }));
    let part = Effect::Part { participant: vera.participant, refusal: Refusal::TimedOut, retry_after: Some(60 * SECOND) };
    assert_eq!(stage.beside, [part]);
    stage.pass(59 * SECOND);
    assert_eq!(stage.door(&vera), shut(Refusal::TimedOut, Some(SECOND)));
    assert_eq!(stage.wait(&vera, CommandBody::say("hi".to_owned())), (Refusal::TimedOut, Some(1_000)), "on no connection");
    assert_eq!(stage.room.next_wake(), Some(until));
    stage.pass(SECOND);
    assert_eq!(
        stage.published.last().unwrap().body,
        UpdateBody::SanctionLifted { participant: vera.participant, kind: Some(SanctionKind::TimedOut) }
    );
    assert_eq!(stage.door(&vera), Door::Open);
    stage.say(&vera, "back");
}

#[test]
fn the_longest_time_out_is_a_day() {
    let (mut stage, mod_, vera) = mod_and_vera();
    for seconds in [0, 86_401] {
        assert_eq!(stage.refused(&mod_, act(&vera, SanctionAct::TimeOut { seconds })), Refusal::Malformed);
    }
    stage.done(&mod_, act(&vera, SanctionAct::TimeOut { seconds: 86_400 }));
}

#[test]
fn whoever_is_removed_leaves_stage_and_green_room_at_once_and_comes_back_in_once_that_is_taken_back() {
    let (producer, sam) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let vera = actor(3, Role::Attendee);
    let mut stage = Stage::with(&[&producer, &sam, &vera]);
    stage.bring_on(&producer, &sam);
    stage.done(&producer, act(&sam, SanctionAct::Remove));
    assert!(stage.on_stage().is_empty() && !stage.backstage().contains(&sam.participant));
    assert_eq!(stage.media.as_ref().map(|plan| plan.on_stage.len()), Some(0));
    assert_eq!(stage.door(&sam), shut(Refusal::Removed, None));
    let sending = CommandBody::SetSending { sending: Sending::default(), take_over: false };
    assert_eq!(stage.refused(&sam, sending), Refusal::Removed);
    stage.done(&producer, act(&vera, SanctionAct::Remove));
    stage.done(&producer, rule(RulesEdit::Lobby { on: true }));
    stage.done(&producer, lift(&vera));
    assert_eq!(stage.door(&vera), Door::Open, "she was here before others had to wait");
}

#[test]
fn whoever_was_in_a_guarded_room_is_in_again_once_they_are_kept_away_no_more() {
    let (lock, lobby) = (RulesEdit::Lock { on: true }, RulesEdit::Lobby { on: true });
    let acts = [SanctionAct::TimeOut { seconds: 60 }, SanctionAct::Remove, SanctionAct::Ban];
    for (guard, act_) in [lock, lobby].into_iter().flat_map(|guard| acts.map(|act| (guard.clone(), act))) {
        for (guarded_first, restarted) in [(true, false), (true, true), (false, false)] {
            let (mut stage, mod_, vera) = mod_and_vera();
            if guarded_first {
                stage.done(&mod_, rule(guard.clone()));
            }
            stage.done(&mod_, act(&vera, act_));
            stage.depart(&vera);
            if !guarded_first {
                stage.done(&mod_, rule(guard.clone()));
            }
            if restarted {
                stage.room = stage.replayed();
            }
            assert!(matches!(stage.door(&vera), Door::Shut { .. }));
            assert_eq!(stage.room.waiting().len(), 0);
            if act_ == (SanctionAct::TimeOut { seconds: 60 }) {
                stage.pass(60 * SECOND);
            } else {
                stage.done(&mod_, lift(&vera));
            }
            assert_eq!(stage.door(&vera), Door::Open, "{guard:?} {act_:?} {guarded_first} {restarted}");
            assert_ne!(stage.door(&actor(10, Role::Attendee)), Door::Open);
        }
    }
}

#[test]
fn whoever_waited_when_they_were_sent_away_waits_again() {
    let (mut stage, mod_, _) = mod_and_vera();
    let walt = actor(3, Role::Attendee);
    stage.done(&mod_, rule(RulesEdit::Lobby { on: true }));
    stage.knock(&walt);
    stage.room.introduce(walt.participant, Person { name: walt.name.clone(), role: walt.role });
    stage.done(&mod_, act(&walt, SanctionAct::Remove));
    assert_eq!(stage.room.waiting().len(), 0);
    stage.done(&mod_, lift(&walt));
    assert_eq!(stage.door(&walt), Door::Lobby);
}

#[test]
fn nobody_ends_what_somebody_did_who_stands_above_them() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let (boss, noor) = (actor(3, Role::Organizer), actor(4, Role::Moderator));
    stage.arrive(&boss);
    stage.arrive(&noor);
    let timed_out = |seconds| SanctionAct::TimeOut { seconds };
    for restarted in [false, true] {
        stage.done(&boss, act(&noor, SanctionAct::Ban));
        stage.done(&boss, act(&vera, timed_out(3_600)));
        stage.done(&mod_, act(&vera, SanctionAct::Mute));
        if restarted {
            stage.room = stage.replayed();
        }
        for body in [lift(&noor), lift(&vera), lift_alone(&vera, SanctionKind::TimedOut), act(&vera, timed_out(1))] {
            assert_eq!(stage.refused(&mod_, body), Refusal::NotAllowed);
        }
        stage.done(&mod_, lift_alone(&vera, SanctionKind::Muted));
        let producer = actor(5, Role::Producer);
        assert_eq!(stage.refused(&producer, lift(&vera)), Refusal::NotAllowed);
        stage.done(&boss, lift(&noor));
        stage.done(&boss, lift(&vera));
        assert_eq!((stage.door(&noor), stage.door(&vera)), (Door::Open, Door::Open));
    }
    stage.arrive(&vera);
    stage.done(&noor, act(&vera, timed_out(3_600)));
    stage.done(&mod_, act(&vera, timed_out(60)));
    stage.done(&noor, lift(&vera));
}

#[test]
fn a_ban_is_told_to_the_event_and_so_is_its_end() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let ban = |banned| Effect::Ban { participant: vera.participant, banned };
    stage.done(&mod_, act(&vera, SanctionAct::Ban));
    assert_eq!((stage.beside.as_slice(), stage.door(&vera)), ([ban(true)].as_slice(), shut(Refusal::Banned, None)));
    assert_eq!(stage.replayed().banned(), [vera.participant]);
    stage.done(&mod_, act(&vera, SanctionAct::Ban));
    assert_eq!(stage.beside.len(), 1, "once");
    stage.done(&mod_, lift(&vera));
    assert_eq!(stage.beside.last(), Some(&ban(false)));
    assert_eq!(stage.door(&vera), Door::Open);
}

#[test]
fn a_ban_is_lifted_from_outside_as_from_within_and_no_other_sanction() {
    let organizer = actor(9, Role::Organizer).participant;
    let (mut stage, mod_, vera) = mod_and_vera();
    for (sanction, lifted) in [(SanctionAct::Ban, true), (SanctionAct::Mute, false)] {
        stage.done(&mod_, act(&vera, sanction));
        stage.beside.clear();
        let (before, effects) = (stage.seq(), stage.room.unban(stage.now, vera.participant, Some(organizer)));
        stage.follow(effects);
        let told = stage.beside == [Effect::Ban { participant: vera.participant, banned: false }];
        assert_eq!((stage.seq() > before, told), (lifted, lifted), "{sanction:?}");
    }
    assert_eq!(
        stage.published.iter().rfind(|told| matches!(told.body, UpdateBody::SanctionLifted { .. })).and_then(|told| told.by),
        Some(organizer)
    );
    assert_eq!(stage.room.unban(stage.now, vera.participant, None), []);
}

#[test]
fn only_those_who_look_after_the_room_keep_people_and_only_from_below_them() {
    let roles = [Role::Attendee, Role::Speaker, Role::Moderator, Role::Producer, Role::Organizer];
    for (rank, role) in roles.into_iter().enumerate() {
        for (below, other) in roles.into_iter().enumerate() {
            let (who, whom) = (actor(1, role), actor(2, other));
            let mut stage = Stage::with(&[&who, &whom]);
            if rank >= 2 && rank > below {
                stage.done(&who, act(&whom, SanctionAct::Mute));
                let is_moderator = below >= 2;
                if is_moderator {
                    assert_eq!(stage.refused(&whom, lift(&whom)), Refusal::NotAllowed, "nobody helps themselves");
                }
            } else {
                assert_eq!(stage.refused(&who, act(&whom, SanctionAct::Ban)), Refusal::NotAllowed, "{role:?} {other:?}");
            }
        }
    }
}

#[test]
fn what_they_are_is_remembered_of_those_who_are_gone() {
    let (mod_, boss) = (actor(1, Role::Moderator), actor(2, Role::Producer));
    let mut stage = Stage::with(&[&mod_]);
    stage.say(&boss, "before the restart");
    stage.room = stage.replayed();
    assert_eq!(stage.refused(&mod_, act(&boss, SanctionAct::Mute)), Refusal::NotAllowed);
    assert_eq!(stage.refused(&mod_, act(&actor(9, Role::Attendee), SanctionAct::Mute)), Refusal::NoSuchParticipant);
}

#[test]
fn what_they_are_by_now_counts_and_not_what_they_were_here() {
    let (pat, noor) = (actor(1, Role::Producer), actor(2, Role::Moderator));
    let mut stage = Stage::with(&[&pat, &noor]);
    stage.say(&noor, "as a moderator");
    stage.depart(&noor);
    let ban = act(&noor, SanctionAct::Ban);
    assert_eq!(stage.room.stranger(&pat, &ban), Some(noor.participant));
    stage.room.introduce(noor.participant, Person { name: noor.name.clone(), role: Role::Organizer });
    assert_eq!(stage.refused(&pat, ban.clone()), Refusal::NotAllowed);
    stage.arrive(&noor);
    stage.done(&pat, ban);
}

#[test]
fn whoever_left_before_the_room_was_read_is_reported_all_the_same_and_stays_named() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let walt = actor(3, Role::Attendee);
    stage.arrive(&walt);
    let send = |text: &str, mentions| CommandBody::SendMessage { text: text.to_owned(), reply_to: None, mentions };
    stage.done(&vera, send("helo", vec![walt.participant]));
    let message = command_id(stage.commands).into();
    stage.room = stage.replayed();
    stage.arrive(&mod_);
    stage.arrive(&vera);
    let edit = |mentions| CommandBody::EditMessage { message, text: "hello".to_owned(), mentions };
    assert_eq!(stage.refused(&vera, edit(vec![actor(9, Role::Attendee).participant])), Refusal::NoSuchParticipant);
    stage.done(&vera, edit(vec![walt.participant]));
    let report = report(ReportTarget::Person { participant: walt.participant });
    assert_eq!(stage.room.stranger(&vera, &report), Some(walt.participant));
    stage.room.introduce(walt.participant, Person { name: walt.name.clone(), role: walt.role });
    assert_eq!(stage.room.stranger(&vera, &report), None);
    stage.done(&vera, report);
    assert_eq!(stage.refused(&vera, send("you", vec![walt.participant])), Refusal::NoSuchParticipant, "they were not here");
}

#[test]
fn the_audience_may_none_of_it() {
    let (mut stage, mod_, vera) = mod_and_vera();
    stage.say(&mod_, "hello");
    let admit = CommandBody::Admit { participants: Vec::new() };
    for who in [vera.clone(), actor(3, Role::Speaker)] {
        for body in [CommandBody::StopAll, CommandBody::Resume, rule(RulesEdit::Lock { on: true }), lift(&mod_), admit.clone()]
        {
            assert_eq!(stage.refused(&who, body), Refusal::NotAllowed);
        }
    }
}

#[test]
fn a_report_keeps_what_stood_around_it_though_it_is_removed() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let walt = actor(3, Role::Attendee);
    let said: Vec<_> = (1..=8).map(|number| stage.say(&walt, &format!("line {number}"))).collect();
    stage.done(&vera, report(ReportTarget::Message { message: said[6] }));
    stage.done(&walt, CommandBody::RemoveMessage { message: said[6] });
    let reports = stage.reports();
    let context: Vec<_> = reports[0].context.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(context, ["line 2", "line 3", "line 4", "line 5", "line 6", "line 7"]);
    assert_eq!((reports[0].name.as_str(), reports[0].reason.as_str()), ("Person 2", "spam"));
    let late = || CommandBody::Report { target: ReportTarget::Message { message: said[6] }, reason: String::new() };
    stage.done(&actor(4, Role::Attendee), late());
    let texts = |report: &Report| report.context.iter().map(|message| message.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&stage.reports()[1]), texts(&reports[0]), "it was taken out while the report was written");
    stage.done(&mod_, CommandBody::HideMessage { message: said[7] });
    let dealt_with = CommandBody::Report { target: ReportTarget::Message { message: said[7] }, reason: String::new() };
    assert_eq!(stage.refused(&vera, dealt_with), Refusal::NoSuchMessage);
    stage.done(&mod_, CommandBody::SettleReport { report: stage.reports()[1].id });
    assert!(stage.room.snapshot(Role::Attendee).crew.is_none());
    stage.done(&mod_, CommandBody::SettleReport { report: reports[0].id });
    assert!(stage.reports().is_empty());
}

#[test]
fn a_report_of_somebody_shows_what_they_said_last() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let said: Vec<_> = (1..=7).map(|number| stage.say(&mod_, &format!("line {number}"))).collect();
    stage.done(&mod_, CommandBody::RemoveMessage { message: said[6] });
    stage.done(&vera, report(ReportTarget::Person { participant: mod_.participant }));
    let reports = stage.reports();
    assert_eq!(reports[0].words, "Person 1");
    let shown: Vec<_> = reports[0].context.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(shown, ["line 2", "line 3", "line 4", "line 5", "line 6"]);
}

#[test]
fn somebody_is_reported_for_one_thing_after_another() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let walt = actor(3, Role::Attendee);
    stage.arrive(&walt);
    let target = ReportTarget::Person { participant: walt.participant };
    let direct = |number| {
        let author = (walt.participant, walt.name.clone(), walt.role);
        let context =
            vec![houselights_shared::Message::new(command_id(number).into(), author, Timestamp::default(), "psst".to_owned())];
        let of = houselights_shared::Peer { participant: walt.participant, name: walt.name.clone(), role: walt.role };
        crate::DirectReport { id: command_id(number + 100), of, context, reason: String::new() }
    };
    for number in [900, 900, 901] {
        let effects = stage.room.report_direct(stage.now, &vera, &direct(number));
        stage.follow(effects);
    }
    stage.done(&vera, report(target));
    stage.done(&vera, report(target));
    assert_eq!(stage.reports().len(), 3, "two messages, and himself");
    stage.say(&walt, "and now this");
    stage.done(&vera, report(target));
    assert_eq!(stage.reports().len(), 4);
    let xena = actor(4, Role::Attendee);
    stage.done(&mod_, rule(RulesEdit::Lobby { on: true }));
    stage.knock(&xena);
    let effects = stage.room.report_direct(stage.now, &xena, &direct(902));
    let refused = Outcome::Refused { refusal: Refusal::NotAllowed, retry_after_ms: None };
    assert_eq!((stage.follow(effects), stage.reports().len()), (Some(refused), 4), "she is not here yet");
}

fn of(message: MessageId) -> CommandBody {
    report(ReportTarget::Message { message })
}

/// So many people, each of whom reports something that nobody else does.
fn each_reports(stage: &mut Stage, who: &Actor, people: std::ops::Range<u128>) {
    for number in people {
        let message = stage.say(who, &format!("line {number}"));
        stage.done(&actor(number, Role::Attendee), of(message));
    }
}

#[test]
fn nobody_fills_the_list_of_reports_alone_and_what_is_known_is_not_filed_once_more() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let said: Vec<_> = (0..=MAX_REPORTS_EACH).map(|number| stage.say(&mod_, &number.to_string())).collect();
    for message in &said[..MAX_REPORTS_EACH] {
        stage.done(&vera, of(*message));
    }
    stage.done(&vera, of(said[0]));
    assert_eq!(stage.reports().len(), MAX_REPORTS_EACH, "said again it is no other");
    assert_eq!(stage.refused(&vera, of(said[MAX_REPORTS_EACH])), Refusal::Full);
    for number in 0..2 * MAX_REPORTS_OF_ONE as u128 {
        stage.done(&actor(100 + number, Role::Attendee), of(said[0]));
    }
    assert_eq!(stage.reports().len(), MAX_REPORTS_EACH + MAX_REPORTS_OF_ONE - 1, "five of one thing, hers among them");
}

#[test]
fn a_few_who_report_a_lot_take_the_place_of_nobodys_only_report() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let real = stage.say(&mod_, "the real one");
    stage.done(&vera, of(real));
    for puppet in 0..25_u128 {
        let puppet = actor(1_000 + puppet, Role::Attendee);
        for number in 0..MAX_REPORTS_EACH {
            let message = stage.say(&mod_, &format!("harmless {number}"));
            stage.ask(&puppet, of(message));
        }
    }
    let is_there = |stage: &Stage, name: &str| stage.reports().iter().any(|report| report.name == name);
    assert_eq!(stage.reports().len(), MAX_REPORTS);
    assert!(is_there(&stage, &vera.name), "hers was the oldest");
    let walt = actor(3, Role::Attendee);
    let late = stage.say(&mod_, "another");
    stage.done(&walt, of(late));
    assert!(is_there(&stage, &vera.name) && is_there(&stage, &walt.name));
    assert_eq!(stage.reports().len(), MAX_REPORTS);
}

#[test]
fn what_was_reported_several_times_makes_way_first_and_where_everybody_reported_once_the_oldest() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let twice = stage.say(&mod_, "twice");
    let walt = actor(3, Role::Attendee);
    stage.done(&vera, of(twice));
    stage.done(&walt, of(twice));
    each_reports(&mut stage, &mod_, 100..100 + MAX_REPORTS as u128 - 2);
    each_reports(&mut stage, &mod_, 500..501);
    let names = |stage: &Stage| stage.reports().into_iter().map(|report| report.name).collect::<Vec<_>>();
    assert_eq!(names(&stage)[..2], [vera.name.clone(), "Person 100".to_owned()], "it was reported all the same");
    let before = stage.published.len();
    each_reports(&mut stage, &mod_, 501..502);
    assert_eq!(names(&stage)[0], "Person 100");
    let goes = stage.published[before..].iter().find(|update| matches!(update.body, UpdateBody::ReportSettled { .. }));
    let goes = goes.expect("one made way");
    assert!(matches!(goes.body, UpdateBody::ReportSettled { made_way: true, .. }));
    assert_eq!(goes.for_control().by, None, "whoever reports settles nothing");
    stage.room = stage.replayed();
    each_reports(&mut stage, &mod_, 502..503);
    assert_eq!(names(&stage)[0], "Person 101", "it is known after a restart who reported what");
}

#[test]
fn moderators_do_not_get_what_is_reported_of_those_who_look_after_the_room() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let speaker = actor(3, Role::Speaker);
    stage.arrive(&speaker);
    let rude = stage.say(&mod_, "rude");
    stage.done(&vera, of(rude));
    stage.done(&vera, report(ReportTarget::Person { participant: mod_.participant }));
    let peer = |who: &Actor| houselights_shared::Peer { participant: who.participant, name: who.name.clone(), role: who.role };
    let direct =
        |id, who| crate::DirectReport { id: command_id(id), of: peer(who), context: Vec::new(), reason: String::new() };
    let effects = stage.room.report_direct(stage.now, &speaker, &direct(900, &mod_));
    stage.follow(effects);
    let before = stage.published.len();
    stage.done(&vera, report(ReportTarget::Person { participant: speaker.participant }));
    let told = |stage: &Stage, role| stage.room.snapshot(role).crew.expect("the crew's").reports.len();
    for restarted in [false, true] {
        if restarted {
            stage.room = stage.replayed();
        }
        assert_eq!((told(&stage, Role::Producer), told(&stage, Role::Organizer), told(&stage, Role::Moderator)), (4, 4, 1));
    }
    let of_reports = |view: crate::View| {
        let seen = stage.published.iter().map(move |update| view.seen(update));
        seen.filter(|update| matches!(update.body, UpdateBody::Reported { .. })).count()
    };
    assert_eq!((of_reports(crate::View::Control), of_reports(crate::View::Moderators)), (4, 1));
    assert!(stage.published[..before].iter().all(|update| {
        let seen = crate::View::Moderators.seen(update);
        !matches!(update.body, UpdateBody::Reported { .. }) || (seen.by.is_none() && seen.body == UpdateBody::HIDDEN)
    }));
}

#[test]
fn whoever_comes_to_moderate_sees_no_report_about_what_they_were_before() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let (walt, producer) = (actor(3, Role::Attendee), actor(5, Role::Producer));
    stage.arrive(&walt);
    stage.done(&mod_, rule(RulesEdit::Review { on: false }));
    let harmless = stage.say(&mod_, "harmless");
    let (looked_at, rude) = (stage.say(&walt, "of him: looked at"), stage.say(&walt, "of him: rude"));
    stage.done(&walt, CommandBody::AskQuestion { text: "of him: asked".to_owned(), anonymous: false });
    let question = command_id(stage.commands).into();
    stage.done(&vera, of(looked_at));
    let settled = stage.reports()[0].id;
    stage.done(&mod_, CommandBody::SettleReport { report: settled });
    let context = Vec::new();
    let peer = houselights_shared::Peer { participant: walt.participant, name: "of him: direct".to_owned(), role: walt.role };
    let direct = crate::DirectReport { id: command_id(900), of: peer, context, reason: String::new() };
    let effects = stage.room.report_direct(stage.now, &mod_, &direct);
    stage.follow(effects);
    for target in [ReportTarget::Message { message: rude }, ReportTarget::Question { question }] {
        stage.done(&vera, report(target));
    }
    stage.done(&vera, report(ReportTarget::Message { message: harmless }));
    let told = |stage: &Stage, role| stage.room.snapshot(role).crew.expect("the crew's").reports.len();
    assert_eq!((told(&stage, Role::Producer), told(&stage, Role::Moderator)), (4, 3));
    let promoted = Actor { role: Role::Moderator, ..walt.clone() };
    stage.arrive(&promoted);
    for restarted in [false, true] {
        if restarted {
            stage.room = stage.replayed();
        }
        assert_eq!((told(&stage, Role::Producer), told(&stage, Role::Moderator)), (4, 0), "{restarted}");
        let missed = stage.room.since(Seq::START).expect("it remembers all");
        let again =
            missed.iter().map(|update| crate::View::Moderators.seen(&stage.room.retold(crate::View::Moderators, update)));
        let of_reports =
            again.filter(|update| matches!(update.body, UpdateBody::Reported { .. } | UpdateBody::ReportReopened { .. }));
        assert_eq!(of_reports.count(), 0, "whatever position one claims to have");
        stage.arrive(&promoted);
        stage.arrive(&producer);
        assert_eq!(stage.refused(&mod_, CommandBody::ReopenReport { report: settled }), Refusal::NotAllowed);
    }
    stage.done(&producer, CommandBody::ReopenReport { report: settled });
    assert_eq!((told(&stage, Role::Producer), told(&stage, Role::Moderator)), (5, 0));
}

#[test]
fn a_name_is_shown_without_what_the_room_does_not_take_and_whoever_is_called_so_comes_in() {
    let (mut stage, mod_, _) = mod_and_vera();
    stage.done(&mod_, rule(RulesEdit::AddWords { words: vec!["heck".to_owned()] }));
    stage.done(&mod_, rule(RulesEdit::Links { on: false }));
    let walt = Actor { name: "Walt H\u{435}ck evil\u{3002}com".to_owned(), ..actor(3, Role::Attendee) };
    let ada = Actor { name: "Ada Heck".to_owned(), ..actor(4, Role::Speaker) };
    assert_eq!(stage.door(&walt), Door::Open);
    stage.arrive(&walt);
    stage.arrive(&ada);
    for who in [&walt, &ada] {
        stage.say(who, "hello");
    }
    stage.done(&walt, CommandBody::RaiseHand { note: String::new() });
    stage.done(&walt, CommandBody::AskQuestion { text: "why?".to_owned(), anonymous: false });
    let shown = stage.crew_view();
    let names: Vec<_> = shown.chat.iter().map(|message| message.name.as_str()).collect();
    assert_eq!(names, ["Walt *** ***", "Ada Heck"], "the crew's names are as they are");
    let asker = shown.questions[0].author.as_ref().map(|asker| asker.name.as_str());
    let hand = &shown.crew.as_ref().expect("the crew's").hands[0];
    assert_eq!((asker, hand.name.as_str()), (Some("Walt *** ***"), "Walt *** ***"));
    let here = stage.room.here().find(|(who, _)| *who == walt.participant).map(|(_, person)| person.name.clone());
    assert_eq!(here.as_deref(), Some(walt.name.as_str()), "those who look after the room know whom they act on");
    assert_eq!(stage.room.naming().mask(walt.role, &walt.name).as_deref(), Some("Walt *** ***"));
    assert_eq!(stage.room.naming().mask(ada.role, &ada.name), None);
    stage.done(&mod_, act(&walt, SanctionAct::Mute));
    assert_eq!(stage.crew_view().crew.expect("the crew's").sanctions[0].name, walt.name);
    stage.done(&mod_, rule(RulesEdit::Lobby { on: true }));
    stage.knock(&Actor { participant: actor(5, Role::Attendee).participant, ..walt.clone() });
    assert_eq!(stage.room.waiting().next().map(|guest| &guest.name), Some(&walt.name));
}

#[test]
fn a_speaker_who_is_muted_writes_to_the_crew_and_to_nobody_else() {
    let (mut stage, mod_, _) = mod_and_vera();
    let ada = actor(3, Role::Speaker);
    stage.arrive(&ada);
    stage.done(&mod_, act(&ada, SanctionAct::Mute));
    let note = CommandBody::SendNote { text: "my camera fell".to_owned(), reply_to: None, mentions: Vec::new() };
    stage.done(&ada, note);
    assert_eq!(stage.refused(&ada, CommandBody::say("hello".to_owned())), Refusal::Muted);
    let notes = stage.crew_view().crew.expect("the crew's").notes;
    assert_eq!(notes.last().map(|note| note.text.as_str()), Some("my camera fell"));
    assert!(
        stage.published.last().expect("told").for_audience().body == UpdateBody::HIDDEN,
        "and the audience sees none of it"
    );
}

#[test]
fn stop_all_is_one_command_and_so_is_its_undo() {
    let (mut stage, mod_, vera) = mod_and_vera();
    stage.done(&mod_, rule(RulesEdit::SlowMode { seconds: 5 }));
    stage.done(&mod_, rule(RulesEdit::Questions { on: false }));
    stage.done(&vera, CommandBody::RaiseHand { note: String::new() });
    let before = stage.rules();
    stage.done(&mod_, CommandBody::StopAll);
    let RoomRules { chat, questions, reactions, hands, .. } = stage.rules();
    assert_eq!([chat, questions, reactions, hands], [false; 4]);
    assert!(!stage.room.counts_reactions() && stage.crew_view().crew.unwrap().hands.is_empty());
    for body in [CommandBody::say("hi".to_owned()), CommandBody::RaiseHand { note: String::new() }] {
        assert_eq!(stage.refused(&vera, body), Refusal::Closed);
    }
    let seq = stage.seq();
    assert_eq!(stage.done(&mod_, CommandBody::StopAll), [UpdateBody::HIDDEN], "again, it stops nothing more");
    assert_eq!(stage.seq(), seq.next());
    stage.room = stage.replayed();
    stage.done(&mod_, CommandBody::Resume);
    assert_eq!(stage.rules(), before);
    assert_eq!(stage.crew_view().crew.unwrap().before_stop, None);
}

#[test]
fn what_is_changed_while_all_is_stopped_stays_changed() {
    let (mut stage, mod_, _) = mod_and_vera();
    stage.done(&mod_, CommandBody::StopAll);
    stage.done(&mod_, rule(RulesEdit::SlowMode { seconds: 30 }));
    stage.done(&mod_, rule(RulesEdit::Chat { on: true }));
    assert!(stage.rules().chat && !stage.rules().hands);
    stage.done(&mod_, CommandBody::Resume);
    assert_eq!(stage.rules(), RoomRules { slow_mode: 30, ..RoomRules::default() });
    stage.done(&mod_, CommandBody::StopAll);
    for change in [
        RulesEdit::Chat { on: true },
        RulesEdit::Questions { on: true },
        RulesEdit::Reactions { on: true },
        RulesEdit::Hands { on: true },
    ] {
        stage.done(&mod_, rule(change));
    }
    assert_eq!(stage.crew_view().crew.unwrap().before_stop, None, "nothing is stopped any more");
}

#[test]
fn who_waits_comes_in_when_admitted_one_or_all_or_when_nobody_has_to_wait() {
    let (mut stage, mod_, _) = mod_and_vera();
    stage.done(&mod_, rule(RulesEdit::Lobby { on: true }));
    let guests: Vec<_> = (10..14).map(|number| actor(number, Role::Attendee)).collect();
    for guest in &guests {
        stage.knock(guest);
    }
    assert_eq!(stage.refused(&guests[0], CommandBody::say("let me in".to_owned())), Refusal::NotAllowed);
    let ids = |some: &[Actor]| some.iter().map(|guest| guest.participant).collect::<Vec<_>>();
    let one = CommandBody::Admit { participants: vec![guests[1].participant, mod_.participant] };
    assert_eq!(stage.done(&mod_, one), [UpdateBody::Admitted { participants: vec![guests[1].participant] }]);
    assert_eq!(stage.beside.pop(), Some(Effect::LetIn(vec![guests[1].participant])));
    stage.arrive(&guests[1]);
    stage.done(&mod_, CommandBody::Admit { participants: Vec::new() });
    assert_eq!(stage.beside.pop(), Some(Effect::LetIn([ids(&guests[..1]), ids(&guests[2..])].concat())));
    for guest in &guests {
        stage.arrive(guest);
    }
    let late = actor(20, Role::Attendee);
    stage.knock(&late);
    stage.done(&mod_, rule(RulesEdit::Lobby { on: false }));
    assert_eq!(stage.beside.pop(), Some(Effect::LetIn(vec![late.participant])));
}

#[test]
fn who_waits_comes_in_once_the_room_is_neither_locked_nor_has_a_lobby() {
    let (mut stage, mod_, _) = mod_and_vera();
    let walt = actor(3, Role::Attendee);
    stage.done(&mod_, rule(RulesEdit::Lobby { on: true }));
    stage.knock(&walt);
    stage.beside.clear();
    stage.done(&mod_, rule(RulesEdit::Lock { on: true }));
    stage.done(&mod_, rule(RulesEdit::Lobby { on: false }));
    assert_eq!((stage.beside.len(), stage.room.waiting().len()), (0, 1), "it is locked");
    let told = stage.done(&mod_, rule(RulesEdit::Lock { on: false }));
    assert_eq!(told.last(), Some(&UpdateBody::Admitted { participants: vec![walt.participant] }));
    assert_eq!(stage.beside, [Effect::LetIn(vec![walt.participant])]);
}

#[test]
fn a_lobby_knows_after_a_restart_who_was_in_and_lets_nobody_else_slip_in() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let (guest, waits) = (actor(10, Role::Attendee), actor(11, Role::Attendee));
    stage.done(&mod_, rule(RulesEdit::Lobby { on: true }));
    stage.knock(&guest);
    stage.done(&mod_, CommandBody::Admit { participants: vec![guest.participant] });
    stage.arrive(&guest);
    stage.done(&mod_, act(&guest, SanctionAct::Mute));
    stage.knock(&waits);
    stage.room = stage.replayed();
    for who in [&vera, &guest, &mod_] {
        assert_eq!(stage.door(who), Door::Open, "{}", who.name);
    }
    stage.knock(&waits);
    stage.pass(GRACE_AFTER_RESTART);
    assert_eq!(stage.door(&vera), Door::Open, "however late they come");
}

#[test]
fn a_locked_room_lets_those_back_in_who_were_here_and_the_crew() {
    let (mut stage, mod_, vera) = mod_and_vera();
    stage.done(&mod_, rule(RulesEdit::Lock { on: true }));
    stage.depart(&vera);
    let (late, speaker) = (actor(10, Role::Attendee), actor(11, Role::Speaker));
    for restarted in [false, true] {
        if restarted {
            stage.room = stage.replayed();
        }
        assert_eq!((stage.door(&vera), stage.door(&speaker)), (Door::Open, Door::Open));
        assert!(matches!(stage.door(&late), Door::Shut { refusal: Refusal::RoomLocked, retry_after: Some(_) }));
    }
    stage.done(&mod_, rule(RulesEdit::Lock { on: false }));
    assert_eq!(stage.door(&late), Door::Open);
}

#[test]
fn a_room_that_is_locked_right_after_a_restart_keeps_those_who_are_back_and_nobody_else() {
    for guard in [RulesEdit::Lock { on: true }, RulesEdit::Lobby { on: true }] {
        let (stage, mod_, vera) = mod_and_vera();
        let mut stage = Stage { room: stage.replayed(), ..stage };
        stage.arrive(&mod_);
        stage.arrive(&vera);
        stage.done(&mod_, rule(guard));
        stage.depart(&vera);
        assert_eq!(stage.door(&vera), Door::Open, "she was here when it was locked");
        assert_ne!(stage.door(&actor(10, Role::Attendee)), Door::Open, "whoever was not waits, or comes again");
    }
}

#[test]
fn what_was_opened_again_while_all_is_stopped_stops_again() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let before = stage.rules();
    stage.done(&mod_, CommandBody::StopAll);
    stage.done(&mod_, rule(RulesEdit::Chat { on: true }));
    stage.say(&vera, "bad again");
    stage.done(&mod_, CommandBody::StopAll);
    assert_eq!(stage.refused(&vera, CommandBody::say("and again".to_owned())), Refusal::Closed);
    stage.done(&mod_, CommandBody::Resume);
    assert_eq!(stage.rules(), before, "as it was before the first stop");
}

#[test]
fn whoever_never_came_is_kept_out_all_the_same_once_the_room_was_told_of_them() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let eve = actor(66, Role::Attendee);
    let ban = act(&eve, SanctionAct::Ban);
    assert_eq!(stage.room.stranger(&mod_, &ban), Some(eve.participant));
    assert_eq!(stage.room.stranger(&vera, &ban), None, "it is refused in any case");
    assert_eq!(stage.room.stranger(&mod_, &act(&vera, SanctionAct::Ban)), None, "she is here");
    assert_eq!(stage.refused(&vera, ban.clone()), Refusal::NotAllowed, "whether there is such a person is not told");
    assert_eq!(stage.refused(&mod_, ban.clone()), Refusal::NoSuchParticipant);
    stage.room.introduce(eve.participant, Person { name: eve.name.clone(), role: eve.role });
    stage.done(&mod_, rule(RulesEdit::Lock { on: true }));
    assert!(matches!(stage.door(&eve), Door::Shut { refusal: Refusal::RoomLocked, .. }), "to be known is not to be here");
    stage.done(&mod_, ban);
    assert_eq!(stage.door(&eve), shut(Refusal::Banned, None));
}

#[test]
fn a_report_is_short_however_long_what_stands_around_is_and_however_often_it_was_changed() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let long = "x".repeat(2_000);
    let mut last = None;
    for _ in 0..6 {
        let message = stage.say(&vera, &long);
        for number in 0..5 {
            let text = format!("{number}{}", &long[1..]);
            stage.done(&vera, CommandBody::EditMessage { message, text, mentions: Vec::new() });
        }
        last = Some(message);
    }
    let message = last.unwrap();
    stage.done(&mod_, report(ReportTarget::Message { message }));
    let filed = stage.reports().pop().expect("it was filed");
    let lengths: Vec<_> = filed.context.iter().map(|message| message.text.len()).collect();
    assert_eq!(lengths, [300, 300, 300, 300, 300, 2_000], "{filed:?}");
    let (reported, around) = filed.context.split_last().expect("what is reported");
    assert!(around.iter().all(|message| message.earlier.is_empty()));
    assert_eq!(reported.earlier.iter().map(String::len).collect::<Vec<_>>(), [400; 5]);
}

#[test]
fn no_number_of_edits_takes_out_of_sight_what_was_said_first() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let walt = actor(3, Role::Attendee);
    let nasty = format!("{}nasty", "é".repeat(1_500));
    let message = stage.say(&walt, &nasty);
    let edit = |text: String| CommandBody::EditMessage { message, text, mentions: Vec::new() };
    stage.done(&walt, edit("nice".to_owned()));
    stage.done(&vera, of(message));
    for number in 0..6 {
        stage.done(&walt, edit(format!("nice {number}")));
    }
    let said = stage.crew_view().chat.pop().expect("it was said");
    assert_eq!(said.earlier, [nasty.as_str(), "nice 1", "nice 2", "nice 3", "nice 4"]);
    stage.done(&mod_, of(message));
    let kept: Vec<_> = stage.reports().iter().map(|report| report.context[0].earlier.clone()).collect();
    let in_short = nasty.chars().take(400).collect::<String>();
    assert_eq!(kept[0], [nasty], "it was reported after one edit");
    assert_eq!(kept[1], [in_short.as_str(), "nice 1", "nice 2", "nice 3", "nice 4"]);
}

#[test]
fn a_question_that_its_author_took_back_is_reported_all_the_same() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let walt = actor(3, Role::Attendee);
    let about = |question| CommandBody::Report { target: ReportTarget::Question { question }, reason: String::new() };
    let asked = |stage: &mut Stage, text: &str| -> houselights_shared::AskedId {
        stage.done(&walt, CommandBody::AskQuestion { text: text.to_owned(), anonymous: false });
        command_id(stage.commands).into()
    };
    let unseen = asked(&mut stage, "unseen");
    stage.done(&walt, CommandBody::WithdrawQuestion { question: unseen });
    stage.done(&mod_, rule(RulesEdit::Review { on: false }));
    let nasty = asked(&mut stage, "nasty");
    stage.done(&walt, CommandBody::WithdrawQuestion { question: nasty });
    stage.room = stage.replayed();
    assert_eq!(stage.refused(&vera, about(unseen)), Refusal::NoSuchQuestion, "nobody saw it");
    stage.done(&vera, about(nasty));
    let reports = stage.reports();
    assert_eq!((reports[0].words.as_str(), reports[0].target), ("nasty", ReportTarget::Question { question: nasty }));
    for number in 0..32 {
        let question = asked(&mut stage, &number.to_string());
        stage.done(&walt, CommandBody::WithdrawQuestion { question });
    }
    assert_eq!(stage.refused(&mod_, about(nasty)), Refusal::NoSuchQuestion, "that was long ago");
}

fn lift_alone(whom: &Actor, kind: SanctionKind) -> CommandBody {
    CommandBody::LiftSanction { participant: whom.participant, kind: Some(kind) }
}

#[test]
fn a_milder_sanction_stands_beside_a_harder_one_and_each_ends_alone() {
    let (mut stage, mod_, vera) = mod_and_vera();
    stage.done(&mod_, act(&vera, SanctionAct::Mute));
    stage.done(&mod_, act(&vera, SanctionAct::Ban));
    stage.beside.clear();
    stage.done(&mod_, act(&vera, SanctionAct::TimeOut { seconds: 60 }));
    assert!(!stage.beside.iter().any(|effect| matches!(effect, Effect::Ban { .. })), "{:?}", stage.beside);
    stage.room = stage.replayed();
    stage.pass(60 * SECOND);
    let told = stage.published.last().map(|update| update.body.clone());
    assert_eq!(told, Some(UpdateBody::SanctionLifted { participant: vera.participant, kind: Some(SanctionKind::TimedOut) }));
    assert_eq!((stage.door(&vera), stage.room.banned()), (shut(Refusal::Banned, None), vec![vera.participant]));
    stage.beside.clear();
    stage.done(&mod_, lift_alone(&vera, SanctionKind::Banned));
    assert_eq!(stage.beside, [Effect::Ban { participant: vera.participant, banned: false }]);
    assert_eq!(stage.door(&vera), Door::Open);
    assert_eq!(stage.refused(&vera, CommandBody::say("hi".to_owned())), Refusal::Muted, "as before it all");
    assert_eq!(stage.done(&mod_, lift_alone(&vera, SanctionKind::Banned)), [UpdateBody::HIDDEN], "once");
    assert_eq!(stage.refused(&mod_, lift_alone(&vera, SanctionKind::Unknown)), Refusal::UnknownCommand);
    stage.done(&mod_, act(&vera, SanctionAct::Remove));
    stage.done(&mod_, lift(&vera));
    stage.say(&vera, "free of all of it");
}

#[test]
fn what_one_moderator_takes_back_leaves_what_another_did_since() {
    let (mut stage, mod_, vera) = mod_and_vera();
    let noor = actor(3, Role::Moderator);
    stage.done(&mod_, act(&vera, SanctionAct::Mute));
    stage.done(&noor, act(&vera, SanctionAct::Ban));
    stage.done(&mod_, lift_alone(&vera, SanctionKind::Muted));
    let kept = stage.crew_view().crew.expect("moderators see the crew").sanctions;
    let [ban] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!((ban.by, ban.sanction.kind()), (noor.participant, SanctionKind::Banned));
}
