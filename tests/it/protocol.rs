//! What goes over the wire: a snapshot of every type, and what each side bears from a newer or an older one.

mod inbox;
mod taking_part;

use std::{collections::BTreeMap, fmt::Debug};

use houselights_shared::{typescript::declarations, *};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use self::taking_part::{announcement, hand, mine, overlays, poll, questions, report, sanctioned, traced};

/// Examples of a type as JSON, and a way to read them back.
struct Sample {
    examples: Value,
    /// Panics where what it reads is not what was written.
    read_back: Box<dyn Fn(&Value)>,
}

fn sample<T>(examples: Vec<T>) -> Sample
where
    T: Serialize + DeserializeOwned + PartialEq + Debug + 'static,
{
    let json = serde_json::to_value(&examples).expect("every wire type is JSON");
    let read_back = move |from: &Value| assert_eq!(serde_json::from_value::<Vec<T>>(from.clone()).expect("readable"), examples);
    Sample { examples: json, read_back: Box::new(read_back) }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn who(number: u128) -> ParticipantId {
    ParticipantId::from_uuid(id(0xA0 + number))
}

fn room() -> RoomId {
    RoomId::from_uuid(id(0xB0))
}

fn event() -> EventId {
    EventId::from_uuid(id(0xE0))
}

fn device() -> DeviceId {
    DeviceId::from_uuid(id(0xDE))
}

fn command_id() -> CommandId {
    CommandId::from_uuid(id(0xC0))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(1_790_000_000_000_000 + second * 1_000_000)
}

fn member() -> CrewMember {
    let sending = Sending { camera: true, microphone: false };
    CrewMember { participant: who(1), name: "Ada".to_owned(), role: Role::Speaker, sending, device: Some(device()) }
}

fn message() -> Message {
    Message::new(command_id().into(), (who(2), "Vera \u{1F44B}".to_owned(), Role::Attendee), at(3), "two\nlines".to_owned())
}

fn scene() -> Scene {
    Scene { layout: Layout::SideBySide, seats: vec![Some(who(1)), None] }
}

fn scene_edits() -> Vec<SceneEdit> {
    vec![
        SceneEdit::Divide { layout: Layout::Grid },
        SceneEdit::Seat { seat: 1, participant: who(1) },
        SceneEdit::Empty { seat: 0 },
        SceneEdit::Add { participant: who(2) },
        SceneEdit::Remove { participant: who(1) },
        SceneEdit::Unknown,
    ]
}

fn slots() -> SlotMap {
    let mut video = vec![None; VIDEO_SLOTS];
    video[0] = Some(who(1));
    SlotMap { video, audio: vec![None, Some(who(1)), None] }
}

fn roles() -> Vec<Role> {
    vec![Role::Attendee, Role::Speaker, Role::Moderator, Role::Producer, Role::Organizer, Role::Unknown]
}

fn phases() -> Vec<Phase> {
    vec![
        Phase::Rehearsal,
        Phase::Live { since: at(0) },
        Phase::Ended { since: at(0), at: at(1), undo_until: at(61) },
        Phase::Unknown,
    ]
}

fn refusals() -> Vec<Refusal> {
    vec![
        Refusal::Malformed,
        Refusal::TooLarge,
        Refusal::UnknownCommand,
        Refusal::VersionUnsupported,
        Refusal::TokenInvalid,
        Refusal::TokenExpired,
        Refusal::SignedInElsewhere,
        Refusal::SendingElsewhere,
        Refusal::NotAllowed,
        Refusal::NoSuchRoom,
        Refusal::TakenDown,
        Refusal::DoorsClosed,
        Refusal::EventOver,
        Refusal::EventCancelled,
        Refusal::EventArchived,
        Refusal::NoSuchParticipant,
        Refusal::NotBackstage,
        Refusal::StageFull,
        Refusal::SceneInvalid,
        Refusal::NoSuchCue,
        Refusal::WrongPhase,
        Refusal::UndoTooLate,
        Refusal::MessageEmpty,
        Refusal::MessageTooLong,
        Refusal::NoSuchMessage,
        Refusal::NotReachable,
        Refusal::TooManyBlocked,
        Refusal::Closed,
        Refusal::Muted,
        Refusal::LinksNotAllowed,
        Refusal::WordsNotAllowed,
        Refusal::TooManyMentions,
        Refusal::NoSuchQuestion,
        Refusal::NoSuchPoll,
        Refusal::PollInvalid,
        Refusal::OptionsAlike,
        Refusal::ChoiceInvalid,
        Refusal::AlreadyVoted,
        Refusal::NoSuchHand,
        Refusal::Full,
        Refusal::Removed,
        Refusal::TimedOut,
        Refusal::Banned,
        Refusal::RoomLocked,
        Refusal::NameInvalid,
        Refusal::ProfileInvalid,
        Refusal::EmailInvalid,
        Refusal::MailUnavailable,
        Refusal::ImageUnusable,
        Refusal::SlowDown,
        Refusal::TooFarBehind,
        Refusal::Overloaded,
        Refusal::ShuttingDown,
        Refusal::StorageUnavailable,
        Refusal::ProviderUnavailable,
        Refusal::MediaUnacceptable,
        Refusal::Unknown,
    ]
}

fn command_bodies() -> Vec<CommandBody> {
    let mut bodies = vec![
        CommandBody::say("hello".to_owned()),
        CommandBody::RemoveMessage { message: command_id().into() },
        CommandBody::SetSending { sending: Sending { camera: true, microphone: true }, take_over: true },
        CommandBody::BringOnStage { participant: who(1) },
        CommandBody::TakeOffStage { participant: who(1) },
        CommandBody::SetPreview { scene: scene() },
        CommandBody::EditPreview { change: SceneEdit::Seat { seat: 1, participant: who(1) } },
        CommandBody::CallCue { cue: cue().id },
        CommandBody::ResetCues,
        CommandBody::PrepareScene { scene: "Interview".to_owned() },
        CommandBody::Take,
        CommandBody::GoLive,
        CommandBody::EndShow,
        CommandBody::UndoEnd,
        CommandBody::Unknown,
    ];
    bodies.extend(taking_part::command_bodies());
    bodies
}

fn command() -> Command {
    Command { id: command_id(), room: room(), body: CommandBody::say("hello".to_owned()) }
}

fn outcomes() -> Vec<Outcome> {
    vec![
        Outcome::Accepted { seq: Seq::new(7) },
        Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(250) },
        Outcome::Refused { refusal: Refusal::NotAllowed, retry_after_ms: None },
        Outcome::Unknown,
    ]
}

