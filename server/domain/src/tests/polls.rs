use houselights_shared::{
    Choice, Leader, MAX_POLL_OPTIONS, MAX_POLLS, Overlay, OwnVote, Poll, PollForm, PollId, PollKind, PollPhase, ResultsShown,
    RulesEdit, SanctionAct, Tally, WordCount,
};

use super::*;
use crate::{PollsReport, View};

const SECOND: Duration = Duration::from_secs(1);

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
        changeable: false,
        seconds: None,
    }
}

fn quiz(points: u32, seconds: Option<u32>) -> PollForm {
    PollForm { correct: vec![1], seconds, ..form(PollKind::Quiz { points }, &["No", "Yes", "Perhaps"]) }
}

fn pick(options: &[u8]) -> Choice {
    Choice::Options { options: options.to_vec() }
}

fn vote(poll: PollId, choice: Choice) -> CommandBody {
    CommandBody::Vote { poll, choice }
}

fn mo() -> Actor {
    actor(1, Role::Moderator)
}

fn viewer(number: u128) -> Actor {
    actor(100 + number, Role::Attendee)
}

impl Stage {
    fn drafts(&mut self, number: u128, form: PollForm) -> PollId {
        self.done(&mo(), CommandBody::DraftPoll { poll: poll_id(number), form });
        poll_id(number)
    }

    fn opens(&mut self, number: u128, form: PollForm) -> PollId {
        let poll = self.drafts(number, form);
        self.done(&mo(), CommandBody::OpenPoll { poll });
        poll
    }

    fn poll(&self, id: PollId, role: Role) -> Option<Poll> {
        self.room.snapshot(role).polls.into_iter().find(|poll| poll.id == id)
    }

    /// How it stands once there was time to count.
    fn tally(&mut self, id: PollId) -> Tally {
        self.pass(SECOND);
        self.poll(id, Role::Producer).and_then(|poll| poll.tally).expect("it was counted")
    }
}

#[test]
fn a_poll_goes_from_draft_over_open_and_closed_to_archived() {
    let mut stage = Stage::new();
    let poll = stage.drafts(1, form(PollKind::Single, &["Tea", "Coffee"]));
    let [open, close, archive, drop] = [
        CommandBody::OpenPoll { poll },
        CommandBody::ClosePoll { poll },
        CommandBody::ArchivePoll { poll },
        CommandBody::DropPoll { poll },
    ];
    let is_seen = |stage: &Stage| stage.poll(poll, Role::Attendee).is_some();
    for wrong in [&close, &archive] {
        assert_eq!(stage.refused(&mo(), wrong.clone()), Refusal::NoSuchPoll);
    }
    assert!(!is_seen(&stage));
    stage.done(&mo(), open.clone());
    assert!(is_seen(&stage));
    for wrong in [&archive, &drop] {
        assert_eq!(stage.refused(&mo(), wrong.clone()), Refusal::NoSuchPoll);
    }
    stage.done(&mo(), close.clone());
    assert_eq!(stage.poll(poll, Role::Attendee).map(|poll| poll.phase), Some(PollPhase::Closed { at: stage.now }));
    assert_eq!(stage.refused(&mo(), open.clone()), Refusal::NoSuchPoll);
    stage.done(&mo(), archive);
    assert!(!is_seen(&stage));
    assert_eq!(stage.refused(&mo(), close), Refusal::NoSuchPoll);
    stage.done(&mo(), drop);
    assert_eq!(stage.poll(poll, Role::Producer), None);
}

#[test]
fn only_who_runs_polls_makes_them_and_an_open_one_does_not_change() {
    let mut stage = Stage::new();
    let body = CommandBody::DraftPoll { poll: poll_id(1), form: form(PollKind::OpenText, &[]) };
    for role in [Role::Attendee, Role::Speaker] {
        assert_eq!(stage.refused(&actor(9, role), body.clone()), Refusal::NotAllowed);
    }
    stage.opens(1, form(PollKind::OpenText, &[]));
    assert_eq!(stage.refused(&mo(), body), Refusal::NoSuchPoll);
    for body in [CommandBody::OpenPoll { poll: poll_id(1) }, CommandBody::ClosePoll { poll: poll_id(1) }] {
        assert_eq!(stage.refused(&viewer(1), body), Refusal::NotAllowed);
    }
}

