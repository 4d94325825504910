//! The media thread: socket in, socket out, timers, wishes.

use std::{
    collections::{HashMap, HashSet},
    io,
    net::{IpAddr, SocketAddr, UdpSocket as StdSocket},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use houselights_media::{Config, Counters, Datagram, Event, Seat, Sfu};
use houselights_shared::{RoomId, SlotMap};
use quinn_udp::UdpSocketState;
use tokio::{
    net::UdpSocket,
    sync::{mpsc, oneshot},
};
use tracing::{debug, error, warn};

use super::{
    MediaError, SOCKET_BUFFER,
    desk::{Desk, Join, Wish},
    egress::{Batch, Egress},
    ingress::Ingress,
    tally::Tally,
};

/// System calls to receive before time, wishes and sending get their turn.
const RECEIVES_A_TURN: usize = 64;
/// After receiving, the thread sleeps for this long, and longer with each peer: what comes and falls due meanwhile shares a waking, which costs
/// as much as a dozen packets.
const REST: Duration = Duration::from_millis(1);
const REST_A_PEER: Duration = Duration::from_micros(40);
const LONGEST_REST: Duration = Duration::from_millis(5);
/// Counters are published this often.
const COUNT_INTERVAL: Duration = Duration::from_secs(1);
/// After a fault the thread begins anew, but not faster than this: a fault that comes back at once costs no core.
const PAUSE: Duration = Duration::from_millis(500);

/// What a thread works with, and keeps when it begins anew.
pub(super) struct Place {
    pub(super) socket: StdSocket,
    pub(super) config: Config,
    pub(super) desk: Arc<Desk>,
    pub(super) events: mpsc::Sender<Event>,
    pub(super) tally: Arc<Tally>,
}

/// Why a worker ended by itself.
enum End {
    /// It was told to, or nobody listens any more.
    Told,
    /// The socket failed.
    Lost(io::Error),
}

type Peers = HashSet<Seat>;

/// Runs until told to stop. After a fault that no guard of a session held it begins anew, with nobody connected.
pub(super) fn run(place: &Place, ready: oneshot::Sender<Result<(), MediaError>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    match runtime {
        Ok(runtime) => runtime.block_on(supervise(place, ready)),
        Err(error) => drop(ready.send(Err(error.into()))),
    }
    place.tally.ended();
}

async fn supervise(place: &Place, ready: oneshot::Sender<Result<(), MediaError>>) {
    let mut peers = Peers::new();
    let mut worker = match Worker::open(place) {
        Ok(worker) => worker,
        Err(error) => {
            let _gone = ready.send(Err(error));
            return;
        }
    };
    // Before anybody knows that it is ready, it is.
    place.tally.begun();
    let _gone = ready.send(Ok(()));
    loop {
        match AssertUnwindSafe(worker.run(place, &mut peers)).catch_unwind().await {
            Ok(End::Told) => return,
            Ok(End::Lost(error)) => error!(%error, "the media socket is lost: media begins anew"),
            Err(_panic) => {
                place.tally.panicked();
                error!("the media thread panicked: media begins anew");
            }
        }
        place.tally.ended();
        if !told_of_end(&place.events, &mut peers).await {
            return;
        }
        worker = match reopen(place).await {
            Some(worker) => worker,
            None => return,
        };
    }
}

/// Everyone's media has ended: nobody is connected, and no slot of their rooms carries anything. False: nobody listens any more.
async fn told_of_end(events: &mpsc::Sender<Event>, peers: &mut Peers) -> bool {
    let rooms: HashSet<RoomId> = peers.iter().map(|seat| seat.room).collect();
    for seat in peers.drain() {
        if events.send(Event::Gone { seat }).await.is_err() {
            return false;
        }
    }
    for room in rooms {
        if events.send(Event::Slots { room, crew: SlotMap::default(), audience: SlotMap::default() }).await.is_err() {
            return false;
        }
    }
    true
}

/// A worker with an empty unit, as soon as one can be had; nothing where none is wanted any more.
pub(super) async fn reopen(place: &Place) -> Option<Worker> {
    loop {
        tokio::time::sleep(PAUSE).await;
        if place.desk.is_closed() {
            return None;
        }
        match Worker::open(place) {
            Ok(worker) => {
                place.desk.begin_anew();
                place.tally.restarted();
                place.tally.begun();
                return Some(worker);
            }
            Err(error) => error!(%error, "media cannot begin anew yet"),
        }
    }
}

pub(super) struct Worker {
    socket: UdpSocket,
    state: UdpSocketState,
    unit: Sfu,
    ingress: Ingress,
    batch: Batch,
    /// Bounded by the unit's proven paths: swept when it grows beyond twice their number.
    spoken_to: HashMap<SocketAddr, IpAddr>,
    tally: Arc<Tally>,
    counted: Counters,
    counted_at: Instant,
    received_at: Instant,
}

impl Worker {
    fn open(place: &Place) -> Result<Self, MediaError> {
        let now = Instant::now();
        let unit = Sfu::new(place.config.clone(), now)?;
        let socket = place.socket.try_clone()?;
        socket.set_nonblocking(true)?;
        let state = UdpSocketState::new((&socket).into())?;
        for set in [UdpSocketState::set_send_buffer_size, UdpSocketState::set_recv_buffer_size] {
            if let Err(error) = set(&state, (&socket).into(), SOCKET_BUFFER) {
                debug!(%error, "the media socket keeps its buffer size");
            }
        }
        Ok(Self {
            ingress: Ingress::new(&state),
            socket: UdpSocket::from_std(socket)?,
            state,
            unit,
            batch: Batch::default(),
            spoken_to: HashMap::new(),
            tally: Arc::clone(&place.tally),
            counted: Counters::default(),
            counted_at: now,
            received_at: now,
        })
    }

    async fn run(mut self, place: &Place, peers: &mut Peers) -> End {
        loop {
            // The runtime would wake for each datagram. This thread is the runtime's only one, and has nothing else to do.
            let rest = self.received_at + self.rest();
            std::thread::park_timeout(rest.saturating_duration_since(Instant::now()));
            let wake = tokio::time::Instant::from_std(self.unit.next_wake(Instant::now()));
            tokio::select! {
                wish = place.desk.next() => {
                    let Some(wish) = wish else { return End::Told };
                    self.grant(wish, peers);
                    // However many wishes wait, the socket gets its turn between them.
                    tokio::task::yield_now().await;
                },
                readable = self.socket.readable() => {
                    if let Err(error) = readable {
                        return End::Lost(error);
                    }
                    self.receive();
                }
                () = tokio::time::sleep_until(wake) => self.receive(),
            }
            self.advance();
            if !self.tell(&place.events, peers).await {
                return End::Told;
            }
        }
    }

    fn grant(&mut self, wish: Wish, peers: &mut Peers) {
        let now = Instant::now();
        match wish {
            Wish::Join(Join { identity, offer, answer }) => {
                let joined = self.unit.join(now, identity, &offer);
                if joined.is_ok() {
                    peers.insert(identity.seat);
                }
                let _gone = answer.send(joined);
            }
            Wish::Leave(seat) => {
                peers.remove(&seat);
                self.unit.leave(seat);
            }
            Wish::Stage { room, plan } => self.unit.stage(now, room, plan),
            #[cfg(test)]
            // Without the hook: a trace of the whole test binary takes seconds on a busy machine.
            Wish::Panic => std::panic::resume_unwind(Box::new("as the test wishes")),
        }
    }

    /// The more there are, the more one waking can serve.
    fn rest(&self) -> Duration {
        let peers = u32::try_from(self.unit.census().peers).unwrap_or(u32::MAX);
        REST.saturating_add(REST_A_PEER.saturating_mul(peers)).min(LONGEST_REST)
    }

    fn receive(&mut self) {
        let now = Instant::now();
        self.received_at = now;
        let mut senders = Vec::new();
        for _ in 0..RECEIVES_A_TURN {
            let mut egress = Egress::new(&self.socket, &self.state, &self.spoken_to, &mut self.batch);
            let unit = &mut self.unit;
            let received = self.ingress.receive(&self.socket, &self.state, |from, at, datagram| {
                // Only STUN tells a new path.
                if datagram.first().is_some_and(|byte| *byte < 4) {
                    egress.spoken(at.map(|at| (from, at)));
                    senders.extend(at.map(|at| (from, at)));
                }
                unit.receive(now, Datagram { from, bytes: datagram }, &mut egress);
            });
            // A batch that is full goes out before more comes in: queues stay short.
            self.unit.advance(now, &mut egress);
            egress.flush();
            if let Err(error) = received {
                if error.kind() != io::ErrorKind::WouldBlock {
                    debug!(%error, "the media socket");
                }
                break;
            }
        }
        self.note(senders);
    }

    fn note(&mut self, senders: Vec<(SocketAddr, IpAddr)>) {
        for (from, at) in senders {
            if self.unit.knows(from) {
                self.spoken_to.insert(from, at);
            }
        }
        if self.spoken_to.len() > 64 + 2 * self.unit.census().paths {
            let unit = &self.unit;
            self.spoken_to.retain(|from, _| unit.knows(*from));
        }
    }

    fn advance(&mut self) {
        let now = Instant::now();
        let mut egress = Egress::new(&self.socket, &self.state, &self.spoken_to, &mut self.batch);
        self.unit.advance(now, &mut egress);
        egress.flush();
        if std::mem::take(&mut self.batch.misjudged) {
            match UdpSocketState::new((&self.socket).into()) {
                Ok(state) => self.state = state,
                Err(error) => warn!(%error, "segments are sent one by one from now on"),
            }
        }
        // A panic is told at once. The unit wakes at least once a second, so nothing is told late for long.
        let panicked = self.unit.counters().panics != self.counted.panics;
        if panicked || now.saturating_duration_since(self.counted_at) >= COUNT_INTERVAL {
            self.counted_at = now;
            self.count();
        }
    }

    fn count(&mut self) {
        let before = std::mem::replace(&mut self.counted, self.unit.counters());
        self.tally.counted(before, self.counted, self.unit.census().peers);
        let lost = std::mem::take(&mut self.batch.lost);
        self.tally.sent(std::mem::take(&mut self.batch.sent), lost);
        if lost > 0 {
            warn!(datagrams = lost, "the system did not take what was to be sent");
        }
    }

    /// False: nobody listens any more.
    async fn tell(&mut self, events: &mpsc::Sender<Event>, peers: &mut Peers) -> bool {
        while let Some(event) = self.unit.poll_event() {
            let told = match event {
                // full: dropped, the next levels mend it
                Event::Levels { .. } => !matches!(events.try_send(event), Err(mpsc::error::TrySendError::Closed(_))),
                Event::Slots { .. } => events.send(event).await.is_ok(),
                Event::Gone { seat } => {
                    peers.remove(&seat);
                    events.send(event).await.is_ok()
                }
            };
            if !told {
                return false;
            }
        }
        true
    }
}
