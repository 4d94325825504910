//! Receiving: many datagrams in one system call, and several of one sender in one buffer (receive offload).

use std::{
    io::{self, IoSliceMut},
    net::{IpAddr, SocketAddr},
};

use quinn_udp::{RecvMeta, UdpSocketState};
use tokio::{io::Interest, net::UdpSocket};

/// Nothing of ours is longer than an Ethernet frame.
const DATAGRAM_BYTES: usize = 1_500;

/// The most that receive offload joins.
const JOINED_BYTES: usize = 65_536;
/// Buffers in one system call: each must hold what receive offload may join, so that more would be megabytes.
const BUFFERS: usize = 4;

/// Buffers to receive into.
pub(super) struct Ingress {
    bytes: Vec<u8>,
    each: usize,
    metas: Vec<RecvMeta>,
}

impl Ingress {
    pub(super) fn new(state: &UdpSocketState) -> Self {
        let each = (DATAGRAM_BYTES * state.gro_segments()).min(JOINED_BYTES);
        Self { bytes: vec![0; each * BUFFERS], each, metas: vec![RecvMeta::default(); BUFFERS] }
    }

    /// Hands over what the socket has, one system call's worth. None: it had nothing.
    pub(super) fn receive(
        &mut self,
        socket: &UdpSocket,
        state: &UdpSocketState,
        mut take: impl FnMut(SocketAddr, Option<IpAddr>, &[u8]),
    ) -> io::Result<()> {
        let mut slices: Vec<IoSliceMut<'_>> = self.bytes.chunks_mut(self.each).map(IoSliceMut::new).collect();
        let metas = &mut self.metas;
        let count = socket.try_io(Interest::READABLE, || state.recv(socket.into(), &mut slices, metas))?;
        for (meta, slice) in metas.iter().zip(&slices).take(count) {
            let stride = if meta.stride == 0 { meta.len } else { meta.stride };
            // Nothing can be sent to port 0, and whoever writes from there is no client.
            if stride == 0 || meta.addr.port() == 0 {
                continue;
            }
            for datagram in slice.get(..meta.len).unwrap_or_default().chunks(stride) {
                take(meta.addr, meta.dst_ip, datagram);
            }
        }
        Ok(())
    }
}