#[test]
fn a_form_that_cannot_be_asked_is_refused() {
    let mut stage = Stage::new();
    let single = form(PollKind::Single, &["Tea", "Coffee"]);
    let many = vec!["Tea"; MAX_POLL_OPTIONS + 1];
    for wrong in [
        PollForm { question: " ".to_owned(), ..single.clone() },
        form(PollKind::Single, &["Tea"]),
        form(PollKind::Single, &["Tea", " "]),
        form(PollKind::Single, &many),
        form(PollKind::Multiple { most: 0 }, &["Tea", "Coffee"]),
        form(PollKind::Multiple { most: 3 }, &["Tea", "Coffee"]),
        form(PollKind::Rating { stars: 1 }, &[]),
        form(PollKind::Rating { stars: 11 }, &[]),
        form(PollKind::Rating { stars: 5 }, &["Tea", "Coffee"]),
        form(PollKind::WordCloud { words: 0 }, &[]),
        form(PollKind::WordCloud { words: 6 }, &[]),
        form(PollKind::Quiz { points: 10 }, &["No", "Yes"]),
        PollForm { correct: vec![3], ..quiz(10, None) },
        quiz(0, None),
        quiz(1_001, None),
        quiz(10, Some(4)),
        quiz(10, Some(3_601)),
        form(PollKind::Unknown, &[]),
    ] {
        let body = CommandBody::DraftPoll { poll: poll_id(1), form: wrong.clone() };
        assert_eq!(stage.refused(&mo(), body), Refusal::PollInvalid, "{wrong:?}");
    }
}

#[test]
fn where_a_log_does_not_say_who_answered_those_are_leaders_who_were_told_and_nobody_without_a_name() {
    let mut stage = Stage::new();
    for number in 1..=2 {
        let poll = stage.opens(number, quiz(10, None));
        (0..2).for_each(|who| drop(stage.done(&viewer(who), vote(poll, pick(&[1])))));
        stage.done(&mo(), CommandBody::ClosePoll { poll });
    }
    let told = stage.tally(poll_id(2)).leaders;
    assert_eq!(told.iter().map(|leader| leader.points).collect::<Vec<_>>(), [20, 20]);
    for entry in &mut stage.stored {
        let mut update = Update::clone(&entry.update);
        if let UpdateBody::PollVoted { name, .. } = &mut update.body {
            (*name, update.by) = (None, Some(ParticipantId::random()));
        }
        entry.update = Arc::new(update);
    }
    let mut report = PollsReport::default();
    stage.stored.iter().for_each(|entry| report.follow(&entry.update));
    assert_eq!(report.finish().1, told);
    stage.room = stage.replayed();
    let poll = stage.opens(3, quiz(10, None));
    stage.done(&viewer(5), vote(poll, pick(&[1])));
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    let leaders = stage.tally(poll).leaders;
    assert_eq!(leaders.iter().map(|leader| leader.points).collect::<Vec<_>>(), [10], "{leaders:?}");
}

#[test]
fn no_two_options_read_the_same() {
    let mut stage = Stage::new();
    let quiz = PollForm { correct: vec![0], ..form(PollKind::Quiz { points: 10 }, &["Yes", "yes"]) };
    for alike in [
        form(PollKind::Single, &["Tea", "Coffee", "Tea"]),
        form(PollKind::Single, &["Green tea", " GREEN\u{A0}\ntea"]),
        form(PollKind::Multiple { most: 1 }, &["Tea", "T\u{200B}ea"]),
        form(PollKind::Single, &["Caf\u{E9}", "Cafe\u{301}"]),
        quiz,
    ] {
        let body = CommandBody::DraftPoll { poll: poll_id(1), form: alike.clone() };
        assert_eq!(stage.refused(&mo(), body), Refusal::OptionsAlike, "{alike:?}");
    }
    stage.drafts(1, form(PollKind::Single, &["Cafe", "Caf\u{E9}"]));
}

