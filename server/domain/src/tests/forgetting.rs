//! Whoever is taken out of a log is nobody in it from then on, and the log is one that a room could have told.

use houselights_shared::{AskedId, Choice, Message, Peer, PollForm, PollId, PollKind, ReportTarget, ResultsShown, SanctionAct};

use super::*;
use crate::{DirectReport, Forgetting, Retelling};

const SECRET: &str = "zebra";

/// A show in which Vera writes the word wherever one can, and others answer her.
fn show(vera: &Actor, mo: &Actor) -> Stage {
    let walt = actor(3, Role::Attendee);
    let mut stage = Stage::with(&[mo]);
    stage.arrive(vera);
    stage.arrive(&walt);
    let word = || SECRET.to_owned();
    let said = stage.say(vera, SECRET);
    stage.done(vera, CommandBody::EditMessage { message: said, text: format!("{SECRET}!"), mentions: Vec::new() });
    stage.done(mo, CommandBody::PinMessage { message: said });
    stage.done(mo, CommandBody::HideMessage { message: said });
    stage.done(mo, CommandBody::ShowMessage { message: said });
    stage
        .done(&walt, CommandBody::SendMessage { text: "hello".into(), reply_to: Some(said), mentions: vec![vera.participant] });
    stage.done(&walt, CommandBody::Report { target: ReportTarget::Message { message: said }, reason: String::new() });
    stage.done(vera, CommandBody::Report { target: ReportTarget::Person { participant: walt.participant }, reason: word() });
    for anonymous in [false, true] {
        stage.done(vera, CommandBody::AskQuestion { text: word(), anonymous });
        let question = AskedId::from(command_id(stage.commands));
        stage.done(mo, CommandBody::OpenQuestion { question });
        stage.done(&walt, CommandBody::UpvoteQuestion { question, up: true });
        stage.pass(Duration::from_secs(2));
        stage.done(&walt, CommandBody::Report { target: ReportTarget::Question { question }, reason: String::new() });
        stage.done(mo, CommandBody::AnswerQuestion { question, answer: None });
    }
    for (number, kind) in [(1, PollKind::OpenText), (2, PollKind::WordCloud { words: 2 }), (3, PollKind::Quiz { points: 9 })] {
        let is_quiz = number == 3;
        let poll = PollId::from_uuid(Uuid::from_u128(number));
        let options = if is_quiz { vec!["a".to_owned(), "b".to_owned()] } else { Vec::new() };
        let form = PollForm {
            question: "?".into(),
            kind,
            options,
            correct: if is_quiz { vec![0] } else { Vec::new() },
            shown: ResultsShown::Always,
            named: true,
            changeable: false,
            seconds: None,
        };
        stage.done(mo, CommandBody::DraftPoll { poll, form });
        stage.done(mo, CommandBody::OpenPoll { poll });
        let choice = match number {
            1 => Choice::Text { text: word() },
            2 => Choice::Words { words: vec![word()] },
            _ => Choice::Options { options: vec![0] },
        };
        stage.done(vera, CommandBody::Vote { poll, choice });
        stage.pass(Duration::from_secs(2));
        stage.done(mo, CommandBody::ClosePoll { poll });
    }
    report_directs(&mut stage, &walt, vera);
    report_directs(&mut stage, vera, &walt);
    stage.done(vera, CommandBody::RaiseHand { note: word() });
    stage.done(mo, CommandBody::TakeHand { participant: vera.participant });
    stage.done(mo, CommandBody::Sanction { participant: vera.participant, act: SanctionAct::Mute });
    stage
}

/// Each wrote to the other, and one reports it. Who writes the word is Vera.
fn report_directs(stage: &mut Stage, who: &Actor, of: &Actor) {
    let words = |author: &Actor| if author.name.starts_with("Vera") { SECRET } else { "hello" };
    let directs = [who, of].into_iter().zip(1..).map(|(author, number)| {
        let id = CommandId::from_uuid(Uuid::from_u128(0xD1EC + number)).into();
        Message::new(id, (author.participant, author.name.clone(), author.role), stage.now, words(author).to_owned())
    });
    let report = DirectReport {
        id: CommandId::random(),
        of: Peer { participant: of.participant, name: of.name.clone(), role: of.role },
        context: directs.collect(),
        reason: words(who).to_owned(),
    };
    let effects = stage.room.report_direct(stage.now, who, &report);
    assert_eq!(stage.follow(effects), Some(Outcome::Accepted { seq: stage.room.seq() }));
}

fn forgotten(stage: &Stage, who: &Actor) -> Vec<Entry> {
    let mut forgetting = Forgetting::new(who.participant, "Erased");
    let left = |entry: &Entry| {
        let body = forgetting.of(&entry.update);
        let update =
            body.map_or_else(|| Arc::clone(&entry.update), |body| Arc::new(Update { body, ..Update::clone(&entry.update) }));
        Entry { update, command: entry.command }
    };
    stage.stored.iter().map(left).collect()
}

