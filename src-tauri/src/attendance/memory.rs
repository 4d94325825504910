//! Has what is said in the room kept on this computer, so that it is found at once and without a server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use houselights_shared::{RoomId, ServerFrame, Update, UpdateBody};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::store::{Heard, Place, Store};

/// What was heard and is not kept yet. Full: it is let go, and with it all that is kept of the room, which would not be true any more.
const WAITING: usize = 256;
/// What is heard within so long is kept at once: a disk is not written to at every word.
const GATHERED: Duration = Duration::from_secs(1);

/// Listens.
#[derive(Debug)]
pub(super) struct Memory {
    heard: mpsc::Sender<(RoomId, Heard)>,
    missed: AtomicBool,
    changes: Arc<AtomicU64>,
}

/// How often something changed that was said before: what was asked for meanwhile may be of before or after.
#[derive(Clone, Debug)]
pub(super) struct Changes(Arc<AtomicU64>);

impl Changes {
    pub(super) fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// What is to be kept, for [`keep`].
pub(super) type Listened = mpsc::Receiver<(RoomId, Heard)>;

impl Memory {
    pub(super) fn new() -> (Self, Listened, Changes) {
        let (heard, listened) = mpsc::channel(WAITING);
        let changes = Arc::new(AtomicU64::new(0));
        (Self { heard, missed: AtomicBool::new(false), changes: Arc::clone(&changes) }, listened, Changes(changes))
    }

    /// Never blocks.
    pub(super) fn hear(&self, frame: &ServerFrame) {
        let (room, heard) = match frame {
            ServerFrame::Snapshot(snapshot) => (snapshot.room, Heard::Snapshot(Box::new(snapshot.clone()))),
            ServerFrame::Updates(batch) => {
                let said: Vec<_> = batch.updates.iter().filter(|update| is_of_chat(update)).cloned().collect();
                if said.is_empty() {
                    return;
                }
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
            self.changes.fetch_add(1, Ordering::SeqCst);
        }
        let goes_on = !self.missed.load(Ordering::SeqCst) || self.heard.try_send((room, Heard::Missed)).is_ok();
        self.missed.store(!goes_on || self.heard.try_send((room, heard)).is_err(), Ordering::SeqCst);
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
    while let Some((mut room, first)) = listened.recv().await {
        let _ = stop.run_until_cancelled(tokio::time::sleep(GATHERED)).await;
        let mut heard = vec![first];
        while let Ok((of, more)) = listened.try_recv() {
            if of != room {
                keep_of(&store, &login, room, std::mem::take(&mut heard)).await;
                room = of;
            }
            heard.push(more);
        }
        keep_of(&store, &login, room, heard).await;
    }
}

async fn keep_of(store: &Store, login: &str, room: RoomId, heard: Vec<Heard>) {
    let place = Place { login: login.to_owned(), room };
    if store.keep_heard(place.clone(), heard).await.is_err() {
        // What is kept lacks it; where that cannot be thrown away either, the next snapshot does.
        let _ = store.keep_heard(place, vec![Heard::Missed]).await;
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{Seq, Snapshot, Timestamp, UpdateBatch};

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

    #[test]
    fn what_cannot_be_taken_in_makes_the_room_begin_anew() {
        let (memory, mut listened, changes) = Memory::new();
        let room = RoomId::random();
        memory.hear(&went_live(room));
        assert!(listened.try_recv().is_err(), "it is of no chat");
        for seq in 0..=WAITING as u64 {
            memory.hear(&removed(room, seq));
        }
        assert_eq!(changes.count(), WAITING as u64 + 1);
        for _ in 0..WAITING {
            assert!(matches!(listened.try_recv(), Ok((_, Heard::Updates(_)))));
        }
        assert!(listened.try_recv().is_err(), "the last found no place");
        memory.hear(&removed(room, 1_000));
        assert!(matches!(listened.try_recv(), Ok((_, Heard::Missed))));
        assert!(matches!(listened.try_recv(), Ok((_, Heard::Updates(_)))));
        memory.hear(&removed(room, 1_001));
        assert!(matches!(listened.try_recv(), Ok((_, Heard::Updates(_)))), "and all is well again");
    }

    #[tokio::test]
    async fn what_was_heard_is_kept_before_it_ends() {
        let (memory, listened, _) = Memory::new();
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
}
