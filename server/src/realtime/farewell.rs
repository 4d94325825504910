//! How a connection ends.

use std::time::Duration;

use houselights_shared::{Refusal, Refused};
use tokio::time::timeout;

use super::{connection::OVERLOADED_FOR_MS, outbox::Outbox};

/// How long the last frames may take, and the client's own close after that.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why a connection ends.
pub(super) enum End {
    /// The client has gone, or was told already.
    Gone,
    /// The client is told.
    Refused(Refusal, Option<u32>),
    /// The doors are shut to the client, and it is told why.
    Shut(Refused),
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal, None)
    }
}

/// Those who come back after a restart do not all come at once.
pub(super) fn shutting_down(outbox: &Outbox) -> End {
    End::Refused(Refusal::ShuttingDown, Some(250 + outbox.id().spread(2_000)))
}

/// The room starts again at the next knock; not everybody knocks at once.
pub(super) fn room_ended(outbox: &Outbox) -> End {
    End::Refused(Refusal::Overloaded, Some(250 + outbox.id().spread(OVERLOADED_FOR_MS)))
}

/// Says why, if there is something to say, and gives the client a moment to read it: closing a socket with unread input
/// would throw away what is on its way out.
pub(super) async fn part(outbox: &Outbox, end: End) {
    match end {
        End::Gone => {}
        End::Refused(refusal, retry_after_ms) => outbox.close(refusal, retry_after_ms),
        End::Shut(refused) => outbox.close_with(refused),
    }
    if outbox.is_ending() {
        let told = timeout(FAREWELL, outbox.flush()).await;
        if matches!(told, Ok(Ok(()))) {
            let _ = timeout(FAREWELL, drained(outbox)).await;
        }
    }
    outbox.abandon();
}

/// Until the client closes its side.
async fn drained(outbox: &Outbox) {
    let mut scrap = [0; 1024];
    while outbox.stream().readable().await.is_ok() {
        match outbox.stream().try_read(&mut scrap) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}
