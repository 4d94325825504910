//! Engines against the real forwarding unit, over loopback: what one sends, the other shows and plays.

// A helper that fails fails its test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use futures_util::{SinkExt, StreamExt};
use houselights_app::ipc::{DeviceKind, FaultCause, Problem};
use houselights_app::media::{Engine, EngineOptions, Played, Signalling};
use houselights_picture::clock;
use houselights_picture::vp8::Decoder;
use houselights_server::udp::{Identity, Media, MediaConfig, MediaEvent, Plan, Seat};
use houselights_shared::{ParticipantId, RoomId, Sending};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::task::TaskTracker;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const HEADER: usize = 24;

/// One at a time: what is measured here is time.
static STAGE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn wall() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64
}

fn clip() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/media/big-buck-bunny-720p.webm")
}

/// A room on a forwarding unit, with the engines in it.
struct Room {
    media: Media,
    id: RoomId,
    engines: Arc<std::sync::Mutex<Vec<Engine>>>,
    tracker: TaskTracker,
    /// Where peers are sent instead of the unit's own port.
    through: Option<u16>,
}

impl Room {
    async fn open(bind: SocketAddr) -> Self {
        let tracker = TaskTracker::new();
        let (media, mut events) =
            Media::start(MediaConfig { bind, public: Vec::new(), max_peers: 100 }, &tracker).await.unwrap();
        let engines: Arc<std::sync::Mutex<Vec<Engine>>> = Arc::default();
        let told = engines.clone();
        tracker.spawn(async move {
            while let Some(event) = events.recv().await {
                if let MediaEvent::Slots { crew, .. } = event {
                    for engine in told.lock().unwrap().iter() {
                        engine.set_slots(crew.clone());
                    }
                }
            }
        });
        Self { media, id: RoomId::random(), engines, tracker, through: None }
    }

    async fn join(&self, options: EngineOptions) -> (Engine, ParticipantId, Arc<Offers>) {
        let engine = Engine::start(options).await.unwrap();
        let who = ParticipantId::random();
        engine.me(who);
        self.engines.lock().unwrap().push(engine.clone());
        let media = std::sync::Mutex::new(Some(self.media.clone()));
        let offers = Arc::new(Offers { media, room: self.id, who, count: AtomicUsize::new(0), through: self.through });
        engine.connect(offers.clone()).await;
        (engine, who, offers)
    }

    async fn close(self) {
        self.media.stop();
        self.tracker.close();
        drop(self.media);
        tokio::time::timeout(PATIENCE, self.tracker.wait()).await.unwrap();
    }
}

/// Takes offers to the unit, as the realtime connection would.
struct Offers {
    media: std::sync::Mutex<Option<Media>>,
    room: RoomId,
    who: ParticipantId,
    count: AtomicUsize,
    through: Option<u16>,
}

impl Signalling for Offers {
    fn offer(&self, sdp: String) -> BoxFuture<'_, Result<String, anyhow::Error>> {
        Box::pin(async move {
            self.count.fetch_add(1, SeqCst);
            let media = self.media.lock().unwrap().clone().ok_or_else(|| anyhow::anyhow!("the server is away"))?;
            let seat = Seat { room: self.room, who: self.who, device: None };
            let answer = media.join(Identity { seat, crew: true }, sdp).await;
            let answer = answer.map_err(|refusal| anyhow::anyhow!("refused: {refusal:?}"))?;
            let port = |port: u16| format!(" 127.0.0.1 {port} ");
            Ok(match self.through {
                Some(through) => answer.replace(&port(media.local_port()), &port(through)),
                None => answer,
            })
        })
    }
}

fn on_air(who: ParticipantId) -> Plan {
    Plan { on_stage: vec![who], on_air: true, ..Plan::default() }
}

fn options() -> EngineOptions {
    EngineOptions { clips: vec![clip()], allow_test: true, publish: true }
}

