use houselights_shared::{AskedId, Choice, PollForm, PollId, PollKind, ResultsShown};

use super::*;
use crate::View;

/// What somebody is told who claims to have nothing at all.
fn retold(stage: &Stage, view: View) -> String {
    let missed = stage.room.since(Seq::START).expect("it remembers all");
    let told: Vec<_> = missed.iter().map(|update| view.seen(&stage.room.retold(view, update))).collect();
    format!("{told:?}")
}

#[test]
fn no_position_brings_back_what_was_hidden_removed_or_changed() {
    let (vera, mona) = (actor(1, Role::Attendee), actor(2, Role::Moderator));
    let mut stage = Stage::new();
    let hidden = stage.say(&vera, "hidden words");
    let removed = stage.say(&vera, "removed words");
    let edited = stage.say(&vera, "early words");
    stage.done(&mona, CommandBody::PinMessage { message: edited });
    stage.say(&vera, "words that stand");
    for text in ["middle words", "late words"] {
        stage.done(&vera, CommandBody::EditMessage { message: edited, text: text.to_owned(), mentions: Vec::new() });
    }
    let before = stage.room.retellings();
    stage.done(&mona, CommandBody::HideMessage { message: hidden });
    stage.done(&vera, CommandBody::RemoveMessage { message: removed });
    assert_eq!(stage.room.retellings(), before + 2);
    for view in [View::Audience, View::Crew] {
        let told = retold(&stage, view);
        for gone in ["hidden words", "removed words", "early words", "middle words"] {
            assert!(!told.contains(gone), "{gone}: {told}");
        }
        assert!(told.contains("late words") && told.contains("words that stand"), "{told}");
    }
    assert!(retold(&stage, View::Control).contains("hidden words"), "who looks after the room sees it as it was");
    stage.done(&mona, CommandBody::ShowMessage { message: hidden });
    assert!(retold(&stage, View::Audience).contains("hidden words"), "and what is shown again is told again");
}

#[test]
fn no_position_brings_back_what_the_room_holds_no_more() {
    let (vera, mona) = (actor(1, Role::Attendee), actor(2, Role::Moderator));
    let mut stage = Stage::with(&[&mona]);
    stage.arrive(&vera);
    let poll = PollId::from_uuid(Uuid::from_u128(7));
    let form = PollForm {
        question: "?".into(),
        kind: PollKind::OpenText,
        options: Vec::new(),
        correct: Vec::new(),
        shown: ResultsShown::Always,
        named: false,
        changeable: false,
        seconds: None,
    };
    let early = stage.say(&vera, "early words");
    stage.done(&mona, CommandBody::DraftPoll { poll, form });
    stage.done(&mona, CommandBody::OpenPoll { poll });
    stage.done(&vera, CommandBody::Vote { poll, choice: Choice::Text { text: "hidden answer".to_owned() } });
    stage.pass(Duration::from_secs(2));
    stage.done(&mona, CommandBody::HideAnswer { poll, answer: "hidden answer".to_owned() });
    for body in [CommandBody::ClosePoll { poll }, CommandBody::ArchivePoll { poll }] {
        stage.done(&mona, body);
    }
    let before = stage.room.retellings();
    stage.done(&mona, CommandBody::DropPoll { poll });
    assert_eq!(stage.room.retellings(), before + 1, "what was told before is told otherwise from now on");
    stage.done(&mona, CommandBody::PinMessage { message: early });
    stage.done(&vera, CommandBody::EditMessage { message: early, text: "hidden edit".to_owned(), mentions: Vec::new() });
    stage.done(&mona, CommandBody::HideMessage { message: early });
    // As after a restart, once the room holds no message that is so old.
    let late = stage
        .stored
        .iter()
        .filter(|entry| !matches!(&entry.update.body, UpdateBody::MessageSent { message } if message.id == early));
    let log = late.enumerate().map(|(at, entry)| {
        let seq = Seq::new(at as u64 + 1);
        Entry { update: Arc::new(Update { seq, ..Update::clone(&entry.update) }), command: entry.command }
    });
    stage.room = Room::replay(room_id(), TITLE.to_owned(), log.collect::<Vec<_>>(), stage.now).expect("the log has no hole");
    for view in [View::Audience, View::Crew] {
        let told = retold(&stage, view);
        for gone in ["hidden answer", "early words", "hidden edit"] {
            assert!(!told.contains(gone), "{gone}: {told}");
        }
    }
}

