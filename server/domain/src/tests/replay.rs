use std::collections::HashSet;

use houselights_shared::{
    AskedId, Choice, MARKS_OF_A_PART, MAX_QUESTIONS, Mark, Overlay, PollForm, PollId, PollKind, ReplayPart, ReportTarget,
    ResultsShown, RulesEdit, SanctionAct, SessionId, Standing,
};
use proptest::prelude::*;

use super::{
    property::{play, step},
    *,
};
use crate::{Chronicle, Door, Edits, Fold, Forgetting, HELD_MESSAGES, Slot, Span, Stand, View, joined, tests::model};

const MINUTE: Duration = Duration::from_mins(1);
const VIEWS: [(View, Role); 3] =
    [(View::Control, Role::Producer), (View::Crew, Role::Speaker), (View::Audience, Role::Attendee)];

/// A log, told once more.
struct Told {
    log: Vec<Update>,
    chronicle: Chronicle,
}

impl Told {
    fn of(stage: &Stage) -> Self {
        Self::from(stage.published.iter().map(|update| Update::clone(update)).collect())
    }

    fn from(log: Vec<Update>) -> Self {
        let mut chronicle = Chronicle::default();
        for update in &log {
            chronicle.follow(update);
        }
        Self { log, chronicle }
    }

    /// What these say last: looked up in the log, as a server does.
    fn edits<'a>(&self, of: impl IntoIterator<Item = &'a Update>) -> Edits {
        let wanted = self.chronicle.edits_of(of);
        Edits::of(self.log.iter().filter(|update| wanted.contains(&update.seq)))
    }

    /// The room after each entry, the first of which is none.
    fn snapshots(&self, view: View) -> Vec<Snapshot> {
        let mut fold = Fold::default();
        let mut snapshots = vec![fold.snapshot((room_id(), TITLE), view)];
        for update in &self.log {
            fold.follow(&self.chronicle.kept(update, view, &self.edits([update])));
            snapshots.push(fold.snapshot((room_id(), TITLE), view));
        }
        snapshots
    }

    /// What came behind a position, in pages of so many entries that are put together again.
    fn pages(&self, view: View, after: usize, size: usize) -> Vec<Update> {
        let mut told = Vec::new();
        for page in self.log[after..].chunks(size) {
            joined(&mut told, self.chronicle.told(page, view, &self.edits(page)));
        }
        told
    }

    /// Everything that a view gets to see.
    fn everything(&self, view: View) -> String {
        format!("{:?} {:?}", self.snapshots(view), self.pages(view, 0, 7))
    }

    fn parts(
        &self,
        slots: &[Slot],
        now: Timestamp,
        over_since: Option<Timestamp>,
    ) -> Vec<(Option<SessionId>, Timestamp, Timestamp)> {
        let parts = self.chronicle.parts(Stand { title: TITLE, slots, now, over_since });
        parts.into_iter().map(|part| (part.session, part.starts_at, part.ends_at)).collect()
    }

    fn outline(&self, view: View) -> Vec<ReplayPart> {
        let now = self.log.last().expect("something happened").at;
        let parts = self.chronicle.parts(Stand { title: TITLE, slots: &[], now, over_since: Some(now) });
        parts.into_iter().map(|part| self.chronicle.outlined(part, view)).collect()
    }
}

fn session(number: u128) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(0x5E55_0000 + number))
}

fn minute(minute: u64) -> Timestamp {
    Timestamp::from_micros(1_000_000).plus(MINUTE * u32::try_from(minute).unwrap())
}

