//! Has what is said in the room kept on this computer, so that it is found at once and without a server.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use houselights_shared::{RoomId, ServerFrame, Update, UpdateBody};
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::store::{Heard, Place, Store};

/// What was heard and is not kept yet. Full: it is let go, and with it all that is kept of the room, which would not be true any more.
const WAITING: usize = 256;
/// What is heard within so long is kept together: a disk is not written to at every word.
pub(super) const GATHERED: Duration = Duration::from_secs(1);

/// Listens.
#[derive(Debug)]
pub(super) struct Memory {
    heard: mpsc::Sender<(RoomId, Heard)>,
    missed: AtomicBool,
    so_far: Arc<SoFar>,
}

#[derive(Debug, Default)]
struct SoFar {
    /// How often something changed that was said before.
    changes: AtomicU64,
    /// How much was taken in.
    heard: AtomicU64,
    /// Whether the room is connected to; what it said meanwhile may still be on its way.
    is_connected: AtomicBool,
    /// The room of which everything was taken in that was said in it, up to now.
    hears: Mutex<Option<RoomId>>,
    /// Something could neither be kept nor what is kept without it thrown away.
    is_untrue: AtomicBool,
    /// What was taken in is to be kept without waiting for more.
    at_once: Notify,
}

impl SoFar {
    fn hears(&self, room: Option<RoomId>) {
        *self.hears.lock().unwrap_or_else(PoisonError::into_inner) = room;
    }
}

/// How far what is heard is kept.
#[derive(Clone, Debug)]
pub(super) struct Keeping {
    so_far: Arc<SoFar>,
    /// How much of what was taken in.
    kept: watch::Receiver<u64>,
}

impl Keeping {
    /// How often something changed that was said before: what was asked for meanwhile may be of before or after.
    pub(super) fn changes(&self) -> u64 {
        self.so_far.changes.load(Ordering::SeqCst)
    }

    /// Whether the connection stands.
    pub(super) fn is_connected(&self) -> bool {
        self.so_far.is_connected.load(Ordering::SeqCst)
    }

    /// Has everything kept that was heard. Whether what is kept of a room is as it stands there now, and not as it stood when one was in it last.
    pub(super) async fn is_current(&self, room: RoomId) -> bool {
        let heard = self.so_far.heard.load(Ordering::SeqCst);
        let mut kept = self.kept.clone();
        if *kept.borrow_and_update() < heard {
            self.so_far.at_once.notify_one();
            if kept.wait_for(|kept| *kept >= heard).await.is_err() {
                return false;
            }
        }
        !self.so_far.is_untrue.load(Ordering::SeqCst)
            && *self.so_far.hears.lock().unwrap_or_else(PoisonError::into_inner) == Some(room)
    }
}

/// What is to be kept, for [`keep`].
#[derive(Debug)]
pub(super) struct Listened {
    heard: mpsc::Receiver<(RoomId, Heard)>,
    so_far: Arc<SoFar>,
    kept: watch::Sender<u64>,
    /// What is heard within so long is kept together.
    gathered: Duration,
}

impl Memory {
    pub(super) fn new(gathered: Duration) -> (Self, Listened, Keeping) {
        let (heard, listened) = mpsc::channel(WAITING);
        let (so_far, (kept, told)) = (Arc::<SoFar>::default(), watch::channel(0));
        let listened = Listened { heard: listened, so_far: Arc::clone(&so_far), kept, gathered };
        let keeping = Keeping { so_far: Arc::clone(&so_far), kept: told };
        (Self { heard, missed: AtomicBool::new(false), so_far }, listened, keeping)
    }

    /// Whether the connection stands. Without it nothing is heard any more, until the room is told of again.
    pub(super) fn connected(&self, is_connected: bool) {
        self.so_far.is_connected.store(is_connected, Ordering::SeqCst);
        if !is_connected {
            self.so_far.hears(None);
        }
    }

    /// Never blocks.
    pub(super) fn hear(&self, frame: &ServerFrame) {
        let (room, heard) = match frame {
            ServerFrame::Snapshot(snapshot) => (snapshot.room, Heard::Snapshot(Box::new(snapshot.clone()))),
            ServerFrame::Updates(batch) => {
                let said = batch.updates.iter().filter(|update| is_of_chat(update)).cloned().collect();
                (batch.room, Heard::Updates(said))
            }
            ServerFrame::Welcome(_)
            | ServerFrame::Refused(_)
            | ServerFrame::Reply(_)
            | ServerFrame::Inbox(_)
            | ServerFrame::Mine(_)
            | ServerFrame::Waiting { .. }
            | ServerFrame::Signal(_)
            | ServerFrame::Media(_)
            | ServerFrame::Pong { .. }
            | ServerFrame::Unknown => return,
        };
        let only_adds = |update: &Update| matches!(update.body, UpdateBody::MessageSent { .. });
        if !matches!(&heard, Heard::Updates(updates) if updates.iter().all(only_adds)) {
            self.so_far.changes.fetch_add(1, Ordering::SeqCst);
        }
        let is_nothing = matches!(&heard, Heard::Updates(updates) if updates.is_empty());
        if !is_nothing {
            let goes_on = !self.missed.load(Ordering::SeqCst) || self.take_in(room, Heard::Missed);
            self.missed.store(!goes_on || !self.take_in(room, heard), Ordering::SeqCst);
        }
        self.so_far.hears(Some(room).filter(|_| !self.missed.load(Ordering::SeqCst)));
    }

