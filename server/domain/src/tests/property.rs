//! Whatever is asked of a room, its log is the whole truth.

use std::collections::{HashMap, HashSet};

use houselights_shared::{
    AskedId, CastMember, Choice, Cue, CueId, MAX_ON_STAGE, Overlay, PlannedPoll, PlannedScene, PlannedSession, PollForm,
    PollId, PollKind, ReportTarget, ResultsShown, RulesEdit, RunOfShow, SanctionAct, SanctionKind, SceneEdit, Sending,
    SessionId, Standing,
};
use proptest::prelude::*;

use super::*;
use crate::{Retelling, View, tests::model};

/// Ten speakers, so that a stage can be full; two of the audience, then one of each other role, and two devices of the producer.
const PEOPLE: usize = 17;

#[derive(Clone, Debug)]
pub(super) enum Step {
    Ask { who: usize, id: u8, body: CommandBody },
    Arrive(usize),
    Depart(usize),
    Pass(u8),
    ClockSetBack,
    Restart,
    Plan(RunOfShow),
}

fn person(index: usize) -> Actor {
    if let Some(device) = index.checked_sub(15) {
        return on(&person(13), device as u128);
    }
    let role = match index {
        10 | 11 => Role::Attendee,
        12 => Role::Moderator,
        13 => Role::Producer,
        14 => Role::Organizer,
        _ => Role::Speaker,
    };
    actor(index as u128 + 1, role)
}

fn participant() -> impl Strategy<Value = ParticipantId> {
    (0..PEOPLE).prop_map(|index| person(index).participant)
}

fn any_scene() -> impl Strategy<Value = Scene> {
    let layout = prop_oneof![1 => Just(Layout::Solo), 1 => Just(Layout::SideBySide), 3 => Just(Layout::Grid), 1 => Just(Layout::Unknown)];
    (layout, prop::collection::vec(prop::option::weighted(0.8, participant()), 0..11))
        .prop_map(|(layout, seats)| Scene { layout, seats })
}

fn any_edit() -> impl Strategy<Value = SceneEdit> {
    let layout = prop_oneof![Just(Layout::Solo), Just(Layout::SideBySide), Just(Layout::Grid), Just(Layout::Unknown)];
    prop_oneof![
        layout.prop_map(|layout| SceneEdit::Divide { layout }),
        (0u8..11, participant()).prop_map(|(seat, participant)| SceneEdit::Seat { seat, participant }),
        (0u8..11).prop_map(|seat| SceneEdit::Empty { seat }),
        participant().prop_map(|participant| SceneEdit::Add { participant }),
        participant().prop_map(|participant| SceneEdit::Remove { participant }),
        Just(SceneEdit::Unknown),
    ]
}

/// Cues of a few, in any order, in two sessions and outside, some with a scene.
fn any_plan() -> impl Strategy<Value = RunOfShow> {
    let cast = || prop::collection::vec(participant(), 0..4);
    let cues = Just((0u8..6).collect::<Vec<_>>()).prop_shuffle();
    (cast(), cast(), cues, 0usize..7, any::<u8>()).prop_map(|(one, other, cues, most, word)| {
        let member = |participant| CastMember { participant, name: format!("Cast {participant}") };
        let session = |number: u128, cast: Vec<ParticipantId>| PlannedSession {
            session: SessionId::from_uuid(Uuid::from_u128(number)),
            title: format!("Session {number}"),
            cast: cast.into_iter().map(member).collect(),
            uninvited: 0,
        };
        let layouts = [("one", Layout::Solo), ("two", Layout::SideBySide), ("all", Layout::Grid)];
        let scene = |(name, layout): (&str, Layout)| PlannedScene { name: name.to_owned(), layout };
        let cue = |id: u8| Cue {
            id: cue_id(id),
            title: format!("Cue {id} {}", word % 3),
            minutes: id.into(),
            due: None,
            scene: ["one", "two", "all"].get(usize::from(id)).map(|name| (*name).to_owned()),
            notes: String::new(),
            session: (id > 0).then(|| SessionId::from_uuid(Uuid::from_u128((id % 2).into()))),
            dropped: false,
        };
        RunOfShow {
            scenes: layouts.map(scene).to_vec(),
            sessions: vec![session(0, one), session(1, other)],
            cues: cues.into_iter().take(most).map(cue).collect(),
            polls: (0..word % 4).map(|id| planned_poll(id, word)).collect(),
        }
    })
}