fn reply() -> Reply {
    Reply { id: command_id(), outcome: Outcome::Accepted { seq: Seq::new(7) } }
}

fn update_bodies() -> Vec<UpdateBody> {
    let mut bodies = vec![
        UpdateBody::CrewArrived { member: member() },
        UpdateBody::CrewLeft { participant: who(1) },
        UpdateBody::SendingChanged { participant: who(1), sending: Sending::default(), on_stage: true, device: Some(device()) },
        UpdateBody::CameOnStage { member: member() },
        UpdateBody::LeftStage { participant: who(1) },
        UpdateBody::PreviewSet { scene: scene() },
        UpdateBody::ProgramSet { scene: scene() },
        UpdateBody::Taken { program: scene() },
        UpdateBody::WentLive,
        UpdateBody::Ended { undo_until: at(61) },
        UpdateBody::EndUndone,
        UpdateBody::RunOfShowSet { run_of_show: run_of_show() },
        UpdateBody::CueCalled { cue: cue().id },
        UpdateBody::CuesReset,
        UpdateBody::MessageSent { message: message() },
        UpdateBody::MessageRemoved { message: command_id().into() },
        UpdateBody::HIDDEN,
        UpdateBody::Unknown,
    ];
    bodies.extend(taking_part::update_bodies());
    bodies
}

