use houselights_shared::Sending;

use super::*;
use crate::{REMEMBERED_COMMANDS, REMEMBERED_UPDATES, ReplayError};

fn send(text: &str) -> CommandBody {
    CommandBody::say(text.to_owned())
}

#[test]
fn a_repeated_command_gets_the_first_answer_and_is_not_done_twice() {
    let vera = actor(1, Role::Attendee);
    let mut stage = Stage::new();
    let first = stage.repeat(&vera, command_id(1), send("once"));
    stage.repeat(&vera, command_id(2), send("between"));
    assert_eq!(stage.repeat(&vera, command_id(1), send("whatever the body")), first);
    assert_eq!(stage.seq(), Seq::new(2));
}

#[test]
fn a_repeat_after_a_restart_gets_the_first_answer() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    let bring = CommandBody::BringOnStage { participant: ada.participant };
    let first = stage.repeat(&pat, command_id(1), bring.clone());
    assert_eq!(first, Outcome::Accepted { seq: Seq::new(4) }, "the last of the command's updates");
    stage.room = stage.replayed();
    assert_eq!(stage.repeat(&pat, command_id(1), bring), first);
    assert_eq!(stage.seq(), Seq::new(4));
}

/// Each of these changes nothing, is accepted, and would undo what came after it if it were done again.
#[test]
fn a_command_that_changed_nothing_is_not_done_later_and_the_audience_learns_nothing_of_it() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let camera = Sending { camera: true, microphone: false };
    let solo = scene(Layout::Solo, &[Some(&ada)]);
    let nothings: [(&Actor, CommandBody, &Actor, CommandBody); 3] = [
        (&pat, CommandBody::SetPreview { scene: Scene::default() }, &pat, CommandBody::SetPreview { scene: solo }),
        (
            &ada,
            CommandBody::SetSending { sending: Sending::default(), take_over: false },
            &ada,
            CommandBody::SetSending { sending: camera, take_over: false },
        ),
        (
            &pat,
            CommandBody::TakeOffStage { participant: ada.participant },
            &pat,
            CommandBody::BringOnStage { participant: ada.participant },
        ),
    ];
    for (who, nothing, then_who, then) in nothings {
        let mut stage = Stage::with(&[&pat, &ada]);
        let first = stage.repeat(who, command_id(100), nothing.clone());
        assert_eq!(first, Outcome::Accepted { seq: Seq::new(3) });
        let told = stage.published.last().expect("it has its place").for_audience();
        assert_eq!((told.body, told.by), (UpdateBody::HIDDEN, None));
        stage.done(then_who, then);
        let (seq, stands) = (stage.seq(), stage.crew_view());
        stage.room = stage.replayed();
        assert_eq!(stage.repeat(who, command_id(100), nothing), first);
        assert_eq!((stage.seq(), stage.crew_view()), (seq, stands));
    }
}

#[test]
fn of_a_commands_updates_only_the_last_carries_it() {
    let (pat, ada) = (actor(1, Role::Producer), actor(2, Role::Speaker));
    let mut stage = Stage::with(&[&pat, &ada]);
    stage.bring_on(&pat, &ada);
    let commands: Vec<_> = stage.stored.iter().map(|entry| entry.command).collect();
    assert_eq!(commands, [None, None, None, Some((pat.participant, command_id(1)))]);
}

#[test]
fn the_same_id_of_another_person_is_another_command() {
    let (pat, org) = (actor(1, Role::Producer), actor(2, Role::Organizer));
    let mut stage = Stage::with(&[&pat, &org]);
    stage.repeat(&pat, command_id(1), CommandBody::GoLive);
    let outcome = stage.repeat(&org, command_id(1), CommandBody::EndShow);
    assert_eq!(outcome, Outcome::Accepted { seq: Seq::new(4) });
}

#[test]
fn a_refused_command_may_be_tried_again() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    stage.repeat(&pat, command_id(1), CommandBody::EndShow);
    stage.repeat(&pat, command_id(2), CommandBody::GoLive);
    assert_eq!(stage.repeat(&pat, command_id(1), CommandBody::EndShow), Outcome::Accepted { seq: Seq::new(3) });
}

