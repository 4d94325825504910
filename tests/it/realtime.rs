//! What clients of one server see of each other.

use houselights_server::Config;
use houselights_shared::{CommandBody, Layout, Outcome, Phase, Refusal, Role, Scene, Sending, Seq, SignalBody, UpdateBody};
use houselights_tests::{
    client::{TestClient, attend, sign_in_as},
    server::{Event, TestServer},
    within,
};
use rusqlite::{Connection, OpenFlags};

const CREW: [(Role, &str); 3] = [(Role::Producer, "Pat"), (Role::Speaker, "Ada"), (Role::Moderator, "Mo")];

async fn show() -> (TestServer, Event) {
    let server = TestServer::start().await;
    let event = server.event(&CREW).await;
    (server, event)
}

async fn crew(server: &TestServer, event: &Event, name: &str) -> TestClient {
    TestClient::connect(server.http(), &sign_in_as(server.http(), event, name).await).await
}

async fn viewer(server: &TestServer, event: &Event, name: &str) -> TestClient {
    TestClient::connect(server.http(), &attend(server.http(), event, name).await).await
}

fn send(text: &str) -> CommandBody {
    CommandBody::SendMessage { text: text.to_owned() }
}

#[tokio::test]
async fn chat_crosses_between_clients() {
    let (server, event) = show().await;
    let (mut vera, mut walt) = (viewer(&server, &event, "Vera").await, viewer(&server, &event, "Walt").await);
    let mut ada = crew(&server, &event, "Ada").await;
    vera.say("hello from the audience").await;
    ada.say("hello from backstage").await;
    for client in [&mut vera, &mut walt, &mut ada] {
        client.hears("hello from the audience").await;
        client.hears("hello from backstage").await;
    }
    let mut late = viewer(&server, &event, "Late").await;
    assert_eq!(late.texts(), ["hello from the audience", "hello from backstage"]);
    walt.say("hello to Late").await;
    late.hears("hello to Late").await;
    server.stop().await;
}