fn updates() -> Vec<Update> {
    vec![
        Update { room: room(), seq: Seq::new(6), at: at(2), by: Some(who(3)), body: UpdateBody::WentLive },
        Update { room: room(), seq: Seq::new(7), at: at(3), by: None, body: UpdateBody::HIDDEN },
    ]
}

fn snapshots() -> Vec<Snapshot> {
    let audience = Snapshot {
        room: room(),
        seq: Seq::new(7),
        title: "Main stage".to_owned(),
        phase: Phase::Live { since: at(0) },
        on_stage: vec![member()],
        program: scene(),
        overlay: overlays().into_iter().next(),
        chat: vec![message()],
        pinned: Some(message()),
        announcement: Some(announcement()),
        rules: RoomRules::default(),
        questions: questions(),
        polls: vec![poll()],
        crew: None,
    };
    let crew = Snapshot { crew: Some(crew_view()), ..audience.clone() };
    vec![audience, crew]
}

fn crew_view() -> CrewView {
    CrewView {
        control: true,
        notes: vec![message()],
        hands: vec![hand()],
        sanctions: vec![sanctioned()],
        reports: vec![report()],
        before_stop: Some(RoomRules::default()),
        backstage: vec![member()],
        preview: Scene { layout: Layout::Grid, seats: vec![None, Some(who(1))] },
        run_of_show: run_of_show(),
        called: Some(called()),
    }
}

fn session() -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(0x5E55))
}

fn cue() -> Cue {
    Cue {
        id: CueId::from_uuid(Uuid::from_u128(0xC0E)),
        title: "The conversation".to_owned(),
        minutes: 25,
        due: Some(at(60)),
        scene: Some("Interview".to_owned()),
        notes: "One question each.".to_owned(),
        session: Some(session()),
        dropped: false,
    }
}

/// One with all it can have, one with the least.
fn cues() -> Vec<Cue> {
    let bare = Cue { due: None, scene: None, notes: String::new(), session: None, dropped: true, ..cue() };
    vec![cue(), bare]
}

fn planned_scene() -> PlannedScene {
    PlannedScene { name: "Interview".to_owned(), layout: Layout::SideBySide }
}

fn cast_member() -> CastMember {
    CastMember { participant: who(1), name: "Ada".to_owned() }
}

fn planned_session() -> PlannedSession {
    PlannedSession { session: session(), title: "Opening".to_owned(), cast: vec![cast_member()], uninvited: 1 }
}

fn run_of_show() -> RunOfShow {
    RunOfShow { scenes: vec![planned_scene()], sessions: vec![planned_session()], cues: cues(), polls: planned_polls() }
}

fn planned_polls() -> Vec<PlannedPoll> {
    let planned = PlannedPoll { id: poll().id, session: "Opening".to_owned(), form: poll().form, asked: false };
    vec![planned.clone(), PlannedPoll { asked: true, ..planned }]
}

fn called() -> CalledCue {
    CalledCue { cue: cue().id, at: at(62) }
}

fn level() -> Level {
    Level { participant: who(1), below_full_scale: 23, speaking: true }
}

fn signal_bodies() -> Vec<SignalBody> {
    let mut bodies = vec![
        SignalBody::Watching { count: 412 },
        SignalBody::Slots { slots: slots() },
        SignalBody::Levels { levels: vec![level()] },
        SignalBody::Unknown,
    ];
    bodies.extend(taking_part::signals());
    bodies
}

fn signal() -> Signal {
    Signal { room: room(), body: SignalBody::Watching { count: 412 } }
}

fn offer() -> MediaOffer {
    MediaOffer { id: command_id(), room: room(), sdp: "v=0\r\n".to_owned() }
}

