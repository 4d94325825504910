use houselights_shared::{
    CalledCue, CastMember, Cue, CueId, PlannedPoll, PlannedScene, PlannedSession, PollForm, PollId, PollKind, PollPhase,
    ResultsShown, SessionId,
};

use super::*;
use crate::View;

const NOTES: &str = "Cut them off if they go on about it.";

fn id(number: u128) -> CueId {
    CueId::from_uuid(Uuid::from_u128(0xC000 + number))
}

fn session(number: u128) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(0x5E55 + number))
}

fn cue(number: u128, of: Option<u128>, scene: Option<&str>) -> Cue {
    Cue {
        id: id(number),
        title: format!("Cue {number}"),
        minutes: 5,
        due: None,
        scene: scene.map(str::to_owned),
        notes: NOTES.to_owned(),
        session: of.map(session),
        dropped: false,
    }
}

fn with_cast(number: u128, cast: &[&Actor]) -> PlannedSession {
    let member = |who: &&Actor| CastMember { participant: who.participant, name: who.name.clone() };
    PlannedSession {
        session: session(number),
        title: format!("Session {number}"),
        cast: cast.iter().map(member).collect(),
        uninvited: 0,
    }
}

fn plan(sessions: Vec<PlannedSession>, cues: Vec<Cue>) -> RunOfShow {
    let scene = |(name, layout): (&str, Layout)| PlannedScene { name: name.to_owned(), layout };
    let scenes = [("Solo", Layout::Solo), ("Both", Layout::SideBySide), ("All", Layout::Grid)].map(scene).to_vec();
    RunOfShow { scenes, sessions, cues, polls: Vec::new() }
}

fn call(number: u128) -> CommandBody {
    CommandBody::CallCue { cue: id(number) }
}

fn prepare(scene: &str) -> CommandBody {
    CommandBody::PrepareScene { scene: scene.to_owned() }
}

impl Stage {
    fn called(&self) -> Option<CalledCue> {
        self.crew_view().crew.and_then(|crew| crew.called)
    }

    fn run(&self) -> Vec<(CueId, bool)> {
        let crew = self.crew_view().crew.expect("the producer sees the crew");
        crew.run_of_show.cues.iter().map(|cue| (cue.id, cue.dropped)).collect()
    }
}

#[test]
fn a_cue_is_called_once_and_its_clock_runs_from_then() {
    let (pat, deputy) = (actor(1, Role::Producer), actor(2, Role::Organizer));
    let mut stage = Stage::with(&[&pat, &deputy]);
    stage.plan(plan(vec![], vec![cue(1, None, None), cue(2, None, None)]));
    assert_eq!(stage.called(), None);
    assert_eq!(stage.done(&pat, call(1)), [UpdateBody::CueCalled { cue: id(1) }]);
    let called = Some(CalledCue { cue: id(1), at: stage.now });
    stage.pass(Duration::from_secs(30));
    assert_eq!(stage.done(&deputy, call(1)), [UpdateBody::HIDDEN], "a second hand changes nothing");
    assert_eq!(stage.called(), called);
    assert_eq!(stage.replayed().snapshot(Role::Producer).crew.and_then(|crew| crew.called), called, "a restart neither");
    assert_eq!(stage.refused(&pat, call(9)), Refusal::NoSuchCue);
}

#[test]
fn what_is_called_and_planned_is_told_to_nobody_who_speaks_or_watches() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    stage.plan(plan(vec![with_cast(1, &[&ada])], vec![cue(1, Some(1), Some("Solo"))]));
    stage.done(&pat, call(1));
    stage.done(&pat, CommandBody::ResetCues);
    assert!(stage.published.iter().skip(2).all(|update| update.for_audience().body == UpdateBody::HIDDEN));
    assert_eq!(stage.room.snapshot(Role::Attendee).crew, None);
    let speaker = stage.room.snapshot(Role::Speaker).crew.expect("they are in the green room");
    assert_eq!((speaker.run_of_show, speaker.called), (RunOfShow::default(), None));
    let told: Vec<_> = stage.published.iter().map(|update| View::of(Role::Speaker).seen(update)).collect();
    let of_calling =
        [UpdateBody::HIDDEN, UpdateBody::HIDDEN, UpdateBody::PreviewSet { scene: stage.preview() }, UpdateBody::HIDDEN];
    assert_eq!(told.iter().skip(2).map(|update| update.body.clone()).collect::<Vec<_>>(), of_calling);
    let heard = format!("{told:?} {:?}", stage.room.snapshot(Role::Speaker));
    assert!(!heard.contains(NOTES), "notes are for those who call the show");
}