#[test]
fn one_votes_as_the_kind_allows() {
    let mut stage = Stage::new();
    let words = |words: &[&str]| Choice::Words { words: words.iter().map(|word| (*word).to_owned()).collect() };
    let text = |text: &str| Choice::Text { text: text.to_owned() };
    let kinds = [
        (
            form(PollKind::Single, &["Tea", "Coffee"]),
            pick(&[1]),
            vec![pick(&[]), pick(&[2]), pick(&[0, 1]), words(&["tea"]), Choice::Unknown],
        ),
        (
            form(PollKind::Multiple { most: 2 }, &["1", "2", "3"]),
            pick(&[2, 0]),
            vec![pick(&[]), pick(&[0, 0]), pick(&[0, 1, 2])],
        ),
        (
            form(PollKind::Rating { stars: 5 }, &[]),
            Choice::Rating { stars: 5 },
            vec![Choice::Rating { stars: 0 }, Choice::Rating { stars: 6 }],
        ),
        (
            form(PollKind::WordCloud { words: 2 }, &[]),
            words(&["Calm", "\u{200B}calm\u{FE0F}"]),
            vec![words(&[]), words(&["1", "2", "3"]), words(&["a\nb"])],
        ),
        (form(PollKind::OpenText, &[]), text(" Well. "), vec![pick(&[0]), Choice::Rating { stars: 1 }]),
        (quiz(10, None), pick(&[0]), vec![pick(&[0, 1]), pick(&[3])]),
    ];
    for (number, (form, right, wrong)) in (1..).zip(kinds) {
        let poll = stage.opens(number, form);
        for choice in wrong {
            assert_eq!(stage.refused(&viewer(1), vote(poll, choice.clone())), Refusal::ChoiceInvalid, "{choice:?}");
        }
        stage.done(&viewer(1), vote(poll, right));
    }
    let kept: Vec<_> = stage.room.mine(viewer(1).participant).votes.into_iter().map(|vote| vote.choice).collect();
    assert_eq!(kept[1], pick(&[0, 2]), "in their order");
    assert_eq!((&kept[3], &kept[4]), (&words(&["calm"]), &text("Well.")));
}

#[test]
fn every_vote_counts_once_whatever_is_resent_and_after_a_restart() {
    let mut stage = Stage::new();
    let poll = stage.opens(1, form(PollKind::Single, &["Tea", "Coffee"]));
    for number in 0..300 {
        let body = vote(poll, pick(&[u8::from(number % 3 == 0)]));
        stage.done(&viewer(number), body.clone());
        if number % 2 == 0 {
            let id = command_id(stage.commands);
            stage.repeat(&viewer(number), id, body);
        }
        if number == 150 {
            stage.room = stage.replayed();
        }
    }
    stage.room = stage.replayed();
    for number in 0..300 {
        stage.done(&viewer(number), vote(poll, pick(&[u8::from(number % 3 == 0)])));
    }
    let tally = stage.tally(poll);
    assert_eq!((tally.voters, tally.counts), (300, vec![200, 100]));
}

#[test]
fn a_vote_is_changed_where_that_is_allowed_and_only_there() {
    let mut stage = Stage::new();
    let fixed = stage.opens(1, form(PollKind::Single, &["Tea", "Coffee"]));
    stage.done(&viewer(1), vote(fixed, pick(&[0])));
    stage.done(&viewer(1), vote(fixed, pick(&[0])));
    assert_eq!(stage.refused(&viewer(1), vote(fixed, pick(&[1]))), Refusal::AlreadyVoted);
    let loose = stage.opens(2, PollForm { changeable: true, ..form(PollKind::Single, &["Tea", "Coffee"]) });
    for option in [0, 1] {
        stage.done(&viewer(1), vote(loose, pick(&[option])));
    }
    assert_eq!(stage.tally(loose).counts, [0, 1]);
    let quiz = stage.opens(3, PollForm { changeable: true, ..quiz(10, None) });
    stage.done(&viewer(1), vote(quiz, pick(&[0])));
    assert_eq!(stage.refused(&viewer(1), vote(quiz, pick(&[1]))), Refusal::AlreadyVoted, "the first answer counts");
}

