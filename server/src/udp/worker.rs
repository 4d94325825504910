//! The media thread: socket in, socket out, timers, wishes.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr, UdpSocket as StdSocket},
    time::{Duration, Instant},
};

use houselights_media::{Counters, Datagram, Event, Identity, Sfu};
use quinn_udp::UdpSocketState;
use tokio::{
    net::UdpSocket,
    sync::{mpsc, oneshot},
};
use tracing::{debug, error, warn};

use super::{
    MediaEvent, SOCKET_BUFFER, Wish,
    egress::{Batch, Egress},
    ingress::Ingress,
};

/// System calls to receive before time, wishes and sending get their turn.
const RECEIVES_A_TURN: usize = 64;
/// Counters are published this often.
const COUNT_INTERVAL: Duration = Duration::from_secs(1);

/// Runs until told to stop, or until nobody can wish any more.
pub(super) fn run(
    socket: StdSocket,
    unit: Sfu,
    wishes: mpsc::Receiver<Wish>,
    events: &mpsc::Sender<MediaEvent>,
    ready: oneshot::Sender<io::Result<()>>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let _gone = ready.send(Err(error));
            return;
        }
    };
    runtime.block_on(async {
        match Worker::open(socket, unit) {
            Ok(worker) => {
                let _gone = ready.send(Ok(()));
                worker.run(wishes, events).await;
            }
            Err(error) => {
                let _gone = ready.send(Err(error));
            }
        }
    });
}

struct Worker {
    socket: UdpSocket,
    state: UdpSocketState,
    unit: Sfu,
    ingress: Ingress,
    batch: Batch,
    /// Bounded by the unit's proven paths: swept when it grows beyond twice their number.
    spoken_to: HashMap<SocketAddr, IpAddr>,
    counted: Counters,
    counted_at: Instant,
}

impl Worker {
    fn open(socket: StdSocket, unit: Sfu) -> io::Result<Self> {
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
            counted: Counters::default(),
            counted_at: Instant::now(),
        })
    }

    async fn run(mut self, mut wishes: mpsc::Receiver<Wish>, events: &mpsc::Sender<MediaEvent>) {
        loop {
            let wake = tokio::time::Instant::from_std(self.unit.next_wake(Instant::now()));
            tokio::select! {
                biased;
                wish = wishes.recv() => match wish {
                    None | Some(Wish::Stop) => return,
                    Some(wish) => self.grant(wish),
                },
                readable = self.socket.readable() => {
                    if let Err(error) = readable {
                        error!(%error, "the media socket is lost");
                        return;
                    }
                    self.receive();
                }
                () = tokio::time::sleep_until(wake) => {}
            }
            self.advance();
            if !self.tell(events).await {
                return;
            }
        }
    }

    fn grant(&mut self, wish: Wish) {
        let now = Instant::now();
        match wish {
            Wish::Join { room, who, crew, offer, answer } => {
                let _gone = answer.send(self.unit.join(now, Identity { room, who, crew }, &offer));
            }
            Wish::Leave { room, who } => self.unit.leave(room, who),
            Wish::Stage { room, on_stage, on_air } => self.unit.stage(now, room, on_stage, on_air),
            Wish::Stop => {}
        }
    }

    fn receive(&mut self) {
        let now = Instant::now();
        let mut senders = Vec::new();
        for _ in 0..RECEIVES_A_TURN {
            let mut egress = Egress::new(&self.socket, &self.state, &self.spoken_to, &mut self.batch);
            let unit = &mut self.unit;
            let received = self.ingress.receive(&self.socket, &self.state, |from, at, datagram| {
                // Only STUN tells a new path.
                if datagram.first().is_some_and(|byte| *byte < 4) {
                    senders.extend(at.map(|at| (from, at)));
                }
                unit.receive(now, Datagram { from, bytes: datagram }, &mut |to, bytes| egress.push(to, bytes));
            });
            // A batch that is full goes out before more comes in: queues stay short.
            self.unit.advance(now, &mut |to, bytes| egress.push(to, bytes));
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
        self.unit.advance(now, &mut |to, bytes| egress.push(to, bytes));
        egress.flush();
        if now.saturating_duration_since(self.counted_at) >= COUNT_INTERVAL {
            self.counted_at = now;
            self.count();
        }
    }

    fn count(&mut self) {
        let (now, before) = (self.unit.counters(), self.counted);
        metrics::gauge!("houselights_media_peers").set(self.unit.census().peers as f64);
        metrics::counter!("houselights_media_packets_in_total").increment(now.packets_in - before.packets_in);
        metrics::counter!("houselights_media_strangers_total").increment(now.strangers - before.strangers);
        metrics::counter!("houselights_media_policed_total").increment(now.policed - before.policed);
        metrics::counter!("houselights_media_key_frames_asked_total").increment(now.key_frames_asked - before.key_frames_asked);
        metrics::counter!("houselights_media_panics_total").increment(now.panics - before.panics);
        metrics::counter!("houselights_media_datagrams_sent_total").increment(std::mem::take(&mut self.batch.sent));
        let lost = std::mem::take(&mut self.batch.lost);
        metrics::counter!("houselights_media_datagrams_unsent_total").increment(lost);
        if lost > 0 {
            warn!(datagrams = lost, "the system did not take what was to be sent");
        }
        self.counted = now;
    }

    /// False: nobody listens any more.
    async fn tell(&mut self, events: &mpsc::Sender<MediaEvent>) -> bool {
        while let Some(event) = self.unit.poll_event() {
            let told = match event {
                Event::Levels { room, levels } => match events.try_send(MediaEvent::Levels { room, levels }) {
                    Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => Ok(()),
                    Err(mpsc::error::TrySendError::Closed(event)) => Err(mpsc::error::SendError(event)),
                },
                Event::Slots { room, crew, audience } => events.send(MediaEvent::Slots { room, crew, audience }).await,
                Event::Gone { room, who } => events.send(MediaEvent::Gone { room, who }).await,
            };
            if told.is_err() {
                return false;
            }
        }
        true
    }
}
