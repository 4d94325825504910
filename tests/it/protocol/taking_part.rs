//! Examples of what the audience does on the wire, and of how a room is kept in order.

use houselights_shared::*;

use super::{Sample, at, command_id, id, message, room, sample, who};

pub(super) fn asked() -> AskedId {
    command_id().into()
}

pub(super) fn poll_id() -> PollId {
    PollId::from_uuid(id(0xF0))
}

fn report_id() -> ReportId {
    command_id().into()
}

/// As whoever looks after the chat has one that was changed and hidden.
pub(super) fn traced() -> Message {
    let gone = Gone { at: at(5), by: Some(who(3)), hidden: true };
    let first = message();
    Message {
        seq: Seq::new(7),
        reply_to: Some(first.id),
        mentions: vec![who(1)],
        edited_at: Some(at(4)),
        gone: Some(gone),
        earlier: vec!["tow".to_owned()],
        ..first
    }
}

pub(super) fn announcement() -> Announcement {
    Announcement { id: command_id().into(), text: "We begin".to_owned(), at: at(3) }
}

fn marks() -> Vec<ReplayMark> {
    let marks = [
        Mark::WentLive,
        Mark::Ended,
        Mark::CameOnStage { name: "Ada".to_owned() },
        Mark::SceneTaken { scene: Scene { layout: Layout::Solo, seats: vec![Some(who(1))] } },
        Mark::QuestionAnswered { text: "When?".to_owned() },
        Mark::PollOpened { question: "Which?".to_owned() },
        Mark::Announced { text: "We begin".to_owned() },
        Mark::Unknown,
    ];
    marks.into_iter().map(|mark| ReplayMark { seq: Seq::new(7), at: at(4), mark }).collect()
}

fn parts() -> Vec<ReplayPart> {
    let (title, starts_at, ends_at) = ("Opening".to_owned(), at(3), at(9));
    let part = ReplayPart { session: Some(SessionId::from_uuid(id(0x5E))), title, starts_at, ends_at, marks: marks() };
    vec![part.clone(), ReplayPart { session: None, marks: Vec::new(), ..part }]
}

fn replayed() -> ReplayPage {
    let hidden = UpdateBody::Hidden { through: Some(Seq::new(9)) };
    let update = Update { room: room(), seq: Seq::new(7), at: at(4), by: None, body: hidden };
    ReplayPage { updates: vec![update], more: true }
}

fn standings() -> Vec<Standing> {
    let answer = Answer { text: "At noon".to_owned(), name: "Ada".to_owned() };
    vec![
        Standing::Waiting,
        Standing::Open,
        Standing::Answered { at: at(4), answer: Some(answer) },
        Standing::Dismissed,
        Standing::Merged { into: asked() },
        Standing::Unknown,
    ]
}

pub(super) fn questions() -> Vec<Question> {
    let author = Some(Asker { participant: who(2), name: "Vera".to_owned() });
    let question = Question { id: asked(), author, text: "When?".to_owned(), at: at(3), standing: Standing::Open, votes: 7 };
    vec![question.clone(), Question { author: None, ..question }]
}

fn kinds() -> Vec<PollKind> {
    vec![
        PollKind::Single,
        PollKind::Multiple { most: 2 },
        PollKind::Rating { stars: 5 },
        PollKind::WordCloud { words: 3 },
        PollKind::OpenText,
        PollKind::Quiz { points: 100 },
        PollKind::Unknown,
    ]
}

fn shown() -> Vec<ResultsShown> {
    vec![ResultsShown::Always, ResultsShown::AfterVote, ResultsShown::AfterClose, ResultsShown::Unknown]
}

fn form() -> PollForm {
    PollForm {
        question: "Tea or coffee?".to_owned(),
        kind: PollKind::Quiz { points: 100 },
        options: vec!["Tea".to_owned(), "Coffee".to_owned()],
        correct: vec![1],
        shown: ResultsShown::AfterVote,
        named: false,
        changeable: true,
        seconds: Some(30),
    }
}

