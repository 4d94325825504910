//! Logs that were there before what is said in them was found: they are gone through beside everything else, some entries in one write, so that
//! neither a start nor a room waits for it. How far each is indexed is stored in the write that does it, so it goes on where it was left. What is
//! said meanwhile is indexed as it is written; of a room that somebody looks back in, the rest is done at once (`http/history.rs`).

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    app::App,
    store::{Store, StoreError},
};

/// How long to wait before it is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Whoever indexes logs.
#[derive(Default)]
pub(crate) struct Indexing {
    bell: Notify,
}

impl Indexing {
    /// An event was taken in, with logs.
    pub(crate) fn wake(&self) {
        self.bell.notify_one();
    }
}

/// Indexes what is not indexed, at the start and whenever there is more of it.
pub(crate) async fn run(app: Arc<App>, stop: CancellationToken) {
    loop {
        let indexed = tokio::select! {
            () = stop.cancelled() => return,
            indexed = all_of_them(&app.store) => indexed,
        };
        let again = match indexed {
            Ok(0) => None,
            Ok(rooms) => {
                info!(rooms, "logs of before were indexed");
                None
            }
            Err(error) => {
                warn!(%error, "logs of before are not indexed for now");
                Some(AGAIN)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.indexing.bell.notified() => {}
            () = tokio::time::sleep(again.unwrap_or_default()), if again.is_some() => {}
        }
    }
}

async fn all_of_them(store: &Store) -> Result<usize, StoreError> {
    let mut indexed = 0;
    loop {
        let rooms = store.rooms_to_index().await?;
        if rooms.is_empty() {
            return Ok(indexed);
        }
        for room in rooms {
            while !store.index_more(room).await? {}
            indexed += 1;
        }
    }
}
