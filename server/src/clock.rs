//! The one place where the server reads the wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use houselights_shared::Timestamp;

/// Now.
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::default().plus(since_epoch)
}