fn poll_phases() -> Vec<PollPhase> {
    vec![
        PollPhase::Draft,
        PollPhase::Open { since: at(1), closes_at: Some(at(31)) },
        PollPhase::Closed { at: at(31) },
        PollPhase::Archived { at: at(31) },
        PollPhase::Unknown,
    ]
}

fn tally() -> Tally {
    Tally {
        voters: 3,
        counts: vec![1, 2],
        words: vec![WordCount { word: "calm".to_owned(), count: 2 }],
        texts: vec!["Both".to_owned()],
        leaders: vec![Leader { name: "Vera".to_owned(), points: 100 }],
    }
}

pub(super) fn poll() -> Poll {
    Poll {
        id: poll_id(),
        form: form(),
        phase: PollPhase::Open { since: at(1), closes_at: None },
        tally: Some(tally()),
        hidden: vec!["heck".to_owned()],
    }
}

fn choices() -> Vec<Choice> {
    vec![
        Choice::Options { options: vec![0, 1] },
        Choice::Rating { stars: 4 },
        Choice::Words { words: vec!["calm".to_owned()] },
        Choice::Text { text: "Both".to_owned() },
        Choice::Unknown,
    ]
}

pub(super) fn overlays() -> Vec<Overlay> {
    vec![Overlay::Question { question: asked() }, Overlay::Poll { poll: poll_id() }, Overlay::Unknown]
}

pub(super) fn hand() -> RaisedHand {
    RaisedHand { participant: who(2), name: "Vera".to_owned(), note: "A word".to_owned(), at: at(3) }
}

fn reactions() -> Vec<Reaction> {
    Reaction::ALL.into_iter().chain([Reaction::Unknown]).collect()
}

fn rules_edits() -> Vec<RulesEdit> {
    vec![
        RulesEdit::Chat { on: false },
        RulesEdit::SlowMode { seconds: 30 },
        RulesEdit::Links { on: false },
        RulesEdit::AddWords { words: vec!["heck".to_owned()] },
        RulesEdit::RemoveWords { words: vec!["heck".to_owned()] },
        RulesEdit::Questions { on: true },
        RulesEdit::Review { on: true },
        RulesEdit::Anonymous { on: false },
        RulesEdit::Reactions { on: true },
        RulesEdit::Hands { on: true },
        RulesEdit::Lobby { on: true },
        RulesEdit::Lock { on: true },
        RulesEdit::Unknown,
    ]
}

fn sanctions() -> Vec<Sanction> {
    vec![Sanction::Muted, Sanction::TimedOut { until: at(60) }, Sanction::Removed, Sanction::Banned, Sanction::Unknown]
}

fn acts() -> Vec<SanctionAct> {
    vec![SanctionAct::Mute, SanctionAct::TimeOut { seconds: 60 }, SanctionAct::Remove, SanctionAct::Ban, SanctionAct::Unknown]
}

pub(super) fn sanctioned() -> Sanctioned {
    Sanctioned {
        participant: who(2),
        name: "Vera".to_owned(),
        sanction: Sanction::Muted,
        at: at(4),
        by: who(3),
        by_role: Some(Role::Moderator),
    }
}

fn targets() -> Vec<ReportTarget> {
    vec![
        ReportTarget::Message { message: command_id().into() },
        ReportTarget::Question { question: asked() },
        ReportTarget::Person { participant: who(2) },
        ReportTarget::Unknown,
    ]
}

pub(super) fn report() -> Report {
    Report {
        id: report_id(),
        name: "Walt".to_owned(),
        at: at(5),
        target: ReportTarget::Message { message: command_id().into() },
        reason: "Rude".to_owned(),
        context: vec![message()],
        words: String::new(),
        about_crew: false,
    }
}

fn guest() -> LobbyGuest {
    LobbyGuest { participant: who(2), name: "Vera".to_owned(), since: at(3) }
}

pub(super) fn mine() -> Mine {
    Mine {
        room: room(),
        muted: true,
        questions: questions(),
        asked: vec![asked()],
        upvoted: vec![asked()],
        votes: vec![OwnVote { poll: poll_id(), choice: Choice::Rating { stars: 4 }, tally: None }],
        points: 100,
        hand: Some(2),
        hand_raised_at: Some(at(3)),
    }
}

