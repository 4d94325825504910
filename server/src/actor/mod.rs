//! One task owns one room. Everyone else writes to its mailbox.

mod answers;
mod mailbox;
mod notices;
mod people;
mod registry;
mod room;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Instant};

use houselights_domain::{Actor, DirectReport};
use houselights_shared::{Command, Level, NamedVote, ParticipantId, PollId, Reaction, Refusal, Role, RoomId, Seq, SlotMap};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub(crate) use people::{Here, Present, Roster, Said, behind};
pub(crate) use registry::{Registry, Surroundings};

use crate::realtime::{ConnectionId, Outbox, Reactions, Tell};

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
    /// A connection that was given a part of what it lacks has read it, and gets more.
    Further {
        /// The connection.
        outbox: Arc<Outbox>,
        /// Whose it is.
        who: Arc<Actor>,
        /// The last update that it has.
        after: Seq,
    },
    /// What the log holds was changed: somebody was erased from it. It is read again, and everybody here is shown it anew.
    Reread {
        /// Dropped once nothing is held or written any more that the log had said before.
        _read: mpsc::Sender<()>,
    },
    /// What is planned for the room may be something else now: it looks.
    Replan,
    /// Somebody was banned from the event, maybe by another room.
    Expel(ParticipantId),
    /// Somebody is not banned from the event any more; told when that is stored.
    Unban {
        /// Who.
        participant: ParticipantId,
        /// Who says so.
        by: Option<ParticipantId>,
        /// Dropped where it could not be stored.
        done: mpsc::Sender<()>,
    },
    /// Somebody asks who is here; where they are gone, nobody hears.
    People(mpsc::Sender<Present>),
    /// Somebody asks who voted for what; where they are gone, nobody hears.
    Votes {
        /// As what they are here.
        role: Role,
        /// In which poll.
        poll: PollId,
        /// What they are told.
        answer: mpsc::Sender<Result<Arc<[NamedVote]>, Refusal>>,
    },
    /// Somebody asks whether they may be here, without coming in; where they are gone, nobody hears.
    Door {
        /// Who.
        who: Arc<Actor>,
        /// What they may not, if they may not.
        answer: mpsc::Sender<Option<Refusal>>,
    },
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
    mail: mailbox::Slot,
    tell: mpsc::Sender<Tell>,
    reactions: Arc<Reactions>,
    rosters: Arc<people::Rosters>,
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

    /// Posts what took so many bytes on its way here, without waiting.
    pub(crate) fn post(&self, mail: Mail, bytes: usize) -> Posted {
        self.mail.post(mail, bytes)
    }

    /// Posts, and waits for a place in the mailbox. False where the room is gone.
    pub(crate) async fn deliver(&self, mail: Mail) -> bool {
        self.mail.deliver(mail).await
    }

    /// Somebody throws something at the stage.
    pub(crate) fn react(&self, reaction: Reaction) {
        self.reactions.add(reaction);
    }

    /// Whether somebody may be here, or why not; nothing where the room is gone, or cannot be read just now.
    pub(crate) async fn admits(&self, who: Arc<Actor>) -> Option<Result<(), Refusal>> {
        let (answer, mut answered) = mpsc::channel(1); // one answer
        let is_asked = self.deliver(Mail::Door { who, answer }).await;
        let told = if is_asked { answered.recv().await } else { None };
        told.map(|refusal| refusal.map_or(Ok(()), Err))
    }

    /// Somebody is not banned from the event any more, as far as this room has a say in it, by whoever that is at the event. Whether that is stored.
    pub(crate) async fn unban(&self, participant: ParticipantId, by: Option<ParticipantId>) -> bool {
        let (done, mut is_done) = mpsc::channel(1); // one answer
        self.deliver(Mail::Unban { participant, by, done }).await && is_done.recv().await.is_some()
    }

    /// Who is in the room, as it was a second ago at most; nothing where it is gone, or cannot be read just now.
    pub(crate) async fn people(&self) -> Option<Arc<Roster>> {
        let present = async {
            let (answer, mut answered) = mpsc::channel(1); // one answer
            let is_asked = self.deliver(Mail::People(answer)).await;
            if is_asked { answered.recv().await } else { None }
        };
        self.rosters.get(Instant::now(), present).await
    }

    /// Who voted for what, as it was a second ago at most, or why that is not told; nothing where the room is gone, or cannot be read just now.
    pub(crate) async fn votes(&self, role: Role, poll: PollId) -> Option<Result<Arc<[NamedVote]>, Refusal>> {
        let (answer, mut answered) = mpsc::channel(1); // one answer
        let is_asked = self.deliver(Mail::Votes { role, poll, answer }).await;
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
