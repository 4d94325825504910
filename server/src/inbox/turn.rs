//! What a batch of mail comes to: what has to be known for it, and what the rules make of it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use houselights_domain::{InboxRefused, InboxRow, Mention};
use houselights_shared::{
    CommandId, InboxCommand, InboxCommandBody, MessageId, Outcome, ParticipantId, Reply, RoomId, Seq, Strand,
};

use super::{Mail, Notice};
use crate::{limits::millis, realtime::Outbox};

/// What is asked of the store before a batch is decided.
#[derive(Default)]
pub(super) struct Questions {
    /// Whose inboxes are touched or looked at.
    pub(super) owners: HashSet<ParticipantId>,
    /// Whether these were answered before.
    pub(super) commands: Vec<(ParticipantId, CommandId)>,
    /// What these wrote to each other.
    pub(super) pairs: HashSet<(ParticipantId, ParticipantId)>,
    /// Of which event these are.
    pub(super) rooms: HashSet<RoomId>,
    /// How far inboxes were told of these.
    pub(super) told: HashSet<RoomId>,
    /// Who was told of these.
    pub(super) messages: Vec<MessageId>,
}

/// What the store answered, beside what stays in memory.
#[derive(Default)]
pub(super) struct Known {
    pub(super) answers: HashMap<(ParticipantId, CommandId), Seq>,
    pub(super) told: HashMap<MessageId, Vec<(ParticipantId, Mention)>>,
}

impl Known {
    /// Who was told of a message of a room. Its id is its author's to choose, so it may be that of another room's message, too.
    pub(super) fn told(&self, room: RoomId, message: MessageId) -> impl Iterator<Item = &(ParticipantId, Mention)> {
        self.told.get(&message).into_iter().flatten().filter(move |(_, told)| told.room == room)
    }

    /// Whether somebody was told of another message under this one's id: that one stays what they know by it.
    pub(super) fn is_another(&self, who: ParticipantId, mention: &Mention) -> bool {
        let told = self.told.get(&mention.message).into_iter().flatten();
        let is_this = |told: &Mention| (told.room, told.by.participant) == (mention.room, mention.by.participant);
        told.filter(|(of, _)| *of == who).any(|(_, told)| !is_this(told))
    }

    /// Somebody is told of a message now.
    pub(super) fn tells(&mut self, who: ParticipantId, mention: &Mention) {
        self.told.entry(mention.message).or_default().push((who, mention.clone()));
    }
}

impl Questions {
    pub(super) fn about(batch: &[Mail]) -> Self {
        let mut questions = Self::default();
        for mail in batch {
            match mail {
                Mail::Command { who, command, .. } => questions.command(who.participant, command),
                Mail::Enter { who, .. } => drop(questions.owners.insert(who.participant)),
                Mail::Notice { room, notice, .. } => {
                    questions.told.insert(*room);
                    match notice {
                        Notice::Mentioned(mention) => {
                            questions.owners.extend(&mention.notified);
                            questions.rooms.insert(*room);
                            questions.messages.push(mention.message);
                        }
                        Notice::Edited { message, .. } | Notice::TakenOut { message } => questions.messages.push(*message),
                    }
                }
                Mail::Leave { .. } | Mail::Forget { .. } => {}
            }
        }
        questions
    }

    fn command(&mut self, who: ParticipantId, command: &InboxCommand) {
        self.owners.insert(who);
        self.commands.push((who, command.id));
        self.owners.extend(other(&command.body));
        match &command.body {
            InboxCommandBody::SendDirect { to, .. } => drop(self.pairs.insert((who, *to))),
            InboxCommandBody::MarkRead { strand: Strand::Room { room } | Strand::Notes { room }, .. } => {
                self.rooms.insert(*room);
            }
            InboxCommandBody::MarkRead { strand: Strand::Person { .. } | Strand::Unknown, .. }
            | InboxCommandBody::Block { .. }
            | InboxCommandBody::Unblock { .. }
            | InboxCommandBody::AllowDirects { .. }
            | InboxCommandBody::Report { .. }
            | InboxCommandBody::Unknown => {}
        }
    }
}

/// Whom a command is about.
pub(super) fn other(body: &InboxCommandBody) -> Option<ParticipantId> {
    match body {
        InboxCommandBody::SendDirect { to: participant, .. }
        | InboxCommandBody::MarkRead { strand: Strand::Person { participant }, .. }
        | InboxCommandBody::Block { participant } => Some(*participant),
        InboxCommandBody::MarkRead { strand: Strand::Room { .. } | Strand::Notes { .. } | Strand::Unknown, .. }
        | InboxCommandBody::Unblock { .. }
        | InboxCommandBody::AllowDirects { .. }
        | InboxCommandBody::Report { .. }
        | InboxCommandBody::Unknown => None,
    }
}

/// What a batch comes to. Nothing of it is told before `rows` are on the disk.
#[derive(Default)]
pub(super) struct Turn {
    pub(super) rows: Vec<InboxRow>,
    /// How far inboxes are told of rooms from now on.
    pub(super) told: HashMap<RoomId, Seq>,
    pub(super) replies: Vec<(Arc<Outbox>, Reply)>,
}

impl Turn {
    pub(super) fn accept(&mut self, from: &Arc<Outbox>, id: CommandId, seq: Seq) {
        self.replies.push((Arc::clone(from), Reply { id, outcome: Outcome::Accepted { seq } }));
    }

    pub(super) fn refuse(&mut self, from: &Arc<Outbox>, id: CommandId, InboxRefused { refusal, retry_after }: InboxRefused) {
        let outcome = Outcome::Refused { refusal, retry_after_ms: retry_after.map(millis) };
        self.replies.push((Arc::clone(from), Reply { id, outcome }));
    }
}
