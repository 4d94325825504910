//! Where uploads are looked at: a few at once, on threads of their own.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Accepted, ImageError, Purpose, accept};

/// Uploads under way, each with its bytes in memory. Full: one more is refused, and tried again by whoever sent it.
const UPLOADS: usize = 16;
/// Pictures that are decoded. Full: the next waits.
const DECODED_AT_ONCE: usize = 2;

/// The desk.
pub(crate) struct Desk {
    uploads: Arc<Semaphore>,
    decoders: Arc<Semaphore>,
}

impl Default for Desk {
    fn default() -> Self {
        Self { uploads: Arc::new(Semaphore::new(UPLOADS)), decoders: Arc::new(Semaphore::new(DECODED_AT_ONCE)) }
    }
}

impl Desk {
    /// A place for an upload, for as long as it is held. Nothing where all are taken.
    pub(crate) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.uploads).try_acquire_owned().ok()
    }

    /// As [`accept`], beside the runtime. Nothing where the server is about to stop, or decoding panicked.
    pub(crate) async fn accept(&self, bytes: bytes::Bytes, purpose: Purpose) -> Option<Result<Accepted, ImageError>> {
        let turn = Arc::clone(&self.decoders).acquire_owned().await.ok()?;
        let looked = move || {
            let accepted = accept(&bytes, purpose);
            // Only now: whoever sent it may have hung up long ago, and the work goes on.
            drop(turn);
            accepted
        };
        tokio::task::spawn_blocking(looked).await.ok()
    }
}
