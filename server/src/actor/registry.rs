//! Which rooms are in memory, and their tasks.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::FutureExt;
use houselights_shared::RoomId;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::error;

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
    pub(crate) fn room(self: &Arc<Self>, room: RoomId) -> RoomHandle {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = rooms.get(&room) {
            return handle.clone();
        }
        let (mail, mailbox) = mpsc::channel(MAILBOX);
        let (tell, told) = mpsc::channel(QUEUED);
        let handle = RoomHandle { id: room, mail, tell: tell.clone() };
        let task = RoomTask::new(room, self.store.clone(), self.media.clone(), Arc::clone(&self.metrics), tell);
        let fan_out = FanOut::new(room, Arc::clone(&self.metrics));
        // The room's two tasks end together.
        let life = self.stop.child_token();
        self.watch(room, task.run(mailbox, life.clone()), life.clone());
        self.watch(room, fan_out.run(told, life.clone()), life);
        rooms.insert(room, handle.clone());
        self.metrics.rooms.set(rooms.len() as f64);
        handle
    }

    /// Runs one of a room's tasks. Where it panics the room ends, its connections come back, and the next knock reads its
    /// log again: what was acknowledged is there.
    fn watch(self: &Arc<Self>, room: RoomId, task: impl Future<Output = ()> + Send + 'static, life: CancellationToken) {
        let registry = Arc::clone(self);
        self.tasks.spawn(async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                error!(room.id = %room, "a room's task panicked: the room starts again");
                registry.metrics.panics.increment(1);
                registry.forget(room);
            }
            life.cancel();
        });
    }

    fn forget(&self, room: RoomId) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.remove(&room);
        self.metrics.rooms.set(rooms.len() as f64);
    }

    /// The way to a room that is in memory already.
    pub(crate) fn running(&self, room: RoomId) -> Option<RoomHandle> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).get(&room).cloned()
    }
}
