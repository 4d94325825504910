use houselights_shared::{
    Answer, AskedId, MAX_QUESTION_CHARS, MAX_QUESTIONS, MAX_QUESTIONS_EACH, Mine, Overlay, Question, QuestionCount, RulesEdit,
    SanctionAct, Standing,
};

use super::*;
use crate::View;

const SECOND: Duration = Duration::from_secs(1);

/// A moderator, and two of the audience.
struct House {
    stage: Stage,
    mo: Actor,
    vera: Actor,
    walt: Actor,
}

impl House {
    fn new() -> Self {
        let (mo, vera, walt) = (actor(1, Role::Moderator), actor(2, Role::Attendee), actor(3, Role::Attendee));
        Self { stage: Stage::with(&[&mo, &vera, &walt]), mo, vera, walt }
    }

    fn asks(&mut self, who: &Actor, text: &str) -> AskedId {
        self.stage.done(who, ask(text));
        command_id(self.stage.commands).into()
    }

    /// Vera asks, and everybody sees it.
    fn open(&mut self, text: &str) -> AskedId {
        let (mo, vera) = (self.mo.clone(), self.vera.clone());
        let question = self.asks(&vera, text);
        self.stage.done(&mo, CommandBody::OpenQuestion { question });
        question
    }

    fn question(&self, id: AskedId) -> Question {
        self.stage.crew_view().questions.into_iter().find(|question| question.id == id).expect("it was asked")
    }

    fn standing(&self, id: AskedId) -> Standing {
        self.question(id).standing
    }

    fn mine(&self, who: &Actor) -> Mine {
        self.stage.room.mine(who.participant)
    }

    /// As it is counted once there was time for it.
    fn votes(&mut self, id: AskedId) -> u32 {
        self.stage.pass(SECOND);
        self.question(id).votes
    }
}

fn ask(text: &str) -> CommandBody {
    CommandBody::AskQuestion { text: text.to_owned(), anonymous: false }
}

fn up(question: AskedId) -> CommandBody {
    CommandBody::UpvoteQuestion { question, up: true }
}

fn down(question: AskedId) -> CommandBody {
    CommandBody::UpvoteQuestion { question, up: false }
}

#[test]
fn a_question_waits_until_a_moderator_opens_it_and_only_its_author_sees_it_meanwhile() {
    let House { mut stage, mo, vera, walt } = House::new();
    stage.done(&vera, ask("  How? "));
    let question = command_id(stage.commands).into();
    assert_eq!(stage.crew_view().questions[0].text, "How?");
    for role in [Role::Attendee, Role::Speaker] {
        assert!(stage.room.snapshot(role).questions.is_empty());
    }
    assert_eq!(stage.room.mine(vera.participant).questions[0].id, question);
    assert_eq!(stage.refused(&walt, CommandBody::OpenQuestion { question }), Refusal::NotAllowed);
    assert_eq!(stage.refused(&walt, up(question)), Refusal::NoSuchQuestion);
    stage.done(&mo, CommandBody::OpenQuestion { question });
    assert_eq!(stage.room.snapshot(Role::Attendee).questions[0].standing, Standing::Open);
    let mine = stage.room.mine(vera.participant);
    assert_eq!((mine.questions.len(), mine.asked), (0, vec![question]));
}

#[test]
fn without_review_and_from_a_moderator_a_question_is_open_at_once() {
    let House { mut stage, mo, vera, .. } = House::new();
    stage.done(&mo, ask("From the desk"));
    assert_eq!(stage.room.snapshot(Role::Attendee).questions[0].standing, Standing::Open);
    stage.done(&mo, CommandBody::EditRules { change: RulesEdit::Review { on: false } });
    stage.done(&vera, ask("From the house"));
    assert_eq!(stage.room.snapshot(Role::Attendee).questions.len(), 2);
}

#[test]
fn a_question_has_words_and_an_end() {
    let House { mut stage, vera, .. } = House::new();
    assert_eq!(stage.refused(&vera, ask(" \u{200B} ")), Refusal::MessageEmpty);
    assert_eq!(stage.refused(&vera, ask(&"é".repeat(MAX_QUESTION_CHARS + 1))), Refusal::MessageTooLong);
    stage.done(&vera, ask(&"é".repeat(MAX_QUESTION_CHARS)));
}

