//! Setting up a WebRTC connection, once, over the realtime connection; and what its slots carry.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CommandId, ParticipantId, Refusal, RoomId};

/// Standing video slots of every subscriber.
pub const VIDEO_SLOTS: usize = 9;
/// Standing audio slots of every subscriber: the loudest three are heard.
pub const AUDIO_SLOTS: usize = 3;
/// The largest SDP that is read.
pub const MAX_SDP_BYTES: usize = 32 * 1024;

/// Asks for a WebRTC connection to the room's media.
///
/// The offer (RFC 8829) has, in this order: one send-only video and one send-only audio section, then [`VIDEO_SLOTS`]
/// receive-only video and [`AUDIO_SLOTS`] receive-only audio sections, all in one bundle. The server is ICE-lite (RFC 8445,
/// section 2.5), answers with its own candidates and never sends to a candidate that an offer merely names. A login
/// has one media connection: a new offer replaces the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MediaOffer {
    /// Made by the client, to match the answer.
    pub id: CommandId,
    /// The room.
    pub room: RoomId,
    /// The SDP, at most [`MAX_SDP_BYTES`].
    pub sdp: String,
}

/// Answers a [`MediaOffer`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MediaAnswer {
    /// The offer's id.
    pub id: CommandId,
    /// What came of it.
    pub outcome: MediaOutcome,
}

/// What came of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum MediaOutcome {
    /// The connection may be made.
    Answered {
        /// The answer's SDP.
        sdp: String,
    },
    /// It may not.
    Refused {
        /// Why.
        refusal: Refusal,
        /// When to try again, in milliseconds from now, where that helps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        retry_after_ms: Option<u32>,
    },
    /// An outcome of a newer server.
    #[serde(other)]
    Unknown,
}

/// Whose media each standing slot carries, by the order of the receive sections in the offer. An empty slot is silent.
/// A publisher keeps its video slot for as long as it is seen; nobody is sent their own sound, and
/// their own picture only another device of theirs than the one that sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct SlotMap {
    /// [`VIDEO_SLOTS`] entries.
    pub video: Vec<Option<ParticipantId>>,
    /// [`AUDIO_SLOTS`] entries.
    pub audio: Vec<Option<ParticipantId>>,
}

impl Default for SlotMap {
    /// Every slot is silent.
    fn default() -> Self {
        Self { video: vec![None; VIDEO_SLOTS], audio: vec![None; AUDIO_SLOTS] }
    }
}