#[test]
fn a_vote_before_the_opening_and_after_the_closing_is_refused() {
    let mut stage = Stage::new();
    let poll = stage.drafts(1, form(PollKind::Single, &["Tea", "Coffee"]));
    assert_eq!(stage.refused(&viewer(1), vote(poll, pick(&[0]))), Refusal::NoSuchPoll);
    stage.done(&mo(), CommandBody::OpenPoll { poll });
    stage.done(&viewer(1), vote(poll, pick(&[0])));
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    assert_eq!(stage.refused(&viewer(2), vote(poll, pick(&[0]))), Refusal::NoSuchPoll);
    assert_eq!(stage.tally(poll).voters, 1);
}

#[test]
fn a_timed_poll_closes_by_itself_and_takes_no_vote_from_that_moment_on() {
    let mut stage = Stage::new();
    let poll = stage.opens(1, PollForm { seconds: Some(30), ..form(PollKind::Single, &["Tea", "Coffee"]) });
    let closes_at = stage.now.plus(SECOND * 30);
    assert_eq!(stage.room.next_wake(), Some(closes_at));
    stage.now = stage.now.plus(SECOND * 30);
    // The room has not woken yet.
    assert_eq!(stage.refused(&viewer(1), vote(poll, pick(&[0]))), Refusal::NoSuchPoll);
    stage.pass(Duration::ZERO);
    assert_eq!(stage.poll(poll, Role::Attendee).map(|poll| poll.phase), Some(PollPhase::Closed { at: closes_at }));
}

#[test]
fn a_timed_poll_that_ran_out_while_the_server_was_down_closes_when_it_is_back() {
    let mut stage = Stage::new();
    let poll = stage.opens(1, PollForm { seconds: Some(5), ..quiz(10, None) });
    stage.done(&viewer(1), vote(poll, pick(&[1])));
    stage.now = stage.now.plus(SECOND * 60);
    stage.room = stage.replayed();
    stage.pass(Duration::ZERO);
    assert_eq!(stage.poll(poll, Role::Attendee).map(|poll| poll.phase), Some(PollPhase::Closed { at: stage.now }));
    assert_eq!(stage.room.mine(viewer(1).participant).points, 10);
}

#[test]
fn votes_are_counted_now_and_then_and_told_within_a_second() {
    let mut stage = Stage::new();
    let poll = stage.opens(1, form(PollKind::Single, &["Tea", "Coffee"]));
    for number in 0..100 {
        stage.done(&viewer(number), vote(poll, pick(&[0])));
        stage.pass(Duration::from_millis(50));
    }
    let last_vote = stage.now;
    stage.pass(SECOND * 3 / 4);
    let counted: Vec<_> =
        stage.published.iter().filter(|update| matches!(update.body, UpdateBody::PollCounted { .. })).collect();
    assert!(counted.windows(2).all(|pair| pair[1].at.since(pair[0].at) >= SECOND / 2));
    assert!(counted.len() >= 5, "and not only at the end");
    let last = counted.last().expect("it was counted");
    assert!(last.at.since(last_vote) <= SECOND * 3 / 4, "and a quarter is left to tell all");
    assert!(matches!(&last.body, UpdateBody::PollCounted { tally, .. } if tally.voters == 100));
    assert_eq!(stage.room.next_wake(), None, "nothing is left to count");
}

#[test]
fn who_comes_back_after_a_storm_of_votes_misses_no_position() {
    let mut stage = Stage::new();
    let poll = stage.opens(1, form(PollKind::Single, &["Tea", "Coffee"]));
    let before = stage.seq();
    for number in 0..50 {
        stage.done(&viewer(number), vote(poll, pick(&[0])));
    }
    for role in [Role::Producer, Role::Speaker, Role::Attendee] {
        for after in [before, before.next(), before.next().next()] {
            let mut has = after;
            for update in stage.room.since(after).expect("the room remembers it all") {
                let seen = View::of(role).seen(&update);
                assert_eq!(seen.seq, has.next(), "{role:?} from {after:?}");
                has = seen.last();
            }
            assert_eq!(has, stage.seq(), "{role:?} from {after:?}");
        }
    }
}

