//! Who is banned from an event: a room decides it and stores it with its log, and here those follow who are connected.

use std::sync::Arc;

use houselights_shared::ParticipantId;
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Bans that wait to be followed. Full: the room that bans waits.
pub(crate) const WAITING: usize = 1_024;

/// Who, and whether they are banned from now on.
pub(crate) type Ban = (ParticipantId, bool);

/// Follows bans until the server stops.
pub(crate) async fn run(app: Arc<App>, bans: Arc<Mutex<mpsc::Receiver<Ban>>>, stop: CancellationToken) {
    let mut bans = bans.lock().await;
    while let Some(Some((participant, banned))) = stop.run_until_cancelled(bans.recv()).await {
        if banned {
            app.banned(participant);
        } else {
            app.unbanned(participant);
        }
    }
}