#[test]
fn nobody_is_told_who_asked_anonymously() {
    let House { mut stage, mo, vera, .. } = House::new();
    // No number of hers stands in another's id.
    let vera = Actor { participant: ParticipantId::from_uuid(Uuid::from_u128(0xABCD_EF01_2345)), ..vera };
    stage.done(&vera, CommandBody::AskQuestion { text: "Who?".to_owned(), anonymous: true });
    let question: AskedId = command_id(stage.commands).into();
    stage.done(&mo, CommandBody::OpenQuestion { question });
    stage.done(&mo, CommandBody::ShowOverlay { overlay: Overlay::Question { question } });
    stage.done(&vera, CommandBody::WithdrawQuestion { question });
    for role in [Role::Producer, Role::Moderator, Role::Speaker, Role::Attendee] {
        let told: Vec<_> = stage.published.iter().map(|update| View::of(role).seen(update)).collect();
        let heard = format!("{told:?} {:?}", stage.room.snapshot(role));
        assert!(heard.contains("Who?") || role == Role::Speaker || role == Role::Attendee);
        assert!(!heard.contains(&vera.participant.to_string()), "{role:?} is told");
    }
}

#[test]
fn a_moderators_question_without_a_name_waits_like_all_others() {
    let House { mut stage, mo, vera, .. } = House::new();
    for who in [&mo, &vera] {
        stage.done(who, CommandBody::AskQuestion { text: "Who?".to_owned(), anonymous: true });
    }
    stage.done(&mo, CommandBody::AskQuestion { text: "I".to_owned(), anonymous: false });
    let standing: Vec<_> = stage.crew_view().questions.into_iter().map(|question| question.standing).collect();
    assert_eq!(standing, [Standing::Waiting, Standing::Waiting, Standing::Open]);
}

#[test]
fn the_author_of_an_anonymous_question_sees_that_it_is_theirs_also_after_a_restart() {
    let House { mut stage, mo, vera, walt } = House::new();
    stage.done(&vera, CommandBody::AskQuestion { text: "Who?".to_owned(), anonymous: true });
    let question: AskedId = command_id(stage.commands).into();
    stage.room = stage.replayed();
    assert_eq!(stage.room.mine(vera.participant).questions[0].author, None);
    stage.done(&mo, CommandBody::OpenQuestion { question });
    assert_eq!(stage.room.mine(vera.participant).asked, [question]);
    assert_eq!(stage.refused(&vera, up(question)), Refusal::NotAllowed);
    assert_eq!(stage.refused(&walt, CommandBody::WithdrawQuestion { question }), Refusal::NotAllowed);
}

#[test]
fn anonymous_questions_are_refused_where_the_room_does_not_want_them() {
    let House { mut stage, mo, vera, .. } = House::new();
    stage.done(&mo, CommandBody::EditRules { change: RulesEdit::Anonymous { on: false } });
    let anonymous = CommandBody::AskQuestion { text: "Who?".to_owned(), anonymous: true };
    assert_eq!(stage.refused(&vera, anonymous), Refusal::NotAllowed);
    stage.done(&vera, ask("Who?"));
}

#[test]
fn closed_muted_and_refused_words_each_have_their_code() {
    let House { mut stage, mo, vera, walt } = House::new();
    stage.done(&mo, CommandBody::EditRules { change: RulesEdit::AddWords { words: vec!["heck".to_owned()] } });
    assert_eq!(stage.refused(&vera, ask("What the heck?")), Refusal::WordsNotAllowed);
    stage.done(&mo, CommandBody::Sanction { participant: walt.participant, act: SanctionAct::Mute });
    assert_eq!(stage.refused(&walt, ask("How?")), Refusal::Muted);
    stage.done(&mo, CommandBody::EditRules { change: RulesEdit::Questions { on: false } });
    assert_eq!(stage.refused(&vera, ask("How?")), Refusal::Closed);
    stage.done(&mo, ask("The desk still asks"));
}

#[test]
fn a_vote_counts_once_whatever_is_resent_and_after_a_restart() {
    let mut house = House::new();
    let question = house.open("How?");
    let (mo, vera, walt) = (house.mo.clone(), house.vera.clone(), house.walt.clone());
    for _ in 0..3 {
        house.stage.done(&walt, up(question));
    }
    house.stage.room = house.stage.replayed();
    house.stage.done(&walt, up(question));
    house.stage.done(&mo, up(question));
    assert_eq!(house.stage.refused(&vera, up(question)), Refusal::NotAllowed, "not one's own");
    assert_eq!(house.votes(question), 2);
    assert_eq!(house.mine(&walt).upvoted, [question]);
    house.stage.done(&walt, down(question));
    house.stage.done(&walt, down(question));
    assert_eq!(house.votes(question), 1);
    assert!(house.mine(&walt).upvoted.is_empty());
}

