//! Answers in somebody's own words, taken out of a poll and shown again.

use houselights_shared::{Choice, Overlay, Poll, PollForm, PollId, PollKind, ResultsShown, Tally};

use super::*;
use crate::{Fold, Forgetting, PollsReport, View};

const SECOND: Duration = Duration::from_secs(1);

fn mo() -> Actor {
    actor(1, Role::Moderator)
}

fn viewer(number: u128) -> Actor {
    actor(100 + number, Role::Attendee)
}

fn form(kind: PollKind, shown: ResultsShown) -> PollForm {
    let (options, correct, seconds) = Default::default();
    PollForm { question: "Say?".to_owned(), kind, options, correct, shown, named: false, changeable: true, seconds }
}

const TEXT: PollKind = PollKind::OpenText;
const CLOUD: PollKind = PollKind::WordCloud { words: 2 };

fn hide(poll: PollId, answer: &str) -> CommandBody {
    CommandBody::HideAnswer { poll, answer: answer.to_owned() }
}

fn show(poll: PollId, answer: &str) -> CommandBody {
    CommandBody::ShowAnswer { poll, answer: answer.to_owned() }
}

fn text(poll: PollId, text: &str) -> CommandBody {
    CommandBody::Vote { poll, choice: Choice::Text { text: text.to_owned() } }
}

fn words(poll: PollId, words: &[&str]) -> CommandBody {
    CommandBody::Vote { poll, choice: Choice::Words { words: words.iter().map(|word| (*word).to_owned()).collect() } }
}

impl Stage {
    fn asks(&mut self, form: PollForm) -> PollId {
        let poll = PollId::from_uuid(Uuid::from_u128(0xF001));
        self.done(&mo(), CommandBody::DraftPoll { poll, form });
        self.done(&mo(), CommandBody::OpenPoll { poll });
        poll
    }

    fn poll_of(&self, role: Role) -> Poll {
        self.room.snapshot(role).polls.pop().expect("there is one")
    }

    fn texts(&self, role: Role) -> Vec<String> {
        self.poll_of(role).tally.map(|tally| tally.texts).unwrap_or_default()
    }

    /// Everything that somebody of the audience was ever told, and would be told who comes back.
    fn heard(&self) -> String {
        let told = self.room.since(Seq::START).expect("the room remembers it all");
        let retold = told.iter().map(|update| View::Audience.seen(&self.room.retold(View::Audience, update)));
        format!("{:?}{:?}", retold.collect::<Vec<_>>(), self.room.snapshot(Role::Attendee))
    }
}

#[test]
fn a_text_is_taken_out_for_everybody_at_once_and_shown_again() {
    let mut stage = Stage::new();
    let poll = stage.asks(form(TEXT, ResultsShown::Always));
    for (number, said) in [(0, "fine"), (1, "RUDE"), (2, "RUDE"), (3, "good")] {
        stage.done(&viewer(number), text(poll, said));
    }
    stage.pass(SECOND);
    stage.done(&mo(), CommandBody::ShowOverlay { overlay: Overlay::Poll { poll } });
    let told = stage.done(&mo(), hide(poll, "RUDE"));
    assert!(matches!(told.as_slice(), [UpdateBody::AnswerHidden { .. }, UpdateBody::PollCounted { .. }]), "{told:?}");
    for role in [Role::Attendee, Role::Speaker, Role::Moderator] {
        assert_eq!(stage.texts(role), ["good", "fine"], "whoever gave it");
    }
    assert!(!stage.heard().contains("RUDE"), "{}", stage.heard());
    let told = stage.published.last().unwrap().for_audience();
    assert!(matches!(told.body, UpdateBody::PollCounted { .. }), "the audience is told at once");
    stage.done(&viewer(4), text(poll, "RU\u{AD}DE"));
    stage.pass(SECOND);
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    assert_eq!(stage.texts(Role::Attendee), ["good", "fine"], "it stays out, also for who writes it anew");
    assert_eq!(stage.poll_of(Role::Moderator).hidden, ["RUDE"]);
    assert_eq!(stage.poll_of(Role::Attendee).hidden, [""; 0]);
    stage.room = stage.replayed();
    stage.done(&mo(), show(poll, "RUDE"));
    assert_eq!(stage.texts(Role::Attendee), ["RU\u{AD}DE", "good", "RUDE", "RUDE", "fine"]);
    for body in [show(poll, "RUDE"), hide(poll, "RUDE"), hide(poll, "RUDE")] {
        stage.done(&mo(), body);
    }
    assert_eq!(stage.poll_of(Role::Moderator).hidden, ["RUDE"]);
}

#[test]
fn a_word_is_taken_out_of_a_cloud_and_those_beside_it_stay() {
    let mut stage = Stage::new();
    let poll = stage.asks(form(CLOUD, ResultsShown::Always));
    stage.done(&viewer(0), words(poll, &["Calm", "rude"]));
    stage.done(&viewer(1), words(poll, &["rude"]));
    stage.done(&mo(), hide(poll, "rude"));
    let Tally { words, voters, .. } = stage.poll_of(Role::Attendee).tally.unwrap();
    assert_eq!((words.len(), words[0].word.as_str(), voters), (1, "calm", 2), "who voted, voted");
}