/// Planned from one minute to another.
fn slot(number: u128, from: u64, to: u64) -> Slot {
    let span = Span { starts_at: minute(from), ends_at: minute(to) };
    Slot { session: session(number), title: format!("Session {number}"), span }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// From every moment on, what came then leads to every later moment; and what is gone in the end is nowhere.
    #[test]
    fn a_moment_and_what_came_then_equal_the_log_told_once_more(
        steps in prop::collection::vec(step(), 1..120),
        from in prop::collection::vec(any::<prop::sample::Index>(), 4),
        size in 1usize..40,
    ) {
        let mut stage = Stage::new();
        for step in steps {
            play(&mut stage, step);
        }
        let told = Told::of(&stage);
        for (view, role) in VIEWS {
            let snapshots = told.snapshots(view);
            let last = snapshots.last().unwrap();
            for from in from.iter().map(|from| from.index(snapshots.len())).chain([0]) {
                let mut held = if from == 0 { model::empty(last) } else { snapshots[from].clone() };
                for update in told.pages(view, from, size) {
                    model::apply(&mut held, &update, view == View::Control);
                    prop_assert_eq!(&held, &snapshots[usize::try_from(held.seq.number()).unwrap()]);
                }
                prop_assert_eq!(&held, last);
            }
            if view == View::Control {
                prop_assert_eq!(last, &stage.room.snapshot(role));
            } else {
                assert_only_what_stands(&told, view, &stage.crew_view());
            }
        }
    }

    /// A log that is followed as it grows is known as well as one that is followed at once; and what changes how its beginning is told is counted.
    #[test]
    fn a_log_that_grows_is_told_as_one_that_is_whole(
        steps in prop::collection::vec(step(), 1..100),
        at in any::<prop::sample::Index>(),
    ) {
        let mut stage = Stage::new();
        for step in steps {
            play(&mut stage, step);
        }
        let whole = Told::of(&stage);
        let begun = Told::from(whole.log[..at.index(whole.log.len() + 1)].to_vec());
        let mut grown = begun.chronicle.clone();
        whole.log[begun.log.len()..].iter().for_each(|update| grown.follow(update));
        let same = grown.changes() == begun.chronicle.changes();
        let grown = Told { log: whole.log.clone(), chronicle: grown };
        prop_assert_eq!(grown.everything(View::Audience), whole.everything(View::Audience));
        if same {
            prop_assert_eq!(&begun.snapshots(View::Crew)[..], &whole.snapshots(View::Crew)[..=begun.log.len()]);
        }
    }
}

/// What is gone, put aside or was said otherwise is in nothing that a view gets to see.
fn assert_only_what_stands(told: &Told, view: View, end: &Snapshot) {
    let gone: HashSet<_> = end.chat.iter().filter(|message| message.gone.is_some()).map(|message| message.id).collect();
    let aside = end.questions.iter().filter(|asked| matches!(asked.standing, Standing::Waiting | Standing::Dismissed));
    let aside: HashSet<_> = aside.map(|asked| asked.id).collect();
    let says = |message: &houselights_shared::Message| {
        assert!(!gone.contains(&message.id), "{message:?} is gone");
        let end = end.chat.iter().find(|said| said.id == message.id);
        assert!(end.is_none_or(|end| end.text == message.text), "{message:?} says otherwise in the end");
        assert!(message.earlier.is_empty() && message.gone.is_none());
    };
    for snapshot in told.snapshots(view) {
        snapshot.chat.iter().chain(&snapshot.pinned).for_each(says);
        assert!(snapshot.questions.iter().all(|asked| !aside.contains(&asked.id)));
    }
    for update in told.pages(view, 0, 5) {
        if let UpdateBody::MessageSent { message } | UpdateBody::MessagePinned { message } = &update.body {
            says(message);
        } else if let UpdateBody::QuestionAsked { question } | UpdateBody::QuestionOpened { question } = &update.body {
            assert!(!aside.contains(&question.id));
        }
    }
}

/// A show in which things were taken back that those who look after it see once more, and nobody else.
struct House {
    stage: Stage,
    pat: Actor,
    mo: Actor,
    sam: Actor,
    vera: Actor,
    walt: Actor,
}

impl House {
    fn new() -> Self {
        let (pat, mo) = (actor(1, Role::Producer), actor(2, Role::Moderator));
        let (sam, vera, walt) = (actor(3, Role::Speaker), actor(4, Role::Attendee), actor(5, Role::Attendee));
        let mut stage = Stage::with(&[&pat, &mo, &sam, &vera, &walt]);
        for change in [RulesEdit::Review { on: false }, RulesEdit::Anonymous { on: true }] {
            stage.done(&mo, CommandBody::EditRules { change });
        }
        stage.done(&pat, CommandBody::GoLive);
        Self { stage, pat, mo, sam, vera, walt }
    }

