//! Keeping a room in order, as those feel it who are connected: on every device, in every room, over a restart.

use std::time::{Duration, Instant};

use houselights_domain::GRACE_AFTER_DEPARTURE;
use houselights_shared::{
    AuditPage, CommandBody, InboxCommandBody, Login, MediaOutcome, MessageId, Outcome, ParticipantId, Refusal, ReportId,
    ReportTarget, Role, RoomId, RoomPosition, RulesEdit, SanctionAct, SignalBody, UpdateBody,
};
use houselights_tests::{
    client::{TestClient, attend, greet, hello, http, sign_in, sign_in_as, socket},
    media_peer::SocketPeer,
    server::{Event, Program, TestServer},
    smtp::Smtp,
    tickets::Sale,
};
use rusqlite::Connection;
use serde_json::json;

use crate::{
    house::{crew, send, show, viewer},
    media_session::{connect_media, media_ends},
    process::program,
};

fn sanction(who: ParticipantId, act: SanctionAct) -> CommandBody {
    CommandBody::Sanction { participant: who, act }
}

fn rule(change: RulesEdit) -> CommandBody {
    CommandBody::EditRules { change }
}

fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused { refusal, retry_after_ms: None }
}

/// Asks for a path of the server's; the status, and what was answered.
async fn get(server: std::net::SocketAddr, login: &Login, path: &str) -> (u16, String) {
    let answer = http().get(format!("http://{server}{path}")).bearer_auth(login.token.as_str()).send().await.expect("answered");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

/// Says Hello for a room; the refusal, where it is no welcome.
async fn knock(server: std::net::SocketAddr, login: &Login, room: RoomId) -> Result<TestClient, Option<Refusal>> {
    let mut hello = hello(login, None);
    hello.rooms = vec![RoomPosition { room, after: None }];
    greet(socket(server).await, hello).await.map_err(|refused| refused.map(|refused| refused.refusal))
}

/// A second room, and tickets that are good for several devices.
fn second_room(server: &TestServer, event: &Event) -> RoomId {
    let room = RoomId::random();
    let database = Connection::open(server.database()).expect("the database");
    database.busy_timeout(Duration::from_secs(5)).expect("set");
    database.execute("UPDATE events SET one_device = 0", []).expect("written");
    let sql =
        "INSERT INTO rooms (id, event_id, kind, title, created_at, position) VALUES (?1, ?2, 'stage', 'Side stage', 1, 9)";
    database.execute(sql, [room.to_string(), event.event.to_string()]).expect("written");
    room
}

/// Somebody with two devices, each in a room of its own; media stands on the first.
struct TwoRooms {
    logins: [Login; 2],
    clients: [TestClient; 2],
    peer: SocketPeer,
    rooms: [RoomId; 2],
}

impl TwoRooms {
    async fn of(server: &TestServer, event: &Event, name: &str) -> Self {
        let rooms = [event.room, second_room(server, event)];
        let logins = [sign_in_as(server.http(), event, name).await, sign_in_as(server.http(), event, name).await];
        let mut stage = TestClient::connect(server.http(), &logins[0]).await;
        let mut side = knock(server.http(), &logins[1], rooms[1]).await.expect("welcome");
        side.until("the other room", |client| client.snapshot.is_some()).await;
        let (peer, _) = connect_media(&mut stage).await;
        Self { logins, clients: [stage, side], peer, rooms }
    }
}

async fn house() -> (TestServer, Event) {
    let server = TestServer::start().await;
    let event = server
        .event(&[(Role::Producer, "Pat"), (Role::Moderator, "Mo"), (Role::Attendee, "Vera"), (Role::Speaker, "Ada")])
        .await;
    (server, event)
}

#[tokio::test]
async fn a_ban_holds_on_every_device_in_every_room_for_media_and_for_requests() {
    let (server, event) = house().await;
    let mut vera = TwoRooms::of(&server, &event, "Vera").await;
    let mut mo = crew(&server, &event, "Mo").await;
    let who = vera.clients[0].me.participant;
    mo.done(sanction(who, SanctionAct::Ban)).await;
    for client in &mut vera.clients {
        assert_eq!(client.ended().await, Some(Refusal::Banned));
    }
    let took = media_ends(&server, &mut vera.peer).await;
    assert!(took < GRACE_AFTER_DEPARTURE / 2, "there is no grace for whoever is banned: {took:?}");
    for login in &vera.logins {
        let (status, body) = get(server.http(), login, "/api/rooms").await;
        assert_eq!((status, body.contains("banned")), (403, true), "{body}");
        assert_eq!(get(server.http(), login, &format!("/api/rooms/{}/messages", event.room)).await.0, 403);
        for room in vera.rooms {
            assert_eq!(knock(server.http(), login, room).await.err(), Some(Some(Refusal::Banned)));
        }
    }
    let again = sign_in(server.http(), event.invite_of("Vera"), None).await.expect_err("a new login is refused");
    assert_eq!((again.status, again.refusal), (403, Refusal::Banned));
    let server = server.restart().await;
    assert_eq!(
        knock(server.http(), &vera.logins[0], vera.rooms[1]).await.err(),
        Some(Some(Refusal::Banned)),
        "after a restart"
    );
    let mut mo = crew(&server, &event, "Mo").await;
    mo.done(CommandBody::LiftSanction { participant: who, kind: None }).await;
    for (login, room) in vera.logins.iter().zip(vera.rooms) {
        let mut back = knock(server.http(), login, room).await.expect("welcome again");
        back.until("the room", |client| client.snapshot.is_some()).await;
    }
    sign_in(server.http(), event.invite_of("Vera"), None).await.expect("the invite is good again");
    server.stop().await;
}

#[tokio::test]
async fn whoever_speaks_in_another_room_leaves_its_stage_with_a_ban() {
    let (server, event) = house().await;
    let side = second_room(&server, &event);
    let ada = sign_in_as(server.http(), &event, "Ada").await;
    let mut speaking = knock(server.http(), &ada, side).await.expect("welcome");
    speaking.until("the side stage", |client| client.snapshot.is_some()).await;
    let mut pat = knock(server.http(), &sign_in_as(server.http(), &event, "Pat").await, side).await.expect("welcome");
    pat.until("the side stage", |client| client.snapshot.is_some()).await;
    pat.done(CommandBody::BringOnStage { participant: ada.participant }).await;
    let mut on_stage = TestClient::connect(server.http(), &sign_in_as(server.http(), &event, "Ada").await).await;
    on_stage.say("known here, too").await;
    let mut mo = crew(&server, &event, "Mo").await;
    let began = Instant::now();
    mo.done(sanction(ada.participant, SanctionAct::Ban)).await;
    assert_eq!(speaking.ended().await, Some(Refusal::Banned));
    let left = |update: &UpdateBody| matches!(update, UpdateBody::CrewLeft { participant } if *participant == ada.participant);
    pat.until("an empty stage", |client| client.updates.iter().any(|update| left(&update.body))).await;
    assert!(
        began.elapsed() < GRACE_AFTER_DEPARTURE,
        "not only after the grace of who lost the connection: {:?}",
        began.elapsed()
    );
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_sent_out_of_a_room_is_told_until_when_and_stays_in_another() {
    let (server, event) = house().await;
    let mut vera = TwoRooms::of(&server, &event, "Vera").await;
    let mut mo = crew(&server, &event, "Mo").await;
    let who = vera.clients[0].me.participant;
    mo.done(sanction(who, SanctionAct::TimeOut { seconds: 2 })).await;
    let [stage, side] = &mut vera.clients;
    assert_eq!(stage.ended().await, Some(Refusal::TimedOut));
    let told = stage.refused.expect("told");
    assert!(told.retry_after_ms.is_some_and(|wait| wait <= 2_000) && told.opens_at.is_some());
    media_ends(&server, &mut vera.peer).await;
    side.say("not here").await;
    mo.until("the end of it", |client| {
        client.updates.iter().any(|update| matches!(update.body, UpdateBody::SanctionLifted { .. }))
    })
    .await;
    let mut back = TestClient::connect(server.http(), &vera.logins[0]).await;
    back.say("here again").await;
    mo.done(sanction(who, SanctionAct::Remove)).await;
    assert_eq!(back.ended().await, Some(Refusal::Removed));
    let mut outside = knock(server.http(), &vera.logins[0], event.room).await.expect("welcomed, and no more");
    assert_eq!(outside.ended().await, Some(Refusal::Removed));
    assert!(outside.snapshot.is_none());
    assert_eq!(get(server.http(), &vera.logins[0], &format!("/api/rooms/{}/messages", event.room)).await.0, 403);
    assert_eq!(get(server.http(), &vera.logins[0], &format!("/api/rooms/{}/messages", vera.rooms[1])).await.0, 200);
    server.stop().await;
}

#[tokio::test]
async fn everything_is_stopped_at_once_and_opened_again() {
    let (server, event) = show().await;
    let (mut mo, mut vera) = (crew(&server, &event, "Mo").await, viewer(&server, &event, "Vera").await);
    vera.done(CommandBody::RaiseHand { note: String::new() }).await;
    mo.done(CommandBody::StopAll).await;
    let closed = |update: &UpdateBody| matches!(update, UpdateBody::RulesSet { rules, .. } if !rules.chat && !rules.hands);
    vera.until("that it is closed", |client| client.updates.iter().any(|update| closed(&update.body))).await;
    for body in [send("hello"), CommandBody::RaiseHand { note: String::new() }] {
        assert_eq!(vera.ask(body).await, refused(Refusal::Closed));
    }
    mo.say("the crew goes on").await;
    mo.done(CommandBody::Resume).await;
    vera.say("and so do I").await;
    server.stop().await;
}

/// Whoever waits gets nothing of the room, whatever they try.
async fn gets_nothing(
    server: std::net::SocketAddr,
    client: &mut TestClient,
    login: &Login,
    (room, to): (RoomId, ParticipantId),
) {
    client.until("that one waits", |client| client.waiting).await;
    assert_eq!(client.ask(send("let me in")).await, refused(Refusal::NotAllowed));
    let direct = InboxCommandBody::SendDirect { to, text: "let me in".to_owned() };
    assert_eq!(client.ask_inbox(direct).await, refused(Refusal::NotAllowed));
    let (_, outcome) = client.offer(SocketPeer::open().await.expect("a socket").offer().expect("an offer")).await;
    assert!(matches!(outcome, MediaOutcome::Refused { refusal: Refusal::NotAllowed, .. }), "{outcome:?}");
    for path in ["messages", "messages/search?q=hello"] {
        assert_eq!(get(server, login, &format!("/api/rooms/{room}/{path}")).await.0, 403);
    }
    assert!(client.snapshot.is_none() && client.updates.is_empty() && client.signals.is_empty());
}

#[tokio::test]
async fn a_lobby_keeps_newcomers_out_over_a_kill_and_lets_in_whom_a_moderator_admits() {
    let (program, _folder) = program();
    let event = program.create_event(&["--moderator", "Mo"]).await.expect("made");
    let server = program.start().await.expect("ready");
    let mo_login = sign_in_as(server.http, &event, "Mo").await;
    let mut mo = TestClient::connect(server.http, &mo_login).await;
    let inside = attend(server.http, &event, "Vera").await;
    let mut vera = TestClient::connect(server.http, &inside).await;
    vera.say("hello").await;
    mo.done(rule(RulesEdit::Lobby { on: true })).await;
    let outside = attend(server.http, &event, "Walt").await;
    let mut walt = knock(server.http, &outside, event.room).await.expect("welcome");
    gets_nothing(server.http, &mut walt, &outside, (event.room, inside.participant)).await;
    let program = Program { listen: server.http, ..program };
    server.kill().await;
    let server = program.start().await.expect("it starts again");
    let mut walt = knock(server.http, &outside, event.room).await.expect("welcome");
    gets_nothing(server.http, &mut walt, &outside, (event.room, inside.participant)).await;
    let mut vera = TestClient::connect(server.http, &inside).await;
    vera.say("who was in is in").await;
    let mut mo = TestClient::connect(server.http, &mo_login).await;
    let waits = |signal: &SignalBody| matches!(signal, SignalBody::Lobby { count: 1, first } if first[0].participant == outside.participant);
    mo.until("who waits", |client| client.signals.iter().any(waits)).await;
    mo.done(CommandBody::Admit { participants: vec![outside.participant] }).await;
    walt.until("the room", |client| client.snapshot.is_some()).await;
    walt.say("thank you").await;
    let gone = |signal: &SignalBody| matches!(signal, SignalBody::Lobby { count: 0, .. });
    mo.until("that nobody waits", |client| client.signals.iter().any(gone)).await;
    let late = attend(server.http, &event, "Late").await;
    let mut late = knock(server.http, &late, event.room).await.expect("welcome");
    late.until("that one waits", |client| client.waiting).await;
    mo.done(rule(RulesEdit::Lobby { on: false })).await;
    late.until("the room", |client| client.snapshot.is_some()).await;
    server.kill().await;
}

#[tokio::test]
async fn a_locked_room_lets_those_back_in_who_were_here() {
    let (server, event) = show().await;
    let mut mo = crew(&server, &event, "Mo").await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &login).await;
    mo.done(rule(RulesEdit::Lock { on: true })).await;
    vera.until("the lock", |client| client.seq >= mo.seq).await;
    let seq = vera.seq;
    vera.vanish();
    let mut vera = TestClient::resume(server.http(), &login, Some(seq)).await;
    vera.say("back").await;
    let late = attend(server.http(), &event, "Late").await;
    let mut late = knock(server.http(), &late, event.room).await.expect("welcomed, and no more");
    assert_eq!(late.ended().await, Some(Refusal::RoomLocked));
    assert!(late.refused.and_then(|refused| refused.retry_after_ms).is_some());
    crew(&server, &event, "Ada").await.say("the crew comes in").await;
    server.stop().await;
}

#[tokio::test]
async fn a_report_holds_what_was_said_though_it_is_gone() {
    let (server, event) = show().await;
    let (mut mo, mut vera, mut walt) =
        (crew(&server, &event, "Mo").await, viewer(&server, &event, "Vera").await, viewer(&server, &event, "Walt").await);
    vera.say("a calm word").await;
    let rude = walt.post(send("a rude word")).await;
    walt.reply_to(rude).await;
    vera.hears("a rude word").await;
    let target = ReportTarget::Message { message: rude.into() };
    vera.done(CommandBody::Report { target, reason: "rude".to_owned() }).await;
    walt.done(CommandBody::RemoveMessage { message: rude.into() }).await;
    let reported = |body: &UpdateBody| {
        let UpdateBody::Reported { report } = body else { return false };
        let texts: Vec<_> = report.context.iter().map(|said| said.text.as_str()).collect();
        texts == ["a calm word", "a rude word"] && report.name == "Vera"
    };
    mo.until("the report", |client| client.updates.iter().any(|update| reported(&update.body))).await;
    // Nobody else hears of it: neither who was reported, nor that somebody was.
    assert!(walt.heard.iter().chain(&vera.heard).all(|frame| !frame.contains("reported")));
    server.stop().await;
}

#[tokio::test]
async fn an_attendee_moderates_nothing_and_forged_ids_reveal_nothing() {
    let (server, event) = show().await;
    let (mut mo, mut vera) = (crew(&server, &event, "Mo").await, viewer(&server, &event, "Vera").await);
    mo.say("hello").await;
    let (nobody, message) = (ParticipantId::random(), MessageId::random());
    let acts = [SanctionAct::Mute, SanctionAct::TimeOut { seconds: 5 }, SanctionAct::Remove, SanctionAct::Ban];
    let of_mo = mo.me.participant;
    let commands = acts.into_iter().map(|act| sanction(of_mo, act)).chain([
        CommandBody::LiftSanction { participant: of_mo, kind: None },
        CommandBody::StopAll,
        CommandBody::Resume,
        rule(RulesEdit::Chat { on: false }),
        rule(RulesEdit::Lobby { on: true }),
        rule(RulesEdit::Lock { on: true }),
        CommandBody::Admit { participants: Vec::new() },
        CommandBody::HideMessage { message },
        CommandBody::ShowMessage { message },
        CommandBody::PinMessage { message },
        CommandBody::Announce { text: "hear me".to_owned() },
        CommandBody::SettleReport { report: ReportId::random() },
        CommandBody::DismissHand { participant: nobody },
    ]);
    for body in commands {
        assert_eq!(vera.ask(body.clone()).await, refused(Refusal::NotAllowed), "{body:?}");
    }
    let before = mo.seq;
    for (target, refusal) in [
        (ReportTarget::Message { message }, Refusal::NoSuchMessage),
        (ReportTarget::Person { participant: nobody }, Refusal::NoSuchParticipant),
    ] {
        assert_eq!(vera.ask(CommandBody::Report { target, reason: String::new() }).await, refused(refusal));
    }
    mo.say("nothing happened").await;
    assert_eq!(mo.seq, before.next());
    server.stop().await;
}

#[tokio::test]
async fn what_moderators_did_is_told_to_them_alone() {
    let (server, event) = show().await;
    let mo_login = sign_in_as(server.http(), &event, "Mo").await;
    let mut mo = TestClient::connect(server.http(), &mo_login).await;
    let vera_login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &vera_login).await;
    let rude = vera.post(send("=rude")).await;
    vera.reply_to(rude).await;
    let own = vera.post(send("a slip")).await;
    vera.reply_to(own).await;
    vera.done(CommandBody::RemoveMessage { message: own.into() }).await;
    mo.done(CommandBody::HideMessage { message: rude.into() }).await;
    mo.done(sanction(vera.me.participant, SanctionAct::Mute)).await;
    mo.done(CommandBody::LiftSanction { participant: vera.me.participant, kind: None }).await;
    let path = format!("/api/rooms/{}/audit", event.room);
    let (status, body) = get(server.http(), &mo_login, &format!("{path}?limit=2")).await;
    assert_eq!(status, 200, "{body}");
    let first: AuditPage = serde_json::from_str(&body).expect("a page");
    assert!(first.more);
    assert!(matches!(first.entries[0].update.body, UpdateBody::SanctionLifted { .. }));
    assert_eq!((first.entries[0].name.as_str(), first.entries[0].people[0].name.as_str()), ("Mo", "Vera"));
    let before = first.entries[1].update.seq.number();
    let (_, body) = get(server.http(), &mo_login, &format!("{path}?before={before}")).await;
    let second: AuditPage = serde_json::from_str(&body).expect("a page");
    let hidden = second.entries[0].message.as_ref().map(|message| message.text.as_str());
    assert_eq!((second.entries.len(), second.more, hidden), (1, false, Some("=rude")), "what she removed herself is not of it");
    let (status, table) = get(server.http(), &mo_login, &format!("{path}.csv")).await;
    assert_eq!((status, table.lines().count(), table.contains(",'=rude,")), (200, 4, true), "{table}");
    let (status, lines) = get(server.http(), &mo_login, &format!("{path}.jsonl")).await;
    assert_eq!((status, lines.lines().count()), (200, 3));
    for file in ["", ".csv", ".jsonl"] {
        assert_eq!(get(server.http(), &vera_login, &format!("{path}{file}")).await.0, 403);
        let elsewhere = format!("/api/rooms/{}/audit{file}", RoomId::random());
        assert_eq!(get(server.http(), &mo_login, &elsewhere).await.0, 404);
    }
    server.stop().await;
}