fn planned_poll(id: u8, word: u8) -> PlannedPoll {
    let form = PollForm {
        question: format!("Planned {id} {}", word % 3),
        kind: PollKind::Single,
        options: ["Yes", "No"].map(str::to_owned).to_vec(),
        correct: Vec::new(),
        shown: ResultsShown::Always,
        named: false,
        changeable: true,
        seconds: None,
    };
    PlannedPoll { id: PollId::from_uuid(Uuid::from_u128(0xF000 + u128::from(id))), session: String::new(), form, asked: false }
}

fn cue_id(number: u8) -> CueId {
    CueId::from_uuid(Uuid::from_u128(0xC000 + u128::from(number)))
}

fn message_id() -> impl Strategy<Value = MessageId> {
    any::<u8>().prop_map(|id| command_id(id.into()).into())
}

fn asked_id() -> impl Strategy<Value = AskedId> {
    any::<u8>().prop_map(|id| command_id(id.into()).into())
}

fn poll_id() -> impl Strategy<Value = PollId> {
    (0u8..4).prop_map(|id| PollId::from_uuid(Uuid::from_u128(0xF000 + u128::from(id))))
}

fn people() -> impl Strategy<Value = Vec<ParticipantId>> {
    prop::collection::vec(participant(), 0..3)
}

fn any_form() -> impl Strategy<Value = PollForm> {
    let kind = prop_oneof![
        Just(PollKind::Single),
        Just(PollKind::Multiple { most: 2 }),
        Just(PollKind::Rating { stars: 5 }),
        Just(PollKind::WordCloud { words: 2 }),
        Just(PollKind::OpenText),
        Just(PollKind::Quiz { points: 100 }),
        Just(PollKind::Unknown),
    ];
    let shown = prop_oneof![Just(ResultsShown::Always), Just(ResultsShown::AfterVote), Just(ResultsShown::AfterClose)];
    (kind, shown, any::<(bool, bool, bool)>(), 0u8..4).prop_map(|(kind, shown, (named, changeable, timed), right)| {
        let has_options = matches!(kind, PollKind::Single | PollKind::Multiple { .. } | PollKind::Quiz { .. });
        let options = if has_options { ["one", "two", "three"].map(str::to_owned).to_vec() } else { Vec::new() };
        let seconds = timed.then_some(20);
        PollForm { question: "Which?".to_owned(), kind, options, correct: vec![right], shown, named, changeable, seconds }
    })
}

fn any_choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        4 => prop::collection::vec(0u8..4, 1..3).prop_map(|options| Choice::Options { options }),
        1 => (0u8..7).prop_map(|stars| Choice::Rating { stars }),
        1 => prop::collection::vec("[a-c]{1,2}", 0..3).prop_map(|words| Choice::Words { words }),
        1 => "[a-c ]{0,4}".prop_map(|text| Choice::Text { text }),
    ]
}

fn any_rule() -> impl Strategy<Value = RulesEdit> {
    let on = any::<bool>;
    prop_oneof![
        on().prop_map(|on| RulesEdit::Chat { on }),
        (0u16..3).prop_map(|seconds| RulesEdit::SlowMode { seconds }),
        on().prop_map(|on| RulesEdit::Links { on }),
        prop::collection::vec("[a-c]{0,2}", 0..3).prop_map(|words| RulesEdit::AddWords { words }),
        prop::collection::vec("[a-c]{0,2}", 0..3).prop_map(|words| RulesEdit::RemoveWords { words }),
        on().prop_map(|on| RulesEdit::Questions { on }),
        on().prop_map(|on| RulesEdit::Review { on }),
        on().prop_map(|on| RulesEdit::Anonymous { on }),
        on().prop_map(|on| RulesEdit::Hands { on }),
        on().prop_map(|on| RulesEdit::Lobby { on }),
        Just(RulesEdit::Unknown),
    ]
}

fn any_kind() -> impl Strategy<Value = Option<SanctionKind>> {
    use SanctionKind::{Banned, Muted, Removed, TimedOut, Unknown};
    proptest::option::of(proptest::sample::select(vec![Muted, TimedOut, Removed, Banned, Unknown]))
}