#[test]
fn nobody_is_told_who_votes_for_what() {
    let mut stage = Stage::new();
    let poll = stage.opens(1, PollForm { named: true, ..form(PollKind::Single, &["Tea", "Coffee"]) });
    let before = stage.published.len();
    let vera = Actor { participant: ParticipantId::from_uuid(Uuid::from_u128(0xABCD_EF01_2345)), ..viewer(1) };
    stage.done(&vera, vote(poll, pick(&[0])));
    stage.pass(SECOND);
    for role in [Role::Producer, Role::Speaker, Role::Attendee] {
        let told: Vec<_> = stage.published[before..].iter().map(|update| View::of(role).seen(update)).collect();
        let heard = format!("{told:?} {:?}", stage.room.snapshot(role));
        assert!(!heard.contains(&vera.participant.to_string()) && !heard.contains(&vera.name), "{role:?}");
    }
}

#[test]
fn results_are_shown_to_the_audience_when_the_form_says_so() {
    let mut stage = Stage::new();
    let shown = |shown| PollForm { shown, ..form(PollKind::Single, &["Tea", "Coffee"]) };
    let always = stage.opens(1, shown(ResultsShown::Always));
    let after_close = stage.opens(2, shown(ResultsShown::AfterClose));
    for poll in [always, after_close] {
        stage.done(&viewer(1), vote(poll, pick(&[0])));
    }
    stage.pass(SECOND);
    let seen = |stage: &Stage, poll, role| stage.poll(poll, role).and_then(|poll| poll.tally).map(|tally| tally.voters);
    assert_eq!((seen(&stage, always, Role::Attendee), seen(&stage, after_close, Role::Attendee)), (Some(1), None));
    assert_eq!(seen(&stage, after_close, Role::Moderator), Some(1));
    let told: Vec<_> = stage.published.iter().map(|update| update.for_audience()).collect();
    assert!(!told.iter().any(|update| matches!(&update.body, UpdateBody::PollCounted { poll, .. } if *poll == after_close)));
    stage.done(&mo(), CommandBody::ClosePoll { poll: after_close });
    assert_eq!(seen(&stage, after_close, Role::Attendee), Some(1));
}

#[test]
fn where_results_are_shown_after_voting_only_those_see_them_who_voted() {
    let mut stage = Stage::new();
    let poll = stage.opens(1, PollForm { shown: ResultsShown::AfterVote, ..form(PollKind::Single, &["Tea", "Coffee"]) });
    stage.done(&viewer(1), vote(poll, pick(&[0])));
    stage.pass(SECOND);
    let tally = Tally { voters: 1, counts: vec![1, 0], ..Tally::default() };
    let counted = Effect::Counted { poll, tally: tally.clone(), to: vec![viewer(1).participant] };
    assert_eq!(stage.beside, [counted]);
    assert_eq!(stage.poll(poll, Role::Attendee).and_then(|poll| poll.tally), None);
    // Whoever comes back, or has only just voted, has what was counted last at once.
    stage.done(&viewer(2), vote(poll, pick(&[1])));
    for (number, option) in [(1, 0), (2, 1)] {
        let own = OwnVote { poll, choice: pick(&[option]), tally: Some(tally.clone()) };
        assert_eq!(stage.room.mine(viewer(number).participant).votes, [own]);
    }
    assert!(stage.room.mine(viewer(3).participant).is_none());
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    assert_eq!(stage.room.mine(viewer(1).participant).votes[0].tally, None, "everybody sees it now");
}

#[test]
fn the_right_answers_are_nobodys_to_see_before_a_quiz_is_closed() {
    let mut stage = Stage::new();
    let poll = stage.opens(1, quiz(10, None));
    let correct = |stage: &Stage, role| stage.poll(poll, role).map(|poll| poll.form.correct);
    for (role, seen) in [(Role::Producer, vec![1]), (Role::Speaker, vec![]), (Role::Attendee, vec![])] {
        assert_eq!(correct(&stage, role), Some(seen.clone()));
        let told = stage.published.iter().map(|update| View::of(role).seen(update));
        let opened =
            told.filter_map(|update| if let UpdateBody::PollOpened { poll } = update.body { Some(poll) } else { None });
        assert!(opened.into_iter().all(|poll| poll.form.correct == seen));
    }
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    assert_eq!(correct(&stage, Role::Attendee), Some(vec![1]));
}