#[tokio::test]
async fn what_is_acknowledged_is_on_the_disk() {
    let (server, event) = show().await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let disk = Connection::open_with_flags(server.database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("readable");
    for number in 0..20 {
        let id = vera.post(send(&format!("message {number}"))).await;
        let outcome = vera.reply_to(id).await;
        let query = "SELECT seq FROM updates WHERE room_id = ?1 AND command_id = ?2";
        let seq: i64 = disk.query_row(query, [event.room.to_string(), id.to_string()], |row| row.get(0)).expect("stored");
        assert_eq!(outcome, Outcome::Accepted { seq: Seq::new(seq.unsigned_abs()) });
    }
    server.stop().await;
}

#[tokio::test]
async fn a_show_is_called_and_the_audience_follows() {
    let (server, event) = show().await;
    let (mut pat, mut ada) = (crew(&server, &event, "Pat").await, crew(&server, &event, "Ada").await);
    let mut vera = viewer(&server, &event, "Vera").await;
    let speaker = ada.me.participant;
    ada.done(CommandBody::SetSending { sending: Sending { camera: true, microphone: true } }).await;
    let scene = Scene { layout: Layout::Solo, seats: vec![Some(speaker)] };
    pat.done(CommandBody::SetPreview { scene: scene.clone() }).await;
    pat.done(CommandBody::Take).await;
    let live = pat.done(CommandBody::GoLive).await;
    vera.until("the show", |client| client.seq >= live).await;
    let late = viewer(&server, &event, "Late").await.snapshot.expect("a snapshot");
    assert!(matches!(late.phase, Phase::Live { .. }));
    assert_eq!((late.program, late.on_stage[0].participant, late.crew), (scene, speaker, None));
    server.stop().await;
}

#[tokio::test]
async fn what_is_the_crews_alone_is_hidden_from_the_audience() {
    let (server, event) = show().await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let (mut pat, mut ada) = (crew(&server, &event, "Pat").await, crew(&server, &event, "Ada").await);
    let speaker = ada.me.participant;
    ada.done(CommandBody::SetSending { sending: Sending { camera: true, microphone: false } }).await;
    pat.done(CommandBody::SetPreview { scene: Scene { layout: Layout::Solo, seats: vec![Some(speaker)] } }).await;
    pat.say("the end of the test").await;
    vera.hears("the end of the test").await;
    let kinds: Vec<_> = vera.updates.iter().map(|update| (update.body == UpdateBody::Hidden, update.by.is_some())).collect();
    assert_eq!(kinds, [(true, false), (true, false), (true, false), (true, false), (false, true)]);
    pat.until("what the crew sees", |client| {
        client.updates.iter().any(|update| matches!(update.body, UpdateBody::PreviewSet { .. }))
    })
    .await;
    let everything = vera.heard.concat();
    assert!(!everything.contains(&speaker.to_string()) && !everything.contains("Ada"), "{everything}");
    // The same holds for what is caught up on.
    let login = attend(server.http(), &event, "Walt").await;
    let resumed = TestClient::resume(server.http(), &login, Some(Seq::START)).await;
    assert_eq!(resumed.updates, vera.updates.iter().cloned().collect::<Vec<_>>());
    assert!(!resumed.heard.concat().contains(&speaker.to_string()));
    server.stop().await;
}

#[tokio::test]
async fn the_rules_answer_with_their_codes() {
    let (server, event) = show().await;
    let mut vera = viewer(&server, &event, "Vera").await;
    for (body, code) in [
        (CommandBody::GoLive, Refusal::NotAllowed),
        (send("  "), Refusal::MessageEmpty),
        (send(&"x".repeat(2_001)), Refusal::MessageTooLong),
        (CommandBody::Unknown, Refusal::UnknownCommand),
    ] {
        assert_eq!(vera.ask(body).await, Outcome::Refused { refusal: code, retry_after_ms: None });
    }
    server.stop().await;
}

#[tokio::test]
async fn a_resume_gets_what_was_missed_and_asks_the_database_nothing() {
    let (server, event) = show().await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let login = attend(server.http(), &event, "Walt").await;
    let mut walt = TestClient::connect(server.http(), &login).await;
    let seen = vera.say("before").await;
    walt.hears("before").await;
    walt.vanish();
    vera.say("one").await;
    vera.say("two").await;
    let reads = "houselights_store_statements_total{kind=\"read\"}";
    let writes = "houselights_store_statements_total{kind=\"write\"}";
    let before = (server.metric(reads), server.metric(writes));
    assert!(before.0 > 0.0 && before.1 > 0.0, "the counters count: {before:?}");
    let mut walt = TestClient::resume(server.http(), &login, Some(seen)).await;
    assert_eq!((walt.texts(), walt.snapshot.is_none()), (vec!["one", "two"], true));
    assert_eq!((server.metric(reads), server.metric(writes)), before);
    vera.say("three").await;
    walt.hears("three").await;
    server.stop().await;
}

#[tokio::test]
async fn a_resume_that_missed_nothing_gets_an_empty_batch() {
    let (server, event) = show().await;
    let login = attend(server.http(), &event, "Vera").await;
    let seen = TestClient::connect(server.http(), &login).await.say("hello").await;
    let vera = TestClient::resume(server.http(), &login, Some(seen)).await;
    assert!(vera.updates.is_empty() && vera.snapshot.is_none());
    server.stop().await;
}

#[tokio::test]
async fn a_resume_from_too_long_ago_or_from_beyond_the_end_gets_a_snapshot() {
    let (server, event) = show().await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let login = attend(server.http(), &event, "Walt").await;
    // More than a room remembers: each message is 8,000 bytes of UTF-8.
    let long = "\u{1F3AD}".repeat(2_000);
    let mut posted = Vec::new();
    for _ in 0..2_200 {
        posted.push(vera.post(send(&long)).await);
        if posted.len() >= 16 {
            let id = posted.remove(0);
            vera.reply_to(id).await;
        }
    }
    let last = posted.pop().expect("posted");
    let Outcome::Accepted { seq } = vera.reply_to(last).await else { panic!("refused") };
    for after in [Seq::new(1), seq.next()] {
        let walt = TestClient::resume(server.http(), &login, Some(after)).await;
        let snapshot = walt.snapshot.expect("a snapshot");
        assert_eq!((snapshot.seq, snapshot.chat.len()), (seq, houselights_shared::SNAPSHOT_MESSAGES));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let (server, event) = show().await;
    let pat_login = sign_in_as(server.http(), &event, "Pat").await;
    let ada_login = sign_in_as(server.http(), &event, "Ada").await;
    let vera_login = attend(server.http(), &event, "Vera").await;
    let mut pat = TestClient::connect(server.http(), &pat_login).await;
    let ada = TestClient::connect(server.http(), &ada_login).await;
    let mut vera = TestClient::connect(server.http(), &vera_login).await;
    let speaker = ada.me.participant;
    let on = pat.post(CommandBody::BringOnStage { participant: speaker }).await;
    let first = pat.reply_to(on).await;
    let seen = vera.say("before the restart").await;
    let server = server.restart().await;
    assert_eq!(pat.ended().await, Some(Refusal::ShuttingDown));
    assert!(pat.refused.is_some_and(|refused| refused.retry_after_ms.is_some()), "they are told when to come back");
    // Their logins still stand, they resume by position, a repeated command gets its answer, and the speaker is on stage.
    let vera = TestClient::resume(server.http(), &vera_login, Some(seen)).await;
    assert!(vera.snapshot.is_none());
    let mut pat = TestClient::connect(server.http(), &pat_login).await;
    let command =
        houselights_shared::Command { id: on, room: event.room, body: CommandBody::BringOnStage { participant: speaker } };
    pat.send(&houselights_shared::ClientFrame::Command(command)).await.expect("sent");
    assert_eq!(pat.reply_to(on).await, first);
    let ada = TestClient::connect(server.http(), &ada_login).await;
    assert_eq!(ada.snapshot.expect("a snapshot").on_stage[0].participant, speaker);
    server.stop().await;
}

/// Memory of commands is bounded, so a repeat from very long ago is taken as new. It must harm nobody.
#[tokio::test]
async fn a_repeat_of_a_forgotten_command_harms_nobody() {
    let (server, event) = show().await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let mut walt = viewer(&server, &event, "Walt").await;
    let mut pat = crew(&server, &event, "Pat").await;
    let live = pat.post(CommandBody::GoLive).await;
    pat.reply_to(live).await;
    pat.done(CommandBody::EndShow).await;
    let mut posted = Vec::new();
    for _ in 0..=houselights_domain::REMEMBERED_COMMANDS {
        posted.push(vera.post(send("x")).await);
        if posted.len() >= 100 {
            let id = posted.remove(0);
            vera.reply_to(id).await;
        }
    }
    for id in posted {
        assert!(matches!(vera.reply_to(id).await, Outcome::Accepted { .. }));
    }
    // Under the old id, something that the rules allow now.
    let again = houselights_shared::Command { id: live, room: event.room, body: CommandBody::UndoEnd };
    pat.replies.clear();
    pat.send(&houselights_shared::ClientFrame::Command(again)).await.expect("sent");
    assert!(matches!(pat.reply_to(live).await, Outcome::Accepted { .. }));
    walt.say("all is well").await;
    assert!(server.metric("houselights_rooms_reloaded_total").abs() < 0.5, "the room was not thrown away");
    server.stop().await;
}

#[tokio::test]
async fn a_slow_reader_is_cut_off_and_nobody_else_notices() {
    let (server, event) = show().await;
    let login = attend(server.http(), &event, "Slow").await;
    let mut slow = TestClient::connect_with_small_buffer(server.http(), &login).await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let mut walt = viewer(&server, &event, "Walt").await;
    let text = "\u{1F3AD}".repeat(2_000);
    let cut_off = "houselights_cut_off_readers_total";
    let mut said = 0;
    // It does not read while the others talk, until the server has had enough.
    while server.metric(cut_off) < 0.5 {
        vera.say(&text).await;
        said += 1;
        assert!(said < 2_000, "a reader who does not read has to be cut off");
    }
    vera.say("still here").await;
    walt.hears("still here").await;
    assert_eq!(walt.texts().len(), said + 1, "others miss nothing");
    let has = {
        // What it was sent before is whole; then it is told why, and comes back for the rest.
        assert_eq!(slow.ended().await, Some(Refusal::TooFarBehind));
        slow.seq
    };
    let back = TestClient::resume(server.http(), &login, Some(has)).await;
    assert!(back.snapshot.is_none(), "it resumes from the room's memory");
    assert_eq!(back.seq, vera.seq);
    assert!(server.metric(cut_off) < 1.5, "only the slow one was cut off");
    server.stop().await;
}

#[tokio::test]
async fn too_many_frames_are_refused_with_the_time_to_try_again() {
    let server = TestServer::with(|config: &mut Config| {
        config.frames_per_second = 50;
        config.frame_burst = 5;
    })
    .await;
    let event = server.event(&CREW).await;
    let (mut vera, mut walt) = (viewer(&server, &event, "Vera").await, viewer(&server, &event, "Walt").await);
    let mut posted = Vec::new();
    for number in 0..20 {
        posted.push(vera.post(send(&number.to_string())).await);
    }
    let mut refused = 0;
    for id in posted {
        if let Outcome::Refused { refusal, retry_after_ms } = vera.reply_to(id).await {
            assert_eq!(refusal, Refusal::SlowDown);
            assert!(retry_after_ms.is_some_and(|wait| (1..=1_000).contains(&wait)), "{retry_after_ms:?}");
            refused += 1;
        }
    }
    assert!((1..=15).contains(&refused), "{refused} of 20 refused where 5 may come at once");
    walt.say("not held up by another's haste").await;
    let again = async { while matches!(vera.ask(send("later")).await, Outcome::Refused { .. }) {} };
    within("the limit to give way", again).await;
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_goes_on_too_fast_is_sent_away() {
    let server = TestServer::with(|config: &mut Config| {
        config.frames_per_second = 1;
        config.frame_burst = 1;
    })
    .await;
    let event = server.event(&CREW).await;
    let mut vera = viewer(&server, &event, "Vera").await;
    for _ in 0..400 {
        let frame = houselights_shared::ClientFrame::Ping { sent_at: houselights_shared::Timestamp::default() };
        if vera.send(&frame).await.is_err() {
            break;
        }
    }
    assert_eq!(vera.ended().await, Some(Refusal::SlowDown));
    server.stop().await;
}

#[tokio::test]
async fn everyone_is_told_how_many_watch_crew_not_counted() {
    let (server, event) = show().await;
    let mut pat = crew(&server, &event, "Pat").await;
    let vera = viewer(&server, &event, "Vera").await;
    let walt = viewer(&server, &event, "Walt").await;
    pat.until("two watch", |client| client.signals.contains(&SignalBody::Watching { count: 2 })).await;
    vera.vanish();
    pat.until("one watches", |client| client.signals.last() == Some(&SignalBody::Watching { count: 1 })).await;
    drop(walt);
    server.stop().await;
}