fn any_act() -> impl Strategy<Value = SanctionAct> {
    prop_oneof![
        3 => Just(SanctionAct::Mute),
        1 => (0u32..30).prop_map(|seconds| SanctionAct::TimeOut { seconds }),
        1 => Just(SanctionAct::Remove),
        1 => Just(SanctionAct::Ban),
    ]
}

fn any_overlay() -> impl Strategy<Value = Overlay> {
    prop_oneof![
        poll_id().prop_map(|poll| Overlay::Poll { poll }),
        asked_id().prop_map(|question| Overlay::Question { question }),
    ]
}

/// What the audience does, and what is done about it.
fn audience_body() -> impl Strategy<Value = CommandBody> {
    prop_oneof![
        2 => (message_id(), "[ -~]{0,9}", people()).prop_map(|(message, text, mentions)| CommandBody::EditMessage { message, text, mentions }),
        2 => ("[a-c ]{0,9}", prop::option::of(message_id()), people()).prop_map(|(text, reply_to, mentions)| CommandBody::SendMessage { text, reply_to, mentions }),
        2 => message_id().prop_map(|message| CommandBody::HideMessage { message }),
        2 => message_id().prop_map(|message| CommandBody::ShowMessage { message }),
        2 => message_id().prop_map(|message| CommandBody::PinMessage { message }),
        1 => message_id().prop_map(|message| CommandBody::UnpinMessage { message }),
        1 => "[a-c]{0,3}".prop_map(|text| CommandBody::Announce { text }),
        1 => message_id().prop_map(|announcement| CommandBody::EndAnnouncement { announcement }),
        2 => ("[a-c]{0,3}", people()).prop_map(|(text, mentions)| CommandBody::SendNote { text, reply_to: None, mentions }),
        1 => message_id().prop_map(|note| CommandBody::RemoveNote { note }),
        4 => ("[a-c]{0,5}", any::<bool>()).prop_map(|(text, anonymous)| CommandBody::AskQuestion { text, anonymous }),
        1 => asked_id().prop_map(|question| CommandBody::WithdrawQuestion { question }),
        3 => (asked_id(), any::<bool>()).prop_map(|(question, up)| CommandBody::UpvoteQuestion { question, up }),
        3 => asked_id().prop_map(|question| CommandBody::OpenQuestion { question }),
        1 => asked_id().prop_map(|question| CommandBody::DismissQuestion { question }),
        1 => asked_id().prop_map(|question| CommandBody::HoldQuestion { question }),
        1 => (asked_id(), prop::option::of("[a-c]{0,3}")).prop_map(|(question, answer)| CommandBody::AnswerQuestion { question, answer }),
        1 => (asked_id(), asked_id()).prop_map(|(question, into)| CommandBody::MergeQuestion { question, into }),
        1 => (asked_id(), prop_oneof![Just(Standing::Waiting), Just(Standing::Open), Just(Standing::Dismissed)])
            .prop_map(|(question, standing)| CommandBody::RestoreQuestion { question, standing }),
        4 => (poll_id(), any_form()).prop_map(|(poll, form)| CommandBody::DraftPoll { poll, form }),
        2 => poll_id().prop_map(|poll| CommandBody::DraftPlanned { poll }),
        1 => poll_id().prop_map(|poll| CommandBody::DropPoll { poll }),
        3 => poll_id().prop_map(|poll| CommandBody::OpenPoll { poll }),
        1 => poll_id().prop_map(|poll| CommandBody::ClosePoll { poll }),
        1 => poll_id().prop_map(|poll| CommandBody::ReopenPoll { poll }),
        1 => poll_id().prop_map(|poll| CommandBody::ArchivePoll { poll }),
        6 => (poll_id(), any_choice()).prop_map(|(poll, choice)| CommandBody::Vote { poll, choice }),
        2 => (poll_id(), "[a-c]{1,2}").prop_map(|(poll, answer)| CommandBody::HideAnswer { poll, answer }),
        1 => (poll_id(), "[a-c]{1,2}").prop_map(|(poll, answer)| CommandBody::ShowAnswer { poll, answer }),
        2 => any_overlay().prop_map(|overlay| CommandBody::ShowOverlay { overlay }),
        1 => any_overlay().prop_map(|overlay| CommandBody::ClearOverlay { overlay }),
        3 => "[a-c]{0,3}".prop_map(|note| CommandBody::RaiseHand { note }),
        1 => Just(CommandBody::LowerHand),
        3 => participant().prop_map(|participant| CommandBody::TakeHand { participant }),
        1 => participant().prop_map(|participant| CommandBody::DismissHand { participant }),
        1 => participant().prop_map(|participant| CommandBody::RestoreHand { participant }),
        1 => Just(CommandBody::LeaveStage),
        2 => any_rule().prop_map(|change| CommandBody::EditRules { change }),
        1 => Just(CommandBody::StopAll),
        1 => Just(CommandBody::Resume),
        1 => (participant(), any_act()).prop_map(|(participant, act)| CommandBody::Sanction { participant, act }),
        2 => (participant(), any_kind()).prop_map(|(participant, kind)| CommandBody::LiftSanction { participant, kind }),
        2 => (message_id(), "[a-c]{0,3}").prop_map(|(message, reason)| CommandBody::Report { target: ReportTarget::Message { message }, reason }),
        1 => participant().prop_map(|participant| CommandBody::Report { target: ReportTarget::Person { participant }, reason: String::new() }),
        1 => any::<u8>().prop_map(|id| CommandBody::SettleReport { report: command_id(id.into()).into() }),
        1 => any::<u8>().prop_map(|id| CommandBody::ReopenReport { report: command_id(id.into()).into() }),
        1 => people().prop_map(|participants| CommandBody::Admit { participants }),
    ]
}