#[test]
fn no_position_brings_back_a_question_that_was_dismissed_or_withdrawn() {
    let (vera, mona) = (actor(1, Role::Attendee), actor(2, Role::Moderator));
    let mut stage = Stage::new();
    let mut ids = Vec::new();
    for text in ["Dismissed?", "Withdrawn?", "Open?"] {
        stage.done(&vera, CommandBody::AskQuestion { text: text.to_owned(), anonymous: false });
        let question = command_id(stage.commands).into();
        stage.done(&mona, CommandBody::OpenQuestion { question });
        ids.push(question);
    }
    stage.done(&mona, CommandBody::DismissQuestion { question: ids[0] });
    stage.done(&vera, CommandBody::WithdrawQuestion { question: ids[1] });
    let told = retold(&stage, View::Audience);
    assert!(!told.contains("Dismissed?") && !told.contains("Withdrawn?") && told.contains("Open?"), "{told}");
}

#[test]
fn no_position_brings_back_an_answer_that_is_not_the_answer_any_more() {
    let (vera, mona) = (actor(1, Role::Attendee), actor(2, Role::Moderator));
    let mut stage = Stage::new();
    let asked = |text: &str, stage: &mut Stage| {
        stage.done(&vera, CommandBody::AskQuestion { text: text.to_owned(), anonymous: false });
        let question = command_id(stage.commands).into();
        stage.done(&mona, CommandBody::OpenQuestion { question });
        question
    };
    let (dismissed, replaced) = (asked("One?", &mut stage), asked("Two?", &mut stage));
    let answer = |question, words: &str| CommandBody::AnswerQuestion { question, answer: Some(words.to_owned()) };
    stage.done(&mona, answer(dismissed, "THEN DISMISSED"));
    stage.done(&mona, CommandBody::DismissQuestion { question: dismissed });
    stage.done(&mona, answer(replaced, "FIRST"));
    stage.done(&mona, answer(replaced, "SECOND"));
    let told = retold(&stage, View::Audience);
    assert!(!told.contains("THEN DISMISSED") && !told.contains("FIRST") && told.contains("SECOND"), "{told}");
}

/// What is done with a question, and whether by a moderator.
type Steps = fn(AskedId) -> [(bool, CommandBody); 2];

/// Whatever is done with a question while somebody is away, they are told that it is not there any more.
#[test]
fn a_question_that_left_in_two_steps_leaves_those_who_were_away() {
    let (vera, mona) = (actor(1, Role::Attendee), actor(2, Role::Moderator));
    let steps: [Steps; 3] = [
        |question| [(true, CommandBody::DismissQuestion { question }), (true, CommandBody::HoldQuestion { question })],
        |question| [(true, CommandBody::HoldQuestion { question }), (true, CommandBody::DismissQuestion { question })],
        |question| [(true, CommandBody::HoldQuestion { question }), (false, CommandBody::WithdrawQuestion { question })],
    ];
    for step in steps {
        let mut stage = Stage::new();
        stage.done(&vera, CommandBody::AskQuestion { text: "How?".to_owned(), anonymous: false });
        let question: AskedId = command_id(stage.commands).into();
        stage.done(&mona, CommandBody::OpenQuestion { question });
        let left = stage.room.snapshot(Role::Attendee).seq;
        for (moderates, body) in step(question) {
            stage.done(if moderates { &mona } else { &vera }, body);
        }
        let missed = stage.room.since(left).expect("it remembers all");
        let goes = missed.iter().any(|update| {
            let told = View::Audience.seen(&stage.room.retold(View::Audience, update)).body;
            if let UpdateBody::QuestionSettled { question: id, standing, .. } = &told {
                *id == question && !standing.is_public()
            } else {
                matches!(told, UpdateBody::QuestionWithdrawn { question: id, .. } if id == question)
            }
        });
        assert!(goes);
    }
}