pub(super) fn signals() -> Vec<SignalBody> {
    vec![
        SignalBody::Reactions { counts: vec![ReactionCount { reaction: Reaction::Heart, count: 40 }] },
        SignalBody::Counted { poll: poll_id(), tally: tally() },
        SignalBody::Lobby { count: 1, first: vec![guest()] },
    ]
}

pub(super) fn command_bodies() -> Vec<CommandBody> {
    let (message, mentions) = (MessageId::from(command_id()), vec![who(1)]);
    let (question, poll, participant) = (asked(), poll_id(), who(2));
    vec![
        CommandBody::SendMessage { text: "@Ada hello".to_owned(), reply_to: Some(message), mentions: mentions.clone() },
        CommandBody::EditMessage { message, text: "hello".to_owned(), mentions: mentions.clone() },
        CommandBody::HideMessage { message },
        CommandBody::ShowMessage { message },
        CommandBody::PinMessage { message },
        CommandBody::UnpinMessage { message },
        CommandBody::Announce { text: "We begin".to_owned() },
        CommandBody::EndAnnouncement { announcement: message },
        CommandBody::SendNote { text: "Ready?".to_owned(), reply_to: None, mentions },
        CommandBody::RemoveNote { note: message },
        CommandBody::AskQuestion { text: "When?".to_owned(), anonymous: true },
        CommandBody::WithdrawQuestion { question },
        CommandBody::UpvoteQuestion { question, up: true },
        CommandBody::OpenQuestion { question },
        CommandBody::DismissQuestion { question },
        CommandBody::HoldQuestion { question },
        CommandBody::AnswerQuestion { question, answer: Some("At noon".to_owned()) },
        CommandBody::MergeQuestion { question, into: question },
        CommandBody::RestoreQuestion { question, standing: Standing::Waiting },
        CommandBody::DraftPoll { poll, form: form() },
        CommandBody::DraftPlanned { poll },
        CommandBody::DropPoll { poll },
        CommandBody::OpenPoll { poll },
        CommandBody::ClosePoll { poll },
        CommandBody::ReopenPoll { poll },
        CommandBody::ArchivePoll { poll },
        CommandBody::Vote { poll, choice: Choice::Rating { stars: 4 } },
        CommandBody::HideAnswer { poll, answer: "heck".to_owned() },
        CommandBody::ShowAnswer { poll, answer: "heck".to_owned() },
        CommandBody::ShowOverlay { overlay: Overlay::Poll { poll } },
        CommandBody::ClearOverlay { overlay: Overlay::Poll { poll } },
        CommandBody::RaiseHand { note: "A word".to_owned() },
        CommandBody::LowerHand,
        CommandBody::TakeHand { participant },
        CommandBody::DismissHand { participant },
        CommandBody::RestoreHand { participant },
        CommandBody::LeaveStage,
        CommandBody::EditRules { change: RulesEdit::SlowMode { seconds: 30 } },
        CommandBody::StopAll,
        CommandBody::Resume,
        CommandBody::Sanction { participant, act: SanctionAct::Mute },
        CommandBody::LiftSanction { participant, kind: None },
        CommandBody::LiftSanction { participant, kind: Some(SanctionKind::TimedOut) },
        CommandBody::Report { target: ReportTarget::Person { participant }, reason: "Rude".to_owned() },
        CommandBody::SettleReport { report: report_id() },
        CommandBody::ReopenReport { report: report_id() },
        CommandBody::Admit { participants: vec![participant] },
    ]
}

