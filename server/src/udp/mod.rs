//! The media socket: one UDP port for everyone's pictures and sound, on a thread of its own.
//!
//! The thread owns the socket and the forwarding unit (`houselights_media::Sfu`); the rest of the server holds a [`Media`],
//! which sends it wishes over a bounded channel, and reads [`MediaEvent`]s.

mod egress;
mod ingress;
mod worker;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use houselights_shared::{Level, ParticipantId, Refusal, RoomId, SlotMap};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

/// Wishes under way to the thread. Full: an offer is refused as overloaded; the others wait in a task of their own.
const WISHES: usize = 1_024;
/// Events under way from the thread. Full: levels are dropped (the next ones mend it), slots and goodbyes wait for a place.
const EVENTS: usize = 1_024;
/// A media port for a crowd wants the largest buffers that the system gives.
const SOCKET_BUFFER: usize = 4 << 20;
/// Beyond this many, offers are refused as overloaded.
const MAX_PEERS: usize = 5_000;

/// How to set the media port up.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    /// The address to listen on.
    pub bind: SocketAddr,
    /// The addresses under which peers reach this server, told to them as candidates. Empty: the bound address, or where
    /// that is unspecified, the address of the default route and loopback.
    pub public: Vec<IpAddr>,
}

/// What the media thread tells.
#[derive(Clone, Debug)]
pub enum MediaEvent {
    /// Slots carry other media.
    Slots {
        /// The room.
        room: RoomId,
        /// What the crew gets.
        crew: SlotMap,
        /// What the audience gets.
        audience: SlotMap,
    },
    /// How loud those on stage are. While the room is not on air this is the crew's alone to know.
    Levels {
        /// The room.
        room: RoomId,
        /// One for each whose sound arrives.
        levels: Vec<Level>,
    },
    /// A media session is gone without having been told to leave.
    Gone {
        /// The room.
        room: RoomId,
        /// Who.
        who: ParticipantId,
    },
}

/// Why the media port cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The socket.
    #[error("the media socket: {0}")]
    Socket(#[from] std::io::Error),
    /// The forwarding unit.
    #[error(transparent)]
    Unit(#[from] houselights_media::SetupError),
}

/// A wish to the thread.
enum Wish {
    Join { room: RoomId, who: ParticipantId, crew: bool, offer: String, answer: oneshot::Sender<Result<String, Refusal>> },
    Leave { room: RoomId, who: ParticipantId },
    Stage { room: RoomId, on_stage: Vec<ParticipantId>, on_air: bool },
    Stop,
}

/// The handle to the media thread. The thread ends after [`Media::stop`], or when every handle is gone.
#[derive(Clone, Debug)]
pub struct Media {
    wishes: mpsc::Sender<Wish>,
    local: SocketAddr,
    tracker: TaskTracker,
}

impl Media {
    /// Opens the port and starts the thread, which `tracker` owns.
    pub async fn start(config: MediaConfig, tracker: &TaskTracker) -> Result<(Self, mpsc::Receiver<MediaEvent>), MediaError> {
        let socket = tokio::net::UdpSocket::bind(config.bind).await?.into_std()?;
        let local = socket.local_addr()?;
        let candidates = candidates(local, &config.public);
        let unit = houselights_media::Sfu::new(
            houselights_media::Config { candidates, max_peers: MAX_PEERS },
            std::time::Instant::now(),
        )?;
        let (wishes, inbox) = mpsc::channel(WISHES);
        let (events, outbox) = mpsc::channel(EVENTS);
        let (ready, opened) = oneshot::channel();
        tracker.spawn_blocking(move || worker::run(socket, unit, inbox, &events, ready));
        opened.await.map_err(|_gone| std::io::Error::other("the media thread ended"))??;
        Ok((Self { wishes, local, tracker: tracker.clone() }, outbox))
    }

    /// Connects a participant to the media of a room: takes the SDP of an offer, answers with an SDP. A new offer replaces the
    /// connection before.
    pub async fn join(&self, room: RoomId, who: ParticipantId, crew: bool, offer: String) -> Result<String, Refusal> {
        let (answer, answered) = oneshot::channel();
        let wish = Wish::Join { room, who, crew, offer, answer };
        self.wishes.try_send(wish).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Refusal::Overloaded,
            mpsc::error::TrySendError::Closed(_) => Refusal::ShuttingDown,
        })?;
        answered.await.map_err(|_gone| Refusal::ShuttingDown)?
    }

    /// Ends a participant's media.
    pub fn leave(&self, room: RoomId, who: ParticipantId) {
        self.wish(Wish::Leave { room, who });
    }

    /// Says who is on stage and whether the audience sees it.
    pub fn stage(&self, room: RoomId, on_stage: Vec<ParticipantId>, on_air: bool) {
        self.wish(Wish::Stage { room, on_stage, on_air });
    }

    /// Ends the thread.
    pub fn stop(&self) {
        self.wish(Wish::Stop);
    }

    /// The port that was bound.
    pub fn local_port(&self) -> u16 {
        self.local.port()
    }

    /// The address that was bound.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    fn wish(&self, wish: Wish) {
        // A full channel means that the thread is behind by a thousand wishes: this one waits rather than is lost. A closed
        // one means that the thread has ended and there is nothing to wish for.
        if let Err(mpsc::error::TrySendError::Full(wish)) = self.wishes.try_send(wish) {
            let wishes = self.wishes.clone();
            self.tracker.spawn(async move {
                let _closed = wishes.send(wish).await;
            });
        }
    }
}

/// Where peers can reach a socket.
fn candidates(local: SocketAddr, public: &[IpAddr]) -> Vec<SocketAddr> {
    let mut addresses = public.to_vec();
    if addresses.is_empty() && local.ip().is_unspecified() {
        addresses.extend(default_route());
        addresses.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
    } else if addresses.is_empty() {
        addresses.push(local.ip());
    }
    addresses.into_iter().map(|address| SocketAddr::new(address, local.port())).collect()
}

/// The address that the system would send from. Connecting a UDP socket sends nothing.
fn default_route() -> Option<IpAddr> {
    // An address of TEST-NET-1 (RFC 5737), which stands for anything beyond the default route.
    let elsewhere = SocketAddr::from(([192, 0, 2, 1], 9));
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(elsewhere).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified() && !address.is_loopback()).then_some(address)
}