fn body() -> impl Strategy<Value = CommandBody> {
    prop_oneof![1 => show_body(), 1 => audience_body()]
}

fn show_body() -> impl Strategy<Value = CommandBody> {
    prop_oneof![
        3 => "[ -~\u{0}\u{a}é]{0,40}".prop_map(CommandBody::say),
        2 => any::<u8>().prop_map(|id| CommandBody::RemoveMessage { message: command_id(id.into()).into() }),
        2 => any::<(bool, bool, bool)>().prop_map(|(camera, microphone, take_over)| CommandBody::SetSending { sending: Sending { camera, microphone }, take_over }),
        4 => participant().prop_map(|participant| CommandBody::BringOnStage { participant }),
        2 => participant().prop_map(|participant| CommandBody::TakeOffStage { participant }),
        3 => any_scene().prop_map(|scene| CommandBody::SetPreview { scene }),
        2 => Just(CommandBody::SetPreview { scene: Scene::default() }),
        4 => any_edit().prop_map(|change| CommandBody::EditPreview { change }),
        4 => (0u8..7).prop_map(|id| CommandBody::CallCue { cue: cue_id(id) }),
        1 => Just(CommandBody::ResetCues),
        1 => "one|two|all|none".prop_map(|scene| CommandBody::PrepareScene { scene }),
        2 => Just(CommandBody::Take),
        1 => Just(CommandBody::GoLive),
        1 => Just(CommandBody::EndShow),
        1 => Just(CommandBody::UndoEnd),
        1 => Just(CommandBody::Unknown),
    ]
}

/// People with the right to it ask more often than people without, and crew is in more often than not.
pub(super) fn step() -> impl Strategy<Value = Step> {
    let who = prop_oneof![0..PEOPLE, 13..PEOPLE, 12..PEOPLE];
    prop_oneof![
        12 => (who, any::<u8>(), body()).prop_map(|(who, id, body)| Step::Ask { who, id, body }),
        6 => (0..PEOPLE).prop_map(Step::Arrive),
        1 => (0..PEOPLE).prop_map(Step::Depart),
        2 => (0u8..40).prop_map(Step::Pass),
        1 => Just(Step::ClockSetBack),
        1 => Just(Step::Restart),
        2 => any_plan().prop_map(Step::Plan),
    ]
}

/// So few people and ids that commands are often repeated.
fn step_of_few() -> impl Strategy<Value = Step> {
    let who = || prop_oneof![2 => Just(0), 2 => Just(13), 1 => Just(15)];
    prop_oneof![
        16 => (who(), 0u8..12, body()).prop_map(|(who, id, body)| Step::Ask { who, id, body }),
        4 => who().prop_map(Step::Arrive),
        1 => (0u8..40).prop_map(Step::Pass),
        2 => Just(Step::Restart),
        1 => any_plan().prop_map(Step::Plan),
    ]
}

