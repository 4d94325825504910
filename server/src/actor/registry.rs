//! Which rooms are in memory, and their tasks.

use std::{
    collections::{HashMap, hash_map::Entry},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use houselights_shared::{ParticipantId, RoomId, Timestamp};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::error;

use super::{Mail, RoomHandle, mailbox::mailbox, room::RoomTask};
use crate::{
    clock::Clock,
    inbox::Inboxes,
    media_link::MediaLink,
    metrics::Metrics,
    realtime::{FanOut, QUEUED, Reactions},
    store::Store,
};

/// What every room works with.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) store: Store,
    pub(crate) media: MediaLink,
    pub(crate) inboxes: Inboxes,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) clock: Clock,
    /// Where the event hears who is banned from it by a room, or not any more.
    pub(crate) bans: mpsc::Sender<(ParticipantId, bool)>,
    /// How long a room stays in memory in which nobody is and nothing happens.
    pub(crate) idle_for: Duration,
}

/// The rooms in memory. A room starts at the first knock and reads its log then; when it has been empty for a while it goes.
pub(crate) struct Registry {
    rooms: Mutex<HashMap<RoomId, RoomHandle>>,
    house: Surroundings,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Registry {
    pub(crate) fn new(house: Surroundings, tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self { rooms: Mutex::default(), house, tasks, stop }
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, RoomHandle>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The way to a room, which must be one that the store knows.
    pub(crate) fn room(self: &Arc<Self>, room: RoomId) -> RoomHandle {
        let mut rooms = self.rooms();
        if let Some(handle) = rooms.get(&room) {
            return handle.clone();
        }
        let (mail, mailbox) = mailbox();
        let (tell, told) = mpsc::channel(QUEUED);
        // The room's two tasks end together.
        let life = self.stop.child_token();
        let reactions = Arc::new(Reactions::default());
        let handle = RoomHandle {
            id: room,
            mail,
            tell: tell.clone(),
            reactions: Arc::clone(&reactions),
            rosters: Arc::default(),
            life: life.clone(),
        };
        let task = RoomTask::new(room, self.house.clone(), (tell, Arc::clone(&reactions)));
        let fan_out = FanOut::new(room, Arc::clone(&self.house.metrics), reactions);
        let registry = Arc::clone(self);
        let of_this = handle.clone();
        let leave_memory = move || registry.forget(&of_this);
        self.watch(&handle, task.run(mailbox, life.clone(), leave_memory));
        self.watch(&handle, fan_out.run(told, life));
        rooms.insert(room, handle.clone());
        self.house.metrics.rooms.set(rooms.len() as f64);
        handle
    }

    /// Runs one of a room's tasks. Where it panics the room ends, its connections come back, and the next knock reads its
    /// log again: what was acknowledged is there.
    fn watch(self: &Arc<Self>, room: &RoomHandle, task: impl Future<Output = ()> + Send + 'static) {
        let (registry, room) = (Arc::clone(self), room.clone());
        self.tasks.spawn(async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                error!(room.id = %room.id, "a room's task panicked: the room starts again");
                registry.house.metrics.panics.increment(1);
                registry.forget(&room);
            }
            room.life.cancel();
        });
    }

    /// From now on a knock starts the room anew.
    fn forget(&self, room: &RoomHandle) {
        let mut rooms = self.rooms();
        // What started anew meanwhile is another.
        if let Entry::Occupied(entry) = rooms.entry(room.id)
            && entry.get().mail.is_same(&room.mail)
        {
            entry.remove();
        }
        self.house.metrics.rooms.set(rooms.len() as f64);
    }

    /// The logs of these rooms were changed: those that are in memory have read them again when this returns.
    pub(crate) async fn reread(&self, rooms: &[RoomId]) {
        for room in rooms {
            if let Some(room) = self.running(*room) {
                let (read, mut is_read) = mpsc::channel(1); // nothing is ever sent
                // Where it has ended meanwhile, it reads its log at the next knock.
                room.deliver(Mail::Reread { _read: read }).await;
                is_read.recv().await;
            }
        }
    }

    /// What is planned for these rooms may be something else now: those that are in memory look.
    pub(crate) async fn replan(&self, rooms: impl IntoIterator<Item = RoomId>) {
        for room in rooms {
            if let Some(room) = self.running(room) {
                // Where it has ended meanwhile, it looks at the next knock.
                room.deliver(Mail::Replan).await;
            }
        }
    }

    /// Now, by the clock that rooms and their clients go by.
    pub(crate) fn now(&self) -> Timestamp {
        self.house.clock.now()
    }

    /// How much mail waits in the room where the most does.
    pub(crate) fn fullest(&self) -> usize {
        self.rooms().values().map(|room| room.mail.waiting()).max().unwrap_or_default()
    }

    /// Somebody may not be in any room of their event any more: where they are, or have a place, they have it no longer.
    pub(crate) async fn expel(&self, participant: ParticipantId) {
        let rooms: Vec<_> = self.rooms().values().cloned().collect();
        for room in rooms {
            // Where it has ended meanwhile nobody is in it.
            room.deliver(Mail::Expel(participant)).await;
        }
    }

    /// Whether no room is in memory.
    pub(crate) fn is_empty(&self) -> bool {
        self.rooms().is_empty()
    }

    /// The way to a room that is in memory already.
    pub(crate) fn running(&self, room: RoomId) -> Option<RoomHandle> {
        self.rooms().get(&room).cloned()
    }
}