#[test]
fn leaders_are_called_as_the_room_calls_people_and_who_was_sent_away_is_none() {
    let mut stage = Stage::new();
    let named = |number, name: &str| Actor { name: name.to_owned(), ..viewer(number) };
    let (rude, banned, plain) = (named(1, "Heck Fire"), named(2, "Ben"), named(3, "Ada"));
    let poll = stage.opens(1, quiz(100, None));
    for who in [&rude, &banned, &plain] {
        stage.arrive(who);
        stage.done(who, vote(poll, pick(&[1])));
    }
    stage.done(&mo(), CommandBody::EditRules { change: RulesEdit::AddWords { words: vec!["heck".to_owned()] } });
    stage.done(&mo(), CommandBody::Sanction { participant: banned.participant, act: SanctionAct::Ban });
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    let told: Vec<_> = stage.tally(poll).leaders.into_iter().map(|leader| leader.name).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0], "Ada");
    assert!(told[1].ends_with(" Fire") && !told[1].contains("Heck"), "{told:?}");
}

#[test]
fn without_a_name_the_crew_votes_in_no_words_that_the_audience_could_not() {
    let mut stage = Stage::new();
    let ada = actor(9, Role::Speaker);
    stage.arrive(&ada);
    stage.done(&mo(), CommandBody::EditRules { change: RulesEdit::AddWords { words: vec!["heck".to_owned()] } });
    let unnamed = stage.opens(1, PollForm { named: false, ..form(PollKind::OpenText, &[]) });
    let named = stage.opens(2, PollForm { named: true, changeable: true, ..form(PollKind::OpenText, &[]) });
    let heck = || Choice::Text { text: "heck".to_owned() };
    assert_eq!(stage.refused(&ada, vote(unnamed, heck())), Refusal::WordsNotAllowed);
    stage.done(&ada, vote(named, heck()));
    stage.done(&mo(), CommandBody::StopAll);
    assert_eq!(stage.refused(&ada, vote(unnamed, Choice::Text { text: "no".to_owned() })), Refusal::Closed);
    stage.done(&ada, vote(named, Choice::Text { text: "yes".to_owned() }));
}

#[test]
fn of_no_vote_more_is_read_than_a_poll_takes() {
    let mut stage = Stage::new();
    stage.done(&mo(), CommandBody::EditRules { change: RulesEdit::AddWords { words: vec!["heck".to_owned()] } });
    let many = Choice::Words { words: vec!["heck".to_owned(); 16_000] };
    assert_eq!(stage.refused(&viewer(1), vote(poll_id(9), many.clone())), Refusal::NoSuchPoll);
    let poll = stage.opens(1, form(PollKind::WordCloud { words: 3 }, &[]));
    assert_eq!(stage.refused(&viewer(1), vote(poll, many)), Refusal::ChoiceInvalid);
    let one = Choice::Words { words: vec!["Heck".to_owned()] };
    assert_eq!(stage.refused(&viewer(1), vote(poll, one)), Refusal::WordsNotAllowed);
}

#[test]
fn points_of_several_quizzes_add_up_and_the_leaders_are_told_when_one_closes() {
    let mut stage = Stage::new();
    let answers = [(1, [1, 1]), (2, [0, 1]), (3, [0, 0])];
    for (at, number) in [1, 2].into_iter().enumerate() {
        let poll = stage.opens(number, quiz(100, None));
        for (who, options) in answers {
            stage.done(&viewer(who), vote(poll, pick(&[options[at]])));
        }
        if at == 0 {
            stage.room = stage.replayed();
        }
        stage.done(&mo(), CommandBody::ClosePoll { poll });
    }
    let leader = |number, points| Leader { name: viewer(number).name, points };
    assert_eq!(stage.tally(poll_id(2)).leaders, [leader(1, 200), leader(2, 100)], "who has none does not lead");
    assert_eq!(stage.tally(poll_id(1)).leaders, [leader(1, 100)], "as it was then");
    stage.done(&mo(), CommandBody::ArchivePoll { poll: poll_id(1) });
    stage.done(&mo(), CommandBody::DropPoll { poll: poll_id(1) });
    assert_eq!(stage.room.mine(viewer(1).participant).points, 200, "a quiz that is thrown away was won all the same");
    stage.room = stage.replayed();
    assert_eq!(stage.room.mine(viewer(1).participant).points, 200);
}

