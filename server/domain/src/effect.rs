//! What a room asks of the server around it.

use std::{sync::Arc, time::Duration};

use houselights_shared::{Action, CommandId, DeviceId, ParticipantId, PollId, Refusal, Reply, Role, Tally, Update};

use crate::may;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub participant: ParticipantId,
    /// As they are called now.
    pub name: String,
    /// As what they came.
    pub role: Role,
    /// On which of their devices, where their ticket is good for several.
    pub device: Option<DeviceId>,
}

impl Actor {
    /// The same, by what holds for the audience. Whoever says something without a name is measured so: what the crew alone may say would be the crew's.
    #[must_use]
    pub(crate) fn as_of_the_audience(&self) -> Self {
        Self { role: Role::Attendee, ..self.clone() }
    }

    /// Whether what they throw at a stage counts.
    #[must_use]
    pub const fn reacts(&self) -> bool {
        may(self.role, Action::TakePart)
    }
}

/// A row of a room's stored log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What happened.
    pub update: Arc<Update>,
    /// Whose command it answers. Of the updates of one command only the last carries it, so `(participant, command)` is
    /// unique in a log and this entry's seq is the command's answer.
    pub command: Option<(ParticipantId, CommandId)>,
}

/// Whose pictures and sound go to the audience. The crew gets everybody's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaPlan {
    /// Who is on stage, in the order in which they came.
    pub on_stage: Vec<ParticipantId>,
    /// The audience gets nothing while this is false.
    pub on_air: bool,
    /// Of whom only one device is taken, because it is not their only one: which.
    pub senders: Vec<(ParticipantId, DeviceId)>,
}

/// Something to be done, in the order given. `Persist` comes first: what stands after it may be carried out only when it
/// is committed, and when the commit fails the room no longer matches its log: drop it and replay. A `Reply` without a
/// `Persist` before it speaks of what earlier effects persist, so it waits for those too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Append to the room's log, all or nothing.
    Persist(Vec<Entry>),
    /// Tell everyone in the room: each as they may see it ([`crate::View::seen`]).
    Publish(Vec<Arc<Update>>),
    /// Answer the command that was handled, to whoever sent it.
    Reply(Reply),
    /// Forward media so, from now on.
    Media(MediaPlan),
    /// What of the room is these people's own changed: each is told ([`crate::Room::mine`]).
    Mine(Vec<ParticipantId>),
    /// Tell these people, who have voted, how the votes of a poll stand.
    Counted {
        /// Which poll.
        poll: PollId,
        /// How they stand.
        tally: Tally,
        /// Whom.
        to: Vec<ParticipantId>,
    },
    /// Somebody has to leave the room, with all their connections and media.
    Part {
        /// Who.
        participant: ParticipantId,
        /// Why.
        refusal: Refusal,
        /// When they may come again; absent where they may not.
        retry_after: Option<Duration>,
    },
    /// Somebody is banned from the event, or is not any more.
    Ban {
        /// Who.
        participant: ParticipantId,
        /// Whether they are.
        banned: bool,
    },
    /// Let these people in, who wait.
    LetIn(Vec<ParticipantId>),
}

impl Effect {
    /// Who may not be in the room from now on.
    pub(crate) fn sent_away(&self) -> Option<ParticipantId> {
        match self {
            Self::Part { participant, .. } | Self::Ban { participant, banned: true } => Some(*participant),
            Self::Persist(_)
            | Self::Publish(_)
            | Self::Reply(_)
            | Self::Media(_)
            | Self::Mine(_)
            | Self::Counted { .. }
            | Self::Ban { banned: false, .. }
            | Self::LetIn(_) => None,
        }
    }
}