    fn take_in(&self, room: RoomId, heard: Heard) -> bool {
        let is_taken = self.heard.try_send((room, heard)).is_ok();
        self.so_far.heard.fetch_add(u64::from(is_taken), Ordering::SeqCst);
        is_taken
    }
}

/// Whether something was said by it, or what was said is changed.
fn is_of_chat(update: &Update) -> bool {
    matches!(
        update.body,
        UpdateBody::MessageSent { .. }
            | UpdateBody::MessageEdited { .. }
            | UpdateBody::MessageRemoved { .. }
            | UpdateBody::MessageHidden { .. }
            | UpdateBody::MessageShown { .. }
    )
}

/// Keeps what is heard for a login until nobody listens any more; once `stop` is asked for, without waiting for more.
pub(super) async fn keep(store: Store, login: String, mut listened: Listened, stop: CancellationToken) {
    while let Some((mut room, first)) = listened.heard.recv().await {
        let more = async {
            tokio::select! {
                () = tokio::time::sleep(listened.gathered) => {}
                () = listened.so_far.at_once.notified() => {}
            }
        };
        let _ = stop.run_until_cancelled(more).await;
        let (mut heard, mut count) = (vec![first], 1);
        while let Ok((of, more)) = listened.heard.try_recv() {
            if of != room {
                keep_of(&store, &login, (room, std::mem::take(&mut heard)), &listened.so_far).await;
                room = of;
            }
            heard.push(more);
            count += 1;
        }
        keep_of(&store, &login, (room, heard), &listened.so_far).await;
        listened.kept.send_modify(|kept| *kept += count);
    }
}

/// Where it cannot be kept, what is kept lacks it and is thrown away; and where not even that can be, before anything else is kept.
async fn keep_of(store: &Store, login: &str, (room, mut heard): (RoomId, Vec<Heard>), so_far: &SoFar) {
    let place = Place { login: login.to_owned(), room };
    if so_far.is_untrue.load(Ordering::SeqCst) {
        heard.insert(0, Heard::Missed);
    }
    let is_kept = store.keep_heard(place.clone(), heard).await.is_ok();
    let is_true = is_kept || store.keep_heard(place, vec![Heard::Missed]).await.is_ok();
    so_far.is_untrue.store(!is_true, Ordering::SeqCst);
}

#[cfg(test)]
mod tests {
    use houselights_shared::{Seq, Snapshot, Timestamp, UpdateBatch};
    use tokio_util::task::TaskTracker;

    use super::*;

    fn went_live(room: RoomId) -> ServerFrame {
        let update = Update { room, seq: Seq::new(1), at: Timestamp::default(), by: None, body: UpdateBody::WentLive };
        ServerFrame::Updates(UpdateBatch { room, updates: vec![update] })
    }

    fn removed(room: RoomId, seq: u64) -> ServerFrame {
        let message = houselights_shared::MessageId::random();
        let body = UpdateBody::MessageRemoved { message };
        let update = Update { room, seq: Seq::new(seq), at: Timestamp::default(), by: None, body };
        ServerFrame::Updates(UpdateBatch { room, updates: vec![update] })
    }

