//! Who was removed or banned, as the log says: from when the server knows, they are told nothing.

use std::collections::{BTreeMap, BTreeSet};

use houselights_domain::Entry;
use houselights_shared::{ParticipantId, SanctionKind, Seq, UpdateBody};

use super::client::Heard;

/// Who may not be in the room.
#[derive(Debug, Default)]
pub(super) struct Kept {
    read: usize,
    away: BTreeMap<ParticipantId, BTreeSet<SanctionKind>>,
}

impl Kept {
    /// The server tells what is in the log so far, and so who may not be here before and after it, nor in between.
    pub(super) fn follow(&mut self, log: &[Entry], told: Seq) -> BTreeSet<ParticipantId> {
        let told = usize::try_from(told.number()).unwrap_or(usize::MAX).min(log.len());
        let mut still: BTreeSet<_> = self.away.keys().copied().collect();
        for entry in log.get(self.read..told).unwrap_or_default() {
            if let UpdateBody::Sanctioned { sanctioned } = &entry.update.body {
                let kind = sanctioned.sanction.kind();
                if matches!(kind, SanctionKind::Removed | SanctionKind::Banned) {
                    self.away.entry(sanctioned.participant).or_default().insert(kind);
                }
            } else if let UpdateBody::SanctionLifted { participant, kind } = &entry.update.body
                && let Some(kinds) = self.away.get_mut(participant)
            {
                kinds.retain(|held| kind.is_some_and(|lifted| lifted != *held));
                if kinds.is_empty() {
                    self.away.remove(participant);
                    still.remove(participant);
                }
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
