//! What is over, with the real server.

use houselights_shared::UpdateBody;
use houselights_tests::{
    client::{TestClient, sign_in_as},
    server::TestServer,
};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_show_is_seen_once_more_when_it_is_over() {
    let server = TestServer::start().await;
    let event = server.event(&[(Role::Producer, "Pat"), (Role::Speaker, "Ada")]).await;
    let mut pat = TestClient::connect(server.http(), &sign_in_as(server.http(), &event, "Pat").await).await;
    let run = Run::new(&Scratch::new(), &Keys::mock());
    assert_eq!(run.house.replay_outline(event.room).await.err(), Some(Problem::SignedOut));
    let link = format!("http://{}/join/{}", server.http(), event.invite_of("Ada"));
    let room = run.sign_in(&link).await.unwrap().room;
    pat.done(CommandBody::GoLive).await;
    pat.say("good evening").await;
    let still_on = Problem::Refused { refusal: Refusal::WrongPhase, retry_after_ms: None };
    assert_eq!(run.house.replay_at(room, Timestamp::default()).await.err(), Some(still_on));
    pat.done(CommandBody::EndShow).await;
    let outline = run.house.replay_outline(room).await.unwrap();
    let [show] = outline.parts.as_slice() else { panic!("{outline:?}") };
    let began = run.house.replay_at(room, show.starts_at).await.unwrap();
    let page = run.house.replay_updates(room, began.seq).await.unwrap();
    let said = |body: &UpdateBody| matches!(body, UpdateBody::MessageSent { message } if message.text == "good evening");
    assert!(page.updates.iter().any(|update| said(&update.body)));
    let ended = run.house.replay_at(room, show.ends_at).await.unwrap();
    assert_eq!(
        (ended.chat.len(), page.updates.last().map(houselights_shared::Update::last), page.more),
        (1, Some(ended.seq), false)
    );
    run.house.close().await;
    server.stop().await;
}
