//! The stage: the show's phase, the scene in preview and the scene on program.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ParticipantId, Timestamp};

/// The most people on stage at once: one for each video slot.
pub const MAX_ON_STAGE: usize = crate::VIDEO_SLOTS;

/// For how long an end can be undone.
pub const UNDO_END_WINDOW: Duration = Duration::from_mins(1);

/// Where the show stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// Not yet on air: the crew sees the stage, the audience a slate.
    #[default]
    Rehearsal,
    /// On air.
    Live {
        /// Since when.
        since: Timestamp,
    },
    /// Over. Until `undo_until` the end can be taken back.
    Ended {
        /// When it went live, so that an undo goes on as if nothing had been.
        since: Timestamp,
        /// When it ended.
        at: Timestamp,
        /// The last moment of an undo.
        undo_until: Timestamp,
    },
    /// A phase of a newer server.
    #[serde(other)]
    Unknown,
}

/// How a scene divides the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// One person fills the picture.
    #[default]
    Solo,
    /// Two, of the same size.
    SideBySide,
    /// Up to nine, in rows.
    Grid,
    /// A layout of a newer server; drawn as a grid.
    #[serde(other)]
    Unknown,
}

impl Layout {
    /// How many seats the layout has at most.
    pub const fn seats(self) -> usize {
        match self {
            Self::Solo => 1,
            Self::SideBySide => 2,
            Self::Grid | Self::Unknown => MAX_ON_STAGE,
        }
    }
}

/// One change of a scene, made to the scene as it stands when the room hears of it: so two producers, or two quick hands, do not
/// undo each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum SceneEdit {
    /// The same people in another layout, as many as it seats.
    Divide {
        /// The layout.
        layout: Layout,
    },
    /// Someone onto a seat. Who has a seat already changes places with who sits there.
    Seat {
        /// Which, from 0.
        seat: u8,
        /// Whom.
        participant: ParticipantId,
    },
    /// Nobody on a seat.
    Empty {
        /// Which, from 0.
        seat: u8,
    },
    /// Someone onto the first free seat; where none is free, onto the last, in place of who sits there.
    Add {
        /// Whom.
        participant: ParticipantId,
    },
    /// Someone out of the scene.
    Remove {
        /// Whom.
        participant: ParticipantId,
    },
    /// A change of a newer client; refused with [`SceneInvalid`](crate::Refusal::SceneInvalid).
    #[serde(other)]
    Unknown,
}

/// Who sits where. A seat may be empty; nobody has two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Scene {
    /// How the picture is divided.
    #[serde(default)]
    pub layout: Layout,
    /// From left to right, from top to bottom; at most [`Layout::seats`].
    #[serde(default)]
    pub seats: Vec<Option<ParticipantId>>,
}
