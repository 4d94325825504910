//! `kill -9` at any moment loses no acknowledged command and doubles none.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    env,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use houselights_shared::{ClientFrame, Command, CommandBody, CommandId, Layout, Login, Outcome, Scene, Seq};
use houselights_tests::{
    client::{TestClient, attend, sign_in_as},
    server::Program,
    within,
};
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    house::send,
    process::{program, stored},
};

/// How often the server is killed.
const KILLS: u32 = 50;
/// How many clients talk.
const WRITERS: u64 = 4;
/// Acknowledgements between two kills, at most.
const ACKNOWLEDGEMENTS: u64 = 40;
/// A moment's delay after the last of them, at most, so that a kill falls into any part of a commit.
const DELAY_MICROS: u64 = 3_000;

/// Small, seeded, and enough for a kill's moment (Steele et al., "Fast splittable pseudorandom number generators", 2014).
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// What the clients and the one who kills share.
#[derive(Default)]
struct Shared {
    acknowledged: AtomicU64,
    progress: Notify,
    stop: AtomicBool,
}

/// What a client writes, one after another.
#[derive(Clone, Copy)]
enum Script {
    /// Messages, several under way at once.
    Talk(u64),
    /// A show that ends and goes on, over and over: done twice or not at all, the next step would be refused. And a preview that is
    /// set, and set again to what it is.
    Direct,
}

/// One of two scenes without anybody in it.
fn preview(number: u64) -> Scene {
    Scene { layout: if number.is_multiple_of(2) { Layout::Grid } else { Layout::SideBySide }, seats: Vec::new() }
}

impl Script {
    fn step(self, number: u64) -> CommandBody {
        match (self, number) {
            (Self::Talk(who), _) => send(&format!("writer {who}, message {number}")),
            (Self::Direct, 0) => CommandBody::GoLive,
            (Self::Direct, _) => match number % 4 {
                1 => CommandBody::EndShow,
                2 => CommandBody::UndoEnd,
                _ => CommandBody::SetPreview { scene: preview((number - 1) / 4) },
            },
        }
    }

    fn under_way(self) -> usize {
        match self {
            Self::Talk(_) => 4,
            Self::Direct => 1,
        }
    }
}

/// A client as an app is one: what is not yet acknowledged is sent again, under the same id, on every new connection.
struct Writer {
    server: SocketAddr,
    login: Login,
    script: Script,
    shared: Arc<Shared>,
    outbox: VecDeque<Command>,
    written: u64,
    seen: Option<Seq>,
    heard: Vec<String>,
    acknowledged: Vec<(CommandId, Seq)>,
}

impl Writer {
    fn new(server: SocketAddr, login: Login, script: Script, shared: &Arc<Shared>) -> Self {
        Self {
            server,
            login,
            script,
            shared: Arc::clone(shared),
            outbox: VecDeque::new(),
            written: 0,
            seen: None,
            heard: Vec::new(),
            acknowledged: Vec::new(),
        }
    }

    fn done(&self) -> bool {
        self.outbox.is_empty() && self.shared.stop.load(Ordering::Relaxed)
    }

    async fn write(mut self) -> Self {
        while !self.done() {
            match TestClient::try_resume(self.server, &self.login, self.seen).await {
                Some(client) => self.converse(client).await,
                // The server is down: look again when something happens, or in a moment.
                None => drop(timeout(Duration::from_millis(20), self.shared.progress.notified()).await),
            }
        }
        self
    }

    async fn converse(&mut self, mut client: TestClient) {
        let resumed = self.seen.is_some();
        assert!(!resumed || client.snapshot.is_none(), "the log has all that was ever told: nobody is ahead of it");
        for command in &self.outbox {
            if client.send(&ClientFrame::Command(command.clone())).await.is_err() {
                break;
            }
        }
        // To the end, and until the last of it has come back to it as an update.
        let has_all = |writer: &Self, client: &TestClient| writer.acknowledged.iter().all(|(_, seq)| *seq <= client.seq);
        while !(client.closed || self.done() && has_all(self, &client)) {
            while self.outbox.len() < self.script.under_way() && !self.shared.stop.load(Ordering::Relaxed) {
                let command = Command { id: CommandId::random(), room: client.room, body: self.script.step(self.written) };
                self.written += 1;
                self.outbox.push_back(command.clone());
                if client.send(&ClientFrame::Command(command)).await.is_err() {
                    break;
                }
            }
            client.listen().await;
            self.take_in(&mut client);
        }
        self.seen = Some(client.seq);
        self.heard.extend(client.texts().into_iter().map(str::to_owned));
    }

