//! What people say to each other.

use houselights_shared::{CommandBody, Outcome, Refusal};

use crate::house::{crew, send, show, viewer};

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
async fn a_moderator_takes_a_message_out_for_everyone() {
    let (server, event) = show().await;
    let (mut vera, mut walt) = (viewer(&server, &event, "Vera").await, viewer(&server, &event, "Walt").await);
    let mut mo = crew(&server, &event, "Mo").await;
    let rude = vera.post(send("rude")).await;
    vera.reply_to(rude).await;
    let remove = CommandBody::RemoveMessage { message: rude.into() };
    let refused = Outcome::Refused { refusal: Refusal::NotAllowed, retry_after_ms: None };
    assert_eq!(walt.ask(remove.clone()).await, refused);
    let seq = mo.done(remove).await;
    walt.until("the removal", |client| client.seq >= seq).await;
    assert!(viewer(&server, &event, "Late").await.texts().is_empty());
    server.stop().await;
}
