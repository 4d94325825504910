//! A scripted server at the other end of a pipe in memory, and what a listener hears.

use std::sync::Mutex;

use futures_util::{SinkExt, StreamExt, future::BoxFuture};
use houselights_shared::{
    ClientFrame, Command, CommandId, EventId, Hello, Me, ParticipantId, Phase, Reply, Role, RoomRules, Scene, Seq, Snapshot,
    Timestamp, Update, UpdateBatch, UpdateBody, Version, Welcome,
};
use tokio::io::DuplexStream;
use tokio_tungstenite::{WebSocketStream, accept_async, client_async, tungstenite::Message};

use super::super::*;

/// The server's end of one connection.
pub(super) struct Served<S = DuplexStream>(pub(super) WebSocketStream<S>);

impl<S: Io> Served<S> {
    pub(super) async fn send(&mut self, frame: &ServerFrame) {
        self.text(&serde_json::to_string(frame).unwrap()).await;
    }

    pub(super) async fn text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next frame that is not a ping.
    pub(super) async fn frame(&mut self) -> ClientFrame {
        loop {
            let Message::Text(text) = self.0.next().await.expect("connected").unwrap() else { continue };
            let frame = serde_json::from_str(&text).unwrap();
            if !matches!(frame, ClientFrame::Ping { .. }) {
                return frame;
            }
        }
    }

    pub(super) async fn hello(&mut self) -> Hello {
        let ClientFrame::Hello(hello) = self.frame().await else { panic!("the first frame is Hello") };
        hello
    }

    pub(super) async fn command(&mut self) -> Command {
        let ClientFrame::Command(command) = self.frame().await else { panic!("expected a command") };
        command
    }

    /// Takes the `Hello`, welcomes, and returns where the client says it stopped.
    pub(super) async fn welcome(&mut self) -> Option<Seq> {
        let hello = self.hello().await;
        self.welcome_into(hello.rooms.iter().map(|position| position.room).collect()).await;
        hello.rooms[0].after
    }

    /// Welcomes into these rooms, once the `Hello` was taken.
    pub(super) async fn welcome_into(&mut self, rooms: Vec<RoomId>) {
        let me = Me {
            participant: ParticipantId::random(),
            name: "Ada".into(),
            role: Role::Speaker,
            device: None,
            may: None,
            event: EventId::random(),
            event_title: "Show".into(),
        };
        self.send(&ServerFrame::Welcome(Welcome {
            version: Version::CURRENT,
            now: Timestamp::default(),
            me,
            rooms,
            media: None,
        }))
        .await;
    }
}

/// Hands out the client's ends of pipes that a test made.
pub(super) struct Pipes(Mutex<mpsc::Receiver<Result<DuplexStream, Undialled>>>);

impl Dial for Pipes {
    fn dial(&self) -> BoxFuture<'_, Result<Wire, Undialled>> {
        Box::pin(async {
            let next = std::future::poll_fn(|cx| self.0.lock().unwrap().poll_recv(cx)).await;
            let Some(pipe) = next else { return std::future::pending().await };
            let io: Box<dyn Io> = Box::new(pipe?);
            let opened = client_async("ws://pipe/realtime", io).await;
            opened.map(|(wire, _)| wire).map_err(|error| Undialled { retry_after: None, cause: error.to_string() })
        })
    }
}

/// Everything that a listener heard.
pub(super) enum Heard {
    State(ConnectionState),
    Frame(Box<ServerFrame>),
    Room(RoomId),
}

pub(super) struct Ears(pub(super) mpsc::UnboundedSender<Heard>);

impl Listener for Ears {
    fn state(&self, state: ConnectionState) {
        let _ = self.0.send(Heard::State(state));
    }

    fn frame(&self, frame: ServerFrame) {
        let _ = self.0.send(Heard::Frame(Box::new(frame)));
    }

    fn room(&self, room: RoomId) {
        let _ = self.0.send(Heard::Room(room));
    }
}

