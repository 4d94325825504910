//! A show as the rules tell it, for the page's `apply` to be tested against.
//!
//! `tests/fixtures/room-log.json`: `{ "control": View, "crew": View, "audience": View }`, each a
//! `View = { "initial": Snapshot, "updates": Update[], "final": Snapshot }`. Applying all `updates` in order to `initial` gives
//! `final`, exactly; the updates of the crew and of the audience are those of the control room, with `hidden` where they are not theirs. Cutting the
//! updates anywhere and going on with the rest gives the same. The chat stays below the size at which old messages go.

use std::sync::Arc;

use houselights_domain::{Actor, Effect, Room, View as Seen, rights as rights_of};
use houselights_shared::{
    AskedId, CastMember, Choice, Command, CommandBody, CommandId, Cue, CueId, Layout, MessageId, Overlay, ParticipantId,
    PlannedPoll, PlannedScene, PlannedSession, PollForm, PollId, PollKind, ReportId, ReportTarget, ResultsShown, Role, RoomId,
    RulesEdit, RunOfShow, SanctionAct, Scene, Sending, SessionId, Snapshot, Timestamp, Update,
};
use serde::Serialize;
use uuid::Uuid;

#[derive(Serialize)]
struct View {
    initial: Snapshot,
    updates: Vec<Update>,
    r#final: Snapshot,
}

#[derive(Serialize)]
struct Fixture {
    control: View,
    crew: View,
    audience: View,
}

/// One show, told step by step, a second apart.
struct Telling {
    room: Room,
    now: Timestamp,
    commands: u128,
    updates: Vec<Arc<Update>>,
}

const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

fn person(number: u128, name: &str, role: Role) -> Actor {
    Actor { participant: ParticipantId::from_uuid(Uuid::from_u128(0xA000 + number)), name: name.to_owned(), role, device: None }
}

fn scene(layout: Layout, seats: &[Option<&Actor>]) -> Scene {
    Scene { layout, seats: seats.iter().map(|seat| seat.map(|who| who.participant)).collect() }
}

fn cue_id(number: u128) -> CueId {
    CueId::from_uuid(Uuid::from_u128(0xC0E0 + number))
}

fn planned_poll(number: u128) -> PlannedPoll {
    let form = PollForm {
        question: format!("Planned {number}?"),
        kind: PollKind::Single,
        options: ["Yes", "No"].map(str::to_owned).to_vec(),
        correct: Vec::new(),
        shown: ResultsShown::Always,
        named: false,
        changeable: true,
        seconds: None,
    };
    PlannedPoll { id: PollId::from_uuid(Uuid::from_u128(0xF000 + number)), session: "The talk".to_owned(), form, asked: false }
}

/// A session of both, and these of its cues: the first without a scene.
fn run_of_show(cues: &[u128], ada: &Actor, grace: &Actor) -> RunOfShow {
    let session = SessionId::from_uuid(Uuid::from_u128(0x5E55));
    let member = |who: &Actor| CastMember { participant: who.participant, name: who.name.clone() };
    let cast = [ada, grace].map(member).to_vec();
    let scene = |(name, layout): (&str, Layout)| PlannedScene { name: name.to_owned(), layout };
    let cue = |number: &u128| Cue {
        id: cue_id(*number),
        title: format!("Cue {number}"),
        minutes: 5,
        due: Some(Timestamp::from_micros(1_790_000_000_000_000).plus(SECOND * 300 * u32::try_from(*number).unwrap_or(0))),
        scene: (*number > 1).then(|| "Both".to_owned()),
        notes: "For the crew.".to_owned(),
        session: Some(session),
        dropped: false,
    };
    RunOfShow {
        scenes: [("Both", Layout::SideBySide), ("All", Layout::Grid)].map(scene).to_vec(),
        sessions: vec![PlannedSession { session, title: "The talk".to_owned(), cast, uninvited: 0 }],
        cues: cues.iter().map(cue).collect(),
        polls: [9, 10].map(planned_poll).to_vec(),
    }
}

impl Telling {
    fn new() -> Self {
        Self {
            room: Room::new(RoomId::from_uuid(Uuid::from_u128(0xB001)), "Main stage".to_owned()),
            now: Timestamp::from_micros(1_790_000_000_000_000),
            commands: 0,
            updates: Vec::new(),
        }
    }

