use houselights_shared::{
    AskedId, Choice, Leader, NamedVote, PollForm, PollId, PollKind, ResultsShown, Standing, Tally, WordCount,
};

use super::*;
use crate::{Disclosure, PollsReport, QuestionsReport};

const SECOND: Duration = Duration::from_secs(1);

fn mo() -> Actor {
    actor(1, Role::Moderator)
}

fn viewer(number: u128) -> Actor {
    Actor {
        participant: ParticipantId::from_uuid(Uuid::from_u128(0xABCD_EF01_2345_0000 + number)),
        name: format!("Viewer {number} of the audience"),
        ..actor(0, Role::Attendee)
    }
}

fn poll_id(number: u128) -> PollId {
    PollId::from_uuid(Uuid::from_u128(0xF000 + number))
}

fn form(kind: PollKind, options: &[&str]) -> PollForm {
    PollForm {
        question: "Which?".to_owned(),
        kind,
        options: options.iter().map(|option| (*option).to_owned()).collect(),
        correct: Vec::new(),
        shown: ResultsShown::Always,
        named: false,
        changeable: true,
        seconds: None,
    }
}

fn text(words: impl Into<String>) -> Choice {
    Choice::Text { text: words.into() }
}

impl Stage {
    fn asks_all(&mut self, number: u128, form: PollForm) -> PollId {
        let poll = poll_id(number);
        self.done(&mo(), CommandBody::DraftPoll { poll, form });
        self.done(&mo(), CommandBody::OpenPoll { poll });
        poll
    }

    fn votes(&mut self, number: u128, poll: PollId, choice: Choice) {
        self.done(&viewer(number), CommandBody::Vote { poll, choice });
    }

    fn told(&self) -> (Vec<crate::PollOutcome>, Vec<Leader>) {
        let mut report = PollsReport::default();
        self.published.iter().for_each(|update| report.follow(update));
        report.finish()
    }

    /// What of the log leaves the house.
    fn disclosed(&self) -> Vec<Update> {
        let mut disclosure = Disclosure::default();
        self.published.iter().filter_map(|update| disclosure.of(update)).collect()
    }

    fn asked_after_all(&self) -> Vec<crate::QuestionOutcome> {
        let mut report = QuestionsReport::default();
        self.published.iter().for_each(|update| report.follow(update));
        report.finish()
    }

    fn question(&mut self, number: u128, words: &str, anonymous: bool) -> AskedId {
        self.done(&viewer(number), CommandBody::AskQuestion { text: words.to_owned(), anonymous });
        command_id(self.commands).into()
    }
}

#[test]
fn of_an_anonymous_poll_nobody_learns_who_gave_which_answer_nor_when_it_was_given() {
    let mut stage = Stage::new();
    let poll = stage.asks_all(1, form(PollKind::OpenText, &[]));
    for (number, words) in [(1, "Zebras"), (2, "Apes"), (3, "Mice")] {
        stage.votes(number, poll, text(words));
        stage.pass(SECOND);
    }
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    let log = stage.disclosed();
    let before_the_end = format!("{:?}", &log[..log.len() - 1]);
    for words in ["Zebras", "Apes", "Mice", "PollVoted", "PollCounted"] {
        assert!(!before_the_end.contains(words), "{words} is told before all are");
    }
    let UpdateBody::PollClosed { tally, .. } = &log[log.len() - 1].body else { panic!("it was closed last") };
    assert_eq!(tally.texts, ["Apes", "Mice", "Zebras"], "not as they came");
    let (outcomes, leaders) = stage.told();
    let told = format!("{log:?} {outcomes:?} {leaders:?}");
    for number in 1..=3 {
        assert!(!told.contains(&viewer(number).name) && !told.contains(&viewer(number).participant.to_string()));
    }
    assert_eq!((outcomes[0].votes.as_ref(), &outcomes[0].tally.texts), (None, &tally.texts));
}

#[test]
fn a_quiz_that_is_not_named_tells_who_has_points_and_not_who_answered_what() {
    let mut stage = Stage::new();
    let poll = stage.asks_all(1, PollForm { correct: vec![0], ..form(PollKind::Quiz { points: 10 }, &["Yes", "No"]) });
    stage.votes(1, poll, Choice::Options { options: vec![0] });
    stage.votes(2, poll, Choice::Options { options: vec![1] });
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    let (outcomes, leaders) = stage.told();
    assert_eq!(leaders, [Leader { name: viewer(1).name, points: 10 }]);
    assert_eq!((outcomes[0].votes.as_ref(), outcomes[0].tally.counts.as_slice()), (None, [1, 1].as_slice()));
    assert_eq!(stage.room.votes(Role::Producer, poll), Err(Refusal::NotAllowed));
}