    fn asks(&mut self, text: &str, anonymous: bool) -> AskedId {
        self.stage.done(&self.vera, CommandBody::AskQuestion { text: text.to_owned(), anonymous });
        command_id(self.stage.commands).into()
    }

    fn notes(&mut self, text: &str) -> MessageId {
        let note = CommandBody::SendNote { text: text.to_owned(), reply_to: None, mentions: Vec::new() };
        self.stage.done(&self.sam, note);
        command_id(self.stage.commands).into()
    }

    fn edit(&mut self, message: MessageId, text: &str) {
        let edit = CommandBody::EditMessage { message, text: text.to_owned(), mentions: Vec::new() };
        self.stage.done(&self.vera, edit);
    }

    fn poll(&mut self, shown: ResultsShown) -> PollId {
        let poll = PollId::from_uuid(Uuid::from_u128(0xF000 + self.stage.commands));
        let options = ["one", "two"].map(str::to_owned).to_vec();
        let (question, kind) = ("Which?".to_owned(), PollKind::Quiz { points: 10 });
        let (named, changeable, seconds, correct) = (false, false, None, vec![1]);
        let form = PollForm { question, kind, options, correct, shown, named, changeable, seconds };
        self.stage.done(&self.mo, CommandBody::DraftPoll { poll, form });
        self.stage.done(&self.mo, CommandBody::OpenPoll { poll });
        poll
    }

    fn end(&mut self) {
        self.stage.done(&self.pat, CommandBody::EndShow);
    }
}