    fn follow(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Publish(updates) => self.updates.extend(updates),
                Effect::Persist(_)
                | Effect::Reply(_)
                | Effect::Media(_)
                | Effect::Mine(_)
                | Effect::Counted { .. }
                | Effect::Part { .. }
                | Effect::Ban { .. }
                | Effect::LetIn(_) => {}
            }
        }
    }

    fn pass(&mut self, seconds: u32) {
        self.now = self.now.plus(SECOND * seconds);
        let effects = self.room.wake(self.now);
        self.follow(effects);
    }

    fn arrive(&mut self, who: &Actor) {
        self.pass(1);
        let effects = self.room.arrive(self.now, who);
        self.follow(effects);
    }

    fn plan(&mut self, run_of_show: RunOfShow) {
        self.pass(1);
        let effects = self.room.plan(self.now, run_of_show);
        self.follow(effects);
    }

    fn depart(&mut self, who: &Actor) {
        self.room.depart(self.now, who);
    }

    fn ask(&mut self, who: &Actor, body: CommandBody) -> MessageId {
        self.pass(1);
        self.commands += 1;
        let id = CommandId::from_uuid(Uuid::from_u128(0xC000 + self.commands));
        let command = Command { id, room: self.room.id(), body };
        let effects = self.room.handle(self.now, who, &command);
        self.follow(effects);
        id.into()
    }

    fn say(&mut self, who: &Actor, text: &str) -> MessageId {
        self.ask(who, CommandBody::say(text.to_owned()))
    }
}

/// What the audience does at a show, and what is done about it.
fn audience_takes_part(show: &mut Telling, (moderator, ada, viewer): (&Actor, &Actor, &Actor)) {
    let walt = person(7, "Walt", Role::Attendee);
    show.arrive(moderator);
    show.arrive(viewer);
    show.arrive(&walt);
    talk(show, (moderator, ada, viewer));
    ask_questions(show, (moderator, viewer, &walt));
    take_polls(show, (moderator, viewer, &walt));
    keep_order(show, (moderator, viewer, &walt));
}

fn talk(show: &mut Telling, (moderator, ada, viewer): (&Actor, &Actor, &Actor)) {
    let first = show.say(viewer, "Hello evrybody");
    let mentions = vec![ada.participant];
    show.ask(viewer, CommandBody::EditMessage { message: first, text: "Hello @Ada".to_owned(), mentions });
    show.ask(ada, CommandBody::SendMessage { text: "Welcome".to_owned(), reply_to: Some(first), mentions: Vec::new() });
    show.ask(moderator, CommandBody::PinMessage { message: first });
    let rude = show.say(viewer, "Boo");
    show.ask(moderator, CommandBody::HideMessage { message: rude });
    show.ask(moderator, CommandBody::ShowMessage { message: rude });
    show.ask(moderator, CommandBody::RemoveMessage { message: rude });
    show.ask(moderator, CommandBody::ShowMessage { message: rude });
    show.ask(moderator, CommandBody::HideMessage { message: rude });
    show.ask(moderator, CommandBody::Announce { text: "We begin in five minutes".to_owned() });
    let note = show.ask(moderator, CommandBody::SendNote { text: "Ready?".to_owned(), reply_to: None, mentions: Vec::new() });
    show.ask(ada, CommandBody::SendNote { text: "Ready".to_owned(), reply_to: Some(note), mentions: Vec::new() });
    show.ask(moderator, CommandBody::RemoveNote { note });
}

fn ask_questions(show: &mut Telling, (moderator, viewer, walt): (&Actor, &Actor, &Actor)) {
    let ask = |show: &mut Telling, text: &str, anonymous| {
        show.ask(viewer, CommandBody::AskQuestion { text: text.to_owned(), anonymous }).uuid()
    };
    let ids = [("How?", false), ("Why?", true), ("How so?", false), ("Spam", false), ("When?", false)];
    let [how, why, again, spam, when] = ids.map(|(text, anonymous)| AskedId::from_uuid(ask(show, text, anonymous)));
    for question in [how, why, again] {
        show.ask(moderator, CommandBody::OpenQuestion { question });
    }
    show.ask(moderator, CommandBody::DismissQuestion { question: spam });
    show.ask(walt, CommandBody::UpvoteQuestion { question: why, up: true });
    show.ask(walt, CommandBody::UpvoteQuestion { question: again, up: true });
    show.ask(moderator, CommandBody::MergeQuestion { question: again, into: how });
    show.pass(2);
    show.ask(moderator, CommandBody::ShowOverlay { overlay: Overlay::Question { question: why } });
    show.ask(moderator, CommandBody::AnswerQuestion { question: why, answer: None });
    show.ask(moderator, CommandBody::AnswerQuestion { question: when, answer: Some("At noon".to_owned()) });
    show.ask(viewer, CommandBody::WithdrawQuestion { question: how });
}

