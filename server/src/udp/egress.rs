//! Sending: datagrams of one size to one address share a system call (UDP segmentation offload), where the system has it.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
};

use houselights_media::Outlet;
use quinn_udp::{Transmit, UdpSocketState};
use tokio::net::UdpSocket;

/// The most that goes into one system call: what fits a UDP datagram before it is cut into segments.
const MAX_BATCH_BYTES: usize = 65_000;

/// Gathers datagrams and sends them.
pub(super) struct Egress<'a> {
    socket: &'a UdpSocket,
    state: &'a UdpSocketState,
    /// At which of our addresses a peer spoke to us: answers leave from there.
    spoken_to: &'a HashMap<SocketAddr, IpAddr>,
    batch: &'a mut Batch,
}

/// What is gathered.
#[derive(Default)]
pub(super) struct Batch {
    to: Option<SocketAddr>,
    from: Option<IpAddr>,
    segment: usize,
    /// Written over by the next batch: what lies beyond `length` is of earlier ones.
    bytes: Vec<u8>,
    length: usize,
    segments: usize,
    /// A shorter segment ends a batch.
    ended: bool,
    /// Datagrams that the system did not take.
    pub(super) lost: u64,
    pub(super) sent: u64,
    /// Segmentation was turned off without a reason: the socket's state is to be made anew.
    pub(super) misjudged: bool,
    /// Who spoke last, and to which of our addresses: answers go out before the path is known.
    speaker: Option<(SocketAddr, IpAddr)>,
}

impl<'a> Egress<'a> {
    pub(super) fn new(
        socket: &'a UdpSocket,
        state: &'a UdpSocketState,
        spoken_to: &'a HashMap<SocketAddr, IpAddr>,
        batch: &'a mut Batch,
    ) -> Self {
        Self { socket, state, spoken_to, batch }
    }

    /// Who spoke just now, and to which of our addresses.
    pub(super) fn spoken(&mut self, speaker: Option<(SocketAddr, IpAddr)>) {
        self.batch.speaker = speaker;
    }

    /// Makes a place for a datagram behind those that it goes with; sends what was gathered if it does not.
    fn place(&mut self, to: SocketAddr, length: usize) -> Option<&mut [u8]> {
        let batch = &*self.batch;
        let fits = batch.to == Some(to)
            && !batch.ended
            && length <= batch.segment
            && batch.segments < self.state.max_gso_segments()
            && batch.length + length <= MAX_BATCH_BYTES;
        if !fits {
            self.flush();
            self.batch.to = Some(to);
            let speaker = self.batch.speaker.filter(|(address, _)| *address == to).map(|(_, at)| at);
            self.batch.from = speaker.or_else(|| self.spoken_to.get(&to).copied());
            self.batch.segment = length;
        }
        let batch = &mut *self.batch;
        let end = batch.length + length;
        if batch.bytes.len() < end {
            batch.bytes.resize(end, 0);
        }
        batch.bytes.get_mut(batch.length..end)
    }

    fn placed(&mut self, length: usize) {
        let batch = &mut *self.batch;
        batch.ended = length < batch.segment;
        batch.segments += 1;
        batch.length += length;
    }

    /// Sends what was gathered.
    pub(super) fn flush(&mut self) {
        let batch = &mut *self.batch;
        let Some(destination) = batch.to.take().filter(|_| batch.segments > 0) else { return };
        let transmit = Transmit {
            destination,
            ecn: None,
            contents: batch.bytes.get(..batch.length).unwrap_or_default(),
            segment_size: (batch.segments > 1).then_some(batch.segment),
            src_ip: batch.from,
        };
        let segments = self.state.max_gso_segments();
        // A full socket buffer loses the batch, as the network would: subscribers ask again for what they miss.
        match send(self.socket, self.state, &transmit) {
            Ok(()) => batch.sent += batch.segments as u64,
            Err(_refused) => batch.lost += batch.segments as u64,
        }
        // One datagram that cannot be sent tells nothing of segmentation, but turns it off as well.
        batch.misjudged |= batch.segments == 1 && self.state.max_gso_segments() < segments;
        batch.length = 0;
        batch.segments = 0;
        batch.ended = false;
    }
}

impl Outlet for Egress<'_> {
    fn send(&mut self, to: SocketAddr, datagram: &[u8]) {
        self.write(to, datagram.len(), &mut |place| {
            place.copy_from_slice(datagram);
            true
        });
    }

    fn write(&mut self, to: SocketAddr, length: usize, write: &mut dyn FnMut(&mut [u8]) -> bool) {
        if self.place(to, length).is_some_and(write) {
            self.placed(length);
        }
    }
}

/// Not through the runtime's readiness: after one refusal it would try nothing more for the rest of the turn.
fn send(socket: &UdpSocket, state: &UdpSocketState, transmit: &Transmit<'_>) -> io::Result<()> {
    let before = state.max_gso_segments();
    let sent = state.try_send(socket.into(), transmit);
    // Where the interface cannot do segmentation, the first attempt finds out and turns it off.
    if sent.is_err()
        && state.max_gso_segments() < before
        && let Some(size) = transmit.segment_size
    {
        for segment in transmit.contents.chunks(size) {
            let one = Transmit { contents: segment, segment_size: None, ..transmit.clone() };
            state.try_send(socket.into(), &one)?;
        }
        return Ok(());
    }
    sent
}
