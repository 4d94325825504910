//! The protocol's version, agreed at Hello.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Refusal;

/// A version of the protocol. Code never compares its number: it asks a named question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Version(u32);

impl Version {
    /// What this build speaks.
    pub const CURRENT: Self = Self(1);
    /// The oldest that this build still serves.
    const OLDEST: Self = Self(1);

    /// From its number, as a peer states it.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// What both sides speak: the older of the two.
    ///
    /// # Errors
    /// [`Refusal::VersionUnsupported`] when the peer is older than this build still serves.
    pub fn agree(self, theirs: Self) -> Result<Self, Refusal> {
        let common = Self(self.0.min(theirs.0));
        if common.0 < Self::OLDEST.0 { Err(Refusal::VersionUnsupported) } else { Ok(common) }
    }
}