pub(super) fn play(stage: &mut Stage, step: Step) {
    match step {
        Step::Ask { who, id, body } => drop(stage.repeat(&person(who), command_id(id.into()), body)),
        Step::Arrive(who) => stage.arrive(&person(who)),
        Step::Depart(who) => stage.depart(&person(who)),
        Step::Pass(seconds) => stage.pass(Duration::from_secs(seconds.into())),
        Step::ClockSetBack => stage.now = Timestamp::from_micros(stage.now.micros() - 5_000_000),
        Step::Restart => stage.room = stage.replayed(),
        Step::Plan(plan) => stage.plan(plan),
    }
}

fn assert_in_order(stage: &Stage) {
    let snapshot = stage.crew_view();
    let seated = |scene: &Scene| scene.seats.iter().flatten().copied().collect::<Vec<_>>();
    let (on_stage, backstage) = (stage.on_stage(), stage.backstage());
    let everyone: HashSet<_> = on_stage.iter().chain(&backstage).collect();
    assert_eq!(everyone.len(), on_stage.len() + backstage.len(), "everyone is in one place");
    assert!(on_stage.len() <= MAX_ON_STAGE);
    for scene in [&snapshot.program, &stage.preview()] {
        let people = seated(scene);
        assert!(scene.seats.len() <= scene.layout.seats());
        assert_eq!(people.iter().collect::<HashSet<_>>().len(), people.len(), "nobody has two seats");
        assert!(people.iter().all(|who| everyone.contains(who)));
    }
    let crew = snapshot.crew.as_ref().expect("the producer sees the crew");
    let dropped: Vec<_> = crew.run_of_show.cues.iter().filter(|cue| cue.dropped).map(|cue| cue.id).collect();
    assert!(
        dropped.iter().all(|cue| crew.called.is_some_and(|called| called.cue == *cue)),
        "only what is called outlives the plan"
    );
    assert!(crew.called.is_none_or(|called| crew.run_of_show.cues.iter().any(|cue| cue.id == called.cue)));
    assert!(seated(&snapshot.program).iter().all(|who| on_stage.contains(who)), "program shows only who is on stage");
}

/// For each role: from every snapshot on, the updates lead to the next; what was missed leads to the end; and what was stored leads to the same room.
fn assert_the_log_is_the_truth(stage: &Stage, role: Role, snapshots: &[Snapshot]) {
    let last = stage.room.snapshot(role);
    for from in snapshots.iter().chain([&model::empty(&last)]) {
        let (mut held, mut late) = (from.clone(), from.clone());
        for update in stage.room.since(from.seq).expect("the room remembers it all") {
            let view = View::of(role);
            model::apply(&mut late, &view.seen(&stage.room.retold(view, &update)), view.looks_after());
            model::apply(&mut held, &view.seen(&update), view.looks_after());
            if let Some(same) = snapshots.iter().find(|snapshot| snapshot.seq == held.seq) {
                assert_eq!(&held, same);
            }
        }
        assert_eq!(held, last);
        assert_eq!(late, last, "what was missed");
    }
    assert_eq!(stage.replayed().snapshot(role), last);
}

