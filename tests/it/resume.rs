//! Coming back by position.

use std::collections::VecDeque;

use houselights_server::Config;
use houselights_shared::{Outcome, SNAPSHOT_MESSAGES, Seq};
use houselights_tests::{
    client::{TestClient, attend},
    server::TestServer,
    within,
};

use crate::house::{CREW, send, show, viewer};

/// So often somebody comes back.
const RESUMES: u32 = 20;

#[tokio::test]
async fn a_resume_gets_what_was_missed_and_asks_the_database_nothing() {
    let (server, event) = show().await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let login = attend(server.http(), &event, "Walt").await;
    let mut there = TestClient::connect(server.http(), &login).await;
    let seen = vera.say("before").await;
    there.hears("before").await;
    there.vanish();
    vera.say("one").await;
    vera.say("two").await;
    let writes = "houselights_store_statements_total{kind=\"write\"}";
    assert!(server.metric(writes) > 0.0, "it counts");
    let resume = async || TestClient::resume(server.http(), &login, Some(seen)).await;
    let (reads, mut walt) = server.reads_of(resume).await;
    assert_eq!((walt.texts(), walt.snapshot.is_none()), (vec!["one", "two"], true));
    assert_eq!(reads, 0);
    // The server writes by itself now and then, and twenty things at once after it started: not while each of them comes back.
    let mut wrote = 0;
    for _ in 1..RESUMES {
        let before = server.metric(writes);
        std::mem::replace(&mut walt, resume().await).vanish();
        wrote += u32::from(server.metric(writes) - before > 0.5);
    }
    assert!(wrote < RESUMES / 2, "something was written while {wrote} came back");
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
    let mut posted = VecDeque::new();
    for _ in 0..2_200 {
        posted.push_back(vera.post(send(&long)).await);
        // What is under way stays well below what may wait for a reader.
        if posted.len() >= 16 {
            vera.reply_to(posted.pop_front().expect("posted")).await;
        }
    }
    let last = posted.pop_back().expect("posted");
    let Outcome::Accepted { seq } = vera.reply_to(last).await else { panic!("refused") };
    for after in [Seq::new(1), seq.next()] {
        let walt = TestClient::resume(server.http(), &login, Some(after)).await;
        let snapshot = walt.snapshot.expect("a snapshot");
        assert_eq!((snapshot.seq, snapshot.chat.len()), (seq, SNAPSHOT_MESSAGES));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_room_that_nobody_is_in_leaves_memory_and_is_there_again_when_somebody_comes() {
    let server = TestServer::with(|config: &mut Config| config.room_idle_seconds = 1).await;
    let event = server.event(&CREW).await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut vera = TestClient::connect(server.http(), &login).await;
    let seen = vera.say("before").await;
    vera.say("and after").await;
    assert!((server.metric("houselights_rooms") - 1.0).abs() < 0.5);
    vera.vanish();
    within("the room to leave memory", async {
        while server.metric("houselights_rooms") > 0.5 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let mut vera = TestClient::resume(server.http(), &login, Some(seen)).await;
    assert_eq!(vera.texts(), ["and after"]);
    vera.say("it goes on").await;
    server.stop().await;
}

#[tokio::test]
async fn a_resume_that_is_thousands_of_updates_behind_gets_each_of_them_in_order() {
    let (server, event) = show().await;
    let login = attend(server.http(), &event, "Walt").await;
    let seen = TestClient::connect(server.http(), &login).await.say("the last that Walt has").await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let mut posted = VecDeque::new();
    for number in 0..6_000 {
        posted.push_back(vera.post(send(&number.to_string())).await);
        if posted.len() >= 200 {
            vera.reply_to(posted.pop_front().expect("posted")).await;
        }
    }
    let Outcome::Accepted { seq: last } = vera.reply_to(posted.pop_back().expect("posted")).await else { panic!("refused") };
    let resume = async || {
        let mut walt = TestClient::resume(server.http(), &login, Some(seen)).await;
        walt.until("all of it", |client| client.seq == last).await;
        walt
    };
    let (reads, walt) = server.reads_of(resume).await;
    assert!(walt.snapshot.is_none(), "from memory, not anew");
    let said: Vec<_> = walt.texts().into_iter().map(str::to_owned).collect();
    assert_eq!(said, (0..6_000).map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(reads, 0);
    server.stop().await;
}
