//! One task owns one room. Everyone else writes to its mailbox.

mod notices;
mod people;
mod registry;
mod room;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use houselights_domain::{Actor, DirectReport};
use houselights_shared::{Command, Level, Reaction, RoomId, Seq, SlotMap};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub(crate) use people::Roster;
pub(crate) use registry::{Registry, Surroundings};

use crate::realtime::{ConnectionId, Outbox, Reactions, Tell};

/// Mail that waits for a room. Full: commands are refused as `Overloaded`, those who enter or leave wait.
const MAILBOX: usize = 1_024;

/// What a room is told.
pub(crate) enum Mail {
    /// Somebody asks for something.
    Command {
        /// Where the answer goes.
        from: Arc<Outbox>,
        /// Who asks.
        who: Arc<Actor>,
        /// For what.
        command: Command,
    },
    /// Somebody reports a direct message.
    Report {
        /// Where the answer goes.
        from: Arc<Outbox>,
        /// Who reports.
        who: Arc<Actor>,
        /// What.
        report: DirectReport,
    },
    /// A connection comes in.
    Enter {
        /// The connection.
        outbox: Arc<Outbox>,
        /// Whose it is.
        who: Arc<Actor>,
        /// The last update that it has.
        after: Option<Seq>,
    },
    /// What the log holds was changed: somebody was erased from it. It is read again, and everybody here is shown it anew.
    Reread,
    /// What is planned for the room may be something else now: it looks.
    Replan,
    /// Somebody asks who is here; where they are gone, nobody hears.
    People(mpsc::Sender<Roster>),
    /// A connection is gone.
    Leave {
        /// The connection.
        connection: ConnectionId,
        /// Whose it was.
        who: Arc<Actor>,
    },
}

/// What became of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    /// It is in the mailbox.
    Taken,
    /// The mailbox is full.
    Full,
    /// The room has ended; the registry starts it again at the next knock.
    Gone,
}

/// The way to a room.
#[derive(Clone)]
pub(crate) struct RoomHandle {
    id: RoomId,
    mail: mpsc::Sender<Mail>,
    tell: mpsc::Sender<Tell>,
    reactions: Arc<Reactions>,
    /// Cancelled when the room's tasks end.
    life: CancellationToken,
}

impl RoomHandle {
    /// Which room.
    pub(crate) fn id(&self) -> RoomId {
        self.id
    }

    /// Until the room has ended, with whoever is in it.
    pub(crate) async fn ended(&self) {
        self.life.cancelled().await;
    }

    /// Posts without waiting.
    pub(crate) fn post(&self, mail: Mail) -> Posted {
        match self.mail.try_send(mail) {
            Ok(()) => Posted::Taken,
            Err(mpsc::error::TrySendError::Full(_)) => Posted::Full,
            Err(mpsc::error::TrySendError::Closed(_)) => Posted::Gone,
        }
    }

    /// Posts, and waits for a place in the mailbox. False where the room is gone.
    pub(crate) async fn deliver(&self, mail: Mail) -> bool {
        self.mail.send(mail).await.is_ok()
    }

    /// Somebody throws something at the stage.
    pub(crate) fn react(&self, reaction: Reaction) {
        self.reactions.add(reaction);
    }

    /// Who is in the room; nothing where it is gone, or cannot be read just now.
    pub(crate) async fn people(&self) -> Option<Roster> {
        let (answer, mut answered) = mpsc::channel(1); // one answer
        let is_asked = self.deliver(Mail::People(answer)).await;
        if is_asked { answered.recv().await } else { None }
    }

    /// Whose media the slots carry, for everyone.
    pub(crate) fn slots(&self, crew: SlotMap, audience: SlotMap) {
        // full: dropped, the next map mends it
        let _ = self.tell.try_send(Tell::Slots { crew, audience });
    }

    /// How loud people are.
    pub(crate) fn levels(&self, crew: Vec<Level>, audience: Vec<Level>) {
        // full: dropped, the next levels mend it
        let _ = self.tell.try_send(Tell::Levels { crew, audience });
    }
}