#[test]
fn a_cue_puts_its_scene_into_the_preview_and_never_on_program() {
    let (pat, ada, grace) = (actor(1, Role::Producer), actor(2, Role::Speaker), actor(3, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada, &grace]);
    stage.plan(plan(vec![with_cast(1, &[&ada, &grace])], vec![cue(1, Some(1), Some("Both")), cue(2, Some(1), None)]));
    let both = scene(Layout::SideBySide, &[Some(&ada), Some(&grace)]);
    let told = stage.done(&pat, call(1));
    assert_eq!(told, [UpdateBody::CueCalled { cue: id(1) }, UpdateBody::PreviewSet { scene: both.clone() }]);
    assert_eq!((stage.crew_view().program, stage.on_stage()), (Scene::default(), vec![]));
    assert_eq!(stage.done(&pat, call(2)), [UpdateBody::CueCalled { cue: id(2) }], "without a scene the preview stays");
    assert_eq!(stage.preview(), both);
}

#[test]
fn who_is_not_here_is_not_seated_and_who_speaks_elsewhere_makes_room() {
    let [pat, host, ada, grace, jean] = [1, 2, 3, 4, 5].map(|number| actor(number, Role::Speaker));
    let pat = Actor { role: Role::Producer, ..pat };
    let mut stage = Stage::with(&[&pat, &host, &ada, &jean]);
    let sessions = vec![with_cast(1, &[&grace, &ada]), with_cast(2, &[&jean]), with_cast(3, &[&grace])];
    let cues = vec![
        cue(1, Some(1), Some("All")),
        cue(2, Some(2), Some("Both")),
        cue(3, Some(2), Some("Solo")),
        cue(4, Some(3), Some("Solo")),
    ];
    stage.plan(plan(sessions, cues));
    let seats = |stage: &Stage| stage.preview().seats.into_iter().flatten().collect::<Vec<_>>();
    stage.done(&pat, CommandBody::SetPreview { scene: scene(Layout::SideBySide, &[Some(&host), Some(&jean)]) });
    stage.done(&pat, call(1));
    assert_eq!(seats(&stage), [host.participant, ada.participant], "the host stays, Grace is not here");
    stage.done(&pat, call(2));
    assert_eq!(seats(&stage), [host.participant, jean.participant]);
    stage.done(&pat, call(3));
    assert_eq!(seats(&stage), [jean.participant], "a place is first for who speaks");
    stage.done(&pat, call(4));
    assert_eq!(stage.preview(), scene(Layout::Solo, &[Some(&jean)]), "nobody of the session is here: nobody is moved");
}

#[test]
fn a_scene_of_the_plan_is_prepared_with_who_speaks_now() {
    let (pat, ada, grace) = (actor(1, Role::Producer), actor(2, Role::Speaker), actor(3, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada, &grace]);
    stage.plan(plan(vec![with_cast(1, &[&ada, &grace])], vec![cue(1, Some(1), None)]));
    stage.done(&pat, CommandBody::SetPreview { scene: scene(Layout::Solo, &[Some(&grace)]) });
    stage.done(&pat, prepare("All"));
    assert_eq!(stage.preview(), scene(Layout::Grid, &[Some(&grace)]), "nothing is called");
    stage.done(&pat, call(1));
    stage.done(&pat, prepare("Both"));
    assert_eq!(stage.preview(), scene(Layout::SideBySide, &[Some(&grace), Some(&ada)]), "who sits keeps the seat");
    assert_eq!(stage.refused(&pat, prepare("Nowhere")), Refusal::NoSuchCue);
}

#[test]
fn the_cue_that_is_called_outlives_its_line_in_the_plan_until_another_is_called() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    let cues = || (1..=4).map(|number| cue(number, None, None));
    stage.plan(plan(vec![], cues().collect()));
    stage.done(&pat, call(3));
    stage.plan(plan(vec![], cues().filter(|cue| cue.id != id(3) && cue.id != id(2)).collect()));
    assert_eq!(stage.run(), [(id(1), false), (id(3), true), (id(4), false)]);
    assert_eq!(stage.called().map(|called| called.cue), Some(id(3)));
    let seq = stage.seq();
    stage.plan(plan(vec![], cues().filter(|cue| cue.id != id(3) && cue.id != id(2)).collect()));
    assert_eq!(stage.seq(), seq, "the same plan again changes nothing");
    stage.done(&pat, call(4));
    assert_eq!(stage.run(), [(id(1), false), (id(4), false)]);
    assert_eq!(stage.refused(&pat, call(3)), Refusal::NoSuchCue);
    stage.plan(plan(vec![], cues().collect()));
    assert_eq!(stage.run(), (1..=4).map(|number| (id(number), false)).collect::<Vec<_>>());
}

