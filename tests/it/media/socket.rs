//! The media thread on a real socket.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use houselights_server::udp::{Identity, Media, MediaConfig, MediaEvent, Plan, Seat};
use houselights_shared::{ParticipantId, Refusal, RoomId};
use houselights_tests::{
    media_peer::{MediaPeer, Notice, Publish},
    within,
};
use str0m::media::MediaKind;
use tokio::net::UdpSocket;
use tokio_util::task::TaskTracker;

fn identity(room: RoomId, who: ParticipantId, crew: bool) -> Identity {
    Identity { seat: Seat { room, who, device: None }, crew }
}

struct End {
    socket: UdpSocket,
    peer: MediaPeer,
    connected: bool,
    packets: Vec<u8>,
}

impl End {
    async fn join(media: &Media, room: RoomId, who: ParticipantId) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut peer = MediaPeer::new(Instant::now(), socket.local_addr().unwrap()).unwrap();
        let offer = peer.offer().unwrap();
        let answer = media.join(identity(room, who, true), offer).await.unwrap();
        peer.accept(&answer).unwrap();
        Self { socket, peer, connected: false, packets: Vec::new() }
    }

    /// Takes what comes, or lets time pass.
    async fn turn(&mut self) {
        let mut buffer = [0; 2_048];
        let soon = self.peer.due.min(Instant::now() + Duration::from_millis(5));
        tokio::select! {
            Ok((length, from)) = self.socket.recv_from(&mut buffer) => {
                self.peer.receive(Instant::now(), from, &buffer[..length]).unwrap();
            }
            () = tokio::time::sleep_until(soon.into()) => {}
        }
        self.peer.wake(Instant::now()).unwrap();
        let Self { socket, peer, connected, packets } = self;
        peer.drain(
            |to, bytes| drop(socket.try_send_to(bytes, to)),
            |notice| match notice {
                Notice::Connected => *connected = true,
                Notice::Packet(_, packet) => packets.push(packet.payload[2]),
                Notice::KeyFrameWanted | Notice::Report(..) => {}
            },
        )
        .unwrap();
    }
}

async fn open() -> (Media, tokio::sync::mpsc::Receiver<MediaEvent>, TaskTracker) {
    let tracker = TaskTracker::new();
    let config = MediaConfig { bind: "127.0.0.1:0".parse().unwrap(), public: Vec::new(), max_peers: 100 };
    let (media, events) = Media::start(config, &tracker).await.unwrap();
    (media, events, tracker)
}

#[tokio::test]
async fn pictures_cross_a_real_socket_and_the_thread_ends_when_told() {
    let (media, mut events, tracker) = open().await;
    let (room, speaker, viewer) = (RoomId::random(), ParticipantId::random(), ParticipantId::random());
    let mut from = End::join(&media, room, speaker).await;
    let mut to = End::join(&media, room, viewer).await;
    media.stage(room, Plan { on_stage: vec![speaker], on_air: true, ..Plan::default() });
    within("both to connect", async {
        while !(from.connected && to.connected) {
            tokio::join!(from.turn(), to.turn());
        }
    })
    .await;
    // A burst of one size, as a frame is: what goes out together must come apart again.
    for part in 0..30_u8 {
        let head = if part == 0 { 0x10 } else { 0 };
        let mut payload = vec![head, 0, part];
        payload.resize(1_100, part);
        let packet = Publish {
            seq: u64::from(part) + 1,
            time: 0,
            captured_at: Instant::now(),
            marker: part == 29,
            level: None,
            payload: payload.into(),
        };
        from.peer.publish(MediaKind::Video, packet).unwrap();
    }
    within("the picture", async {
        while to.packets.len() < 30 {
            tokio::join!(from.turn(), to.turn());
        }
    })
    .await;
    to.packets.sort_unstable();
    assert_eq!(to.packets, (0..30).collect::<Vec<u8>>());
    let mapped = within("the slots", async {
        loop {
            match events.recv().await {
                Some(MediaEvent::Slots { audience, .. }) if audience.video.first() == Some(&Some(speaker)) => return true,
                Some(_) => {}
                None => return false,
            }
        }
    })
    .await;
    assert!(mapped);
    media.stop();
    tracker.close();
    within("the thread to end", tracker.wait()).await;
    assert_eq!(media.join(identity(room, viewer, false), String::new()).await, Err(Refusal::ShuttingDown));
}

#[tokio::test]
async fn strangers_get_no_answer_from_the_port() {
    let (media, _events, tracker) = open().await;
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = SocketAddr::from(([127, 0, 0, 1], media.local_port()));
    let request: &[u8] = &[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    for rubbish in
        [request, &request[..9], &[22, 0xfe, 0xfd, 0, 0], &[0x80, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], &[0xff; 64], &[]]
    {
        stranger.send_to(rubbish, port).await.unwrap();
    }
    // The thread answers wishes in the order of its turns: when it has refused this, it has read the rubbish.
    for _ in 0..2 {
        let nobody = identity(RoomId::random(), ParticipantId::random(), false);
        assert_eq!(media.join(nobody, "x".into()).await, Err(Refusal::MediaUnacceptable));
    }
    let mut buffer = [0; 64];
    assert!(stranger.try_recv(&mut buffer).is_err());
    media.stop();
    tracker.close();
    within("the thread to end", tracker.wait()).await;
}
