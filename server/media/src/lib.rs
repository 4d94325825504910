//! Forwards pictures and sound among the people of a room: a selective forwarding unit without I/O and without a clock.
//!
//! Datagrams and the time go in, datagrams and events come out; the socket and the timers are the server's. A participant
//! has one WebRTC session with a fixed number of standing receive slots. What a slot carries changes without negotiation:
//! packets of another publisher simply continue the slot's stream.
//!
//! - `peer` is the session (ICE-lite, DTLS-SRTP, RTCP), over `str0m` in RTP mode.
//! - `slot` is the packets to a subscriber, and knows nothing of sessions.
//! - `publication` is what someone sends; `allocator` gives video slots, `speaker` audio slots; `room` ties them together.
//! - `offer` is the edge where SDP is read, `answer` writes the slots' part of it, `police` the edge where datagrams are counted.

mod account;
mod allocator;
mod answer;
mod clock;
mod offer;
mod peer;
mod police;
mod publication;
mod room;
mod sfu;
mod slot;
mod speaker;

pub use account::{Census, Config, Counters, Event, SetupError};
pub use peer::{Datagram, Identity, Sink};
pub use sfu::Sfu;