#[test]
fn votes_are_told_as_counts_once_a_second_and_never_one_by_one() {
    let mut house = House::new();
    let question = house.open("How?");
    house.stage.pass(SECOND);
    let before = house.stage.published.len();
    for number in 10..60 {
        house.stage.done(&actor(number, Role::Attendee), up(question));
        house.stage.pass(Duration::from_millis(100));
    }
    house.stage.pass(SECOND);
    let told: Vec<_> = house.stage.published[before..].iter().map(|update| update.for_control()).collect();
    let counts: Vec<_> = told.iter().filter(|update| matches!(update.body, UpdateBody::QuestionsCounted { .. })).collect();
    assert!(told.iter().all(|update| matches!(update.body, UpdateBody::QuestionsCounted { .. })
        || (update.body == UpdateBody::HIDDEN && update.by.is_none())));
    assert!(counts.windows(2).all(|pair| pair[1].at.since(pair[0].at) >= SECOND), "at most once a second");
    let last = UpdateBody::QuestionsCounted { counts: vec![QuestionCount { question, votes: 50 }] };
    assert_eq!(counts.last().map(|update| &update.body), Some(&last));
}

#[test]
fn who_merges_moves_the_votes_and_nobody_counts_twice() {
    let mut house = House::new();
    let (mo, vera, walt, xena) = (house.mo.clone(), house.vera.clone(), house.walt.clone(), actor(9, Role::Attendee));
    let target = house.open("How?");
    let again = house.asks(&walt, "How so?");
    house.stage.done(&mo, CommandBody::OpenQuestion { question: again });
    house.stage.done(&xena, up(target));
    house.stage.done(&xena, up(again));
    house.stage.done(&vera, up(again));
    house.stage.concerned.clear();
    house.stage.done(&mo, CommandBody::MergeQuestion { question: again, into: target });
    assert_eq!(house.votes(target), 2, "Walt, who asked the other, and Xena once; not Vera, who asked this one");
    let mut concerned = house.stage.concerned.clone();
    concerned.sort_unstable();
    assert_eq!(concerned, [vera.participant, walt.participant, xena.participant], "their own is told anew");
    assert_eq!(house.mine(&walt).upvoted, [target]);
    assert_eq!(house.stage.refused(&walt, up(again)), Refusal::NoSuchQuestion);
    house.stage.room = house.stage.replayed();
    assert_eq!(house.votes(target), 2);
}

#[test]
fn a_merge_that_is_taken_back_takes_back_what_it_brought() {
    let mut house = House::new();
    let (mo, vera, walt) = (house.mo.clone(), house.vera.clone(), house.walt.clone());
    let (xena, yuri) = (actor(8, Role::Attendee), actor(9, Role::Attendee));
    let [first, second] = ["How?", "How then?"].map(|text| house.open(text));
    let third = house.asks(&walt, "How so?");
    house.stage.done(&mo, CommandBody::OpenQuestion { question: third });
    house.stage.done(&xena, up(third));
    house.stage.done(&yuri, up(third));
    house.stage.done(&xena, up(first));
    house.stage.done(&mo, CommandBody::MergeQuestion { question: third, into: second });
    house.stage.done(&mo, CommandBody::MergeQuestion { question: second, into: first });
    assert_eq!(house.votes(first), 3, "Walt, Xena, Yuri");
    house.stage.done(&mo, CommandBody::OpenQuestion { question: third });
    assert_eq!(house.votes(first), 1, "Xena wanted it by herself");
    assert_eq!(house.votes(third), 2);
    assert_eq!(house.mine(&yuri).upvoted, [third]);
    house.stage.done(&mo, CommandBody::OpenQuestion { question: second });
    assert_eq!((house.votes(first), house.votes(second)), (1, 0));
    assert_eq!(house.stage.refused(&vera, up(second)), Refusal::NotAllowed);
}