#[test]
fn in_a_timed_quiz_who_is_quick_gets_more_and_who_is_right_at_least_half() {
    let mut stage = Stage::new();
    let poll = stage.opens(1, quiz(100, Some(10)));
    stage.done(&viewer(1), vote(poll, pick(&[1])));
    stage.pass(SECOND * 5);
    stage.done(&viewer(2), vote(poll, pick(&[1])));
    stage.done(&viewer(3), vote(poll, pick(&[2])));
    stage.pass(Duration::from_millis(4_999));
    stage.done(&viewer(4), vote(poll, pick(&[1])));
    stage.pass(SECOND);
    let points = [1, 2, 3, 4].map(|number| stage.room.mine(viewer(number).participant).points);
    assert_eq!(points, [100, 75, 0, 50]);
}

#[test]
fn words_and_texts_are_told_by_frequency_and_newest_first() {
    let mut stage = Stage::new();
    let cloud = stage.opens(1, form(PollKind::WordCloud { words: 2 }, &[]));
    let text = stage.opens(2, form(PollKind::OpenText, &[]));
    for (number, words) in [(1, ["calm", "fast"]), (2, ["Fast", "dry"])] {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        stage.done(&viewer(number), vote(cloud, Choice::Words { words }));
        stage.done(&viewer(number), vote(text, Choice::Text { text: format!("From {number}") }));
        stage.pass(SECOND);
    }
    let count = |word: &str, count| WordCount { word: word.to_owned(), count };
    assert_eq!(stage.tally(cloud).words, [count("fast", 2), count("calm", 1), count("dry", 1)]);
    assert_eq!(stage.tally(text).texts, ["From 2", "From 1"]);
}

#[test]
fn a_poll_lies_over_the_program_while_the_audience_sees_it() {
    let mut stage = Stage::new();
    let poll = stage.drafts(1, form(PollKind::Single, &["Tea", "Coffee"]));
    let show = CommandBody::ShowOverlay { overlay: Overlay::Poll { poll } };
    assert_eq!(stage.refused(&mo(), show.clone()), Refusal::NoSuchPoll);
    stage.done(&mo(), CommandBody::OpenPoll { poll });
    assert_eq!(stage.refused(&viewer(1), show.clone()), Refusal::NotAllowed);
    stage.done(&mo(), show);
    stage.done(&mo(), CommandBody::ClosePoll { poll });
    assert_eq!(stage.room.snapshot(Role::Attendee).overlay, Some(Overlay::Poll { poll }));
    stage.done(&mo(), CommandBody::ArchivePoll { poll });
    assert_eq!(stage.room.snapshot(Role::Attendee).overlay, None);
}

#[test]
fn a_room_holds_so_many_polls_and_the_oldest_that_is_archived_goes() {
    let mut stage = Stage::new();
    for number in 0..MAX_POLLS as u128 {
        stage.drafts(number, form(PollKind::OpenText, &[]));
    }
    let one_more = CommandBody::DraftPoll { poll: poll_id(900), form: form(PollKind::OpenText, &[]) };
    assert_eq!(stage.refused(&mo(), one_more.clone()), Refusal::Full);
    let poll = poll_id(3);
    for body in [CommandBody::OpenPoll { poll }, CommandBody::ClosePoll { poll }, CommandBody::ArchivePoll { poll }, one_more] {
        stage.done(&mo(), body);
    }
    assert_eq!(stage.poll(poll, Role::Producer), None);
}