/// What a room tells is taken elsewhere.
fn assert_it_is_told_again(stage: &Stage) {
    let mut retelling = Retelling::default();
    for update in &stage.published {
        assert_eq!(retelling.follow(update), Ok(()), "{update:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_and_the_updates_after_it_equal_the_log_replayed(steps in prop::collection::vec(step(), 1..120)) {
        let mut stage = Stage::new();
        let (mut control, mut moderators, mut crew, mut audience) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for step in steps {
            play(&mut stage, step);
            assert_in_order(&stage);
            control.push(stage.room.snapshot(Role::Producer));
            moderators.push(stage.room.snapshot(Role::Moderator));
            crew.push(stage.room.snapshot(Role::Speaker));
            audience.push(stage.room.snapshot(Role::Attendee));
        }
        assert_the_log_is_the_truth(&stage, Role::Producer, &control);
        assert_the_log_is_the_truth(&stage, Role::Moderator, &moderators);
        assert_the_log_is_the_truth(&stage, Role::Speaker, &crew);
        assert_the_log_is_the_truth(&stage, Role::Attendee, &audience);
        prop_assert!(stage.published.windows(2).all(|pair| pair[0].seq.next() == pair[1].seq && pair[0].at <= pair[1].at));
        prop_assert_eq!(stage.media.clone().unwrap_or_default(), stage.room.media_plan());
        assert_it_is_told_again(&stage);
    }

    /// A restart anywhere: answers to old commands, rules and media plan are those of the room that never went down.
    #[test]
    fn a_restart_changes_nothing_but_who_is_connected(
        before in prop::collection::vec(step(), 1..60),
        after in prop::collection::vec((0..PEOPLE, any::<u8>(), body()), 1..30),
    ) {
        let mut stage = Stage::new();
        for step in before {
            play(&mut stage, step);
        }
        // Everybody is here, before and after: who has been seen is not in the log.
        (0..PEOPLE).map(person).for_each(|who| stage.arrive(&who));
        let mut restarted = stage.replayed();
        for who in (0..PEOPLE).map(person) {
            prop_assert_eq!(restarted.arrive(stage.now, &who), []);
        }
        prop_assert_eq!(restarted.media_plan(), stage.room.media_plan());
        // Everybody is there, so that both know the same people.
        for number in 0..PEOPLE {
            let effects = stage.room.arrive(stage.now, &person(number));
            prop_assert_eq!(&restarted.arrive(stage.now, &person(number)), &effects);
            stage.follow(effects);
        }
        for (who, id, body) in after {
            let command = Command { id: command_id(id.into()), room: room_id(), body };
            let effects = stage.room.handle(stage.now, &person(who), &command);
            prop_assert_eq!(&restarted.handle(stage.now, &person(who), &command), &effects);
            stage.follow(effects);
        }
    }

    /// Whatever was done since, restarts too: an accepted command, also one that changed nothing, is answered as it was first, and
    /// done once.
    #[test]
    fn a_repeat_gets_the_first_answer_and_changes_nothing(steps in prop::collection::vec(step_of_few(), 1..120)) {
        let mut stage = Stage::new();
        let mut first = HashMap::new();
        for step in steps {
            let Step::Ask { who, id, body } = step else {
                play(&mut stage, step);
                continue;
            };
            let before = stage.crew_view();
            let outcome = stage.repeat(&person(who), command_id(id.into()), body);
            let key = (person(who).participant, id);
            if let Some(answered) = first.get(&key) {
                prop_assert_eq!(&outcome, answered);
                prop_assert_eq!(stage.crew_view(), before);
            } else if let Outcome::Accepted { .. } = outcome {
                first.insert(key, outcome);
            }
        }
    }

    /// Of someone of the crew who never spoke or asked, was not named, and did not come on stage, the audience learns nothing.
    #[test]
    fn the_audience_never_learns_who_waits_backstage(steps in prop::collection::vec(step(), 1..120)) {
        let mut stage = Stage::new();
        for step in steps {
            play(&mut stage, step);
        }
        let became_known = |update: &Arc<Update>| -> Vec<ParticipantId> {
            if let UpdateBody::CameOnStage { member } = &update.body {
                vec![member.participant]
            } else if let UpdateBody::MessageSent { message } = &update.body {
                [&[message.author], message.mentions.as_slice()].concat()
            } else if let UpdateBody::MessageEdited { mentions, .. } = &update.body {
                mentions.clone()
            } else if let UpdateBody::QuestionAsked { question } = &update.body {
                question.author.iter().map(|asker| asker.participant).collect()
            } else {
                Vec::new()
            }
        };
        let known: HashSet<ParticipantId> = stage.published.iter().flat_map(became_known).collect();
        let told: Vec<Update> = stage.published.iter().map(|update| update.for_audience()).collect();
        let heard = format!("{told:?} {:?}", stage.room.snapshot(Role::Attendee));
        // The first ten are speakers: no command of theirs but a message reaches the audience.
        for who in (0..10).map(person).filter(|who| !known.contains(&who.participant)) {
            prop_assert!(!heard.contains(&who.participant.to_string()), "{} is known to the audience", who.name);
        }
    }
}
