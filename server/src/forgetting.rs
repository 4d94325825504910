//! What was erased is out of the tables at once, and a while later out of the log of the database: somebody may be reading it, such as whoever makes
//! a copy. The erasure is done by then; emptying the log is tried again until nobody is in the way, and after a start, too.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{app::App, store::Store};

/// How long to wait before it is tried again: whoever writes waits for as long as it is tried.
const AGAIN: Duration = Duration::from_secs(5);

/// Whoever empties the log.
#[derive(Default)]
pub(crate) struct Forgetting {
    bell: Notify,
}

impl Forgetting {
    /// Leaves nothing of what was erased or deleted: at once where that can be, else later.
    pub(crate) async fn forget(&self, store: &Store) {
        if store.leave_no_trace().await.is_err() {
            self.bell.notify_one();
        }
    }
}

/// Empties the log until that is done, whenever it was left to be done.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) {
    let mut is_told = false;
    loop {
        match app.store.leave_no_trace().await {
            Ok(()) => {
                if std::mem::take(&mut is_told) {
                    info!("what was erased is out of the database's log");
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = app.forgetting.bell.notified() => {}
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut is_told, true) {
                    warn!(%error, "what was erased stays in the database's log until it can be emptied");
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(AGAIN) => {}
                }
            }
        }
    }
}
