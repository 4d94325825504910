//! What the unit is told at the start, and what it tells of itself.

use std::net::SocketAddr;

use houselights_shared::{DeviceId, Level, ParticipantId, RoomId, SlotMap};

/// How to set the unit up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where peers can reach the socket; told to them as candidates, the first preferred.
    pub candidates: Vec<SocketAddr>,
    /// More are refused as [`houselights_shared::Refusal::Overloaded`].
    pub max_peers: usize,
}

/// Somebody in a room, on one of their devices where they may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seat {
    /// In which room.
    pub room: RoomId,
    /// Who.
    pub who: ParticipantId,
    /// On which device; absent where they have only one.
    pub device: Option<DeviceId>,
}

/// Whose media goes where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Who is on stage, in the order in which they came.
    pub on_stage: Vec<ParticipantId>,
    /// Whether the audience sees it.
    pub on_air: bool,
    /// Of whom only one device is taken, because it is not their only one: which.
    pub senders: Vec<(ParticipantId, DeviceId)>,
}

/// What others should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The slots of a room carry other media than before.
    Slots {
        /// The room.
        room: RoomId,
        /// What the crew gets.
        crew: SlotMap,
        /// What the audience gets.
        audience: SlotMap,
    },
    /// How loud people are; five times a second at most, and once empty when all went quiet.
    Levels {
        /// The room.
        room: RoomId,
        /// Everyone whose sound arrives, as the crew's meters show it: on stage first, then backstage, who never count as speaking.
        crew: Vec<Level>,
        /// Those whom the audience hears.
        audience: Vec<Level>,
    },
    /// A peer is gone without having been told to leave.
    Gone {
        /// Whose it was.
        seat: Seat,
    },
}

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams that belong to no peer: rubbish, strangers, and what came before ICE.
    pub strangers: u64,
    /// Datagrams beyond what a peer may send.
    pub policed: u64,
    /// Media packets taken from publishers.
    pub packets_in: u64,
    /// Key frames asked for.
    pub key_frames_asked: u64,
    /// Panics of sessions, each of which ended one peer.
    pub panics: u64,
}

/// What is held just now; all zero when everyone left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Peers.
    pub peers: usize,
    /// Addresses proven by peers.
    pub paths: usize,
    /// Rooms.
    pub rooms: usize,
    /// Publications.
    pub publications: usize,
    /// Timers.
    pub timers: usize,
}

/// Why the unit cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// No certificate could be made.
    #[error("no DTLS certificate could be made")]
    Certificate,
    /// Nobody could reach the unit.
    #[error("no address to tell to peers")]
    NoCandidates,
}