fn both() -> Sending {
    Sending { camera: true, microphone: true }
}

async fn send(engine: &Engine, id: &str) {
    for kind in [DeviceKind::Camera, DeviceKind::Microphone] {
        engine.choose(kind, Some(id.into())).await.unwrap();
    }
    assert_eq!(engine.set_sending(both()), both());
}

async fn until_connected(engine: &Engine) {
    let mut status = engine.status();
    tokio::time::timeout(PATIENCE, status.wait_for(|status| status.connected)).await.expect("no connection").unwrap();
}

/// A page: decodes what the link brings.
struct Page {
    frames: mpsc::Receiver<Shown>,
}

struct Shown {
    source: u8,
    clock: Option<i64>,
    /// Of the wall, when it was decoded.
    at: i64,
}

impl Page {
    async fn open(engine: &Engine) -> Self {
        let mut request = engine.frames_url().into_client_request().unwrap();
        request.headers_mut().insert("origin", "tauri://localhost".parse().unwrap());
        // Without delay, as a browser has it: a late word about what was drawn would be taken for late drawing.
        let (mut socket, _) = tokio_tungstenite::connect_async_with_config(request, None, true).await.unwrap();
        let (to, frames) = mpsc::channel(10_000);
        TaskTracker::new().spawn(async move {
            let mut decoders: Vec<Decoder> = (0..=9).map(|_| Decoder::new().unwrap()).collect();
            while let Some(Ok(message)) = socket.next().await {
                let bytes = message.into_data();
                let source = bytes[1];
                let timestamp = i64::from_le_bytes(bytes[8..16].try_into().unwrap());
                let decoder = &mut decoders[usize::from(source).min(9)];
                let picture = decoder.decode(&bytes[HEADER..]).expect("every frame can be decoded").unwrap();
                let said = format!(r#"{{"drawn":{{"source":{source},"timestamp":{timestamp}}}}}"#);
                let _ = socket.send(Message::text(said)).await;
                let shown = Shown { source, clock: clock::read(&picture), at: wall() };
                if to.send(shown).await.is_err() {
                    return;
                }
            }
        });
        Self { frames }
    }

    async fn next(&mut self) -> Shown {
        tokio::time::timeout(PATIENCE, self.frames.recv()).await.expect("no picture").expect("the link is open")
    }
}

/// What a line does to media.
#[derive(Clone, Copy, Default)]
struct Faults {
    /// Every packet of this number is lost, each way; none where it is 0.
    loses: u64,
    /// Pictures on their way to the unit, and from it, come so much later.
    delays: [Duration; 2],
}

/// A line between the engines and the unit.
async fn line(unit: SocketAddr, faults: Faults, tracker: &TaskTracker) -> (u16, Arc<AtomicUsize>) {
    let door = Arc::new(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap());
    let (port, lost) = (door.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = lost.clone();
    tracker.spawn(async move {
        let mut lines: HashMap<SocketAddr, Way> = HashMap::new();
        let mut buffer = [0; 2_000];
        while let Ok((length, from)) = door.recv_from(&mut buffer).await {
            let way = lines.entry(from).or_insert_with(|| {
                let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
                socket.connect(unit).unwrap();
                socket.set_nonblocking(true).unwrap();
                let socket = Arc::new(UdpSocket::from_std(socket).unwrap());
                let home = Way::new((door.clone(), Some(from)), faults, 1, &counted);
                TaskTracker::new().spawn(back(socket.clone(), home));
                Way::new((socket, None), faults, 0, &counted)
            });
            way.pass(&buffer[..length]).await;
        }
    });
    (port, lost)
}

/// From the unit back to whom the line belongs.
async fn back(line: Arc<UdpSocket>, mut home: Way) {
    let mut buffer = [0; 2_000];
    while let Ok(length) = line.recv(&mut buffer).await {
        home.pass(&buffer[..length]).await;
    }
}

/// One direction of a line.
struct Way {
    to: (Arc<UdpSocket>, Option<SocketAddr>),
    faults: Faults,
    count: u64,
    lost: Arc<AtomicUsize>,
    late: mpsc::UnboundedSender<(tokio::time::Instant, Vec<u8>)>,
    delay: Duration,
}

impl Way {
    fn new(to: (Arc<UdpSocket>, Option<SocketAddr>), faults: Faults, direction: usize, lost: &Arc<AtomicUsize>) -> Self {
        let (late, mut queue) = mpsc::unbounded_channel::<(tokio::time::Instant, Vec<u8>)>();
        let there = to.clone();
        TaskTracker::new().spawn(async move {
            while let Some((due, packet)) = queue.recv().await {
                tokio::time::sleep_until(due).await;
                hand_over(&there, &packet).await;
            }
        });
        Self { to, faults, count: 0, lost: lost.clone(), late, delay: faults.delays[direction] }
    }

    async fn pass(&mut self, packet: &[u8]) {
        self.count += 1;
        if self.faults.loses > 0 && is_media(packet) && self.count.is_multiple_of(self.faults.loses) {
            self.lost.fetch_add(1, SeqCst);
        } else if self.delay > Duration::ZERO && is_media(packet) && [96, 97].contains(&(packet[1] & 0x7F)) {
            let _ = self.late.send((tokio::time::Instant::now() + self.delay, packet.to_vec()));
        } else {
            hand_over(&self.to, packet).await;
        }
    }
}

async fn hand_over((socket, to): &(Arc<UdpSocket>, Option<SocketAddr>), packet: &[u8]) {
    let _ = match to {
        Some(to) => socket.send_to(packet, to).await,
        None => socket.send(packet).await,
    };
}

/// RTP or RTCP (RFC 7983), rather than STUN or DTLS.
fn is_media(packet: &[u8]) -> bool {
    (128..192).contains(&packet[0])
}

/// When tones began, by the wall clock of the listener, from what was played.
async fn beeps(heard: &mut mpsc::Receiver<Played>, count: usize) -> Vec<i64> {
    let mut out = Vec::new();
    let mut quiet = 0;
    while out.len() < count {
        let block = tokio::time::timeout(PATIENCE, heard.recv()).await.expect("no sound").expect("the mix runs");
        for (i, frame) in block.samples.chunks_exact(2).enumerate() {
            if frame[0].abs() < 0.1 {
                quiet += 1;
            } else {
                // 200 ms of quiet, then a tone.
                if quiet > 9_600 {
                    out.push(block.at + i as i64 * 1_000_000 / 48_000);
                }
                quiet = 0;
            }
        }
    }
    out
}

fn median(mut values: Vec<i64>) -> i64 {
    values.sort_unstable();
    values[values.len() / 2]
}

/// How long after they were taken pictures are shown and sound is heard, and how far apart they are: medians, once a few
/// seconds have settled.
async fn measured(page: &mut Page, heard: &mut mpsc::Receiver<Played>, settling: usize) -> (i64, i64, i64) {
    let mut shown: Vec<(i64, i64)> = Vec::new();
    let watching = async {
        loop {
            let picture = page.next().await;
            assert_eq!(picture.source, 0);
            shown.push((picture.at, picture.clock.expect("the clock can be read in every picture")));
        }
    };
    let beeps = tokio::select! {
        beeps = beeps(heard, 6 + settling) => beeps,
        () = watching => unreachable!(),
    };
    assert!(shown.windows(2).all(|pair| pair[1].1 > pair[0].1), "the clock goes backwards");
    // A beep begins with each second: what is left over is how long it took to be heard. Beside it, how long pictures took.
    let lags = beeps[1 + settling..].iter().map(|beep| {
        let near = shown.iter().filter(|(at, _)| (at - beep).abs() < 250_000);
        (median(near.map(|(at, clock)| at - clock).collect()), beep.rem_euclid(1_000_000))
    });
    let (pictures, sounds): (Vec<i64>, Vec<i64>) = lags.unzip();
    let apart = median(pictures.iter().zip(&sounds).map(|(picture, sound)| picture - sound).collect());
    (median(pictures), median(sounds), apart)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_sends_another_sees_and_hears_together() {
    let _alone = STAGE.lock().await;
    let room = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    let (speaker, who, _) = room.join(options()).await;
    let (watcher, _, _) = room.join(options()).await;
    send(&speaker, "test").await;
    let mut page = Page::open(&watcher).await;
    let mut heard = watcher.listen();
    until_connected(&speaker).await;
    until_connected(&watcher).await;
    room.media.stage(room.id, on_air(who));

    let (picture, sound, apart) = measured(&mut page, &mut heard, 0).await;
    println!("picture {} ms, sound {} ms after it was taken, {} ms apart", picture / 1000, sound / 1000, apart / 1000);
    println!("sender {:?}\nwatcher {:?}", speaker.stats(), watcher.stats());
    let stats = watcher.stats();
    assert!(apart.abs() < 40_000, "picture and sound are {apart} µs apart");
    // The bench measures it; here it only must not be a different order of magnitude.
    assert!(picture < 500_000, "picture after {picture} µs");
    assert!(stats.frames_received > 0 && stats.samples_played > 48_000 && stats.played_peak > 0.3);
    // It plays, or there is no loudspeaker, and that is said.
    let told = watcher.status().borrow().clone();
    assert_eq!(told.silent, told.faults.iter().any(|fault| fault.kind == DeviceKind::Speaker), "{told:?}");
    drop((speaker, watcher));
    room.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_ipv6_alone_is_reached() {
    let _alone = STAGE.lock().await;
    if UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).await.is_err() {
        println!("this machine has no IPv6");
        return;
    }
    let room = Room::open((Ipv6Addr::LOCALHOST, 0).into()).await;
    let (speaker, who, _) = room.join(options()).await;
    room.media.stage(room.id, on_air(who));
    send(&speaker, "test").await;
    let (watcher, _, _) = room.join(options()).await;
    let mut page = Page::open(&watcher).await;
    assert_eq!(page.next().await.source, 0);
    drop((speaker, watcher));
    room.close().await;
}

/// Pictures that take 150 ms longer than sound, to the unit or from it: sound waits for them.
async fn together_though_pictures_are_late(delays: [Duration; 2]) {
    let _alone = STAGE.lock().await;
    let mut room = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    let (port, _) = line(room.media.local_addr(), Faults { loses: 0, delays }, &TaskTracker::new()).await;
    room.through = Some(port);
    let (speaker, who, _) = room.join(options()).await;
    let (watcher, _, _) = room.join(options()).await;
    send(&speaker, "test").await;
    let mut page = Page::open(&watcher).await;
    let mut heard = watcher.listen();
    until_connected(&speaker).await;
    until_connected(&watcher).await;
    room.media.stage(room.id, on_air(who));
    let (picture, sound, apart) = measured(&mut page, &mut heard, 4).await;
    println!("picture {} ms, sound {} ms after it was taken, {} ms apart", picture / 1000, sound / 1000, apart / 1000);
    assert!(picture >= 150_000, "the pictures were not late: {picture} µs");
    assert!(apart.abs() < 40_000, "picture and sound are {apart} µs apart");
    drop((speaker, watcher));
    room.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_are_late_on_the_way_to_the_unit_are_still_with_their_sound() {
    together_though_pictures_are_late([Duration::from_millis(150), Duration::ZERO]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_are_late_on_the_way_from_the_unit_are_still_with_their_sound() {
    together_though_pictures_are_late([Duration::ZERO, Duration::from_millis(150)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clip_is_seen_and_heard_and_a_late_page_sees_it_too() {
    let _alone = STAGE.lock().await;
    let room = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    let (speaker, who, _) = room.join(options()).await;
    let (watcher, _, _) = room.join(options()).await;
    room.media.stage(room.id, on_air(who));
    send(&speaker, &format!("clip:{}", clip().display())).await;
    let mut own = Page::open(&speaker).await;
    assert_eq!(own.next().await.source, 255, "one sees oneself");
    let mut early = Page::open(&watcher).await;
    for _ in 0..25 {
        assert_eq!(early.next().await.source, 0);
    }
    let opened = wall();
    let mut late = Page::open(&watcher).await;
    let first = late.next().await;
    println!("a late page sees its first picture after {} ms", (first.at - opened) / 1000);
    let mut heard = watcher.listen();
    let loud = async {
        while let Some(block) = heard.recv().await {
            if block.samples.iter().any(|sample| sample.abs() > 0.02) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, loud).await.expect("the clip's sound arrives");
    drop((speaker, watcher));
    room.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_source_is_a_clear_problem_and_the_next_choice_mends_it() {
    let _alone = STAGE.lock().await;
    let room = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    let nowhere = PathBuf::from("/nowhere/at/all.webm");
    let (engine, _, _) = room.join(EngineOptions { clips: vec![clip(), nowhere], ..options() }).await;
    for wanted in [DeviceKind::Camera, DeviceKind::Microphone] {
        let problem = engine.choose(wanted, Some("clip:/nowhere/at/all.webm".into())).await.unwrap_err();
        let Problem::Device { fault } = &problem else { panic!("{problem:?}") };
        assert_eq!((fault.kind, fault.cause), (wanted, FaultCause::ClipMissing));
    }
    let kinds: Vec<DeviceKind> = engine.status().borrow().faults.iter().map(|fault| fault.kind).collect();
    assert!(kinds.contains(&DeviceKind::Camera) && kinds.contains(&DeviceKind::Microphone));
    for (id, cause) in [("pony", FaultCause::NotOffered), ("clip:/etc/passwd", FaultCause::NotOffered)] {
        let problem = engine.choose(DeviceKind::Camera, Some(id.into())).await;
        assert!(matches!(problem, Err(Problem::Device { fault }) if fault.cause == cause), "{id}");
    }
    let problem = engine.choose(DeviceKind::Camera, Some("camera:77".into())).await;
    assert!(matches!(problem, Err(Problem::Device { fault }) if fault.kind == DeviceKind::Camera));
    send(&engine, "test").await;
    assert!(engine.status().borrow().faults.iter().all(|fault| fault.kind == DeviceKind::Speaker));
    let devices = engine.devices().await;
    assert!(devices.cameras.iter().any(|device| device.id == "test"));
    assert!(devices.microphones.iter().any(|device| device.id.starts_with("clip:")));
    drop(engine);
    room.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_later_sees_soon_and_a_second_connection_replaces_the_first() {
    let _alone = STAGE.lock().await;
    let room = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    let (speaker, who, _) = room.join(options()).await;
    room.media.stage(room.id, on_air(who));
    send(&speaker, "test").await;
    until_connected(&speaker).await;
    let began = wall();
    let (watcher, _, offers) = room.join(options()).await;
    let mut page = Page::open(&watcher).await;
    let first = page.next().await;
    println!("the first picture {} ms after joining", (first.at - began) / 1000);
    watcher.connect(offers.clone()).await;
    watcher.connect(offers.clone()).await;
    let again = wall();
    while page.next().await.clock.unwrap() < again + 1_000_000 {}
    assert!(watcher.status().borrow().connected);
    watcher.disconnect().await;
    assert!(!watcher.status().borrow().connected);
    drop((speaker, watcher));
    room.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_off_stops_the_picture_and_switching_on_brings_it_back() {
    let _alone = STAGE.lock().await;
    let room = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    let (speaker, who, _) = room.join(options()).await;
    let (watcher, _, _) = room.join(options()).await;
    room.media.stage(room.id, on_air(who));
    send(&speaker, "test").await;
    let mut page = Page::open(&watcher).await;
    page.next().await;
    speaker.set_sending(Sending::default());
    let off = wall();
    // Two beeps, a second apart: what was taken meanwhile would have come long before the picture of after that.
    let mut level = speaker.own_level();
    for beep in ["one", "and another"] {
        let heard = async {
            level.wait_for(|level| *level > 30).await.unwrap();
            level.wait_for(|level| *level < 20).await.unwrap();
        };
        tokio::time::timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("one's own level goes on: {beep}"));
    }
    let on = wall();
    speaker.set_sending(both());
    loop {
        let taken = page.next().await.clock.unwrap();
        // What was under way still comes.
        assert!(taken < off + 200_000 || taken > on - 200_000, "taken {} ms after it was switched off", (taken - off) / 1000);
        if taken > on {
            break;
        }
    }
    drop((level, speaker, watcher));
    room.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_outlives_its_server() {
    let _alone = STAGE.lock().await;
    let room = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    let (speaker, who, from_speaker) = room.join(options()).await;
    let (watcher, _, from_watcher) = room.join(options()).await;
    room.media.stage(room.id, on_air(who));
    send(&speaker, "test").await;
    let mut page = Page::open(&watcher).await;
    page.next().await;
    // The server goes without a word, and its signalling with it.
    for offers in [&from_speaker, &from_watcher] {
        offers.media.lock().unwrap().take();
    }
    let (id, engines) = (room.id, room.engines.lock().unwrap().clone());
    room.close().await;
    for engine in [&speaker, &watcher] {
        let mut status = engine.status();
        tokio::time::timeout(PATIENCE, status.wait_for(|status| !status.connected)).await.expect("noticed").unwrap();
    }
    let mut again = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    again.id = id;
    again.engines.lock().unwrap().extend(engines);
    again.media.stage(id, on_air(who));
    for offers in [&from_speaker, &from_watcher] {
        *offers.media.lock().unwrap() = Some(again.media.clone());
    }
    let back = wall();
    while page.next().await.clock.unwrap() < back {}
    let mut heard = watcher.listen();
    beeps(&mut heard, 2).await;
    assert!(from_speaker.count.load(SeqCst) >= 2 && from_watcher.count.load(SeqCst) >= 2);
    for offers in [&from_speaker, &from_watcher] {
        offers.media.lock().unwrap().take();
    }
    drop((speaker, watcher));
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_packets_are_sent_again_and_no_broken_picture_is_shown() {
    let _alone = STAGE.lock().await;
    let mut room = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    let lines = TaskTracker::new();
    let faults = Faults { loses: 30, ..Faults::default() };
    let (port, missing) = line(room.media.local_addr(), faults, &lines).await;
    room.through = Some(port);
    let (speaker, who, _) = room.join(options()).await;
    let (watcher, _, _) = room.join(options()).await;
    room.media.stage(room.id, on_air(who));
    send(&speaker, "test").await;
    let mut page = Page::open(&watcher).await;
    let began = page.next().await.clock.unwrap();
    let mut last = began;
    let mut shown = 1;
    // The page's decoder insists that every frame can be decoded.
    while last < began + 5_000_000 {
        last = page.next().await.clock.expect("a clean picture");
        shown += 1;
    }
    let expected = (last - began) * 30 / 1_000_000;
    println!("{shown} of {expected} pictures with {} packets lost; {:?}", missing.load(SeqCst), watcher.stats());
    assert!(missing.load(SeqCst) > 20);
    // Without repair every tenth picture would wait for a key frame, and most of the time nothing would move.
    assert!(shown * 10 >= expected * 6, "{shown} of {expected}");
    drop((speaker, watcher));
    room.close().await;
}