#[tokio::test]
async fn who_is_banned_registers_in_vain_and_nobody_is_told_so() {
    let smtp = Smtp::start().await;
    let server = TestServer::with(|config| config.smtp_url = Some(smtp.url().parse().expect("an address"))).await;
    let sale = Sale::of(&server).await;
    let ticket = sale.ticket(json!({})).await;
    let stranger = server.stranger();
    sale.register(&stranger, &ticket, "vera@example.com").await.expect("registered");
    let link = smtp.until_for("vera@example.com", 1).await[0].link().expect("a ticket");
    let secret = link.rsplit('/').next().expect("a secret");
    let vera = sign_in(server.http(), secret, None).await.expect("the ticket is good");
    let database = Connection::open(server.database()).expect("the database");
    database.busy_timeout(Duration::from_secs(5)).expect("set");
    let sql = "INSERT INTO bans (participant_id, room_id, at) VALUES (?1, ?2, 1)";
    database.execute(sql, [vera.participant.to_string(), vera.room.to_string()]).expect("written");
    let refused = sign_in(server.http(), secret, None).await.expect_err("a new login is refused");
    assert_eq!((refused.status, refused.refusal), (403, Refusal::Banned));
    // The place is given back, so that nothing but the ban stands in the way.
    let back = http().post(format!("{link}/give-back")).send().await.expect("answered");
    assert_eq!(back.status(), 200);
    let (again, _) = sale.register(&stranger, &ticket, "vera@example.com").await.expect("answered as anybody is");
    let (other, _) = sale.register(&stranger, &ticket, "walt@example.com").await.expect("registered");
    assert_eq!(again, other, "both are told the same");
    assert_eq!(sale.registration("vera@").await["state"], "CANCELLED");
    assert_eq!(sale.registration("walt@").await["state"], "CONFIRMED");
    database.execute("DELETE FROM bans", []).expect("written");
    sale.register(&stranger, &ticket, "vera@example.com").await.expect("registered");
    smtp.until_for("vera@example.com", 3).await;
    server.stop().await;
}