fn media_outcomes() -> Vec<MediaOutcome> {
    vec![
        MediaOutcome::Answered { sdp: "v=0\r\n".to_owned() },
        MediaOutcome::Refused { refusal: Refusal::MediaUnacceptable, retry_after_ms: None },
        MediaOutcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(1_500) },
        MediaOutcome::Unknown,
    ]
}

fn media_answer() -> MediaAnswer {
    MediaAnswer { id: command_id(), outcome: MediaOutcome::Answered { sdp: "v=0\r\n".to_owned() } }
}

fn hellos() -> Vec<Hello> {
    let hello = Hello {
        version: Version::CURRENT,
        token: "secret".into(),
        client: "houselights 0.1.0".to_owned(),
        rooms: vec![RoomPosition { room: room(), after: Some(Seq::new(7)) }, RoomPosition { room: room(), after: None }],
        inbox_after: Some(Seq::new(3)),
    };
    vec![hello.clone(), Hello { client: String::new(), rooms: Vec::new(), inbox_after: None, ..hello }]
}

fn me() -> Me {
    Me {
        participant: who(1),
        name: "Ada".to_owned(),
        role: Role::Speaker,
        device: Some(device()),
        may: Some(vec![Action::SendMessage, Action::EnterBackstage]),
        event: event(),
        event_title: "Opening night".to_owned(),
    }
}

fn welcome() -> Welcome {
    Welcome { version: Version::CURRENT, now: at(4), me: me(), rooms: vec![room()], media: Some(command_id()) }
}

fn batch() -> UpdateBatch {
    UpdateBatch { room: room(), updates: updates() }
}

fn refused() -> Vec<Refused> {
    vec![
        Refused { refusal: Refusal::ShuttingDown, retry_after_ms: Some(500), opens_at: None },
        Refused { refusal: Refusal::SignedInElsewhere, retry_after_ms: None, opens_at: None },
        Refused { refusal: Refusal::DoorsClosed, retry_after_ms: Some(30_000), opens_at: Some(at(4)) },
    ]
}

fn client_frames() -> Vec<ClientFrame> {
    vec![
        ClientFrame::Hello(hellos().remove(0)),
        ClientFrame::Command(command()),
        ClientFrame::Inbox(inbox::command()),
        ClientFrame::Media(offer()),
        ClientFrame::React { room: room(), reaction: Reaction::Heart },
        ClientFrame::Ping { sent_at: at(4) },
        ClientFrame::Unknown,
    ]
}

fn server_frames() -> Vec<ServerFrame> {
    vec![
        ServerFrame::Welcome(welcome()),
        ServerFrame::Refused(refused().remove(0)),
        ServerFrame::Reply(reply()),
        ServerFrame::Updates(batch()),
        ServerFrame::Snapshot(snapshots().remove(1)),
        ServerFrame::Inbox(inbox::news().remove(0)),
        ServerFrame::Inbox(inbox::news().remove(1)),
        ServerFrame::Mine(mine()),
        ServerFrame::Waiting { room: room() },
        ServerFrame::Signal(signal()),
        ServerFrame::Media(media_answer()),
        ServerFrame::Pong { sent_at: at(4), now: at(5) },
        ServerFrame::Unknown,
    ]
}

fn event_rooms() -> Vec<EventRooms> {
    let on = SessionSlot { title: "Opening".to_owned(), starts_at: at(4), ends_at: at(5) };
    let before = SessionSlot { title: "Doors".to_owned(), starts_at: at(2), ends_at: at(3) };
    let card = |title: &str, sessions, before| RoomCard { room: room(), title: title.to_owned(), sessions, before };
    vec![EventRooms { rooms: vec![card("Main stage", vec![on], Some(before)), card("Lounge", Vec::new(), None)] }]
}

fn invite_cards() -> Vec<InviteCard> {
    let card = InviteCard { event: "Opening night".to_owned(), role: Role::Speaker, name: Some("Ada".to_owned()) };
    vec![card.clone(), InviteCard { role: Role::Attendee, name: None, ..card }]
}