fn take_polls(show: &mut Telling, (moderator, viewer, walt): (&Actor, &Actor, &Actor)) {
    let form = |kind, options: &[&str], shown| PollForm {
        question: "Which?".to_owned(),
        kind,
        options: options.iter().map(|option| (*option).to_owned()).collect(),
        correct: vec![1],
        shown,
        named: false,
        changeable: true,
        seconds: None,
    };
    let forms = [
        (1, form(PollKind::Single, &["Tea", "Coffee"], ResultsShown::Always)),
        (2, form(PollKind::Quiz { points: 100 }, &["1", "2", "3"], ResultsShown::AfterClose)),
        (3, form(PollKind::WordCloud { words: 2 }, &[], ResultsShown::AfterVote)),
    ];
    let id = |number: u128| PollId::from_uuid(Uuid::from_u128(0xF000 + number));
    for (number, form) in forms {
        show.ask(moderator, CommandBody::DraftPoll { poll: id(number), form });
    }
    for number in [2, 1, 3] {
        show.ask(moderator, CommandBody::OpenPoll { poll: id(number) });
    }
    for (who, option) in [(viewer, 1), (walt, 0)] {
        for number in [1, 2] {
            show.ask(who, CommandBody::Vote { poll: id(number), choice: Choice::Options { options: vec![option] } });
        }
    }
    show.ask(viewer, CommandBody::Vote { poll: id(3), choice: Choice::Words { words: vec!["Calm".to_owned()] } });
    show.pass(2);
    show.ask(walt, CommandBody::Vote { poll: id(3), choice: Choice::Words { words: vec!["Heck".to_owned()] } });
    for answer in ["calm", "heck"] {
        show.ask(moderator, CommandBody::HideAnswer { poll: id(3), answer: answer.to_owned() });
    }
    show.ask(moderator, CommandBody::ShowAnswer { poll: id(3), answer: "calm".to_owned() });
    show.ask(moderator, CommandBody::ShowOverlay { overlay: Overlay::Poll { poll: id(1) } });
    for number in [1, 2] {
        show.ask(moderator, CommandBody::ClosePoll { poll: id(number) });
    }
    show.ask(moderator, CommandBody::ReopenPoll { poll: id(1) });
    show.pass(2);
    show.ask(moderator, CommandBody::ClosePoll { poll: id(1) });
    show.ask(moderator, CommandBody::ArchivePoll { poll: id(1) });
    // Of what is planned one is asked and thrown away, one stays a draft.
    for body in [
        CommandBody::DraftPlanned { poll: id(9) },
        CommandBody::OpenPoll { poll: id(9) },
        CommandBody::ClosePoll { poll: id(9) },
        CommandBody::ArchivePoll { poll: id(9) },
        CommandBody::DropPoll { poll: id(9) },
        CommandBody::DraftPlanned { poll: id(10) },
    ] {
        show.ask(moderator, body);
    }
}

fn keep_order(show: &mut Telling, (moderator, viewer, walt): (&Actor, &Actor, &Actor)) {
    // Whoever is to be taken on stage is here. The log says nothing of it.
    for who in [viewer, walt] {
        let effects = show.room.arrive(show.now, who);
        show.follow(effects);
    }
    show.ask(viewer, CommandBody::RaiseHand { note: "A word".to_owned() });
    show.ask(walt, CommandBody::RaiseHand { note: String::new() });
    show.ask(moderator, CommandBody::DismissHand { participant: viewer.participant });
    show.ask(moderator, CommandBody::RestoreHand { participant: viewer.participant });
    show.ask(moderator, CommandBody::TakeHand { participant: viewer.participant });
    show.ask(moderator, CommandBody::EditRules { change: RulesEdit::SlowMode { seconds: 1 } });
    show.ask(moderator, CommandBody::EditRules { change: RulesEdit::AddWords { words: vec!["heck".to_owned()] } });
    let said = show.say(walt, "Off with the guest");
    let target = ReportTarget::Message { message: said };
    let report = show.ask(viewer, CommandBody::Report { target, reason: "Rude".to_owned() }).uuid();
    show.ask(moderator, CommandBody::SettleReport { report: ReportId::from_uuid(report) });
    show.ask(moderator, CommandBody::ReopenReport { report: ReportId::from_uuid(report) });
    show.ask(moderator, CommandBody::Sanction { participant: walt.participant, act: SanctionAct::Mute });
    show.ask(moderator, CommandBody::Sanction { participant: walt.participant, act: SanctionAct::TimeOut { seconds: 600 } });
    show.ask(moderator, CommandBody::StopAll);
    show.ask(moderator, CommandBody::Resume);
    show.ask(moderator, CommandBody::StopAll);
}

