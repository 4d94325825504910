//! The media thread, when something fails that no session's guard holds.

use std::time::Duration;

use houselights_media::Event;
use houselights_shared::ParticipantId;
use tokio::time::timeout;

use super::*;

/// As an app offers it; the number makes it another's.
fn offer() -> String {
    let fingerprint = ["AB"; 32].join(":");
    let mids = 2 + houselights_shared::VIDEO_SLOTS + houselights_shared::AUDIO_SLOTS;
    let bundle: Vec<String> = (0..mids).map(|mid| mid.to_string()).collect();
    let mut sdp = format!("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n", bundle.join(" "));
    for mid in 0..mids {
        let (kind, codec) = match mid {
            0 => ("video", "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"),
            1 => ("audio", "a=rtpmap:111 opus/48000/2\r\n"),
            video if video < 2 + houselights_shared::VIDEO_SLOTS => {
                ("video", "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n")
            }
            _ => ("audio", "a=rtpmap:111 opus/48000/2\r\n"),
        };
        let pt = if kind == "video" { 96 } else { 111 };
        let direction = if mid < 2 { "sendonly" } else { "recvonly" };
        let section = format!(
            "m={kind} 9 UDP/TLS/RTP/SAVPF {pt}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={direction}\r\na=rtcp-mux\r\n\
             a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 {fingerprint}\r\na=setup:actpass\r\n{codec}"
        );
        sdp.push_str(&section);
    }
    sdp
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_mins(1), future).await.expect("in time")
}

#[tokio::test]
async fn a_panic_in_the_thread_ends_everyones_media_is_told_and_the_thread_begins_anew() {
    let tracker = TaskTracker::new();
    let config = MediaConfig { bind: "127.0.0.1:0".parse().unwrap(), public: Vec::new(), max_peers: 100 };
    let (media, mut events) = Media::start(config, &tracker).await.unwrap();
    assert!(media.figures().works);
    let (room, who) = (RoomId::random(), ParticipantId::random());
    let ada = Identity { seat: Seat { room, who, device: None }, crew: true };
    media.stage(room, Plan { on_stage: vec![who], on_air: true, ..Plan::default() });
    media.join(ada, offer()).await.unwrap();
    media.panic();
    within(async { while !matches!(events.recv().await, Some(Event::Gone { seat }) if seat == ada.seat) {} }).await;
    let carries_nothing = |event: &Option<Event>| {
        let Some(Event::Slots { crew, audience, .. }) = event else { return false };
        [crew, audience].iter().all(|map| map.video.iter().chain(&map.audio).all(Option::is_none))
    };
    within(async { while !carries_nothing(&events.recv().await) {} }).await;
    let after = media.figures();
    assert_eq!((after.works, after.peers, after.panics, after.restarts), (false, 0, 1, 0), "it is not hidden");
    // What is asked for meanwhile is answered by the new one, which knows who is on stage.
    within(media.join(ada, offer())).await.unwrap();
    let anew = media.figures();
    assert_eq!((anew.works, anew.restarts), (true, 1));
    media.stop();
    tracker.close();
    within(tracker.wait()).await;
    assert!(!media.figures().works);
}

#[tokio::test]
async fn the_thread_ends_when_every_handle_is_gone() {
    let tracker = TaskTracker::new();
    let config = MediaConfig { bind: "127.0.0.1:0".parse().unwrap(), public: Vec::new(), max_peers: 100 };
    let (media, _events) = Media::start(config, &tracker).await.unwrap();
    let other = media.clone();
    drop(media);
    assert!(other.figures().works);
    drop(other);
    tracker.close();
    within(tracker.wait()).await;
}

#[tokio::test]
async fn a_worker_that_begins_anew_is_told_who_is_on_stage() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let candidates = vec![socket.local_addr().unwrap()];
    let (events, _told) = mpsc::channel(1);
    let place = worker::Place {
        socket,
        config: houselights_media::Config { candidates, max_peers: 1 },
        desk: Arc::default(),
        events,
        tally: Arc::default(),
    };
    let (room, plan) = (RoomId::random(), Plan { on_stage: vec![ParticipantId::random()], on_air: true, ..Plan::default() });
    place.desk.stage(room, plan.clone());
    drop(within(place.desk.next()).await);
    assert!(worker::reopen(&place).await.is_some());
    let Some(desk::Wish::Stage { plan: told, .. }) = within(place.desk.next()).await else { panic!("it is not told") };
    assert_eq!(told, plan);
    place.desk.close();
    assert!(worker::reopen(&place).await.is_none(), "nobody wants one any more");
}