    fn said(room: RoomId, seq: u64) -> ServerFrame {
        let text = format!(
            r#"{{"room":"{room}","seq":{seq},"at":0,"body":{{"what":"message_sent","message":
            {{"id":"{}","author":"{}","name":"Ada","role":"attendee","at":0,"text":"Hello"}}}}}}"#,
            houselights_shared::MessageId::random(),
            houselights_shared::ParticipantId::random(),
        );
        ServerFrame::Updates(UpdateBatch { room, updates: vec![serde_json::from_str(&text).unwrap()] })
    }

    #[test]
    fn what_cannot_be_taken_in_makes_the_room_begin_anew() {
        let (memory, mut listened, keeping) = Memory::new(GATHERED);
        let room = RoomId::random();
        memory.hear(&went_live(room));
        assert!(listened.heard.try_recv().is_err(), "it is of no chat");
        for seq in 0..=WAITING as u64 {
            memory.hear(&removed(room, seq));
        }
        assert_eq!(keeping.changes(), WAITING as u64 + 1);
        for _ in 0..WAITING {
            assert!(matches!(listened.heard.try_recv(), Ok((_, Heard::Updates(_)))));
        }
        assert!(listened.heard.try_recv().is_err(), "the last found no place");
        memory.hear(&removed(room, 1_000));
        assert!(matches!(listened.heard.try_recv(), Ok((_, Heard::Missed))));
        assert!(matches!(listened.heard.try_recv(), Ok((_, Heard::Updates(_)))));
        memory.hear(&removed(room, 1_001));
        assert!(matches!(listened.heard.try_recv(), Ok((_, Heard::Updates(_)))), "and all is well again");
    }

    #[tokio::test]
    async fn what_was_heard_is_kept_before_it_ends() {
        let (memory, listened, _) = Memory::new(GATHERED);
        let (store, stop, room) = (Store::open(None), CancellationToken::new(), RoomId::random());
        let text = format!(r#"{{"room":"{room}","seq":3,"title":""}}"#);
        let snapshot: Snapshot = serde_json::from_str(&text).unwrap();
        memory.hear(&ServerFrame::Snapshot(snapshot));
        drop(memory);
        stop.cancel();
        keep(store.clone(), "ada".into(), listened, stop).await;
        let place = Place { login: "ada".into(), room };
        assert_eq!(store.kept_messages(place, None, (None, 1)).await.unwrap().from, Some(Seq::default()));
    }

    #[tokio::test]
    async fn what_was_heard_is_kept_at_once_where_it_is_asked_for_and_current_while_it_is_heard() {
        let (memory, listened, keeping) = Memory::new(Duration::from_hours(1));
        let (store, room, stop) = (Store::open(None), RoomId::random(), CancellationToken::new());
        let keeps = TaskTracker::new().spawn(keep(store.clone(), "ada".into(), listened, stop));
        assert!(!keeping.is_current(room).await, "nothing was heard yet: what is kept is of before");
        let text = format!(r#"{{"room":"{room}","seq":3,"title":""}}"#);
        memory.hear(&ServerFrame::Snapshot(serde_json::from_str(&text).unwrap()));
        assert!(keeping.is_current(room).await);
        let place = Place { login: "ada".into(), room };
        assert_eq!(store.kept_messages(place, None, (None, 1)).await.unwrap().from, Some(Seq::default()));
        assert!(!keeping.is_current(RoomId::random()).await, "it is another room");
        memory.connected(false);
        assert!(!keeping.is_current(room).await, "something may have been said meanwhile");
        memory.hear(&ServerFrame::Updates(UpdateBatch { room, updates: Vec::new() }));
        assert!(keeping.is_current(room).await, "nothing was");
        for seq in 0..=WAITING as u64 {
            memory.hear(&removed(room, seq));
        }
        assert!(!keeping.is_current(room).await, "the last found no place");
        memory.hear(&removed(room, 1_000));
        assert!(keeping.is_current(room).await);
        drop(memory);
        keeps.await.unwrap();
        assert!(keeping.is_current(room).await, "all of it is kept");
    }

    #[tokio::test]
    async fn what_can_neither_be_kept_nor_thrown_away_is_not_current_and_begins_anew_with_what_can() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kept.db");
        let (memory, listened, keeping) = Memory::new(Duration::ZERO);
        let (store, room, stop) = (Store::open(Some(file.clone())), RoomId::random(), CancellationToken::new());
        let tasks = TaskTracker::new();
        tasks.spawn(keep(store.clone(), "ada".into(), listened, stop));
        let text = format!(r#"{{"room":"{room}","seq":3,"title":""}}"#);
        memory.hear(&ServerFrame::Snapshot(serde_json::from_str(&text).unwrap()));
        assert!(keeping.is_current(room).await);

        let disk = rusqlite::Connection::open(&file).unwrap();
        for of in ["DELETE ON kept_room", "INSERT ON message"] {
            let name = of.split(' ').next().unwrap();
            disk.execute_batch(&format!("CREATE TRIGGER full_{name} BEFORE {of} BEGIN SELECT RAISE(ABORT, 'full'); END;"))
                .unwrap();
        }
        memory.hear(&said(room, 4));
        assert!(!keeping.is_current(room).await, "it lacks what was said");

        disk.execute_batch("DROP TRIGGER full_DELETE; DROP TRIGGER full_INSERT;").unwrap();
        memory.hear(&removed(room, 5));
        assert!(keeping.is_current(room).await);
        let kept = store.kept_messages(Place { login: "ada".into(), room }, None, (None, 1)).await.unwrap();
        assert_eq!((kept.messages.len(), kept.from), (0, None), "nothing is kept rather than a part");
    }
}
