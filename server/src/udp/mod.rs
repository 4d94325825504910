//! The media socket: one UDP port for everyone's pictures and sound, on a thread of its own.
//!
//! The thread owns the socket and the forwarding unit (`houselights_media::Sfu`); the rest of the server holds a [`Media`],
//! which sends it wishes over a bounded desk, and reads [`MediaEvent`]s. A fault in the thread ends everyone's media connection,
//! is counted and logged, and the thread begins anew.

mod desk;
mod egress;
mod ingress;
mod tally;
#[cfg(test)]
mod tests;
mod worker;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    sync::Arc,
};

pub use houselights_media::{Event as MediaEvent, Identity, Plan, Seat};
use houselights_shared::{Refusal, RoomId};
pub use tally::Figures;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

use desk::{Desk, Join};
use tally::Tally;

/// Events under way from the thread. Full: levels are dropped (the next ones mend it), slots and goodbyes wait for a place.
const EVENTS: usize = 1_024;
/// A media port for a crowd wants the largest buffers that the system gives.
const SOCKET_BUFFER: usize = 4 << 20;

/// How to set the media port up.
#[derive(Clone, Debug)]
pub struct MediaConfig {
    /// The address to listen on.
    pub bind: SocketAddr,
    /// The addresses under which peers reach this server, told to them as candidates. Empty: the bound address, or where
    /// that is unspecified, the address of the default route and loopback.
    pub public: Vec<IpAddr>,
    /// Beyond this many peers, offers are refused as overloaded.
    pub max_peers: usize,
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

/// The handle to the media thread. The thread ends after [`Media::stop`], or when every handle is gone.
#[derive(Clone)]
pub struct Media {
    reins: Arc<Reins>,
    tally: Arc<Tally>,
    local: SocketAddr,
}

/// Let go of by the last handle.
struct Reins(Arc<Desk>);

impl Drop for Reins {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Media {
    /// Opens the port and starts the thread, which `tracker` owns.
    pub async fn start(config: MediaConfig, tracker: &TaskTracker) -> Result<(Self, mpsc::Receiver<MediaEvent>), MediaError> {
        let socket = tokio::net::UdpSocket::bind(config.bind).await?.into_std()?;
        let local = socket.local_addr()?;
        let (desk, tally) = (Arc::<Desk>::default(), Arc::<Tally>::default());
        let (events, outbox) = mpsc::channel(EVENTS);
        let place = worker::Place {
            socket,
            config: houselights_media::Config { candidates: candidates(local, &config.public), max_peers: config.max_peers },
            desk: Arc::clone(&desk),
            events,
            tally: Arc::clone(&tally),
        };
        let (ready, opened) = oneshot::channel();
        tracker.spawn_blocking(move || worker::run(&place, ready));
        opened.await.map_err(|_gone| std::io::Error::other("the media thread ended"))??;
        Ok((Self { reins: Arc::new(Reins(desk)), tally, local }, outbox))
    }

    /// Connects somebody to the media of a room: takes the SDP of an offer, answers with an SDP. A new offer of the same seat replaces the
    /// connection before. It is wished at once, before the answer is waited for.
    pub fn join(&self, identity: Identity, offer: String) -> impl Future<Output = Result<String, Refusal>> + use<'_> {
        let (answer, answered) = oneshot::channel();
        let wished = self.desk().join(Join { identity, offer, answer });
        async move {
            wished?;
            // A thread that ends, or begins anew, answers nobody any more.
            let unanswered = |_| Err(if self.desk().is_closed() { Refusal::ShuttingDown } else { Refusal::Overloaded });
            answered.await.unwrap_or_else(unanswered)
        }
    }

    /// Ends somebody's media.
    pub fn leave(&self, seat: Seat) {
        self.desk().leave(seat);
    }

    /// Says whose media goes where.
    pub fn stage(&self, room: RoomId, plan: Plan) {
        self.desk().stage(room, plan);
    }

    /// Ends the thread.
    pub fn stop(&self) {
        self.desk().close();
    }

    /// What the thread counted; at most about a second old.
    pub fn figures(&self) -> Figures {
        self.tally.figures()
    }

    /// What a fault in the thread would be.
    #[cfg(test)]
    pub(crate) fn panic(&self) {
        self.desk().panic();
    }

    /// The port that was bound.
    pub fn local_port(&self) -> u16 {
        self.local.port()
    }

    /// The address that was bound.
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    fn desk(&self) -> &Desk {
        &self.reins.0
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
