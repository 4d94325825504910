//! Sending: datagrams of one size to one address share a system call (UDP segmentation offload), where the system has it.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
};

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
    segment: usize,
    bytes: Vec<u8>,
    segments: usize,
    /// A shorter segment ends a batch.
    ended: bool,
    /// Datagrams that the system did not take.
    pub(super) lost: u64,
    pub(super) sent: u64,
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

    /// Adds a datagram; sends what was gathered if this one does not go with it.
    pub(super) fn push(&mut self, to: SocketAddr, datagram: &[u8]) {
        let batch = &*self.batch;
        let fits = batch.to == Some(to)
            && !batch.ended
            && datagram.len() <= batch.segment
            && batch.segments < self.state.max_gso_segments()
            && batch.bytes.len() + datagram.len() <= MAX_BATCH_BYTES;
        if !fits {
            self.flush();
            self.batch.to = Some(to);
            self.batch.segment = datagram.len();
        }
        let batch = &mut *self.batch;
        batch.ended = datagram.len() < batch.segment;
        batch.segments += 1;
        batch.bytes.extend_from_slice(datagram);
    }

    /// Sends what was gathered.
    pub(super) fn flush(&mut self) {
        let batch = &mut *self.batch;
        let Some(destination) = batch.to.take() else { return };
        let transmit = Transmit {
            destination,
            ecn: None,
            contents: &batch.bytes,
            segment_size: (batch.segments > 1).then_some(batch.segment),
            src_ip: self.spoken_to.get(&destination).copied(),
        };
        // A full socket buffer loses the batch, as the network would: subscribers ask again for what they miss.
        match send(self.socket, self.state, &transmit) {
            Ok(()) => batch.sent += batch.segments as u64,
            Err(_refused) => batch.lost += batch.segments as u64,
        }
        batch.bytes.clear();
        batch.segments = 0;
        batch.ended = false;
    }
}

fn send(socket: &UdpSocket, state: &UdpSocketState, transmit: &Transmit<'_>) -> io::Result<()> {
    let attempt = || socket.try_io(tokio::io::Interest::WRITABLE, || state.try_send(socket.into(), transmit));
    let before = state.max_gso_segments();
    let sent = attempt();
    // Where the interface cannot do segmentation, the first attempt finds out and turns it off.
    if sent.is_err()
        && state.max_gso_segments() < before
        && let Some(size) = transmit.segment_size
    {
        for segment in transmit.contents.chunks(size) {
            let one = Transmit { contents: segment, segment_size: None, ..transmit.clone() };
            socket.try_io(tokio::io::Interest::WRITABLE, || state.try_send(socket.into(), &one))?;
        }
        return Ok(());
    }
    sent
}
