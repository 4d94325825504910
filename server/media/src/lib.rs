//! Forwards pictures and sound among the people of a room: a selective forwarding unit without I/O and without a clock.
//!
//! Datagrams and the time go in, datagrams and events come out; the socket and the timers are the server's. A login
//! has one WebRTC session with a fixed number of standing receive slots. What a slot carries changes without negotiation:
//! packets of another publisher simply continue the slot's stream.
//!
//! - `peer` is the session (ICE-lite, DTLS-SRTP, RTCP), over `str0m` in RTP mode.
//! - `subscriber` is the packets to a participant, an egress of its own beside the session: `slot` gives them their places, `header` and
//!   `srtp` (with the keys that `handshake` overhears) make them, `resend` keeps them, `report` is RTCP.
//! - `publication` is what someone sends; `allocator` gives video slots, `speaker` audio slots; `room` ties them together.
//! - `directory` tells whose a datagram is, `paths` where a peer is; `offer` is the edge where SDP is read, `answer` writes the slots' part of it, `police` the edge
//!   where datagrams are counted.

mod account;
mod allocator;
mod answer;
mod clock;
mod directory;
mod handshake;
mod header;
mod offer;
mod outlet;
mod paths;
mod peer;
mod police;
mod publication;
mod report;
mod resend;
mod room;
mod sfu;
mod slot;
mod speaker;
mod srtp;
mod subscriber;
mod timers;

pub use account::{Census, Config, Counters, Event, Plan, Seat, SetupError};
pub use outlet::Outlet;
pub use peer::{Datagram, Identity, Sink};
pub use sfu::Sfu;
