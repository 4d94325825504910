//! Who of the crew lost the connection and may still come back.

use std::{collections::BTreeMap, time::Duration};

use houselights_shared::{ParticipantId, Timestamp};

/// For how long a member of the crew whose last connection went keeps their place.
pub const GRACE_AFTER_DEPARTURE: Duration = Duration::from_secs(15);

/// For how long the crew of before a restart keeps its place: everybody has to reconnect at once, so it is longer.
pub const GRACE_AFTER_RESTART: Duration = Duration::from_secs(30);

/// Crew without a connection, and when their grace is over. Not part of the log: it says nothing about the show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grace(BTreeMap<ParticipantId, Timestamp>);

impl Grace {
    pub(crate) fn begin(&mut self, participant: ParticipantId, ends: Timestamp) {
        self.0.insert(participant, ends);
    }

    pub(crate) fn end(&mut self, participant: ParticipantId) {
        self.0.remove(&participant);
    }

    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.0.values().min().copied()
    }

    /// Takes out those whose grace is over, the longest gone first.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Vec<ParticipantId> {
        let mut due: Vec<(Timestamp, ParticipantId)> =
            self.0.iter().filter(|(_, ends)| **ends <= now).map(|(who, ends)| (*ends, *who)).collect();
        due.sort_unstable();
        due.into_iter().map(|(_, who)| who).inspect(|who| self.end(*who)).collect()
    }
}