#[test]
fn who_wants_two_that_are_merged_counts_until_both_are_parted() {
    let mut house = House::new();
    let (mo, walt, xena) = (house.mo.clone(), house.walt.clone(), actor(8, Role::Attendee));
    let target = house.open("How?");
    let same = ["How so?", "How then?"].map(|text| {
        let question = house.asks(&walt, text);
        house.stage.done(&mo, CommandBody::OpenQuestion { question });
        house.stage.done(&xena, up(question));
        house.stage.done(&mo, CommandBody::MergeQuestion { question, into: target });
        question
    });
    assert_eq!(house.votes(target), 2, "Walt and Xena");
    house.stage.done(&mo, CommandBody::OpenQuestion { question: same[0] });
    assert_eq!(house.votes(target), 2, "both want the other one still");
    house.stage.done(&mo, CommandBody::OpenQuestion { question: same[1] });
    assert_eq!(house.votes(target), 0);
}

#[test]
fn a_vote_that_is_given_to_what_others_are_merged_into_is_ones_own() {
    let mut house = House::new();
    let (mo, walt, xena) = (house.mo.clone(), house.walt.clone(), actor(8, Role::Attendee));
    let target = house.open("How?");
    let same = house.asks(&walt, "How so?");
    house.stage.done(&mo, CommandBody::OpenQuestion { question: same });
    house.stage.done(&xena, up(same));
    house.stage.done(&mo, CommandBody::MergeQuestion { question: same, into: target });
    house.stage.done(&xena, CommandBody::UpvoteQuestion { question: target, up: false });
    assert_eq!(house.votes(target), 1, "Walt");
    let another = house.asks(&walt, "How then?");
    house.stage.done(&mo, CommandBody::MergeQuestion { question: another, into: target });
    assert_eq!(house.votes(target), 1, "whoever took their vote back has taken it back");
    house.stage.room = house.stage.replayed();
    house.stage.done(&xena, up(target));
    assert_eq!(house.votes(target), 2);
    house.stage.done(&mo, CommandBody::OpenQuestion { question: same });
    assert_eq!(house.votes(target), 2, "Xena wants this one, too, and Walt by his other one");
    assert_eq!(house.mine(&xena).upvoted, [target, same]);
}

#[test]
fn in_slow_mode_one_asks_as_seldom_as_one_says_something() {
    let mut house = House::new();
    let (mo, vera) = (house.mo.clone(), house.vera.clone());
    house.stage.done(&mo, CommandBody::EditRules { change: RulesEdit::SlowMode { seconds: 60 } });
    let question = house.asks(&vera, "How?");
    house.stage.done(&vera, CommandBody::WithdrawQuestion { question });
    assert_eq!(house.stage.refused(&vera, ask("How so?")), Refusal::SlowDown);
    house.stage.pass(SECOND * 60);
    house.asks(&vera, "How so?");
    house.asks(&mo, "The crew waits for nothing?");
    house.asks(&mo, "Does it?");
}

#[test]
fn nobody_asks_under_the_id_of_a_question_that_was_withdrawn() {
    let mut house = House::new();
    let (vera, walt) = (house.vera.clone(), house.walt.clone());
    house.stage.done(&house.mo.clone(), CommandBody::EditRules { change: RulesEdit::Review { on: false } });
    let question = house.asks(&vera, "SECRET?");
    let id = command_id(house.stage.commands);
    house.stage.done(&vera, CommandBody::WithdrawQuestion { question });
    let refused = Outcome::Refused { refusal: Refusal::Malformed, retry_after_ms: None };
    assert_eq!(house.stage.repeat(&walt, id, ask("innocent")), refused);
    assert!(house.stage.crew_view().questions.is_empty());
}

#[test]
fn what_was_merged_into_a_question_outlives_it() {
    let mut house = House::new();
    let (mo, vera, walt) = (house.mo.clone(), house.vera.clone(), house.walt.clone());
    let target = house.open("How?");
    let [seen, unseen] = ["How so?", "How then?"].map(|text| house.asks(&walt, text));
    house.stage.done(&mo, CommandBody::OpenQuestion { question: seen });
    for question in [seen, unseen] {
        house.stage.done(&mo, CommandBody::MergeQuestion { question, into: target });
    }
    house.stage.done(&mo, CommandBody::DismissQuestion { question: unseen });
    let standing = Standing::Merged { into: target };
    house.stage.done(&mo, CommandBody::RestoreQuestion { question: unseen, standing });
    let before = house.stage.published.len();
    house.stage.done(&vera, CommandBody::WithdrawQuestion { question: target });
    let stands = |id| house.question(id).standing;
    // In between it was put aside and taken back: still nobody had let it through.
    assert_eq!((stands(seen), stands(unseen)), (Standing::Open, Standing::Waiting));
    let told = &house.stage.published[before..];
    assert_eq!(told.len(), 3);
    assert!(told[..2].iter().all(|update| update.by.is_none()), "what goes with it does not tell who took it back");
}