fn signed_in() -> SignedIn {
    let person = PersonId::from_uuid(id(0xD0));
    SignedIn { token: "secret".into(), person, email: "ada@example.com".to_owned(), name: "Ada".to_owned() }
}

fn ways() -> Vec<SignInWays> {
    vec![SignInWays { mail: true, oidc: None }, SignInWays { mail: false, oidc: Some("The Globe".to_owned()) }]
}

fn provider_sign_in_asked() -> ProviderSignInAsked {
    let url = "https://accounts.example.com/authorize?state=s".to_owned();
    ProviderSignInAsked { device: "secret".into(), expires: at(900), url }
}

fn login_requests() -> Vec<LoginRequest> {
    let request = LoginRequest { invite: "secret".into(), name: Some("Vera".to_owned()) };
    vec![request.clone(), LoginRequest { name: None, ..request }]
}

fn login() -> Login {
    Login {
        token: "secret".into(),
        participant: who(1),
        name: "Ada".to_owned(),
        role: Role::Speaker,
        event: event(),
        event_title: "Opening night".to_owned(),
        room: room(),
    }
}

/// What a run of show is made of.
fn planned_samples() -> [(&'static str, Sample); 9] {
    [
        ("SessionId", sample(vec![session()])),
        ("CueId", sample(vec![cue().id])),
        ("RunOfShow", sample(vec![run_of_show(), RunOfShow::default()])),
        ("PlannedScene", sample(vec![planned_scene()])),
        ("PlannedSession", sample(vec![planned_session()])),
        ("PlannedPoll", sample(planned_polls())),
        ("CastMember", sample(vec![cast_member()])),
        ("Cue", sample(cues())),
        ("CalledCue", sample(vec![called()])),
    ]
}

/// Every type that goes over the wire, by its name in TypeScript.
#[allow(clippy::too_many_lines, reason = "a list of them")]
fn samples() -> BTreeMap<&'static str, Sample> {
    let mut samples = BTreeMap::from([
        ("EventId", sample(vec![event()])),
        ("RoomId", sample(vec![room()])),
        ("ParticipantId", sample(vec![who(1)])),
        ("DeviceId", sample(vec![device()])),
        ("CommandId", sample(vec![command_id()])),
        ("MessageId", sample(vec![MessageId::from(command_id())])),
        ("Token", sample(vec![Token::from("secret")])),
        ("Timestamp", sample(vec![at(0)])),
        ("Seq", sample(vec![Seq::START, Seq::new(7)])),
        ("Version", sample(vec![Version::CURRENT])),
        ("Refusal", sample(refusals())),
        ("Role", sample(roles())),
        ("Action", sample(Action::ALL.into_iter().chain([Action::Unknown]).collect())),
        ("Sending", sample(vec![Sending::default(), Sending { camera: true, microphone: true }])),
        ("CrewMember", sample(vec![member()])),
        ("Message", sample(vec![message(), traced()])),
        ("Phase", sample(phases())),
        ("Layout", sample(vec![Layout::Solo, Layout::SideBySide, Layout::Grid, Layout::Unknown])),
        ("SceneEdit", sample(scene_edits())),
        ("Scene", sample(vec![scene(), Scene::default()])),
        ("Command", sample(vec![command()])),
        ("CommandBody", sample(command_bodies())),
        ("Outcome", sample(outcomes())),
        ("Reply", sample(vec![reply()])),
        ("Update", sample(updates())),
        ("UpdateBody", sample(update_bodies())),
        ("Snapshot", sample(snapshots())),
        ("CrewView", sample(vec![crew_view()])),
        ("Signal", sample(vec![signal()])),
        ("SignalBody", sample(signal_bodies())),
        ("Level", sample(vec![level()])),
        ("SlotMap", sample(vec![slots()])),
        ("MediaOffer", sample(vec![offer()])),
        ("MediaOutcome", sample(media_outcomes())),
        ("MediaAnswer", sample(vec![media_answer()])),
        ("InviteCard", sample(invite_cards())),
        ("EventRooms", sample(event_rooms())),
        ("RoomCard", sample(event_rooms().remove(0).rooms)),
        ("SessionSlot", sample(event_rooms().remove(0).rooms.remove(0).sessions)),
        ("LoginRequest", sample(login_requests())),
        ("SignInRequest", sample(vec![SignInRequest { email: "ada@example.com".to_owned(), device: "Laptop".to_owned() }])),
        ("SignInAsked", sample(vec![SignInAsked { device: "secret".into(), expires: at(900) }])),
        ("SignInConfirmation", sample(vec![SignInConfirmation { secret: "secret".into(), device: "secret".into() }])),
        ("SignedIn", sample(vec![signed_in()])),
        ("SignInWays", sample(ways())),
        ("ProviderSignIn", sample(vec![ProviderSignIn { device: "Laptop".to_owned() }])),
        ("ProviderSignInAsked", sample(vec![provider_sign_in_asked()])),
        ("PersonId", sample(vec![PersonId::from_uuid(id(0xD0))])),
        ("Login", sample(vec![login()])),
        ("ClientFrame", sample(client_frames())),
        ("ServerFrame", sample(server_frames())),
        ("Hello", sample(hellos())),
        ("RoomPosition", sample(hellos().remove(0).rooms)),
        ("Welcome", sample(vec![welcome()])),
        ("Me", sample(vec![me()])),
        ("UpdateBatch", sample(vec![batch()])),
        ("Refused", sample(refused())),
    ]);
    samples.extend(planned_samples());
    samples.extend(inbox::samples());
    samples.extend(taking_part::samples());
    samples
}