pub(super) fn update_bodies() -> Vec<UpdateBody> {
    let (message_id, question, poll_id, participant) = (MessageId::from(command_id()), asked(), poll_id(), who(2));
    let asked = questions().remove(0);
    let rules = RoomRules { words: vec!["heck".to_owned()], ..RoomRules::default() };
    vec![
        UpdateBody::MessageEdited { message: message_id, text: "hello".to_owned(), mentions: vec![who(1)] },
        UpdateBody::MessageHidden { message: message_id },
        UpdateBody::MessageShown { message: message() },
        UpdateBody::MessagePinned { message: message() },
        UpdateBody::Unpinned,
        UpdateBody::Announced { announcement: announcement() },
        UpdateBody::AnnouncementEnded,
        UpdateBody::NoteSent { note: message() },
        UpdateBody::NoteRemoved { note: message_id },
        UpdateBody::QuestionAsked { question: asked.clone() },
        UpdateBody::QuestionOpened { question: asked },
        UpdateBody::QuestionSettled { question, standing: Standing::Dismissed, was_public: true },
        UpdateBody::QuestionWithdrawn { question, was_public: true },
        UpdateBody::QuestionUpvoted { question, up: true },
        UpdateBody::QuestionsCounted { counts: vec![QuestionCount { question, votes: 7 }] },
        UpdateBody::PollDrafted { poll: poll() },
        UpdateBody::PollDropped { poll: poll_id },
        UpdateBody::PollOpened { poll: poll() },
        UpdateBody::PollVoted { poll: poll_id, choice: Choice::Rating { stars: 4 }, name: Some("Vera".to_owned()) },
        UpdateBody::PollCounted { poll: poll_id, tally: tally(), shown: ResultsShown::Always },
        UpdateBody::AnswerHidden { poll: poll_id, answer: "heck".to_owned() },
        UpdateBody::AnswerShown { poll: poll_id, answer: "heck".to_owned() },
        UpdateBody::PollClosed { poll: poll_id, tally: tally(), correct: vec![1] },
        UpdateBody::PollReopened { poll: poll() },
        UpdateBody::PollArchived { poll: poll_id },
        UpdateBody::OverlaySet { overlay: Some(Overlay::Poll { poll: poll_id }) },
        UpdateBody::HandRaised { hand: hand() },
        UpdateBody::HandLowered { participant },
        UpdateBody::RulesSet { rules: rules.clone(), before_stop: Some(rules) },
        UpdateBody::Sanctioned { sanctioned: sanctioned() },
        UpdateBody::SanctionLifted { participant, kind: None },
        UpdateBody::SanctionLifted { participant, kind: Some(SanctionKind::TimedOut) },
        UpdateBody::Reported { report: report() },
        UpdateBody::Reported { report: Report { about_crew: true, ..report() } },
        UpdateBody::ReportSettled { report: report_id(), made_way: false, about_crew: false },
        UpdateBody::ReportSettled { report: report_id(), made_way: true, about_crew: true },
        UpdateBody::ReportReopened { report: report() },
        UpdateBody::Admitted { participants: vec![participant] },
        UpdateBody::Hidden { through: Some(Seq::new(9)) },
    ]
}

fn audited() -> AuditEntry {
    let body = UpdateBody::MessageHidden { message: command_id().into() };
    AuditEntry {
        update: Update { room: room(), seq: Seq::new(9), at: at(5), by: Some(who(3)), body },
        name: "Mo".to_owned(),
        people: vec![AuditPerson { participant: who(2), name: "Vera".to_owned() }],
        further: 0,
        message: Some(message()),
    }
}

fn votes() -> VotesPage {
    let vote =
        NamedVote { participant: who(2), name: "Vera".to_owned(), choice: Choice::Options { options: vec![1] }, at: at(2) };
    VotesPage { votes: vec![vote], count: 2, after: Some(who(2)) }
}

fn people() -> PeoplePage {
    let bare = PersonCard {
        participant: who(2),
        name: "Vera".to_owned(),
        role: Role::Attendee,
        headline: String::new(),
        company: String::new(),
    };
    let told = PersonCard { headline: "Builds queues".to_owned(), company: "Example Ltd".to_owned(), ..bare.clone() };
    PeoplePage { people: vec![bare, told], count: 2, after: Some(who(2)) }
}