#[test]
fn a_moderator_takes_back_their_own_step_and_an_answer_stays_its_authors() {
    let mut house = House::new();
    let (mo, bo) = (house.mo.clone(), actor(12, Role::Moderator));
    let question = house.open("How?");
    let restore = |standing: &Standing| CommandBody::RestoreQuestion { question, standing: standing.clone() };
    house.stage.done(&bo, CommandBody::AnswerQuestion { question, answer: Some("So.".to_owned()) });
    let standing = |house: &House| {
        house.stage.crew_view().questions.iter().find(|asked| asked.id == question).map(|asked| asked.standing.clone())
    };
    let answered = standing(&house).expect("it is there");
    house.stage.pass(SECOND);
    house.stage.done(&mo, CommandBody::DismissQuestion { question });
    assert_eq!(house.stage.refused(&bo, restore(&answered)), Refusal::NoSuchQuestion, "Mo's step is Mo's");
    assert_eq!(
        house.stage.refused(&mo, restore(&Standing::Merged { into: question })),
        Refusal::NoSuchQuestion,
        "it never stood so"
    );
    assert_eq!(house.stage.refused(&house.walt.clone(), restore(&answered)), Refusal::NotAllowed);
    house.stage.done(&mo, CommandBody::HoldQuestion { question });
    assert_eq!(house.stage.refused(&mo, restore(&Standing::Open)), Refusal::NoSuchQuestion, "that was before Bo's step");
    house.stage.done(&mo, restore(&answered));
    assert_eq!(standing(&house), Some(answered), "when and by whom it was answered, too");
    house.stage.done(&bo, CommandBody::HoldQuestion { question });
    assert_eq!(house.stage.refused(&mo, restore(&Standing::Open)), Refusal::NoSuchQuestion, "Bo decided since");
}

#[test]
fn what_lies_over_the_program_does_not_make_room() {
    let mut house = House::new();
    let mo = house.mo.clone();
    let answered = |house: &mut House, number: usize| {
        house.stage.done(&mo, CommandBody::AskQuestion { text: format!("{number}?"), anonymous: false });
        let question: AskedId = command_id(house.stage.commands).into();
        house.stage.done(&mo, CommandBody::AnswerQuestion { question, answer: None });
        question
    };
    let first = answered(&mut house, 0);
    let overlay = Overlay::Question { question: first };
    house.stage.done(&mo.clone(), CommandBody::ShowOverlay { overlay });
    for number in 1..=MAX_QUESTIONS {
        answered(&mut house, number);
    }
    let view = house.stage.crew_view();
    assert_eq!((view.overlay, view.questions.len()), (Some(overlay), MAX_QUESTIONS));
    assert_eq!(view.questions.first().map(|question| question.id), Some(first));
}

/// Whoever merges sees by the number whether it was the same person.
#[test]
fn no_number_tells_who_asked_anonymously() {
    let mut house = House::new();
    let (mo, vera, walt) = (house.mo.clone(), house.vera.clone(), house.walt.clone());
    for asker in [&vera, &walt] {
        let named = house.open("How?");
        house.stage.done(asker, CommandBody::AskQuestion { text: "How so?".to_owned(), anonymous: true });
        let anonymous: AskedId = command_id(house.stage.commands).into();
        house.stage.done(&mo, CommandBody::OpenQuestion { question: anonymous });
        house.stage.done(&mo, CommandBody::MergeQuestion { question: anonymous, into: named });
        assert_eq!(house.votes(named), 0, "{}", asker.name);
        assert_eq!(house.stage.concerned.last(), Some(&asker.participant), "they are told where it went");
        house.stage.done(&mo, CommandBody::OpenQuestion { question: anonymous });
        house.stage.done(&mo, CommandBody::MergeQuestion { question: named, into: anonymous });
        assert_eq!(house.votes(anonymous), 1, "{}", asker.name);
        house.stage.done(&mo, CommandBody::DismissQuestion { question: named });
        assert_eq!(house.votes(anonymous), 0, "taken back");
    }
}