/// The TypeScript of each type, without its comments.
fn declared() -> BTreeMap<String, String> {
    let source = declarations();
    let mut code = String::new();
    for (index, part) in source.split("/*").enumerate() {
        code.push_str(if index == 0 { part } else { part.split_once("*/").map_or("", |(_, rest)| rest) });
    }
    let types = code.split("export type ").skip(1);
    types.filter_map(|text| text.split_once(" = ")).map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The string literals of a declaration: tags of variants, and variants without fields. Keys are not among them.
fn literals(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut pieces = code.split('"').skip(1);
    while let (Some(literal), Some(after)) = (pieces.next(), pieces.next()) {
        if !after.trim_start().starts_with(':') && !after.trim_start().starts_with("?:") {
            found.push(literal);
        }
    }
    found
}

#[test]
fn every_wire_type_has_a_snapshot() {
    for (name, sample) in samples() {
        insta::assert_json_snapshot!(name, sample.examples);
    }
}

#[test]
fn every_type_that_the_page_knows_and_every_variant_of_it_has_an_example() {
    let (samples, declared) = (samples(), declared());
    assert_eq!(samples.keys().copied().collect::<Vec<_>>(), declared.keys().map(String::as_str).collect::<Vec<_>>());
    for (name, code) in declared {
        let text = samples[name.as_str()].examples.to_string();
        for literal in literals(&code) {
            assert!(text.contains(&format!("\"{literal}\"")), "{name} has no example of {literal}");
        }
    }
}

#[test]
fn what_is_written_is_read_back() {
    for sample in samples().values() {
        (sample.read_back)(&sample.examples);
    }
}

/// The same with a field nobody knows in every object.
fn with_unknown_fields(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(with_unknown_fields).collect(),
        Value::Object(fields) => {
            let mut fields: serde_json::Map<_, _> =
                fields.iter().map(|(key, value)| (key.clone(), with_unknown_fields(value))).collect();
            fields.insert("of_a_newer_peer".to_owned(), json!({ "deep": [1, { "x": null }] }));
            Value::Object(fields)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[test]
fn a_field_of_a_newer_peer_is_ignored_in_every_type() {
    for sample in samples().values() {
        (sample.read_back)(&with_unknown_fields(&sample.examples));
    }
}

fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).expect("readable")
}

#[test]
fn a_variant_of_a_newer_peer_arrives_as_unknown_in_every_enum() {
    let tagged = |tag: &str| json!({ tag: "of_a_newer_peer", "with": { "fields": [1, 2] }, "participant": 5 });
    assert_eq!(read::<ClientFrame>(tagged("frame")), ClientFrame::Unknown);
    assert_eq!(read::<ServerFrame>(tagged("frame")), ServerFrame::Unknown);
    assert_eq!(read::<CommandBody>(tagged("do")), CommandBody::Unknown);
    assert_eq!(read::<Outcome>(tagged("is")), Outcome::Unknown);
    assert_eq!(read::<MediaOutcome>(tagged("is")), MediaOutcome::Unknown);
    assert_eq!(read::<UpdateBody>(tagged("what")), UpdateBody::Unknown);
    assert_eq!(read::<SignalBody>(tagged("signal")), SignalBody::Unknown);
    assert_eq!(read::<Phase>(tagged("phase")), Phase::Unknown);
    assert_eq!(read::<SceneEdit>(tagged("edit")), SceneEdit::Unknown);
    assert_eq!(read::<Role>(json!("of_a_newer_peer")), Role::Unknown);
    assert_eq!(read::<Action>(json!("of_a_newer_peer")), Action::Unknown);
    assert_eq!(read::<Layout>(json!("of_a_newer_peer")), Layout::Unknown);
    assert_eq!(read::<Refusal>(json!("of_a_newer_peer")), Refusal::Unknown);
}

/// So that the list above cannot fall behind: whatever can be one of several has an `unknown`.
#[test]
fn every_enum_has_a_place_for_what_is_newer() {
    for (name, code) in declared() {
        let literals = literals(&code);
        assert!(literals.is_empty() || literals.contains(&"unknown"), "{name} = {code}");
    }
}

#[test]
fn an_unknown_update_keeps_its_place_in_the_log() {
    let update: Update = read(json!({
        "room": room(), "seq": 9, "at": 5, "by": who(1), "body": { "what": "confetti_fired", "color": "red" }
    }));
    assert_eq!((update.seq, update.body.clone()), (Seq::new(9), UpdateBody::Unknown));
    assert_eq!(update.for_audience(), update);
}

#[test]
fn what_an_older_peer_does_not_send_has_a_default() {
    let member: CrewMember = read(json!({ "participant": who(1), "name": "Ada", "role": "speaker" }));
    assert_eq!(member.sending, Sending::default());
    assert_eq!(read::<Sending>(json!({})), Sending::default());
    assert_eq!(read::<Scene>(json!({})), Scene::default());
    assert_eq!(read::<SlotMap>(json!({})), SlotMap::default());
    assert_eq!(read::<CrewView>(json!({})), CrewView::default());
    assert_eq!(read::<RoomPosition>(json!({ "room": room() })).after, None);
    let hello: Hello = read(json!({ "version": 1, "token": "secret" }));
    assert_eq!((hello.client.as_str(), hello.rooms.len()), ("", 0));
    let snapshot: Snapshot = read(json!({ "room": room(), "seq": 0, "title": "Main stage" }));
    assert_eq!((snapshot.phase, snapshot.chat.len(), snapshot.crew), (Phase::Rehearsal, 0, None));
    assert_eq!(read::<LoginRequest>(json!({ "invite": "secret" })).name, None);
    assert_eq!(
        read::<Outcome>(json!({ "is": "refused", "refusal": "not_allowed" })),
        Outcome::Refused { refusal: Refusal::NotAllowed, retry_after_ms: None }
    );
}

#[test]
fn a_version_is_agreed_on_the_older_of_the_two() {
    assert_eq!(Version::CURRENT.agree(Version::new(99)), Ok(Version::CURRENT));
    assert_eq!(Version::CURRENT.agree(Version::new(0)), Err(Refusal::VersionUnsupported));
}
