//! Which rooms are in memory, and their tasks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use houselights_shared::RoomId;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{MAILBOX, RoomHandle, room::RoomTask};
use crate::{
    media_link::MediaLink,
    metrics::Metrics,
    realtime::{FanOut, QUEUED},
    store::Store,
};

/// The rooms in memory. A room starts at the first knock and reads its log then.
pub(crate) struct Registry {
    rooms: Mutex<HashMap<RoomId, RoomHandle>>,
    store: Store,
    media: MediaLink,
    metrics: Arc<Metrics>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Registry {
    pub(crate) fn new(
        store: Store,
        media: MediaLink,
        metrics: Arc<Metrics>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        Self { rooms: Mutex::default(), store, media, metrics, tasks, stop }
    }

    /// The way to a room, which must be one that the store knows.
    pub(crate) fn room(&self, room: RoomId) -> RoomHandle {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = rooms.get(&room) {
            return handle.clone();
        }
        let (mail, mailbox) = mpsc::channel(MAILBOX);
        let (tell, told) = mpsc::channel(QUEUED);
        let handle = RoomHandle { id: room, mail, tell: tell.clone() };
        let task = RoomTask::new(room, self.store.clone(), self.media.clone(), Arc::clone(&self.metrics), tell);
        self.tasks.spawn(task.run(mailbox, self.stop.clone()));
        self.tasks.spawn(FanOut::new(room, Arc::clone(&self.metrics)).run(told, self.stop.clone()));
        rooms.insert(room, handle.clone());
        self.metrics.rooms.set(rooms.len() as f64);
        handle
    }

    /// The way to a room that is in memory already.
    pub(crate) fn running(&self, room: RoomId) -> Option<RoomHandle> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).get(&room).cloned()
    }
}