fn profile() -> Profile {
    Profile {
        headline: "Builds queues".to_owned(),
        company: "Example Ltd".to_owned(),
        pronouns: "she/her".to_owned(),
        about: "Ask me about tails.".to_owned(),
        links: vec!["https://example.org/vera".to_owned()],
        shown_to: ShownTo::Crew,
    }
}

fn details() -> PersonDetails {
    PersonDetails { participant: who(2), name: "Vera".to_owned(), role: Role::Attendee, profile: Some(profile()) }
}

#[expect(clippy::too_many_lines, reason = "one line a type")]
pub(super) fn samples() -> Vec<(&'static str, Sample)> {
    vec![
        ("AskedId", sample(vec![asked()])),
        ("PollId", sample(vec![poll_id()])),
        ("ReportId", sample(vec![report_id()])),
        ("Gone", sample(traced().gone.into_iter().collect())),
        ("Announcement", sample(vec![announcement()])),
        ("Question", sample(questions())),
        ("Asker", sample(questions().remove(0).author.into_iter().collect())),
        ("Standing", sample(standings())),
        ("Answer", sample(vec![Answer { text: "At noon".to_owned(), name: "Ada".to_owned() }])),
        ("QuestionCount", sample(vec![QuestionCount { question: asked(), votes: 7 }])),
        ("PollKind", sample(kinds())),
        ("ResultsShown", sample(shown())),
        ("PollForm", sample(vec![form()])),
        ("Poll", sample(vec![poll(), poll().without_answers()])),
        ("PollPhase", sample(poll_phases())),
        ("Choice", sample(choices())),
        ("Tally", sample(vec![tally(), Tally::default()])),
        ("WordCount", sample(tally().words)),
        ("Leader", sample(tally().leaders)),
        ("NamedVote", sample(votes().votes)),
        ("VotesPage", sample(vec![votes(), VotesPage::default()])),
        ("Overlay", sample(overlays())),
        ("RaisedHand", sample(vec![hand()])),
        ("Reaction", sample(reactions())),
        ("ReactionCount", sample(vec![ReactionCount { reaction: Reaction::Heart, count: 40 }])),
        ("RoomRules", sample(vec![RoomRules::default()])),
        ("RulesEdit", sample(rules_edits())),
        ("Sanction", sample(sanctions())),
        ("SanctionKind", sample(sanctions().into_iter().map(Sanction::kind).collect())),
        ("SanctionAct", sample(acts())),
        ("Sanctioned", sample(vec![sanctioned()])),
        ("ReportTarget", sample(targets())),
        ("Report", sample(vec![report()])),
        ("LobbyGuest", sample(vec![guest()])),
        ("Mine", sample(vec![mine(), Mine::none(room())])),
        ("OwnVote", sample(mine().votes)),
        ("PeoplePage", sample(vec![people(), PeoplePage::default()])),
        ("PersonCard", sample(people().people)),
        ("Profile", sample(vec![profile(), Profile::default()])),
        ("ShownTo", sample(vec![ShownTo::Everybody, ShownTo::Crew, ShownTo::Nobody, ShownTo::Unknown])),
        (
            "OwnProfile",
            sample(vec![
                OwnProfile { profile: Some(profile()), before: None },
                OwnProfile { before: Some(profile()), profile: None },
            ]),
        ),
        ("PersonDetails", sample(vec![details(), PersonDetails { profile: None, ..details() }])),
        ("MessagePage", sample(vec![MessagePage { messages: vec![traced()], more: true }, MessagePage::default()])),
        ("AuditEntry", sample(vec![audited()])),
        ("AuditPerson", sample(audited().people)),
        (
            "AuditPage",
            sample(vec![AuditPage { entries: vec![audited()], more: true, before: Some(Seq::new(7)) }, AuditPage::default()]),
        ),
        ("ReplayOutline", sample(vec![ReplayOutline { room: room(), title: "Main stage".to_owned(), parts: parts() }])),
        ("ReplayPart", sample(parts())),
        ("ReplayMark", sample(marks())),
        ("Mark", sample(marks().into_iter().map(|mark| mark.mark).collect())),
        ("ReplayPage", sample(vec![replayed(), ReplayPage::default()])),
    ]
}
