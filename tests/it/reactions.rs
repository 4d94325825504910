//! What is thrown at the stage: counted, told to all, kept by nobody.

use std::collections::HashMap;

use houselights_shared::{ClientFrame, CommandBody, Reaction, RulesEdit, SignalBody, UpdateBody};
use houselights_tests::client::TestClient;
use tokio_tungstenite::tungstenite::Message;

use crate::house::{crew, show, viewer};

async fn react(client: &mut TestClient, reaction: Reaction) {
    let room = client.room;
    client.send(&ClientFrame::React { room, reaction }).await.expect("the connection stands");
}

/// All that it was told.
fn counted(client: &TestClient) -> HashMap<Reaction, u32> {
    let mut all = HashMap::new();
    for signal in &client.signals {
        if let SignalBody::Reactions { counts } = signal {
            for count in counts {
                *all.entry(count.reaction).or_default() += count.count;
            }
        }
    }
    all
}

#[tokio::test]
async fn everybody_is_told_how_many_came_and_nobody_whose_they_were() {
    let (server, event) = show().await;
    let (mut vera, mut walt) = (viewer(&server, &event, "Vera").await, viewer(&server, &event, "Walt").await);
    let mut ada = crew(&server, &event, "Ada").await;
    let before = walt.heard.len();
    for reaction in [Reaction::Clap, Reaction::Heart, Reaction::Clap] {
        react(&mut vera, reaction).await;
        react(&mut walt, reaction).await;
    }
    let all = HashMap::from([(Reaction::Clap, 4), (Reaction::Heart, 2)]);
    for client in [&mut vera, &mut walt, &mut ada] {
        client.until("the reactions", |client| counted(client) == all).await;
    }
    let author = vera.me.participant.to_string();
    assert!(walt.heard[before..].iter().all(|frame| !frame.contains(&author)));
    assert!(walt.updates.iter().all(|update| matches!(update.body, UpdateBody::Hidden { .. })), "nothing of it is in the log");
    server.stop().await;
}

#[tokio::test]
async fn what_comes_too_fast_and_what_nobody_knows_is_not_counted_and_hurts_nobody() {
    let (server, event) = show().await;
    let (mut vera, mut walt) = (viewer(&server, &event, "Vera").await, viewer(&server, &event, "Walt").await);
    let room = vera.room;
    vera.send_raw(Message::text(format!(r#"{{"frame":"react","room":"{room}","reaction":"confetti_cannon"}}"#))).await;
    for _ in 0..200 {
        react(&mut vera, Reaction::Wow).await;
    }
    vera.say("That was all").await;
    walt.hears("That was all").await;
    react(&mut walt, Reaction::Party).await;
    walt.until("what came after", |client| counted(client).contains_key(&Reaction::Party)).await;
    let counts = counted(&walt);
    assert!((1..100).contains(&counts[&Reaction::Wow]), "{counts:?}");
    assert!(counts.keys().all(|reaction| [Reaction::Wow, Reaction::Party].contains(reaction)));
    server.stop().await;
}

#[tokio::test]
async fn where_they_are_switched_off_none_is_counted() {
    let (server, event) = show().await;
    let (mut vera, mut mo) = (viewer(&server, &event, "Vera").await, crew(&server, &event, "Mo").await);
    mo.done(CommandBody::EditRules { change: RulesEdit::Reactions { on: false } }).await;
    react(&mut vera, Reaction::Clap).await;
    // It was taken in before these words.
    vera.say("Quiet here").await;
    mo.done(CommandBody::EditRules { change: RulesEdit::Reactions { on: true } }).await;
    react(&mut mo, Reaction::Heart).await;
    vera.until("what came after", |client| !counted(client).is_empty()).await;
    assert_eq!(counted(&vera), HashMap::from([(Reaction::Heart, 1)]));
    server.stop().await;
}