#[test]
fn who_voted_for_what_is_told_of_named_polls_to_those_who_look_after_the_show() {
    let mut stage = Stage::new();
    let named = stage.asks_all(1, PollForm { named: true, ..form(PollKind::Single, &["Tea", "Coffee"]) });
    let anonymous = stage.asks_all(2, form(PollKind::Single, &["Tea", "Coffee"]));
    let option = |option| Choice::Options { options: vec![option] };
    for number in [2, 1] {
        stage.votes(number, named, option(0));
        stage.votes(number, anonymous, option(0));
        stage.pass(SECOND);
    }
    stage.votes(2, named, option(1));
    let vote =
        |number, choice, at| NamedVote { participant: viewer(number).participant, name: viewer(number).name, choice, at };
    let first = stage.now.minus(SECOND);
    let expected = vec![vote(1, option(0), first), vote(2, option(1), stage.now)];
    for role in [Role::Moderator, Role::Producer, Role::Organizer] {
        assert_eq!(stage.room.votes(role, named), Ok(expected.clone()), "by name, and what they changed it to");
        assert_eq!(stage.room.votes(role, anonymous), Err(Refusal::NotAllowed));
        assert_eq!(stage.room.votes(role, poll_id(9)), Err(Refusal::NoSuchPoll));
    }
    for role in [Role::Attendee, Role::Speaker, Role::Unknown] {
        assert_eq!(stage.room.votes(role, named), Err(Refusal::NotAllowed));
    }
    assert_eq!(stage.replayed().votes(Role::Producer, named), Ok(expected.clone()), "also after a restart");
    assert_eq!(stage.told().0[0].votes, Some(expected));
}

#[test]
fn the_report_has_every_word_and_text_and_polls_that_were_thrown_away() {
    let mut stage = Stage::new();
    let texts = stage.asks_all(1, form(PollKind::OpenText, &[]));
    let words = stage.asks_all(2, form(PollKind::WordCloud { words: 1 }, &[]));
    for number in 0..60 {
        stage.votes(number, texts, text(format!("Text {number}")));
        stage.votes(number, words, Choice::Words { words: vec![format!("word{}", number % 55)] });
    }
    stage.done(&mo(), CommandBody::DraftPoll { poll: poll_id(3), form: form(PollKind::OpenText, &[]) });
    for body in [
        CommandBody::ClosePoll { poll: texts },
        CommandBody::ArchivePoll { poll: texts },
        CommandBody::DropPoll { poll: texts },
        CommandBody::DropPoll { poll: poll_id(3) },
    ] {
        stage.done(&mo(), body);
    }
    let (outcomes, _) = stage.told();
    let ids: Vec<_> = outcomes.iter().map(|outcome| outcome.poll.id).collect();
    assert_eq!(ids, [texts, words], "what nobody was asked is in no report");
    assert_eq!((outcomes[0].tally.voters, outcomes[0].tally.texts.len()), (60, 60));
    assert_eq!((outcomes[1].tally.words.len(), outcomes[1].tally.words[0].count), (55, 2));
    assert_eq!(stage.room.snapshot(Role::Producer).polls.len(), 1);
}

#[test]
fn a_question_that_was_asked_anonymously_has_no_name_in_any_report() {
    let mut stage = Stage::new();
    let open = stage.question(1, "Why?", true);
    let same = stage.question(2, "Why though?", false);
    let gone = stage.question(1, "Never mind", true);
    stage.done(&mo(), CommandBody::OpenQuestion { question: open });
    stage.done(&viewer(3), CommandBody::UpvoteQuestion { question: open, up: true });
    stage.pass(SECOND);
    stage.done(&mo(), CommandBody::MergeQuestion { question: same, into: open });
    stage.pass(SECOND);
    stage.done(&viewer(1), CommandBody::WithdrawQuestion { question: gone });
    stage.done(&mo(), CommandBody::AnswerQuestion { question: open, answer: Some("Because".to_owned()) });
    let asked = stage.asked_after_all();
    let told = format!("{asked:?} {:?}", stage.disclosed());
    for number in [1, 3] {
        assert!(!told.contains(&viewer(number).name) && !told.contains(&viewer(number).participant.to_string()), "{number}");
    }
    let [why, though, never] = asked.as_slice() else { panic!("three were asked") };
    assert_eq!((why.question.votes, why.settled_at), (2, Some(stage.now)), "whoever asked the same wants it, too");
    assert!(matches!(&why.question.standing, Standing::Answered { answer: Some(answer), .. } if answer.text == "Because"));
    assert_eq!(though.merged_into.as_deref(), Some("Why?"));
    assert_eq!(though.question.author.as_ref().map(|asker| asker.name.as_str()), Some(viewer(2).name.as_str()));
    assert_eq!((never.withdrawn_at, why.withdrawn_at), (Some(stage.now), None));
}

#[test]
fn how_a_poll_that_is_named_stood_is_in_the_log_from_second_to_second() {
    let mut stage = Stage::new();
    let poll = stage.asks_all(1, PollForm { named: true, ..form(PollKind::WordCloud { words: 1 }, &[]) });
    stage.votes(1, poll, Choice::Words { words: vec!["calm".to_owned()] });
    stage.pass(SECOND);
    let tally = Tally { voters: 1, words: vec![WordCount { word: "calm".to_owned(), count: 1 }], ..Tally::default() };
    let counted = UpdateBody::PollCounted { poll, tally, shown: ResultsShown::Always };
    assert!(stage.disclosed().iter().any(|update| update.body == counted));
}
