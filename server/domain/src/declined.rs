//! Why a command is not done.

use std::time::Duration;

use houselights_shared::{Outcome, Refusal};

/// Why not, and when to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Declined {
    refusal: Refusal,
    retry_after: Option<Duration>,
}

impl Declined {
    /// Not yet.
    pub(crate) const fn for_now(refusal: Refusal, retry_after: Duration) -> Self {
        Self { refusal, retry_after: Some(retry_after) }
    }
}

impl From<Refusal> for Declined {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, retry_after: None }
    }
}

impl From<Declined> for Outcome {
    fn from(Declined { refusal, retry_after }: Declined) -> Self {
        let retry_after_ms = retry_after.map(|wait| u32::try_from(wait.as_millis()).unwrap_or(u32::MAX));
        Self::Refused { refusal, retry_after_ms }
    }
}