    fn take_in(&mut self, client: &mut TestClient) {
        for (id, outcome) in client.replies.drain() {
            match outcome {
                Outcome::Accepted { seq } => self.acknowledged.push((id, seq)),
                other @ (Outcome::Refused { .. } | Outcome::Unknown) => panic!("{other:?} for {id}"),
            }
            self.outbox.retain(|command| command.id != id);
            self.shared.acknowledged.fetch_add(1, Ordering::Relaxed);
            self.shared.progress.notify_waiters();
        }
    }
}

/// Starts, lets some be acknowledged, and kills; over and over. At last one that stays until all is said.
async fn rounds(program: &Program, shared: &Shared, random: &mut SplitMix) {
    for _ in 0..KILLS {
        let server = program.start().await.expect("it starts after every kill");
        let target = shared.acknowledged.load(Ordering::Relaxed) + random.below(ACKNOWLEDGEMENTS);
        let reached = async {
            while shared.acknowledged.load(Ordering::Relaxed) < target {
                // Notified or not, look: a notification between the two is not waited for.
                drop(timeout(Duration::from_millis(5), shared.progress.notified()).await);
            }
        };
        within("acknowledgements", reached).await;
        // Not to wait for anything: to be anywhere in a commit.
        sleep(Duration::from_micros(random.below(DELAY_MICROS))).await;
        server.kill().await;
    }
}

/// Everything that was acknowledged is stored where it was said to be, and nothing is stored twice.
fn check(program: &Program, writers: &[Writer]) {
    let log = stored(&program.database);
    assert!(log.iter().zip(1..).all(|((seq, ..), expected)| *seq == expected), "the log has no hole");
    let commands: Vec<_> = log.iter().filter_map(|(seq, command, _)| Some((command.clone()?, *seq))).collect();
    let by_id: HashMap<_, _> = commands.iter().cloned().collect();
    assert_eq!(by_id.len(), commands.len(), "no command is stored twice");
    let bodies: HashSet<_> = log.iter().filter(|(.., body)| body.contains("message_sent")).map(|(.., body)| body).collect();
    let said: u64 = writers.iter().filter(|writer| matches!(writer.script, Script::Talk(_))).map(|writer| writer.written).sum();
    assert_eq!(bodies.len() as u64, said, "everything said is there once");
    for writer in writers {
        assert_eq!(writer.acknowledged.len() as u64, writer.written);
        for (id, seq) in &writer.acknowledged {
            assert_eq!(
                by_id.get(&id.to_string()),
                Some(&i64::try_from(seq.number()).expect("small")),
                "as it was acknowledged"
            );
        }
        let own: Vec<_> = (0..writer.written).map(|number| writer.script.step(number)).collect();
        let heard = writer.heard.iter().map(|text| send(text)).filter(|body| own.contains(body)).count();
        let expected = if matches!(writer.script, Script::Talk(_)) { own.len() } else { 0 };
        assert_eq!(heard, expected, "over all its connections a client hears its own words once each");
    }
}

#[tokio::test]
async fn fifty_kills_lose_no_acknowledged_command_and_double_none() {
    let seed = env::var("HOUSELIGHTS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
    });
    println!("again with HOUSELIGHTS_SEED={seed}");
    let (mut program, _folder) = program();
    if cfg!(target_os = "linux") {
        // An address of its own: while it is down, nobody else is given its port.
        program.listen = SocketAddr::from(([127, 0, 0, 2], 0));
    }
    let event = program.create_event(&["--producer", "Pat"]).await.expect("made");
    let server = program.start().await.expect("ready");
    // Clients come back to where they were.
    let program = Program { listen: server.http, ..program };
    let shared = Arc::new(Shared::default());
    let mut writers = JoinSet::new();
    let pat = sign_in_as(server.http, &event, "Pat").await;
    writers.spawn(Writer::new(server.http, pat, Script::Direct, &shared).write());
    for number in 0..WRITERS {
        let login = attend(server.http, &event, &format!("Writer {number}")).await;
        writers.spawn(Writer::new(server.http, login, Script::Talk(number), &shared).write());
    }
    server.kill().await;
    rounds(&program, &shared, &mut SplitMix(seed)).await;
    let server = program.start().await.expect("it starts after every kill");
    shared.stop.store(true, Ordering::Relaxed);
    let writers = within("everything to be acknowledged", writers.join_all()).await;
    assert_eq!(server.terminate().await.code(), Some(0));
    check(&program, &writers);
    println!("{KILLS} kills, {} commands acknowledged", shared.acknowledged.load(Ordering::Relaxed));
}