pub(super) struct Bench {
    pub(super) realtime: Realtime,
    pub(super) room: RoomId,
    pub(super) pipes: mpsc::Sender<Result<DuplexStream, Undialled>>,
    pub(super) heard: mpsc::UnboundedReceiver<Heard>,
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl Bench {
    pub(super) fn start() -> Self {
        Self::timed(Timing::default())
    }

    pub(super) fn timed(timing: Timing) -> Self {
        let (pipes, dialled) = mpsc::channel(8);
        let (ears, heard) = mpsc::unbounded_channel();
        let (tasks, stop, room) = (TaskTracker::new(), CancellationToken::new(), RoomId::random());
        let login = Login { token: "token".into(), room };
        let dial = Arc::new(Pipes(Mutex::new(dialled)));
        let realtime = Realtime::start_with(login, dial, Arc::new(Ears(ears)), (&tasks, stop.clone()), timing);
        Self { realtime, room, pipes, heard, stop, tasks }
    }

    /// Lets the client's next attempt succeed.
    pub(super) async fn accept(&self) -> Served {
        let (client, server) = tokio::io::duplex(64 * 1024);
        self.pipes.send(Ok(client)).await.unwrap();
        Served(accept_async(server).await.unwrap())
    }

    pub(super) async fn state(&mut self, wanted: impl Fn(&ConnectionState) -> bool) -> ConnectionState {
        loop {
            if let Heard::State(state) = self.heard.recv().await.unwrap()
                && wanted(&state)
            {
                return state;
            }
        }
    }

    /// The next room that it is told of.
    pub(super) async fn moved(&mut self) -> RoomId {
        loop {
            if let Heard::Room(room) = self.heard.recv().await.unwrap() {
                return room;
            }
        }
    }

    pub(super) async fn frame(&mut self) -> ServerFrame {
        loop {
            if let Heard::Frame(frame) = self.heard.recv().await.unwrap() {
                return *frame;
            }
        }
    }

    /// The numbers of the next updates.
    pub(super) async fn updates(&mut self) -> Vec<u64> {
        loop {
            if let ServerFrame::Updates(batch) = self.frame().await {
                return batch.updates.iter().map(|update| update.seq.number()).collect();
            }
        }
    }

    pub(super) fn snapshot(&self, seq: u64) -> ServerFrame {
        ServerFrame::Snapshot(Snapshot {
            room: self.room,
            seq: Seq::new(seq),
            title: "Stage".into(),
            phase: Phase::default(),
            on_stage: Vec::new(),
            program: Scene::default(),
            overlay: None,
            chat: Vec::new(),
            pinned: None,
            announcement: None,
            rules: RoomRules::default(),
            questions: Vec::new(),
            polls: Vec::new(),
            crew: None,
        })
    }

    pub(super) fn batch(&self, seqs: impl IntoIterator<Item = u64>) -> ServerFrame {
        let update =
            |seq| Update { room: self.room, seq: Seq::new(seq), at: Timestamp::default(), by: None, body: UpdateBody::HIDDEN };
        ServerFrame::Updates(UpdateBatch { room: self.room, updates: seqs.into_iter().map(update).collect() })
    }

    pub(super) fn say(&self, text: &str) -> tokio::task::JoinHandle<Result<Outcome, Unheard>> {
        let (realtime, text) = (self.realtime.clone(), text.to_owned());
        self.tasks.spawn(async move { realtime.send(CommandBody::say(text)).await })
    }
}

pub(super) fn accepted(id: CommandId, seq: u64) -> ServerFrame {
    ServerFrame::Reply(Reply { id, outcome: Outcome::Accepted { seq: Seq::new(seq) } })
}

pub(super) fn connected(state: &ConnectionState) -> bool {
    matches!(state, ConnectionState::Connected { .. })
}

pub(super) fn reconnecting(state: &ConnectionState) -> bool {
    matches!(state, ConnectionState::Reconnecting { .. })
}