#[test]
fn nothing_of_somebody_is_left_in_a_log_and_it_can_be_told_again() {
    let vera = Actor { name: "Vera Unmistakable".to_owned(), ..actor(2, Role::Attendee) };
    let stage = show(&vera, &actor(1, Role::Moderator));
    let told = format!("{:?}", stage.stored);
    assert!(told.contains(SECRET) && told.contains(&vera.name), "she left traces");
    let left = forgotten(&stage, &vera);
    for entry in &left {
        let body = format!("{:?}", entry.update.body);
        assert!(!body.contains(SECRET) && !body.contains(&vera.name), "{body}");
    }
    let mut retelling = Retelling::default();
    for entry in &left {
        assert_eq!(retelling.follow(&entry.update), Ok(()), "{:?}", entry.update);
    }
    let room = Room::replay(room_id(), TITLE.to_owned(), left, stage.now).expect("the log has no hole");
    let snapshot = format!("{:?}", room.snapshot(Role::Producer));
    assert!(!snapshot.contains(SECRET) && !snapshot.contains(&vera.name), "{snapshot}");
}

#[test]
fn what_somebody_answered_is_theirs_whoever_brought_it_back() {
    let (mo, walt) = (actor(1, Role::Moderator), actor(3, Role::Attendee));
    let vera = Actor { name: "Vera Unmistakable".to_owned(), ..actor(2, Role::Speaker) };
    let mut stage = Stage::with(&[&mo, &vera]);
    stage.arrive(&walt);
    stage.done(&walt, CommandBody::AskQuestion { text: "Why?".to_owned(), anonymous: false });
    let question = AskedId::from(command_id(stage.commands));
    stage.done(&mo, CommandBody::OpenQuestion { question });
    stage.done(&vera, CommandBody::AnswerQuestion { question, answer: Some(SECRET.to_owned()) });
    let standing = stage.crew_view().questions[0].standing.clone();
    stage.done(&mo, CommandBody::OpenQuestion { question });
    stage.done(&mo, CommandBody::RestoreQuestion { question, standing });
    let answered = |of: &Actor| format!("{:?}", forgotten(&stage, of)).matches(SECRET).count();
    assert_eq!((answered(&vera), answered(&mo)), (0, 2));
    assert!(!format!("{:?}", forgotten(&stage, &vera)).contains(&vera.name));
}

#[test]
fn what_others_said_stays() {
    let (vera, mo) = (actor(2, Role::Attendee), actor(1, Role::Moderator));
    let stage = show(&vera, &mo);
    let left = forgotten(&stage, &actor(3, Role::Attendee));
    let room = Room::replay(room_id(), TITLE.to_owned(), left, stage.now).expect("the log has no hole");
    let (before, after) = (stage.crew_view(), room.snapshot(Role::Producer));
    assert_eq!((after.polls, after.on_stage), (before.polls, before.on_stage));
    assert_eq!(after.chat.len() + 1, before.chat.len(), "the one that was Walt's is not there");
    let kept = forgotten(&stage, &vera);
    let reports = kept
        .iter()
        .filter_map(|entry| if let UpdateBody::Reported { report } = &entry.update.body { Some(report) } else { None });
    let context = reports.flat_map(|report| &report.context).filter(|message| message.text == "hello");
    assert!(context.count() >= 2, "of the directs that were reported Walt's are there");
    assert_eq!(forgotten(&stage, &actor(9, Role::Attendee)), stage.stored, "who never did anything changes nothing");
}

#[test]
fn whom_others_named_is_named_no_more_in_what_they_said_and_say_instead() {
    let (mo, walt, vera) = (actor(1, Role::Moderator), actor(3, Role::Attendee), actor(2, Role::Attendee));
    let mut stage = Stage::with(&[&mo]);
    stage.arrive(&walt);
    stage.arrive(&vera);
    let name = "Vera Unmistakable";
    let text = |what: &str| format!("{what} @{name}, and @Vera");
    let send = |what: &str, mentions| CommandBody::SendMessage { text: text(what), reply_to: None, mentions };
    stage.done(&walt, send("hello", vec![vera.participant]));
    let message = command_id(stage.commands).into();
    stage.done(&walt, CommandBody::EditMessage { message, text: text("bye"), mentions: Vec::new() });
    stage.done(&mo, CommandBody::PinMessage { message });
    stage.done(&walt, send("nobody's", Vec::new()));
    let mut forgetting = Forgetting::new(vera.participant, "Erased");
    forgetting.call(name);
    stage.stored.iter().for_each(|entry| forgetting.read(&entry.update));
    let left: Vec<_> =
        stage.stored.iter().map(|entry| forgetting.of(&entry.update).unwrap_or(entry.update.body.clone())).collect();
    let said = format!("{left:?}");
    for what in ["hello @Erased, and @Vera", "bye @Erased, and @Vera", "nobody's @Vera Unmistakable, and @Vera"] {
        assert!(said.contains(what), "{what}: {said}");
    }
    assert_eq!(said.matches(name).count(), 1, "where nobody is meant it is a word");
}
