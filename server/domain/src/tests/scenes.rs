use houselights_shared::{CueId, MAX_ON_STAGE, SceneEdit};

use super::*;

fn set(scene: Scene) -> CommandBody {
    CommandBody::SetPreview { scene }
}

fn speakers(count: u128) -> Vec<Actor> {
    (10..10 + count).map(|number| actor(number, Role::Speaker)).collect()
}

#[test]
fn whoever_comes_on_takes_the_first_free_seat() {
    let (pat, ada, grace) = (actor(1, Role::Producer), actor(2, Role::Speaker), actor(3, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada, &grace]);
    stage.done(&pat, set(scene(Layout::Grid, &[None, Some(&ada), None])));
    stage.done(&pat, CommandBody::Take);
    let told = stage.bring_on(&pat, &grace);
    let program = scene(Layout::Grid, &[Some(&grace), Some(&ada), None]);
    assert!(matches!(told.as_slice(), [UpdateBody::CameOnStage { .. }, UpdateBody::ProgramSet { .. }]));
    assert_eq!(stage.crew_view().program, program);
    assert_eq!(stage.on_stage(), [ada.participant, grace.participant]);
}

#[test]
fn the_picture_is_divided_further_when_no_seat_is_free() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    let mut layouts = Vec::new();
    for ada in speakers(3) {
        stage.arrive(&ada);
        stage.bring_on(&pat, &ada);
        layouts.push(stage.crew_view().program.layout);
    }
    assert_eq!(layouts, [Layout::Solo, Layout::SideBySide, Layout::Grid]);
    assert_eq!(stage.crew_view().program.seats.len(), 3);
}

#[test]
fn taking_someone_off_frees_their_seat_and_keeps_the_others() {
    let (pat, ada, grace) = (actor(1, Role::Producer), actor(2, Role::Speaker), actor(3, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada, &grace]);
    stage.bring_on(&pat, &ada);
    stage.bring_on(&pat, &grace);
    let told = stage.done(&pat, CommandBody::TakeOffStage { participant: ada.participant });
    assert_eq!(told, [UpdateBody::LeftStage { participant: ada.participant }]);
    assert_eq!(stage.crew_view().program, scene(Layout::SideBySide, &[None, Some(&grace)]));
    assert_eq!(stage.backstage(), [pat.participant, ada.participant]);
    assert_eq!(stage.media.as_ref().map(|plan| plan.on_stage.clone()), Some(vec![grace.participant]));
}

#[test]
fn taking_off_someone_who_is_backstage_changes_nothing() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    let again = stage.done(&pat, CommandBody::TakeOffStage { participant: ada.participant });
    assert_eq!(again, [UpdateBody::HIDDEN], "it changes nothing");
    let stranger = CommandBody::TakeOffStage { participant: actor(9, Role::Speaker).participant };
    assert_eq!(stage.refused(&pat, stranger), Refusal::NoSuchParticipant);
}

#[test]
fn only_someone_in_the_green_room_can_be_brought_on() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    let bring = |who: &Actor| CommandBody::BringOnStage { participant: who.participant };
    assert_eq!(stage.refused(&pat, bring(&actor(9, Role::Speaker))), Refusal::NoSuchParticipant);
    stage.bring_on(&pat, &ada);
    assert_eq!(stage.refused(&pat, bring(&ada)), Refusal::NotBackstage);
}

#[test]
fn the_stage_is_full_at_nine() {
    let pat = actor(1, Role::Producer);
    let crew = speakers(MAX_ON_STAGE as u128);
    let mut stage = Stage::with(&crew.iter().chain([&pat]).collect::<Vec<_>>());
    for who in &crew {
        stage.bring_on(&pat, who);
    }
    assert_eq!(stage.refused(&pat, CommandBody::BringOnStage { participant: pat.participant }), Refusal::StageFull);
    stage.done(&pat, set(scene(Layout::Solo, &[Some(&pat)])));
    assert_eq!(stage.refused(&pat, CommandBody::Take), Refusal::StageFull, "a take brings on too");
    stage.done(&pat, CommandBody::TakeOffStage { participant: crew[0].participant });
    stage.done(&pat, CommandBody::Take);
    assert_eq!(stage.on_stage().len(), MAX_ON_STAGE);
}

#[test]
fn a_take_brings_those_seated_on_stage_first_and_swaps_the_scenes() {
    let (pat, ada, grace) = (actor(1, Role::Producer), actor(2, Role::Speaker), actor(3, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada, &grace]);
    stage.bring_on(&pat, &ada);
    let duo = scene(Layout::SideBySide, &[Some(&ada), Some(&grace)]);
    stage.done(&pat, set(duo.clone()));
    let told = stage.done(&pat, CommandBody::Take);
    assert!(
        matches!(told.as_slice(), [UpdateBody::CameOnStage { member }, UpdateBody::Taken { .. }] if member.participant == grace.participant)
    );
    assert_eq!((stage.crew_view().program, stage.preview()), (duo, scene(Layout::Solo, &[Some(&ada)])));
    stage.done(&pat, CommandBody::Take);
    assert_eq!(stage.crew_view().program, scene(Layout::Solo, &[Some(&ada)]));
    assert_eq!(stage.on_stage(), [ada.participant, grace.participant], "who is on stage stays there until taken off");
}

