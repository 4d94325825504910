//! Where datagrams leave the unit.

use std::net::SocketAddr;

/// Takes datagrams to send, each to an address from which an authenticated STUN request came not long ago.
pub trait Outlet {
    /// Takes a datagram.
    fn send(&mut self, to: SocketAddr, datagram: &[u8]);

    /// Takes a datagram of `length` octets, which `write` writes where it will leave from: what is sealed for one viewer of many is not copied
    /// again. False of `write`: there is none after all.
    fn write(&mut self, to: SocketAddr, length: usize, write: &mut dyn FnMut(&mut [u8]) -> bool) {
        let mut datagram = vec![0; length];
        if write(&mut datagram) {
            self.send(to, &datagram);
        }
    }
}

impl<F: FnMut(SocketAddr, &[u8])> Outlet for F {
    fn send(&mut self, to: SocketAddr, datagram: &[u8]) {
        self(to, datagram);
    }
}