#[test]
fn what_was_taken_back_is_told_to_those_alone_who_look_after_the_room() {
    let mut house = House::new();
    let (mo, vera, walt) = (house.mo.clone(), house.vera.clone(), house.walt.clone());
    let removed = house.stage.say(&vera, "REMOVED");
    house.stage.done(&mo, CommandBody::PinMessage { message: removed });
    let report = ReportTarget::Message { message: removed };
    house.stage.done(&walt, CommandBody::Report { target: report, reason: "RUDE".to_owned() });
    house.stage.done(&vera, CommandBody::RemoveMessage { message: removed });
    let hidden = house.stage.say(&vera, "HIDDEN");
    house.stage.done(&mo, CommandBody::HideMessage { message: hidden });
    let edited = house.stage.say(&vera, "TYPO");
    house.stage.done(&mo, CommandBody::PinMessage { message: edited });
    house.edit(edited, "SECOND");
    house.edit(edited, "final words");
    let changed_and_gone = house.stage.say(&vera, "FIRST");
    house.edit(changed_and_gone, "THEN");
    house.stage.done(&mo, CommandBody::RemoveMessage { message: changed_and_gone });
    let note = house.notes("NOTE");
    house.stage.done(&house.sam.clone(), CommandBody::RemoveNote { note });
    let withdrawn = house.asks("WITHDRAWN", false);
    house.stage.done(&mo, CommandBody::ShowOverlay { overlay: Overlay::Question { question: withdrawn } });
    house.stage.done(&vera, CommandBody::WithdrawQuestion { question: withdrawn });
    let dismissed = house.asks("DISMISSED", true);
    house.stage.done(&mo, CommandBody::AnswerQuestion { question: dismissed, answer: Some("REPLY".to_owned()) });
    house.stage.done(&mo, CommandBody::DismissQuestion { question: dismissed });
    let held = house.asks("HELD", false);
    house.stage.done(&walt, CommandBody::UpvoteQuestion { question: held, up: true });
    house.stage.pass(MINUTE);
    house.stage.done(&mo, CommandBody::HoldQuestion { question: held });
    house.end();
    let words =
        ["REMOVED", "RUDE", "HIDDEN", "TYPO", "SECOND", "FIRST", "THEN", "NOTE", "WITHDRAWN", "DISMISSED", "REPLY", "HELD"];
    let told = Told::of(&house.stage);
    let control = format!("{} {:?}", told.everything(View::Control), told.outline(View::Control));
    let unseen: Vec<_> = words.iter().filter(|word| !control.contains(**word)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
    for view in [View::Crew, View::Audience] {
        let seen = format!("{} {:?}", told.everything(view), told.outline(view));
        let leaked: Vec<_> = words.iter().filter(|word| seen.contains(**word)).collect();
        assert!(leaked.is_empty(), "{leaked:?}");
        assert!(seen.contains("final words"));
        assert!(!seen.contains(&held.to_string()) && !seen.contains(&withdrawn.to_string()), "not even that there was one");
    }
}

#[test]
fn a_message_that_was_changed_says_from_the_start_what_it_says_in_the_end() {
    let mut house = House::new();
    let message = house.stage.say(&house.vera.clone(), "Helo");
    let sent = usize::try_from(house.stage.seq().number()).unwrap();
    house.stage.pass(MINUTE);
    house.edit(message, "Hello");
    let changed_at = house.stage.now;
    let told = Told::of(&house.stage);
    let seen = &told.snapshots(View::Audience)[sent].chat[0];
    assert_eq!((seen.text.as_str(), seen.edited_at), ("Hello", Some(changed_at)));
    let as_it_was = &told.snapshots(View::Control)[sent].chat[0];
    assert_eq!((as_it_was.text.as_str(), as_it_was.edited_at), ("Helo", None));
}

#[test]
fn of_what_a_question_was_answered_with_the_audience_sees_what_stands_and_moderators_all() {
    let mut house = House::new();
    let mo = house.mo.clone();
    let answer = |house: &mut House, question, text: Option<&str>| {
        house.stage.pass(MINUTE);
        house.stage.done(&mo, CommandBody::AnswerQuestion { question, answer: text.map(str::to_owned) });
        usize::try_from(house.stage.seq().number()).unwrap()
    };
    let [changed, reopened, live] = ["When?", "Where?", "Who?"].map(|text| house.asks(text, false));
    let first = answer(&mut house, changed, Some("At FIVE"));
    let typo = answer(&mut house, changed, Some("At SIX"));
    answer(&mut house, changed, Some("At seven"));
    let taken_back = answer(&mut house, reopened, Some("In the CELLAR"));
    house.stage.done(&house.mo.clone(), CommandBody::OpenQuestion { question: reopened });
    answer(&mut house, reopened, Some("In the hall"));
    answer(&mut house, live, Some("The BUTLER"));
    answer(&mut house, live, None);
    house.end();
    let told = Told::of(&house.stage);
    let said = |view, after: usize, question| {
        let snapshot = &told.snapshots(view)[after];
        let asked = snapshot.questions.iter().find(|asked| asked.id == question).unwrap();
        match &asked.standing {
            Standing::Answered { answer, .. } => answer.as_ref().map(|answer| answer.text.clone()),
            other
            @ (Standing::Waiting | Standing::Open | Standing::Dismissed | Standing::Merged { .. } | Standing::Unknown) => {
                Some(format!("{other:?}"))
            }
        }
    };
    for after in [first, typo] {
        assert_eq!(said(View::Audience, after, changed).as_deref(), Some("At seven"), "from the start");
    }
    assert_eq!(said(View::Audience, taken_back, reopened).as_deref(), Some("Open"), "that it was answered was taken back");
    for view in [View::Crew, View::Audience] {
        let seen = told.everything(view);
        assert!(!["FIVE", "SIX", "CELLAR", "BUTLER"].iter().any(|word| seen.contains(word)), "{seen}");
        assert!(seen.contains("In the hall"));
    }
    assert_eq!(said(View::Control, first, changed).as_deref(), Some("At FIVE"));
    let trace = told.everything(View::Moderators);
    assert!(["FIVE", "SIX", "CELLAR", "BUTLER"].iter().all(|word| trace.contains(word)));
    let answered = |view| {
        let marks = told.outline(view).remove(0).marks;
        let texts = marks.into_iter().filter_map(|mark| match mark.mark {
            Mark::QuestionAnswered { text } => Some(text),
            Mark::WentLive
            | Mark::Ended
            | Mark::CameOnStage { .. }
            | Mark::SceneTaken { .. }
            | Mark::PollOpened { .. }
            | Mark::Announced { .. }
            | Mark::Unknown => None,
        });
        texts.collect::<Vec<_>>()
    };
    assert_eq!(answered(View::Audience), ["When?", "Where?", "Who?"], "where the answer that stands was given");
    assert_eq!(answered(View::Moderators), ["When?", "Where?", "Where?", "Who?"]);
}

#[test]
fn what_was_hidden_and_is_shown_again_stands_all_the_time() {
    let mut house = House::new();
    let (mo, vera) = (house.mo.clone(), house.vera.clone());
    let message = house.stage.say(&vera, "all right");
    house.stage.done(&mo, CommandBody::HideMessage { message });
    let hidden = usize::try_from(house.stage.seq().number()).unwrap();
    house.stage.done(&mo, CommandBody::ShowMessage { message });
    let told = Told::of(&house.stage);
    assert!(told.snapshots(View::Control)[hidden].chat[0].gone.is_some());
    assert_eq!(told.snapshots(View::Audience)[hidden].chat[0].text, "all right");
    let told_of = told.pages(View::Audience, hidden - 2, 9);
    assert!(matches!(told_of[0].body, UpdateBody::MessageSent { .. }));
    assert_eq!(told_of[1].body, UpdateBody::Hidden { through: Some(house.stage.seq()) });
}

#[test]
fn whoever_asked_anonymously_is_told_to_nobody() {
    let mut house = House::new();
    house.asks("Who am I?", true);
    house.end();
    let told = Told::of(&house.stage);
    for (view, _) in VIEWS {
        let updates = told.pages(view, 0, 500);
        let asked = updates.iter().find(|update| matches!(update.body, UpdateBody::QuestionAsked { .. })).unwrap();
        assert_eq!(asked.by, None);
        assert!(!format!("{asked:?}").contains(&house.vera.participant.to_string()));
    }
}

/// Nobody learns who voted for what; how it stood is told when the audience saw it.
#[test]
fn the_results_of_a_poll_come_when_they_came() {
    let mut house = House::new();
    let poll = house.poll(ResultsShown::AfterClose);
    house.stage.done(&house.walt.clone(), CommandBody::Vote { poll, choice: Choice::Options { options: vec![1] } });
    house.stage.pass(MINUTE);
    let counted = usize::try_from(house.stage.seq().number()).unwrap();
    house.stage.done(&house.mo.clone(), CommandBody::ClosePoll { poll });
    let told = Told::of(&house.stage);
    let audience = told.snapshots(View::Audience);
    assert_eq!((audience[counted].polls[0].tally.clone(), audience[counted].polls[0].form.correct.len()), (None, 0));
    assert_eq!(told.snapshots(View::Control)[counted].polls[0].tally.as_ref().map(|tally| tally.voters), Some(1));
    let closed = &audience.last().unwrap().polls[0];
    assert_eq!((closed.tally.as_ref().map(|tally| tally.voters), &closed.form.correct), (Some(1), &vec![1]));
    for (view, _) in VIEWS {
        assert!(!format!("{:?}", told.pages(view, 0, 500)).contains("PollVoted"));
    }
}

#[test]
fn ten_thousand_votes_are_one_entry() {
    let mut house = House::new();
    let poll = house.poll(ResultsShown::AfterVote);
    let opened = usize::try_from(house.stage.seq().number()).unwrap();
    for number in 0..10_000 {
        let voter = actor(100 + number, Role::Attendee);
        house.stage.done(&voter, CommandBody::Vote { poll, choice: Choice::Options { options: vec![0] } });
    }
    let told = Told::of(&house.stage);
    let pages = told.pages(View::Audience, opened, 500);
    assert_eq!(pages.len(), 1, "{pages:?}");
    assert_eq!((pages[0].seq.number(), pages[0].last()), (opened as u64 + 1, house.stage.seq()));
}

/// There is room for so many: what was answered goes for what is asked. That is not taking it back.
#[test]
fn a_question_that_went_for_want_of_room_was_there() {
    let mut house = House::new();
    let first = house.asks("The very first", false);
    house.stage.done(&house.mo.clone(), CommandBody::AnswerQuestion { question: first, answer: None });
    for number in 0..MAX_QUESTIONS {
        let who = actor(1_000 + number as u128 / 5, Role::Attendee);
        house.stage.done(&who, CommandBody::AskQuestion { text: format!("Question {number}"), anonymous: false });
    }
    house.end();
    assert!(house.stage.crew_view().questions.iter().all(|question| question.id != first), "it went");
    let told = Told::of(&house.stage);
    assert!(told.everything(View::Audience).contains("The very first"));
    let marks = told.outline(View::Audience).remove(0).marks;
    assert!(marks.iter().any(|mark| matches!(&mark.mark, Mark::QuestionAnswered { text } if text == "The very first")));
}

/// However long ago something was said, nobody says anything else under its id, and so takes nothing of it back.
#[test]
fn an_id_that_is_used_again_takes_back_nothing_of_somebody_else() {
    let mut house = House::new();
    let (vera, walt) = (house.vera.clone(), house.walt.clone());
    let said = house.stage.say(&vera, "said long ago");
    let id = command_id(house.stage.commands);
    for _ in 0..HELD_MESSAGES {
        house.stage.say(&house.mo.clone(), "and on it goes");
    }
    let again = house.stage.repeat(&walt, id, CommandBody::say("mine"));
    assert!(matches!(again, Outcome::Refused { refusal: Refusal::Malformed, .. }), "{again:?}");
    assert_eq!(house.stage.refused(&walt, CommandBody::RemoveMessage { message: said }), Refusal::NoSuchMessage);
    house.end();
    assert!(Told::of(&house.stage).everything(View::Audience).contains("said long ago"));
}

#[test]
fn what_was_pinned_and_changed_since_by_its_author_is_not_seen_pinned() {
    let mut house = House::new();
    let (mo, vera) = (house.mo.clone(), house.vera.clone());
    let [theirs, own] = [(&vera, "LUNCH AT NOON"), (&mo, "LUNCH AT ONE")].map(|(who, text)| house.stage.say(who, text));
    let edit = |message, text: &str| CommandBody::EditMessage { message, text: text.to_owned(), mentions: Vec::new() };
    house.stage.done(&mo, CommandBody::PinMessage { message: theirs });
    house.stage.done(&vera, edit(theirs, "BUY MY BOOK"));
    house.stage.done(&mo, CommandBody::PinMessage { message: own });
    house.stage.done(&mo, edit(own, "LUNCH AT TWO"));
    house.end();
    let told = Told::of(&house.stage);
    for (view, _) in VIEWS {
        let snapshots = told.snapshots(view);
        let mut pinned: Vec<_> = snapshots.iter().filter_map(|held| Some(held.pinned.as_ref()?.text.as_str())).collect();
        pinned.dedup();
        let was = ["LUNCH AT NOON", "LUNCH AT ONE", "LUNCH AT TWO"];
        assert_eq!(pinned, if view == View::Control { &was[..] } else { &was[2..] }, "{view:?}");
    }
}

/// Nothing of whoever was erased comes back, and the rest is told as before.
#[test]
fn whoever_was_erased_is_nobody() {
    let mut house = House::new();
    let (mo, vera, walt) = (house.mo.clone(), house.vera.clone(), house.walt.clone());
    let theirs = house.stage.say(&vera, "SECRET");
    house.edit(theirs, "CHANGED");
    house.stage.done(&mo, CommandBody::PinMessage { message: theirs });
    house.asks("ASKED", false);
    house.stage.say(&walt, "still here");
    house.end();
    let mut forgetting = Forgetting::new(vera.participant, "Erased");
    let left = house.stage.published.iter().map(|update| {
        let body = forgetting.of(update).unwrap_or_else(|| update.body.clone());
        Update { body, ..Update::clone(update) }
    });
    let told = Told::from(left.collect());
    for (view, _) in VIEWS {
        let seen = told.everything(view);
        assert!(["SECRET", "CHANGED", "ASKED"].iter().all(|word| !seen.contains(word)), "{view:?}");
        assert!(seen.contains("still here"));
        let mut held = model::empty(&told.snapshots(view)[0]);
        told.pages(view, 0, 3).iter().for_each(|update| model::apply(&mut held, update, view == View::Control));
        assert_eq!(Some(&held), told.snapshots(view).last());
    }
}

#[test]
fn the_door_of_a_replay_is_that_of_the_log() {
    let mut house = House::new();
    let (mo, vera, walt) = (house.mo.clone(), house.vera.clone(), house.walt.clone());
    let ban = CommandBody::Sanction { participant: walt.participant, act: SanctionAct::Ban };
    house.stage.done(&mo, ban);
    house.stage.done(&mo, CommandBody::EditRules { change: RulesEdit::Lobby { on: true } });
    let chronicle = Told::of(&house.stage).chronicle;
    let door = |who: &Actor| chronicle.door(house.stage.now, who);
    assert_eq!(door(&vera), Door::Open, "whoever was here belongs here");
    assert_eq!(door(&actor(77, Role::Attendee)), Door::Lobby);
    assert_eq!(door(&actor(78, Role::Speaker)), Door::Open);
    assert_eq!(door(&walt), Door::Shut { refusal: Refusal::Banned, retry_after: None });
}

/// Live from minute 3 to minute 65; two sessions were planned in that time, one before and one after it.
#[test]
fn the_time_for_which_a_room_was_live_is_divided_among_its_sessions() {
    let slots = [slot(1, 0, 2), slot(2, 5, 30), slot(3, 40, 60), slot(4, 90, 120)];
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    let still = |stage: &Stage, is_over: bool| Told::of(stage).parts(&slots, stage.now, is_over.then_some(stage.now));
    let first = (Some(session(1)), minute(0), minute(2));
    stage.pass(MINUTE * 3);
    assert_eq!(still(&stage, false), [first], "never live: as it was planned");
    stage.done(&pat, CommandBody::GoLive);
    stage.pass(MINUTE * 34);
    assert_eq!(still(&stage, false), [first], "the second goes on as long as the room is live");
    stage.pass(MINUTE * 5);
    let second = (Some(session(2)), minute(3), minute(40));
    assert_eq!(still(&stage, false), [first, second], "and is over when the third begins");
    stage.pass(MINUTE * 23);
    stage.done(&pat, CommandBody::EndShow);
    let third = (Some(session(3)), minute(40), minute(65));
    assert_eq!(still(&stage, false), [first, second, third]);
    stage.done(&pat, CommandBody::UndoEnd);
    assert_eq!(still(&stage, false), [first, second], "an end that was taken back was none");
    assert_eq!(still(&stage, true), [first, second, third], "unless the event is over");
    stage.done(&pat, CommandBody::EndShow);
    stage.pass(MINUTE * 60);
    assert_eq!(still(&stage, false), [first, second, third, (Some(session(4)), minute(90), minute(120))]);
}

#[test]
fn what_was_on_when_the_event_ended_ends_with_it() {
    let slots = [slot(1, 5, 30), slot(2, 50, 70), slot(3, 40, 60)];
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    stage.pass(MINUTE * 3);
    stage.done(&pat, CommandBody::GoLive);
    stage.pass(MINUTE * 42);
    stage.say(&pat, "Whoever is still here");
    stage.pass(MINUTE * 10);
    stage.say(&pat, "Good night");
    let told = Told::of(&stage);
    let parts = |over_since| told.parts(&slots[..2], stage.now, Some(over_since));
    let first = |until| (Some(session(1)), minute(3), minute(until));
    assert_eq!(parts(minute(30)), [first(30)], "and what was planned for later was not");
    assert_eq!(parts(minute(90)), [first(50), (Some(session(2)), minute(50), minute(55))], "at the latest with the log");
    let mut quiet = Stage::with(&[&pat]);
    quiet.pass(MINUTE * 65);
    assert_eq!(Told::of(&quiet).parts(&slots[2..], quiet.now, Some(minute(45))), [(Some(session(3)), minute(40), minute(45))]);
}

#[test]
fn a_room_that_was_live_without_a_session_is_told_under_its_own_title() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    assert_eq!(Told::of(&stage).parts(&[], stage.now, Some(stage.now)), [], "nothing was");
    stage.pass(MINUTE * 3);
    stage.done(&pat, CommandBody::GoLive);
    stage.pass(MINUTE);
    assert_eq!(Told::of(&stage).parts(&[], stage.now, None), []);
    stage.done(&pat, CommandBody::EndShow);
    let told = Told::of(&stage);
    let parts = told.chronicle.parts(Stand { title: "Ballroom", slots: &[slot(1, 9, 12)], now: stage.now, over_since: None });
    let [only] = parts.as_slice() else { panic!("{parts:?}") };
    assert_eq!((only.session, only.title.as_str(), only.starts_at, only.ends_at), (None, "Ballroom", minute(3), minute(4)));
    let marks = told.outline(View::Audience).remove(0).marks;
    assert_eq!(marks.iter().map(|mark| &mark.mark).collect::<Vec<_>>(), [&Mark::WentLive, &Mark::Ended]);
}

