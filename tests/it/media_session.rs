//! Media as it is asked for over the realtime connection of a real server.

use std::time::{Duration, Instant};

use houselights_domain::GRACE_AFTER_DEPARTURE;
use houselights_shared::{CommandBody, CommandId, Login, MediaOutcome, Refusal};
use houselights_tests::{
    client::{TestClient, attend, http, sign_in_as},
    media_peer::SocketPeer,
    server::{Event, TestServer, metric},
    within,
};

use crate::house::{crew, show};

/// Offers, and waits until media may flow.
pub(crate) async fn connect_media(client: &mut TestClient) -> (SocketPeer, CommandId) {
    let mut peer = SocketPeer::open().await.expect("a socket");
    let (id, outcome) = client.offer(peer.offer().expect("an offer")).await;
    let MediaOutcome::Answered { sdp } = outcome else { panic!("{outcome:?}") };
    peer.accept(&sdp).expect("a good answer");
    let connecting = async {
        while !peer.is_connected() {
            peer.turn().await.expect("it goes on");
        }
    };
    within("the media connection", connecting).await;
    (peer, id)
}

/// What `/metrics` says.
pub(crate) async fn scraped(server: &TestServer, name: &str) -> f64 {
    let response = http().get(format!("http://{}/metrics", server.http())).send().await.expect("answered");
    metric(&response.text().await.expect("text"), name)
}

/// A speaker who is on air, and sends.
struct Speaker {
    client: TestClient,
    peer: SocketPeer,
}

impl Speaker {
    async fn on_air(server: &TestServer, event: &Event) -> Self {
        let mut client = crew(server, event, "Ada").await;
        let (peer, _) = connect_media(&mut client).await;
        let mut pat = crew(server, event, "Pat").await;
        pat.done(CommandBody::BringOnStage { participant: client.me.participant }).await;
        pat.done(CommandBody::GoLive).await;
        Self { client, peer }
    }

    /// Sends until the other end got some packets more.
    async fn is_seen_by(&mut self, viewer: &mut SocketPeer) {
        let wanted = viewer.received() + 10;
        let watching = async {
            while viewer.received() < wanted {
                self.peer.publish_picture().expect("connected");
                let (sent, got) = tokio::join!(self.peer.turn(), viewer.turn());
                sent.and(got).expect("it goes on");
            }
        };
        within("pictures", watching).await;
    }
}

async fn viewer(server: &TestServer, event: &Event) -> (Login, TestClient) {
    let login = attend(server.http(), event, "Vera").await;
    let client = TestClient::connect(server.http(), &login).await;
    (login, client)
}

#[tokio::test]
async fn what_the_media_thread_counts_is_among_the_metrics() {
    let (server, event) = show().await;
    for name in ["houselights_media_peers", "houselights_media_packets_in_total", "houselights_media_panics_total"] {
        assert!(scraped(&server, name).await.abs() < 0.5, "{name} is there from the start");
    }
    let mut ada = Speaker::on_air(&server, &event).await;
    let (_, mut vera) = viewer(&server, &event).await;
    let (mut seen, _) = connect_media(&mut vera).await;
    ada.is_seen_by(&mut seen).await;
    within("the count of peers and packets", async {
        while scraped(&server, "houselights_media_peers").await < 1.5
            || scraped(&server, "houselights_media_packets_in_total").await < 9.5
            || scraped(&server, "houselights_media_datagrams_sent_total").await < 9.5
        {}
    })
    .await;
    assert!(scraped(&server, "houselights_media_panics_total").await.abs() < 0.5);
    let page = http().get(format!("http://{}/metrics", server.http())).send().await.expect("answered").text().await;
    let page = page.expect("text");
    assert_eq!(page.lines().filter(|line| line.starts_with("houselights_media_peers")).count(), 1, "it is told once");
    server.stop().await;
}

#[tokio::test]
async fn media_stands_while_a_viewer_reconnects() {
    let (server, event) = show().await;
    let mut ada = Speaker::on_air(&server, &event).await;
    let (login, mut vera) = viewer(&server, &event).await;
    assert_eq!(vera.media, None, "a first connection has no media");
    let (mut seen, offer) = connect_media(&mut vera).await;
    ada.is_seen_by(&mut seen).await;
    vera.vanish();
    // Until the server has noticed: the speaker alone is there.
    let noticed = async {
        while server.metric("houselights_connections") > 1.5 {
            ada.is_seen_by(&mut seen).await;
        }
    };
    within("the end of the connection", Box::pin(noticed)).await;
    ada.is_seen_by(&mut seen).await;
    let mut back = TestClient::connect(server.http(), &login).await;
    assert_eq!(back.media, Some(offer), "it is told which");
    ada.is_seen_by(&mut seen).await;
    // Whoever offers anew has another, and the one before is over.
    let (_again, other) = connect_media(&mut back).await;
    back.vanish();
    assert_eq!(TestClient::connect(server.http(), &login).await.media, Some(other));
    ada.client.vanish();
    server.stop().await;
}