#[test]
fn only_into_another_that_everybody_sees_is_merged() {
    let mut house = House::new();
    let (mo, vera) = (house.mo.clone(), house.vera.clone());
    let open = house.open("How?");
    let waiting = house.asks(&vera, "How so?");
    let merge = |question, into| CommandBody::MergeQuestion { question, into };
    assert_eq!(house.stage.refused(&mo, merge(open, open)), Refusal::NoSuchQuestion);
    assert_eq!(house.stage.refused(&mo, merge(open, waiting)), Refusal::NoSuchQuestion);
    house.stage.done(&mo, merge(waiting, open));
    assert_eq!(house.stage.refused(&mo, merge(waiting, open)), Refusal::NoSuchQuestion, "it is merged already");
}

#[test]
fn a_speaker_answers_and_does_not_moderate() {
    let mut house = House::new();
    let ada = actor(7, Role::Speaker);
    house.stage.arrive(&ada);
    let question = house.open("How?");
    assert_eq!(house.stage.refused(&ada, CommandBody::DismissQuestion { question }), Refusal::NotAllowed);
    assert_eq!(
        house.stage.refused(&house.vera.clone(), CommandBody::AnswerQuestion { question, answer: None }),
        Refusal::NotAllowed
    );
    let answer = |words: &str| CommandBody::AnswerQuestion { question, answer: Some(words.to_owned()) };
    assert_eq!(house.stage.refused(&ada, answer(" ")), Refusal::MessageEmpty);
    let mo = house.mo.clone();
    for put_aside in [CommandBody::DismissQuestion { question }, CommandBody::HoldQuestion { question }] {
        house.stage.done(&mo, put_aside);
        assert_eq!(house.stage.refused(&ada, answer("Like so.")), Refusal::NoSuchQuestion, "it is not theirs to publish");
    }
    house.stage.done(&mo, CommandBody::OpenQuestion { question });
    house.stage.done(&mo, CommandBody::Sanction { participant: ada.participant, act: SanctionAct::Mute });
    assert_eq!(house.stage.refused(&ada, answer("Like so.")), Refusal::Muted);
    house.stage.done(&mo, CommandBody::LiftSanction { participant: ada.participant, kind: None });
    house.stage.done(&ada, answer(" Like so. "));
    let answer = Some(Answer { text: "Like so.".to_owned(), name: ada.name });
    assert_eq!(house.standing(question), Standing::Answered { at: house.stage.now, answer });
}

#[test]
fn what_is_answered_everybody_sees_and_every_step_is_undone_by_opening_it_again() {
    let mut house = House::new();
    let (mo, vera) = (house.mo.clone(), house.vera.clone());
    let question = house.asks(&vera, "How?");
    let steps = [
        CommandBody::AnswerQuestion { question, answer: None },
        CommandBody::DismissQuestion { question },
        CommandBody::HoldQuestion { question },
    ];
    for step in steps {
        house.stage.done(&mo, step);
        house.stage.done(&mo, CommandBody::OpenQuestion { question });
        assert_eq!(house.standing(question), Standing::Open);
    }
    house.stage.done(&mo, CommandBody::AnswerQuestion { question, answer: None });
    assert_eq!(house.stage.room.snapshot(Role::Attendee).questions, [house.question(question)]);
    house.stage.done(&mo, CommandBody::DismissQuestion { question });
    assert!(house.stage.room.snapshot(Role::Attendee).questions.is_empty());
    assert_eq!(house.mine(&vera).questions[0].standing, Standing::Dismissed);
}

#[test]
fn without_a_name_the_crew_asks_nothing_that_the_audience_could_not() {
    let ada = actor(9, Role::Speaker);
    let House { mut stage, mo, .. } = House::new();
    stage.arrive(&ada);
    let rule = |change| CommandBody::EditRules { change };
    let asked = |text: &str, anonymous| CommandBody::AskQuestion { text: text.to_owned(), anonymous };
    stage.done(&mo, rule(RulesEdit::AddWords { words: vec!["heck".to_owned()] }));
    stage.done(&mo, rule(RulesEdit::SlowMode { seconds: 60 }));
    stage.done(&mo, rule(RulesEdit::Links { on: false }));
    for who in [&ada, &mo] {
        assert_eq!(stage.refused(who, asked("what the heck", true)), Refusal::WordsNotAllowed);
        assert_eq!(stage.refused(who, asked("see https://example.org", true)), Refusal::LinksNotAllowed);
        stage.done(who, asked("what the heck", false));
        assert_eq!(stage.refused(who, asked("How?", true)), Refusal::SlowDown);
        stage.pass(60 * SECOND);
        stage.done(who, asked("How?", true));
    }
    stage.done(&mo, CommandBody::StopAll);
    assert_eq!(stage.refused(&ada, asked("When?", true)), Refusal::Closed);
    stage.done(&ada, asked("When?", false));
}

