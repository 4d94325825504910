//! Everybody's inboxes. One task owns them all, because a direct message is in two of them; everyone else writes to its mailbox. What came
//! while the disk was busy shares a commit.

mod desk;
mod muted;
mod present;
#[cfg(test)]
mod tests;
mod turn;

use std::sync::Arc;

use houselights_domain::{Actor, Mention};
use houselights_shared::{InboxCommand, MessageId, ParticipantId, RoomId, Seq};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use self::{desk::Desk, muted::Muted};
use crate::{
    metrics::Metrics,
    realtime::{ConnectionId, Outbox},
    store::{Store, Trace},
};

/// Mail that waits. Full: commands are refused as `Overloaded`, a message notifies nobody whom it mentions, one that is taken out stays in the inboxes of
/// those who were told of it, and those who enter, leave or are forgotten wait. What was not told because the server was killed in that moment is told
/// when the room is read again.
const MAILBOX: usize = 4_096;

/// What the owner of the inboxes is told.
pub(crate) enum Mail {
    /// Somebody asks for something.
    Command {
        /// Where the answer goes.
        from: Arc<Outbox>,
        /// Who asks.
        who: Arc<Actor>,
        /// For what.
        command: InboxCommand,
    },
    /// A connection wants to be told of its person's inbox.
    Enter {
        /// The connection.
        outbox: Arc<Outbox>,
        /// Whose it is.
        who: Arc<Actor>,
        /// The last position that it has.
        after: Seq,
    },
    /// A connection is gone.
    Leave {
        /// The connection.
        connection: ConnectionId,
        /// Whose it was.
        who: Arc<Actor>,
    },
    /// Something happened in a room. Told again, also after a restart, it is nothing: how far inboxes were told of a room is stored with what they
    /// were told.
    Notice {
        /// Where.
        room: RoomId,
        /// The entry of the room's log.
        seq: Seq,
        /// What.
        notice: Notice,
    },
    /// These were somebody, and are forgotten.
    Forget {
        /// Who, and where.
        places: Vec<Trace>,
        /// Told when it is done.
        done: oneshot::Sender<()>,
    },
}

/// What inboxes are told of a room.
pub(crate) enum Notice {
    /// Somebody was mentioned.
    Mentioned(Mention),
    /// A message says something else, and mentions others maybe. Whoever is mentioned by that alone is not notified: a crowd could be named one by
    /// one.
    Edited {
        /// Which.
        message: MessageId,
        /// How it begins.
        excerpt: String,
        /// Whom it mentions.
        mentions: Vec<ParticipantId>,
    },
    /// A message was taken out.
    TakenOut {
        /// Which.
        message: MessageId,
    },
}

/// The way to all inboxes.
#[derive(Clone)]
pub(crate) struct Inboxes {
    mail: mpsc::Sender<Mail>,
    /// Outlives the loop, where that panics: who is connected stays told.
    desk: Arc<Mutex<(Desk, mpsc::Receiver<Mail>)>>,
    muted: Arc<Muted>,
    metrics: Arc<Metrics>,
}

impl Inboxes {
    pub(crate) fn new(store: Store, metrics: Arc<Metrics>) -> Self {
        let (mail, mailbox) = mpsc::channel(MAILBOX);
        let desk = Desk::new(store, Arc::clone(&metrics));
        Self { mail, desk: Arc::new(Mutex::new((desk, mailbox))), muted: Arc::default(), metrics }
    }

    /// Posts without waiting. False where the mailbox is full.
    pub(crate) fn post(&self, mail: Mail) -> bool {
        self.mail.try_send(mail).is_ok()
    }

    /// Posts, and waits for a place in the mailbox.
    pub(crate) async fn deliver(&self, mail: Mail) {
        // The mailbox is there for as long as this is.
        let _ = self.mail.send(mail).await;
    }

    /// Something about a message in a room, told while the room goes on: it neither waits nor is it told again.
    pub(crate) fn notice(&self, mail: Mail) {
        if !self.post(mail) {
            self.metrics.notices_dropped.increment(1);
        }
    }

    /// Who may not write, because a room muted them.
    pub(crate) fn muted(&self) -> &Muted {
        &self.muted
    }

    /// These were somebody. Once this is done their words are in nobody's inbox, and whoever had them is told so.
    pub(crate) async fn forget(&self, places: Vec<Trace>) {
        let (done, is_done) = oneshot::channel();
        self.deliver(Mail::Forget { places, done }).await;
        let _ = is_done.await;
    }

    /// Reads the mail, until the server stops.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut held = self.desk.lock().await;
        let (desk, mailbox) = &mut *held;
        desk.run(mailbox, stop).await;
    }
}
