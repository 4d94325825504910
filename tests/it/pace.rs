//! Those who read too slowly, and those who write too fast.

use houselights_server::Config;
use houselights_shared::{ClientFrame, Outcome, Refusal, Timestamp};
use houselights_tests::{
    client::{TestClient, attend, greet, hello, socket},
    server::TestServer,
    within,
};
use tokio_tungstenite::tungstenite::{
    Bytes, Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use crate::house::{CREW, send, show, viewer};

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
        let seq = vera.say(&text).await;
        walt.until("what was said", |client| client.seq >= seq).await;
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

/// A server that takes so many frames of a participant.
async fn limited(frames_per_second: u32, frame_burst: u32) -> TestServer {
    TestServer::with(|config: &mut Config| {
        config.frames_per_second = frames_per_second;
        config.frame_burst = frame_burst;
    })
    .await
}

#[tokio::test]
async fn too_many_frames_are_refused_with_the_time_to_try_again() {
    let server = limited(50, 5).await;
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
    let server = limited(1, 1).await;
    let event = server.event(&CREW).await;
    let mut vera = viewer(&server, &event, "Vera").await;
    for _ in 0..400 {
        let frame = ClientFrame::Ping { sent_at: Timestamp::default() };
        if vera.send(&frame).await.is_err() {
            break;
        }
    }
    assert_eq!(vera.ended().await, Some(Refusal::SlowDown));
    server.stop().await;
}

#[tokio::test]
async fn pings_of_the_websocket_count_as_frames() {
    let server = limited(1, 1).await;
    let event = server.event(&CREW).await;
    let mut vera = viewer(&server, &event, "Vera").await;
    for number in 0..400_u32 {
        let message = if number % 2 == 0 { Message::Ping(Bytes::new()) } else { Message::Pong(Bytes::new()) };
        if vera.try_send_raw(message).await.is_err() {
            break;
        }
    }
    assert_eq!(vera.ended().await, Some(Refusal::SlowDown));
    server.stop().await;
}

#[tokio::test]
async fn a_message_in_countless_empty_parts_ends_the_connection() {
    let (server, event) = show().await;
    let mut vera = viewer(&server, &event, "Vera").await;
    let part = |opcode| Message::Frame(Frame::message(Bytes::new(), OpCode::Data(opcode), false));
    vera.send_raw(part(Data::Text)).await;
    for _ in 0..1_000 {
        if vera.try_send_raw(part(Data::Continue)).await.is_err() {
            break;
        }
    }
    assert_eq!(vera.ended().await, Some(Refusal::Malformed));
    server.stop().await;
}

#[tokio::test]
async fn who_connects_again_and_again_is_told_to_slow_down() {
    let (server, event) = show().await;
    let (login, other) = (attend(server.http(), &event, "Vera").await, attend(server.http(), &event, "Walt").await);
    let hasty = async {
        loop {
            match greet(socket(server.http()).await, hello(&login, None)).await {
                Ok(client) => client.vanish(),
                Err(refused) => return refused.expect("it is told why"),
            }
        }
    };
    let refused = within("the end of patience", hasty).await;
    assert_eq!(refused.refusal, Refusal::SlowDown);
    assert!(refused.retry_after_ms.is_some_and(|wait| wait <= 1_001), "{refused:?}");
    TestClient::connect(server.http(), &other).await.vanish();
    server.stop().await;
}

#[tokio::test]
async fn a_new_connection_does_not_lift_the_limit() {
    let server = limited(1, 5).await;
    let event = server.event(&CREW).await;
    let login = attend(server.http(), &event, "Vera").await;
    let mut accepted = 0;
    for _ in 0..4 {
        let mut vera = TestClient::connect(server.http(), &login).await;
        for _ in 0..5 {
            accepted += usize::from(matches!(vera.ask(send("hello")).await, Outcome::Accepted { .. }));
        }
        vera.vanish();
    }
    // Twenty were asked for. A few seconds may have passed on a busy machine, each worth one.
    assert!((5..=14).contains(&accepted), "{accepted} accepted where 5 may come at once and 1 a second");
    server.stop().await;
}
