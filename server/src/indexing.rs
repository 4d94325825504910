//! Logs are gone through for what is said in them, beside everything else and many entries in one write, so that neither a start nor a room waits for it:
//! those in which something was said a moment later, and at the start those that the server before left so, from where that was. Whoever looks back in a
//! room has the rest of its log indexed at once (`store/messages.rs`).

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    app::App,
    store::{Store, StoreError},
};

/// What is said within this time is indexed in one write: each would cost more than the log's own.
const TOGETHER: Duration = Duration::from_secs(1);
/// How long to wait before it is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Indexes what is not indexed, at the start and whenever something was said.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = index(&app.store) => {}
    }
}

async fn index(store: &Store) {
    while let Err(error) = store.find_unindexed().await {
        warn!(%error, "which logs are not indexed cannot be read");
        tokio::time::sleep(AGAIN).await;
    }
    let left = store.unindexed().len();
    if left > 0 {
        info!(rooms = left, "logs of before are being indexed");
    }
    loop {
        match all_of_them(store).await {
            Ok(()) => store.fell_behind().await,
            Err(error) => {
                warn!(%error, "logs are not indexed for now");
                tokio::time::sleep(AGAIN).await;
            }
        }
        tokio::time::sleep(TOGETHER).await;
    }
}

async fn all_of_them(store: &Store) -> Result<(), StoreError> {
    let mut outcome = Ok(());
    for room in store.unindexed() {
        // One that cannot be read keeps no other from it.
        let indexed = async {
            while !store.index_more(room).await? {}
            Ok(())
        };
        outcome = outcome.and(indexed.await);
    }
    outcome
}
