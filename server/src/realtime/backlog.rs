//! What a room's connections are still to be told: each has been told another part of it.

use std::sync::Arc;

use houselights_shared::{Seq, Update};

/// Updates in order. How many of them somebody was told is counted since the beginning of the fan-out.
#[derive(Default)]
pub(super) struct Backlog {
    updates: Vec<Arc<Update>>,
    /// So many came before the first of them.
    forgotten: u64,
}

impl Backlog {
    pub(super) fn extend(&mut self, updates: Vec<Arc<Update>>) {
        self.updates.extend(updates);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.updates.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.updates.len()
    }

    /// How many there were in all.
    pub(super) fn end(&self) -> u64 {
        self.forgotten + self.updates.len() as u64
    }

    /// How much of it was told to whoever has everything up to `seq`.
    pub(super) fn told(&self, seq: Seq) -> u64 {
        self.forgotten + self.updates.partition_point(|update| update.last() <= seq) as u64
    }

    /// What is between two numbers.
    pub(super) fn between(&self, told: u64, through: u64) -> &[Arc<Update>] {
        let at = |number: u64| usize::try_from(number.saturating_sub(self.forgotten)).unwrap_or(usize::MAX);
        self.updates.get(at(told)..at(through)).unwrap_or_default()
    }

    /// Everybody was told so much.
    pub(super) fn forget(&mut self, told: u64) {
        let known = self.updates.len().min(usize::try_from(told.saturating_sub(self.forgotten)).unwrap_or(usize::MAX));
        self.updates.drain(..known);
        self.forgotten += known as u64;
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{RoomId, Timestamp, UpdateBody};

    use super::*;

    fn updates(seqs: std::ops::RangeInclusive<u64>) -> Vec<Arc<Update>> {
        let room = RoomId::from_uuid(uuid::Uuid::nil());
        let update =
            |seq| Update { room, seq: Seq::new(seq), at: Timestamp::from_micros(1), by: None, body: UpdateBody::WentLive };
        seqs.map(|seq| Arc::new(update(seq))).collect()
    }

    fn seqs(updates: &[Arc<Update>]) -> Vec<u64> {
        updates.iter().map(|update| update.seq.number()).collect()
    }

    #[test]
    fn everybody_lacks_what_came_since_their_last_turn() {
        let mut backlog = Backlog::default();
        backlog.extend(updates(11..=14));
        assert_eq!((backlog.told(Seq::new(10)), backlog.told(Seq::new(12)), backlog.told(Seq::new(99))), (0, 2, 4));
        backlog.forget(2);
        backlog.extend(updates(15..=16));
        assert_eq!((backlog.end(), backlog.told(Seq::new(12)), backlog.told(Seq::new(15))), (6, 2, 5));
        assert_eq!(seqs(backlog.between(3, 6)), [14, 15, 16]);
        assert_eq!(seqs(backlog.between(2, 4)), [13, 14]);
        assert_eq!(seqs(backlog.between(6, 5)), [0; 0], "who came just now has more than a round goes on with");
        backlog.forget(backlog.end());
        assert!(backlog.is_empty() && backlog.end() == 6);
    }
}
