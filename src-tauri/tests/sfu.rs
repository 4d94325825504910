//! Engines against the real forwarding unit, over loopback: what one sends, the other shows and plays.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use futures_util::{SinkExt, StreamExt};
use houselights_app::ipc::{DeviceChoice, DeviceKind, Problem};
use houselights_app::media::{Engine, EngineOptions, Played, Signalling};
use houselights_picture::clock;
use houselights_picture::vp8::Decoder;
use houselights_server::udp::{Media, MediaConfig, MediaEvent};
use houselights_shared::{ParticipantId, RoomId, Sending};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::task::TaskTracker;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const HEADER: usize = 24;

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
    address: SocketAddr,
    engines: Arc<std::sync::Mutex<Vec<Engine>>>,
    tracker: TaskTracker,
}

impl Room {
    async fn open(bind: SocketAddr) -> Self {
        let tracker = TaskTracker::new();
        let (media, mut events) = Media::start(MediaConfig { bind, public: Vec::new() }, &tracker).await.unwrap();
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
        let address = media.local_addr();
        Self { media, id: RoomId::random(), address, engines, tracker }
    }

    async fn join(&self, options: EngineOptions) -> (Engine, ParticipantId, Arc<Offers>) {
        let engine = Engine::start(options).await.unwrap();
        let who = ParticipantId::random();
        engine.me(who);
        self.engines.lock().unwrap().push(engine.clone());
        let media = Arc::new(std::sync::Mutex::new(Some(self.media.clone())));
        let offers = Arc::new(Offers { media, room: self.id, who, count: AtomicUsize::new(0) });
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
    media: Arc<std::sync::Mutex<Option<Media>>>,
    room: RoomId,
    who: ParticipantId,
    count: AtomicUsize,
}

impl Signalling for Offers {
    fn offer(&self, sdp: String) -> BoxFuture<'_, Result<String, anyhow::Error>> {
        Box::pin(async move {
            self.count.fetch_add(1, SeqCst);
            let media = self.media.lock().unwrap().clone().ok_or_else(|| anyhow::anyhow!("the server is away"))?;
            media.join(self.room, self.who, true, sdp).await.map_err(|refusal| anyhow::anyhow!("refused: {refusal:?}"))
        })
    }
}

fn options() -> EngineOptions {
    EngineOptions { clips: vec![clip()], allow_test: true, publish: true }
}

fn both() -> Sending {
    Sending { camera: true, microphone: true }
}

async fn send(engine: &Engine, id: &str) {
    let choice = DeviceChoice { camera: Some(id.into()), microphone: Some(id.into()), speaker: None };
    engine.choose(choice).await.unwrap();
    engine.set_sending(both());
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
    width: usize,
    clock: Option<i64>,
    /// Of the wall, when it was decoded.
    at: i64,
}

impl Page {
    async fn open(engine: &Engine) -> Self {
        let mut request = engine.frames_url().into_client_request().unwrap();
        request.headers_mut().insert("origin", "tauri://localhost".parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
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
                let shown = Shown { source, width: picture.width(), clock: clock::read(&picture), at: wall() };
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

#[tokio::test(flavor = "multi_thread")]
async fn what_one_sends_another_sees_and_hears_together() {
    let room = Room::open((Ipv4Addr::LOCALHOST, 0).into()).await;
    let (speaker, who, _) = room.join(options()).await;
    let (watcher, _, _) = room.join(options()).await;
    send(&speaker, "test").await;
    let mut page = Page::open(&watcher).await;
    let mut heard = watcher.listen();
    until_connected(&speaker).await;
    until_connected(&watcher).await;
    room.media.stage(room.id, vec![who], true);

    let listening = tokio::time::timeout(PATIENCE * 2, beeps(&mut heard, 5));
    let mut delays = Vec::new();
    let mut clocks = Vec::new();
    let watching = async {
        while clocks.len() < 120 {
            let shown = page.next().await;
            assert_eq!((shown.source, shown.width), (0, 640));
            let at = shown.clock.expect("the clock can be read in every picture");
            clocks.push(at);
            delays.push(shown.at - at);
        }
    };
    let (beeps, ()) = tokio::join!(listening, watching);
    assert!(clocks.windows(2).all(|pair| pair[1] > pair[0]), "the clock goes backwards");
    // A beep begins with each second: what is left over is how long it took to be heard.
    let sound: Vec<i64> = beeps.unwrap().iter().map(|at| at.rem_euclid(1_000_000)).collect();
    let (picture, sound) = (median(delays.split_off(delays.len() / 2)), median(sound[1..].to_vec()));
    println!("picture {} ms, sound {} ms after it was taken", picture / 1000, sound / 1000);
    println!("sender {:?}\nwatcher {:?}", speaker.stats(), watcher.stats());
    let stats = watcher.stats();
    assert!((picture - sound).abs() < 40_000, "picture after {picture} µs, sound after {sound} µs");
    assert!(picture < 150_000, "picture after {picture} µs");
    assert!(stats.frames_received > 0 && stats.samples_played > 48_000 && stats.played_peak > 0.3);
    assert!(watcher.status().borrow().silent, "no loudspeaker here, and said");
    drop((speaker, watcher));
    room.close().await;
}
