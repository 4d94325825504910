//! Acknowledged means stored, and a command has one answer.

use std::collections::VecDeque;

use houselights_domain::REMEMBERED_COMMANDS;
use houselights_shared::{ClientFrame, Command, CommandBody, Outcome, Refusal, Seq};
use houselights_tests::client::{TestClient, attend, sign_in_as};
use rusqlite::{Connection, OpenFlags};

use crate::house::{send, show, viewer};

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
    let command = Command { id: on, room: event.room, body: CommandBody::BringOnStage { participant: speaker } };
    pat.send(&ClientFrame::Command(command)).await.expect("sent");
    assert_eq!(pat.reply_to(on).await, first);
    let ada = TestClient::connect(server.http(), &ada_login).await;
    assert_eq!(ada.snapshot.expect("a snapshot").on_stage[0].participant, speaker);
    server.stop().await;
}

/// Memory of commands is bounded, so a repeat from very long ago is taken as new. It must harm nobody.
#[tokio::test]
async fn a_repeat_of_a_forgotten_command_harms_nobody() {
    let (server, event) = show().await;
    let pat_login = sign_in_as(server.http(), &event, "Pat").await;
    let mut pat = TestClient::connect(server.http(), &pat_login).await;
    let live = pat.post(CommandBody::GoLive).await;
    pat.reply_to(live).await;
    pat.done(CommandBody::EndShow).await;
    let mut posted = VecDeque::new();
    for _ in 0..=REMEMBERED_COMMANDS {
        posted.push_back(pat.post(send("x")).await);
        if posted.len() >= 100 {
            pat.reply_to(posted.pop_front().expect("posted")).await;
        }
    }
    for id in posted {
        assert!(matches!(pat.reply_to(id).await, Outcome::Accepted { .. }));
    }
    // Under the old id, something that the rules allow now; from an app that knows nothing of the first answer.
    let mut pat = TestClient::connect(server.http(), &pat_login).await;
    let again = Command { id: live, room: event.room, body: CommandBody::UndoEnd };
    pat.send(&ClientFrame::Command(again)).await.expect("sent");
    assert!(matches!(pat.reply_to(live).await, Outcome::Accepted { .. }));
    pat.say("all is well").await;
    assert!(server.metric("houselights_rooms_reloaded_total").abs() < 0.5, "the room was not thrown away");
    server.stop().await;
}
