//! What a room has to say to those who are connected.

use std::{collections::HashSet, sync::Arc};

use bytes::Bytes;
use houselights_domain::View;
use houselights_shared::{Level, ParticipantId, PollId, Seq, SignalBody, SlotMap, Tally, Update};

use super::outbox::{ConnectionId, Outbox};

/// What a room's fan-out is told.
pub(crate) enum Tell {
    /// To everyone, in order. They are stored.
    Updates(Vec<Arc<Update>>),
    /// To everyone, in place of all that they were told before.
    Anew {
        /// The snapshot of those who call the show.
        control: Bytes,
        /// The moderators'.
        moderators: Bytes,
        /// The snapshot of the rest of the crew.
        crew: Bytes,
        /// The audience's.
        audience: Bytes,
    },
    /// A connection that has been given everything up to `seq`.
    Enter {
        /// The connection.
        outbox: Arc<Outbox>,
        /// Whose it is.
        who: ParticipantId,
        /// What it gets to see.
        view: View,
        /// What it has.
        seq: Seq,
    },
    /// A connection that gets nothing any more.
    Leave(ConnectionId),
    /// How the votes of a poll stand, for those alone who have voted.
    Counted {
        /// Which poll.
        poll: PollId,
        /// How they stand.
        tally: Tally,
        /// For whom.
        to: HashSet<ParticipantId>,
    },
    /// Who waits to be let in, for those alone who look after the show.
    Lobby(SignalBody),
    /// Whose media the slots carry.
    Slots {
        /// The crew's.
        crew: SlotMap,
        /// The audience's.
        audience: SlotMap,
    },
    /// How loud people are.
    Levels {
        /// Those on stage and backstage, for the crew's meters.
        crew: Vec<Level>,
        /// Those whom the audience hears.
        audience: Vec<Level>,
    },
}