#[test]
fn however_a_word_is_written_it_counts_as_one_and_is_told_as_it_was_first() {
    let mut stage = Stage::new();
    let poll = stage.asks(form(CLOUD, ResultsShown::Always));
    for (number, word) in [(0, "na\u{EF}ve"), (1, "nai\u{308}ve"), (2, "NA\u{CF}VE"), (3, "n\u{200B}a\u{EF}ve"), (4, "calm")] {
        stage.done(&viewer(number), words(poll, &[word]));
        stage.pass(SECOND);
    }
    let told = |stage: &Stage| {
        let Tally { words, .. } = stage.poll_of(Role::Attendee).tally.unwrap();
        words.into_iter().map(|counted| (counted.word, counted.count)).collect::<Vec<_>>()
    };
    assert_eq!(told(&stage), [("na\u{EF}ve".to_owned(), 4), ("calm".to_owned(), 1)]);
    let before = told(&stage);
    stage.room = stage.replayed();
    stage.done(&mo(), hide(poll, "\u{200B}nai\u{308}ve"));
    assert_eq!(told(&stage), before[1..]);
    assert_eq!(stage.poll_of(Role::Moderator).hidden, ["na\u{EF}ve"]);
    stage.done(&viewer(5), words(poll, &["\u{FF4E}a\u{EF}ve", "calm"]));
    stage.pass(SECOND);
    assert_eq!(told(&stage), [("calm".to_owned(), 2)], "it does not come back in another spelling");
    assert!(!stage.heard().contains("ve\""), "nor to who comes back: {}", stage.heard());
    stage.done(&mo(), show(poll, "NAI\u{308}VE"));
    assert_eq!(told(&stage)[0], ("na\u{EF}ve".to_owned(), 5));
    assert_eq!(stage.poll_of(Role::Moderator).hidden, [""; 0]);
}

#[test]
fn what_those_alone_see_who_voted_is_told_to_them_and_nobody_else() {
    let mut stage = Stage::new();
    let poll = stage.asks(form(TEXT, ResultsShown::AfterVote));
    stage.done(&viewer(0), text(poll, "RUDE"));
    stage.pass(SECOND);
    stage.beside.clear();
    stage.done(&mo(), hide(poll, "RUDE"));
    let [Effect::Counted { tally, to, .. }] = stage.beside.as_slice() else { panic!("{:?}", stage.beside) };
    assert_eq!((tally.texts.len(), to.as_slice()), (0, [viewer(0).participant].as_slice()));
    assert_eq!(stage.published.last().unwrap().for_audience().body, UpdateBody::HIDDEN);
}

#[test]
fn only_answers_that_were_given_in_words_are_taken_out_and_only_by_those_who_moderate() {
    let mut stage = Stage::new();
    let poll = stage.asks(form(TEXT, ResultsShown::Always));
    stage.done(&viewer(0), text(poll, "RUDE"));
    assert_eq!(stage.refused(&mo(), hide(poll, "nobody said this")), Refusal::NoSuchPoll);
    for who in [viewer(0), actor(9, Role::Speaker)] {
        for body in [hide(poll, "RUDE"), show(poll, "RUDE")] {
            assert_eq!(stage.refused(&who, body), Refusal::NotAllowed);
        }
    }
}

#[test]
fn what_was_taken_out_is_in_no_replay_no_report_and_not_left_of_who_is_erased() {
    let mut stage = Stage::new();
    let poll = stage.asks(form(TEXT, ResultsShown::Always));
    stage.done(&viewer(0), text(poll, "RUDE"));
    stage.done(&viewer(1), text(poll, "fine"));
    stage.pass(SECOND);
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    stage.done(&mo(), hide(poll, "RUDE"));
    let mut chronicle = crate::Chronicle::default();
    stage.published.iter().for_each(|update| chronicle.follow(update));
    let updates = || stage.published.iter().map(|update| &**update);
    let edits = crate::Edits::of(updates());
    for (view, has) in [(View::Audience, false), (View::Crew, false), (View::Control, true)] {
        let mut fold = Fold::default();
        updates().for_each(|update| fold.follow(&chronicle.kept(update, view, &edits)));
        let told = format!("{:?}{:?}", chronicle.told(updates(), view, &edits), fold.snapshot((room_id(), TITLE), view));
        assert_eq!((told.contains("RUDE"), told.contains("fine")), (has, true), "{view:?}");
    }
    let mut report = PollsReport::default();
    updates().for_each(|update| report.follow(update));
    let (outcomes, _) = report.finish();
    assert_eq!(outcomes[0].tally.texts, ["fine"]);
    let mut forgetting = Forgetting::new(viewer(0).participant, "Nobody");
    let left: Vec<_> = updates().map(|update| forgetting.of(update).unwrap_or_else(|| update.body.clone())).collect();
    assert!(!format!("{left:?}").contains("RUDE"), "{left:?}");
}

#[test]
fn what_was_taken_out_stays_out_when_one_of_those_is_erased_who_gave_it() {
    let mut stage = Stage::new();
    let poll = stage.asks(form(TEXT, ResultsShown::Always));
    stage.done(&viewer(0), text(poll, "RUDE"));
    stage.done(&viewer(1), text(poll, "MINE"));
    for answer in ["RUDE", "MINE"] {
        stage.done(&mo(), hide(poll, answer));
    }
    stage.done(&viewer(2), text(poll, "RUDE"));
    stage.pass(SECOND);
    for (erased, hidden) in [(0, vec!["MINE", "RUDE"]), (1, vec!["RUDE"]), (2, vec!["MINE", "RUDE"])] {
        let mut forgetting = Forgetting::new(viewer(erased).participant, "Nobody");
        stage.published.iter().for_each(|update| forgetting.read(update));
        let mut fold = Fold::default();
        for update in &stage.published {
            let body = forgetting.of(update).unwrap_or_else(|| update.body.clone());
            fold.follow(&Update { body, ..Update::clone(update) });
        }
        let polls = fold.snapshot((room_id(), TITLE), View::Control).polls;
        assert_eq!(polls[0].hidden, hidden, "{erased}");
    }
}