#[test]
fn sessions_that_were_planned_at_the_same_time_share_it() {
    let pat = actor(1, Role::Producer);
    let mut stage = Stage::with(&[&pat]);
    stage.pass(MINUTE * 20);
    stage.done(&pat, CommandBody::GoLive);
    stage.pass(MINUTE * 20);
    stage.done(&pat, CommandBody::EndShow);
    let slots = [slot(1, 0, 30), slot(2, 0, 30), slot(3, 10, 35)];
    let parts = Told::of(&stage).parts(&slots, stage.now, None);
    assert_eq!(parts, [1, 2, 3].map(|number| (Some(session(number)), minute(20), minute(40))));
}

#[test]
fn marks_are_few_and_the_rare_ones_come_first() {
    let mut house = House::new();
    let (pat, sam, mo) = (house.pat.clone(), house.sam.clone(), house.mo.clone());
    for _ in 0..MARKS_OF_A_PART {
        house.stage.bring_on(&pat, &sam);
        house.stage.done(&pat, CommandBody::TakeOffStage { participant: sam.participant });
    }
    house.stage.done(&mo, CommandBody::Announce { text: "Lunch".repeat(100) });
    let question = house.asks("Why?", false);
    for answer in [None, Some("Because.".to_owned())] {
        house.stage.done(&mo, CommandBody::AnswerQuestion { question, answer });
    }
    house.stage.pass(MINUTE);
    house.end();
    let marks = Told::of(&house.stage).outline(View::Audience).remove(0).marks;
    assert_eq!(marks.len(), MARKS_OF_A_PART);
    assert!(marks.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    let rare: Vec<_> = marks.iter().filter(|mark| !matches!(mark.mark, Mark::CameOnStage { .. })).collect();
    assert_eq!(rare.len(), 4, "began, announced, answered once, ended: {rare:?}");
    assert!(matches!(&rare[1].mark, Mark::Announced { text } if text.chars().count() == houselights_shared::EXCERPT_CHARS));
}

#[test]
fn a_replay_tells_moderators_of_no_report_for_it_may_be_about_what_they_were_before() {
    let (mod_, vera) = (actor(1, Role::Moderator), actor(2, Role::Attendee));
    let mut stage = Stage::with(&[&mod_, &vera]);
    let target = ReportTarget::Person { participant: vera.participant };
    stage.done(&actor(3, Role::Attendee), CommandBody::Report { target, reason: "a reason".to_owned() });
    let told = Told::of(&stage);
    assert!(told.everything(View::Control).contains("a reason"));
    assert!(!told.everything(View::Moderators).contains("a reason"));
}