#[test]
fn the_latest_commands_of_a_person_are_remembered() {
    let vera = actor(1, Role::Attendee);
    let mut stage = Stage::new();
    for number in 0..=REMEMBERED_COMMANDS as u128 {
        stage.repeat(&vera, command_id(number), send("x"));
    }
    let seq = stage.seq();
    assert_eq!(stage.repeat(&vera, command_id(1), send("x")), Outcome::Accepted { seq: Seq::new(2) });
    assert_eq!(stage.seq(), seq);
}

/// A question goes by the id of the command that asked it.
#[test]
fn a_question_that_was_withdrawn_is_not_asked_again_by_a_repeat_whatever_was_done_since() {
    let vera = actor(1, Role::Attendee);
    let mut stage = Stage::new();
    let ask = |text: &str| CommandBody::AskQuestion { text: text.to_owned(), anonymous: true };
    stage.done(&vera, ask("Why?"));
    let asked = command_id(stage.commands);
    stage.done(&vera, CommandBody::WithdrawQuestion { question: asked.into() });
    for _ in 0..=REMEMBERED_COMMANDS {
        stage.say(&vera, "x");
    }
    stage.room = stage.replayed();
    let outcome = stage.repeat(&vera, asked, ask("Why?"));
    assert_eq!(outcome, Outcome::Accepted { seq: stage.seq() });
    assert_eq!(stage.published.last().map(|update| &update.body), Some(&UpdateBody::HIDDEN));
    assert_eq!(stage.room.snapshot(Role::Moderator).questions, []);
    assert_eq!(stage.done(&vera, ask("Why?")).len(), 1, "who asks it anew asks it");
    assert_eq!(stage.room.snapshot(Role::Moderator).questions.len(), 1);
}

#[test]
fn a_command_of_a_newer_client_is_refused() {
    assert_eq!(Stage::new().refused(&actor(1, Role::Organizer), CommandBody::Unknown), Refusal::UnknownCommand);
}

#[test]
fn a_command_for_another_room_is_refused() {
    let mut stage = Stage::new();
    let command = Command { id: command_id(1), room: RoomId::from_uuid(Uuid::nil()), body: send("x") };
    let effects = stage.room.handle(stage.now, &actor(1, Role::Attendee), &command);
    let outcome = stage.follow(effects);
    assert_eq!(outcome, Some(Outcome::Refused { refusal: Refusal::NoSuchRoom, retry_after_ms: None }));
}

#[test]
fn a_resume_gets_what_was_missed_or_nothing_where_it_is_not_held() {
    let vera = actor(1, Role::Attendee);
    let mut stage = Stage::new();
    for _ in 0..5 {
        stage.say(&vera, "x");
    }
    let seqs =
        |after| stage.room.since(Seq::new(after)).map(|missed| missed.iter().map(|update| update.seq.number()).collect());
    assert_eq!(seqs(0), Some(vec![1, 2, 3, 4, 5]));
    assert_eq!(seqs(3), Some(vec![4, 5]));
    assert_eq!(seqs(5), Some(vec![]));
    assert_eq!(seqs(6), None, "beyond the end");
}

#[test]
fn a_resume_from_too_long_ago_is_not_held() {
    let vera = actor(1, Role::Attendee);
    let mut stage = Stage::new();
    for _ in 0..=REMEMBERED_UPDATES {
        stage.say(&vera, "x");
    }
    assert_eq!(stage.room.since(Seq::START), None);
    assert!(stage.room.since(Seq::new(1)).is_some());
    assert!(stage.replayed().since(Seq::new(1)).is_some(), "a restart forgets none of it");
}

#[test]
fn a_log_with_a_hole_or_of_another_room_is_not_replayed() {
    let vera = actor(1, Role::Attendee);
    let mut stage = Stage::new();
    for _ in 0..3 {
        stage.say(&vera, "x");
    }
    let replay = |room, entries: Vec<Entry>| Room::replay(room, TITLE.to_owned(), entries, stage.now).err();
    let holed = vec![stage.stored[0].clone(), stage.stored[2].clone()];
    assert_eq!(replay(room_id(), holed), Some(ReplayError::Gap { expected: Seq::new(2), found: Seq::new(3) }));
    let foreign = replay(RoomId::from_uuid(Uuid::nil()), stage.stored.clone());
    assert_eq!(foreign, Some(ReplayError::ForeignRoom { found: room_id() }));
}