#[test]
fn after_a_rehearsal_nothing_is_called() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    stage.plan(plan(vec![], vec![cue(1, None, None)]));
    assert_eq!(stage.done(&pat, CommandBody::ResetCues), [UpdateBody::HIDDEN]);
    stage.done(&pat, call(1));
    assert_eq!(stage.done(&pat, CommandBody::ResetCues), [UpdateBody::CuesReset]);
    assert_eq!(stage.called(), None);
}

fn planned_poll(number: u128, question: &str, kind: PollKind) -> PlannedPoll {
    let form = PollForm {
        question: question.to_owned(),
        kind,
        options: ["Yes", "No"].map(str::to_owned).to_vec(),
        correct: Vec::new(),
        shown: ResultsShown::Always,
        named: false,
        changeable: true,
        seconds: None,
    };
    PlannedPoll { id: PollId::from_uuid(Uuid::from_u128(0xF000 + number)), session: "The talk".to_owned(), form, asked: false }
}

fn with_polls(polls: &[PlannedPoll]) -> RunOfShow {
    RunOfShow { polls: polls.to_vec(), ..RunOfShow::default() }
}

impl Stage {
    fn planned_polls(&self) -> Vec<PlannedPoll> {
        self.crew_view().crew.expect("the producer sees the crew").run_of_show.polls
    }
}

#[test]
fn a_poll_that_is_planned_becomes_a_draft_once_whoever_presses() {
    let (pat, deputy) = (actor(1, Role::Producer), actor(2, Role::Moderator));
    let mut stage = Stage::with(&[&pat]);
    let planned = [planned_poll(1, "First?", PollKind::Single), planned_poll(2, "Second?", PollKind::Multiple { most: 2 })];
    stage.plan(with_polls(&planned));
    let make = |number: usize| CommandBody::DraftPlanned { poll: planned[number].id };
    for who in [actor(8, Role::Speaker), actor(9, Role::Attendee)] {
        assert_eq!(stage.refused(&who, make(0)), Refusal::NotAllowed);
    }
    assert_eq!(stage.refused(&pat, CommandBody::DraftPlanned { poll: PollId::random() }), Refusal::NoSuchPoll);
    let drafted = stage.done(&pat, make(0));
    assert!(
        matches!(drafted.as_slice(), [UpdateBody::PollDrafted { poll }] if poll.id == planned[0].id && poll.form == planned[0].form)
    );
    assert_eq!(stage.done(&deputy, make(0)), [UpdateBody::HIDDEN], "a second hand makes no second one");
    stage.done(&deputy, make(1));
    stage.room = stage.replayed();
    assert_eq!(stage.done(&deputy, make(1)), [UpdateBody::HIDDEN], "also after a restart");
    assert_eq!(stage.crew_view().polls.len(), 2);
    // A draft that is thrown away by mistake can be made again.
    stage.done(&pat, CommandBody::DropPoll { poll: planned[0].id });
    assert!(stage.planned_polls().iter().all(|poll| !poll.asked));
    stage.done(&pat, make(0));
    assert_eq!(stage.crew_view().polls.len(), 2);
}

#[test]
fn what_was_asked_is_not_offered_again_and_a_plan_that_changes_offers_what_is_new() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    let first = planned_poll(1, "First?", PollKind::Single);
    stage.plan(with_polls(std::slice::from_ref(&first)));
    let poll = first.id;
    for body in [
        CommandBody::DraftPlanned { poll },
        CommandBody::OpenPoll { poll },
        CommandBody::ClosePoll { poll },
        CommandBody::ArchivePoll { poll },
        CommandBody::DropPoll { poll },
    ] {
        stage.done(&pat, body);
    }
    let asked = |stage: &Stage| stage.planned_polls().iter().map(|poll| poll.asked).collect::<Vec<_>>();
    assert_eq!(asked(&stage), [true]);
    assert_eq!(stage.done(&pat, CommandBody::DraftPlanned { poll }), [UpdateBody::HIDDEN]);
    assert_eq!(stage.refused(&pat, CommandBody::DraftPoll { poll, form: first.form.clone() }), Refusal::NoSuchPoll);
    let before = stage.seq();
    stage.plan(with_polls(std::slice::from_ref(&first)));
    assert_eq!(stage.seq(), before, "the plan is as it was");
    let new = planned_poll(2, "Second?", PollKind::Single);
    stage.plan(with_polls(&[first, new.clone()]));
    assert_eq!(asked(&stage), [true, false]);
    stage.room = stage.replayed();
    assert_eq!(asked(&stage), [true, false]);
    stage.done(&pat, CommandBody::DraftPlanned { poll: new.id });
    assert!(stage.crew_view().polls.iter().all(|made| made.id == new.id && made.phase == PollPhase::Draft));
}