#[test]
fn a_scene_that_cannot_be_is_refused() {
    let (pat, ada, stranger) = (actor(1, Role::Producer), actor(2, Role::Speaker), actor(9, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    for impossible in [
        scene(Layout::Solo, &[Some(&ada), None]),
        scene(Layout::SideBySide, &[None, None, None]),
        scene(Layout::Grid, &[None; 10]),
        scene(Layout::Grid, &[Some(&ada), Some(&ada)]),
        scene(Layout::Grid, &[Some(&stranger)]),
        scene(Layout::Unknown, &[]),
    ] {
        assert_eq!(stage.refused(&pat, set(impossible)), Refusal::SceneInvalid);
    }
}

#[test]
fn the_same_preview_again_tells_nobody_anything() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    let solo = scene(Layout::Solo, &[Some(&ada)]);
    assert_eq!(stage.done(&pat, set(solo.clone())).len(), 1);
    assert_eq!(stage.done(&pat, set(solo)), [UpdateBody::HIDDEN]);
}

#[test]
fn a_change_of_the_preview_is_made_to_the_scene_as_it_stands() {
    let (pat, ada, grace, jean) =
        (actor(1, Role::Producer), actor(2, Role::Speaker), actor(3, Role::Speaker), actor(4, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada, &grace, &jean]);
    let [a, g, j] = [&ada, &grace, &jean].map(|who| who.participant);
    let add = |participant| SceneEdit::Add { participant };
    let divide = |layout| SceneEdit::Divide { layout };
    let seat = |seat, participant| SceneEdit::Seat { seat, participant };
    for (change, layout, seats) in [
        (add(a), Layout::Solo, vec![Some(a)]),
        (add(a), Layout::Solo, vec![Some(a)]),
        // A full scene: in place of who sits last.
        (add(g), Layout::Solo, vec![Some(g)]),
        (divide(Layout::Grid), Layout::Grid, vec![Some(g)]),
        // Two who ask at once both sit.
        (add(a), Layout::Grid, vec![Some(g), Some(a)]),
        (add(j), Layout::Grid, vec![Some(g), Some(a), Some(j)]),
        (seat(0, j), Layout::Grid, vec![Some(j), Some(a), Some(g)]),
        (seat(4, a), Layout::Grid, vec![Some(j), None, Some(g), None, Some(a)]),
        (SceneEdit::Remove { participant: a }, Layout::Grid, vec![Some(j), None, Some(g)]),
        (add(a), Layout::Grid, vec![Some(j), Some(a), Some(g)]),
        (SceneEdit::Empty { seat: 1 }, Layout::Grid, vec![Some(j), None, Some(g)]),
        (SceneEdit::Empty { seat: 8 }, Layout::Grid, vec![Some(j), None, Some(g)]),
        (divide(Layout::SideBySide), Layout::SideBySide, vec![Some(j), Some(g)]),
        (divide(Layout::Solo), Layout::Solo, vec![Some(j)]),
    ] {
        stage.done(&pat, CommandBody::EditPreview { change });
        assert_eq!(stage.crew_view().crew.unwrap().preview, Scene { layout, seats }, "{change:?}");
    }
    for change in
        [seat(1, a), seat(255, a), add(actor(9, Role::Speaker).participant), divide(Layout::Unknown), SceneEdit::Unknown]
    {
        assert_eq!(stage.refused(&pat, CommandBody::EditPreview { change }), Refusal::SceneInvalid, "{change:?}");
    }
}

#[test]
fn only_producers_and_organizers_direct_the_stage() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    let participant = ada.participant;
    for role in [Role::Attendee, Role::Speaker, Role::Moderator, Role::Unknown] {
        let other = actor(5, role);
        for body in [
            CommandBody::BringOnStage { participant },
            CommandBody::TakeOffStage { participant },
            set(Scene::default()),
            CommandBody::EditPreview { change: SceneEdit::Add { participant } },
            CommandBody::Take,
            CommandBody::CallCue { cue: CueId::random() },
            CommandBody::ResetCues,
            CommandBody::PrepareScene { scene: "Both".to_owned() },
            CommandBody::GoLive,
            CommandBody::EndShow,
            CommandBody::UndoEnd,
        ] {
            assert_eq!(stage.refused(&other, body), Refusal::NotAllowed);
        }
    }
}