#[tokio::test]
async fn media_of_a_viewer_who_does_not_come_back_ends() {
    let (server, event) = show().await;
    let (login, mut vera) = viewer(&server, &event).await;
    let (mut peer, _) = connect_media(&mut vera).await;
    let peers = "houselights_media_peers";
    // It goes on sending checks of its own, so that the server does not miss it.
    within("the count", async {
        while server.metric(peers) < 0.5 {
            peer.turn().await.expect("it goes on");
        }
    })
    .await;
    vera.vanish();
    within("the end of the grace", async {
        while server.metric(peers) > 0.5 {
            peer.turn().await.expect("it goes on");
        }
    })
    .await;
    assert_eq!(TestClient::connect(server.http(), &login).await.media, None);
    server.stop().await;
}

#[tokio::test]
async fn offers_have_a_limit_of_their_own_that_a_new_connection_does_not_lift() {
    let (server, event) = show().await;
    let login = sign_in_as(server.http(), &event, "Ada").await;
    let mut ada = TestClient::connect(server.http(), &login).await;
    for _ in 0..5 {
        let (_, outcome) = ada.offer("v=0".to_owned()).await;
        assert_eq!(outcome, MediaOutcome::Refused { refusal: Refusal::MediaUnacceptable, retry_after_ms: None });
    }
    ada.vanish();
    let mut ada = TestClient::connect(server.http(), &login).await;
    // One more is due every two seconds, a few on a busy machine; a limit of its own would let in five.
    let mut taken = 0;
    let wait = loop {
        let (_, outcome) = ada.offer("v=0".to_owned()).await;
        if let MediaOutcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(wait) } = outcome {
            break wait;
        }
        assert_eq!(outcome, MediaOutcome::Refused { refusal: Refusal::MediaUnacceptable, retry_after_ms: None });
        taken += 1;
        assert!(taken < 5, "the connection has lifted the limit");
    };
    assert!((1..=2_001).contains(&wait), "{wait}");
    ada.say("commands are not held up by it").await;
    let (_, mut vera) = viewer(&server, &event).await;
    connect_media(&mut vera).await;
    server.stop().await;
}

/// Waits until nobody has media, while the peer does its best to keep it. How long that took.
pub(crate) async fn media_ends(server: &TestServer, peer: &mut SocketPeer) -> Duration {
    let began = Instant::now();
    within("the end of media", async {
        while server.metric("houselights_media_peers") > 0.5 {
            peer.turn().await.expect("it goes on");
        }
    })
    .await;
    began.elapsed()
}

/// Connected with media that the server counts.
async fn with_media(server: &TestServer, login: &Login) -> (TestClient, SocketPeer) {
    let mut client = TestClient::connect(server.http(), login).await;
    let (mut peer, _) = connect_media(&mut client).await;
    within("the count", async {
        while server.metric("houselights_media_peers") < 0.5 {
            peer.turn().await.expect("it goes on");
        }
    })
    .await;
    (client, peer)
}

#[tokio::test]
async fn a_second_login_ends_the_media_of_the_first_and_does_not_get_it() {
    let (server, event) = show().await;
    let first = sign_in_as(server.http(), &event, "Ada").await;
    let (mut at_home, mut peer) = with_media(&server, &first).await;
    let second = sign_in_as(server.http(), &event, "Ada").await;
    let on_the_road = TestClient::connect(server.http(), &second).await;
    assert_eq!(at_home.ended().await, Some(Refusal::SignedInElsewhere));
    assert_eq!(on_the_road.media, None, "another device's media is not its own");
    let took = media_ends(&server, &mut peer).await;
    assert!(took < GRACE_AFTER_DEPARTURE / 2, "there is no grace for a login that is over: {took:?}");
    server.stop().await;
}

#[tokio::test]
async fn signing_out_ends_media_at_once() {
    let (server, event) = show().await;
    let login = sign_in_as(server.http(), &event, "Ada").await;
    let (_client, mut peer) = with_media(&server, &login).await;
    let out = http().delete(format!("http://{}/api/logins/current", server.http())).bearer_auth(login.token.as_str());
    assert_eq!(out.send().await.expect("answered").status(), 204);
    let took = media_ends(&server, &mut peer).await;
    assert!(took < GRACE_AFTER_DEPARTURE / 2, "{took:?}");
    server.stop().await;
}