#[test]
fn what_lies_over_the_program_in_place_of_what_one_takes_off_stays() {
    let mut house = House::new();
    let mo = house.mo.clone();
    let [first, second] = ["How?", "When?"].map(|text| Overlay::Question { question: house.open(text) });
    for overlay in [first, second] {
        house.stage.done(&mo, CommandBody::ShowOverlay { overlay });
    }
    house.stage.done(&mo, CommandBody::ClearOverlay { overlay: first });
    assert_eq!(house.stage.crew_view().overlay, Some(second));
    house.stage.done(&mo, CommandBody::ClearOverlay { overlay: second });
    assert_eq!(house.stage.crew_view().overlay, None);
}

#[test]
fn what_the_audience_does_not_see_any_more_does_not_lie_over_the_program() {
    let mut house = House::new();
    let (mo, vera) = (house.mo.clone(), house.vera.clone());
    let other = house.open("Other?");
    let gone = |question| {
        [
            (true, CommandBody::DismissQuestion { question }),
            (true, CommandBody::HoldQuestion { question }),
            (true, CommandBody::MergeQuestion { question, into: other }),
            (false, CommandBody::WithdrawQuestion { question }),
        ]
    };
    for step in 0..4 {
        let question = house.open("How?");
        let overlay = Overlay::Question { question };
        house.stage.done(&mo, CommandBody::ShowOverlay { overlay });
        let (moderates, body) = gone(question)[step].clone();
        house.stage.done(if moderates { &mo } else { &vera }, body);
        assert_eq!(house.stage.crew_view().overlay, None);
        assert_eq!(house.stage.refused(&mo, CommandBody::ShowOverlay { overlay }), Refusal::NoSuchQuestion);
    }
}

#[test]
fn what_waits_again_nobody_of_the_audience_sees_but_its_author() {
    let mut house = House::new();
    let (mo, vera, walt) = (house.mo.clone(), house.vera.clone(), house.walt.clone());
    let question = house.open("How?");
    assert_eq!(house.stage.refused(&walt, CommandBody::HoldQuestion { question }), Refusal::NotAllowed);
    house.stage.done(&mo, CommandBody::HoldQuestion { question });
    assert!(house.stage.room.snapshot(Role::Attendee).questions.is_empty());
    assert_eq!(house.mine(&vera).questions[0].standing, Standing::Waiting);
}

#[test]
fn a_settled_question_is_not_taken_back() {
    let mut house = House::new();
    let (mo, vera) = (house.mo.clone(), house.vera.clone());
    let question = house.asks(&vera, "How?");
    house.stage.done(&mo, CommandBody::DismissQuestion { question });
    assert_eq!(house.stage.refused(&vera, CommandBody::WithdrawQuestion { question }), Refusal::NoSuchQuestion);
}

#[test]
fn nobody_has_more_pending_than_their_share_and_the_room_forgets_what_is_settled_first() {
    let mut house = House::new();
    let (mo, vera) = (house.mo.clone(), house.vera.clone());
    let first = house.asks(&vera, "The first");
    for _ in 1..MAX_QUESTIONS_EACH {
        house.asks(&vera, "More");
    }
    assert_eq!(house.stage.refused(&vera, ask("One too many")), Refusal::Full);
    house.stage.done(&mo, CommandBody::DismissQuestion { question: first });
    house.asks(&vera, "There is room again");
    let held = MAX_QUESTIONS_EACH + 1;
    for (number, _) in (1_000..).zip(held..MAX_QUESTIONS) {
        house.asks(&actor(number, Role::Attendee), "From many");
    }
    house.asks(&actor(900, Role::Attendee), "In the place of what is settled");
    assert!(house.stage.crew_view().questions.iter().all(|question| question.id != first));
    assert_eq!(house.stage.refused(&actor(901, Role::Attendee), ask("Nothing is settled")), Refusal::Full);
}
