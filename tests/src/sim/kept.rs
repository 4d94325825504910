//! Who was removed or banned, as the log says: from when the server knows, they are told nothing.

use std::collections::BTreeSet;

use houselights_domain::Entry;
use houselights_shared::{ParticipantId, Sanction, Seq, UpdateBody};

use super::client::Heard;

/// Who may not be in the room.
#[derive(Debug, Default)]
pub(super) struct Kept {
    read: usize,
    away: BTreeSet<ParticipantId>,
}

impl Kept {
    /// The server tells what is in the log so far, and so who may not be here before and after it, nor in between.
    pub(super) fn follow(&mut self, log: &[Entry], told: Seq) -> BTreeSet<ParticipantId> {
        let told = usize::try_from(told.number()).unwrap_or(usize::MAX).min(log.len());
        let mut still = self.away.clone();
        for entry in log.get(self.read..told).unwrap_or_default() {
            let (participant, is_away) = if let UpdateBody::Sanctioned { sanctioned } = &entry.update.body {
                (sanctioned.participant, matches!(sanctioned.sanction, Sanction::Removed | Sanction::Banned))
            } else if let UpdateBody::SanctionLifted { participant } = &entry.update.body {
                (*participant, false)
            } else {
                continue;
            };
            if is_away {
                self.away.insert(participant);
            } else {
                self.away.remove(&participant);
                still.remove(&participant);
            }
        }
        self.read = self.read.max(told);
        still
    }
}

/// Whether it tells something of the room.
pub(super) const fn tells(heard: &Heard) -> bool {
    match heard {
        Heard::Snapshot(_) | Heard::Updates(_) | Heard::Retold { .. } => true,
        Heard::Reply(_) | Heard::Refused => false,
    }
}