/// The content of `tests/fixtures/rights.json`: of each role what a welcome says that it may do.
#[must_use]
pub fn rights() -> String {
    let roles = [Role::Attendee, Role::Speaker, Role::Moderator, Role::Producer, Role::Organizer];
    let table: Vec<_> = roles.into_iter().map(|role| (role, rights_of(role))).collect();
    pretty(&table.into_iter().collect::<std::collections::BTreeMap<_, _>>())
}

/// The content of `tests/fixtures/room-log.json`.
#[must_use]
pub fn room_log() -> String {
    let ada = person(1, "Ada", Role::Speaker);
    let grace = person(2, "Grace", Role::Speaker);
    let jean = person(3, "Jean", Role::Speaker);
    let producer = person(4, "Pat", Role::Producer);
    let moderator = person(5, "Mo", Role::Moderator);
    let viewer = person(6, "Vera \u{1F44B}", Role::Attendee);

    let mut show = Telling::new();
    show.arrive(&producer);
    show.arrive(&ada);
    let early = show.say(&viewer, "Is this on?");
    show.ask(&ada, CommandBody::SetSending { sending: Sending { camera: true, microphone: false }, take_over: false });
    show.ask(&producer, CommandBody::SetPreview { scene: scene(Layout::Solo, &[Some(&ada)]) });

    let roles = [Role::Producer, Role::Speaker, Role::Attendee];
    let first = roles.map(|role| show.room.snapshot(role));
    let told = show.updates.len();

    show.plan(run_of_show(&[1, 2, 3, 4], &ada, &grace));
    show.ask(&producer, CommandBody::CallCue { cue: cue_id(2) });
    show.ask(&producer, CommandBody::Take);
    show.ask(&producer, CommandBody::GoLive);
    show.plan(run_of_show(&[1, 3, 4], &ada, &grace));
    show.arrive(&grace);
    show.arrive(&moderator);
    show.ask(&grace, CommandBody::SetSending { sending: Sending { camera: true, microphone: true }, take_over: false });
    show.ask(&ada, CommandBody::SetSending { sending: Sending { camera: true, microphone: true }, take_over: false });
    let rude = show.say(&viewer, "Two lines\nand <b>no markup</b> & \"quotes\"");
    show.say(&grace, "Good evening");
    show.ask(&producer, CommandBody::BringOnStage { participant: grace.participant });
    show.ask(&moderator, CommandBody::RemoveMessage { message: rude });
    show.ask(&viewer, CommandBody::RemoveMessage { message: early });
    show.arrive(&jean);
    show.ask(&producer, CommandBody::SetPreview { scene: scene(Layout::Grid, &[Some(&jean), None, Some(&ada), Some(&grace)]) });
    show.ask(&producer, CommandBody::Take);
    show.ask(&producer, CommandBody::CallCue { cue: cue_id(3) });
    show.ask(&producer, CommandBody::PrepareScene { scene: "All".to_owned() });
    show.ask(&producer, CommandBody::TakeOffStage { participant: ada.participant });
    show.depart(&jean);
    show.pass(15);
    show.ask(&producer, CommandBody::BringOnStage { participant: ada.participant });
    show.ask(&producer, CommandBody::EndShow);
    show.ask(&producer, CommandBody::ResetCues);
    show.ask(&producer, CommandBody::CallCue { cue: cue_id(4) });
    show.ask(&producer, CommandBody::UndoEnd);
    show.say(&ada, "Where were we?");
    show.arrive(&jean);
    show.ask(&producer, CommandBody::SetPreview { scene: scene(Layout::SideBySide, &[None, Some(&jean)]) });
    show.depart(&moderator);
    show.pass(15);
    show.ask(&producer, CommandBody::EndShow);

    audience_takes_part(&mut show, (&moderator, &ada, &viewer));
    let updates = show.updates.split_off(told);
    let as_seen = |role, initial| {
        let updates = updates.iter().map(|update| Seen::of(role).seen(update)).collect();
        View { initial, updates, r#final: show.room.snapshot(role) }
    };
    let ([producer, speaker, attendee], [control, crew, audience]) = (roles, first);
    pretty(&Fixture {
        control: as_seen(producer, control),
        crew: as_seen(speaker, crew),
        audience: as_seen(attendee, audience),
    })
}

fn pretty(written: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(written).unwrap_or_default();
    text.push('\n');
    text
}
