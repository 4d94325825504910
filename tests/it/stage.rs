//! The show, as crew and audience see it.

use houselights_shared::{CommandBody, Layout, Phase, Scene, Sending, Seq, SignalBody, UpdateBody};
use houselights_tests::client::{TestClient, attend};

use crate::house::{crew, show, viewer};

#[tokio::test]
async fn a_show_is_called_and_the_audience_follows() {
    let (server, event) = show().await;
    let (mut pat, mut ada) = (crew(&server, &event, "Pat").await, crew(&server, &event, "Ada").await);
    let mut vera = viewer(&server, &event, "Vera").await;
    let speaker = ada.me.participant;
    ada.done(CommandBody::SetSending { sending: Sending { camera: true, microphone: true }, take_over: false }).await;
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
    ada.done(CommandBody::SetSending { sending: Sending { camera: true, microphone: false }, take_over: false }).await;
    pat.done(CommandBody::SetPreview { scene: Scene { layout: Layout::Solo, seats: vec![Some(speaker)] } }).await;
    pat.say("the end of the test").await;
    vera.hears("the end of the test").await;
    let told = vera.updates.last().expect("the end of the test");
    assert!(
        vera.updates
            .iter()
            .all(|update| update == told || matches!(update.body, UpdateBody::Hidden { .. }) && update.by.is_none())
    );
    assert_eq!(told.seq, Seq::new(5), "four are hidden");
    pat.until("what the crew sees", |client| {
        client.updates.iter().any(|update| matches!(update.body, UpdateBody::PreviewSet { .. }))
    })
    .await;
    let everything = vera.heard.concat();
    assert!(!everything.contains(&speaker.to_string()) && !everything.contains("Ada"), "{everything}");
    // The same holds for what is caught up on.
    let login = attend(server.http(), &event, "Walt").await;
    let resumed = TestClient::resume(server.http(), &login, Some(Seq::START)).await;
    assert_eq!(resumed.updates.last(), Some(told));
    assert!(resumed.updates.iter().all(|update| update == told || matches!(update.body, UpdateBody::Hidden { .. })));
    assert!(!resumed.heard.concat().contains(&speaker.to_string()));
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
