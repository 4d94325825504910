//! How far one has a room's log.

use houselights_shared::{RoomId, RoomPosition, Seq, UpdateBatch};

/// The position in one room's log, and what of a batch is new to it.
#[derive(Debug)]
pub(super) struct Position {
    room: RoomId,
    after: Option<Seq>,
}

/// An update is missing between what one has and what came: ask again from where one is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gap;

impl Position {
    pub(super) fn new(room: RoomId) -> Self {
        Self { room, after: None }
    }

    /// As `Hello` states it.
    pub(super) fn stated(&self) -> RoomPosition {
        RoomPosition { room: self.room, after: self.after }
    }

    /// The next connection starts from a snapshot.
    pub(super) fn forget(&mut self) {
        self.after = None;
    }

    /// A snapshot of `room` replaces what one had.
    pub(super) fn replaced(&mut self, room: RoomId, seq: Seq) {
        if room == self.room {
            self.after = Some(seq);
        }
    }

    /// Leaves in the batch what is new and moves past it. What was seen before (a resume may overlap) goes.
    ///
    /// # Errors
    /// [`Gap`] where something is missing in between, or where updates come before any snapshot.
    pub(super) fn accept(&mut self, mut batch: UpdateBatch) -> Result<UpdateBatch, Gap> {
        if batch.room != self.room {
            return Ok(batch);
        }
        let Some(mut after) = self.after else { return if batch.updates.is_empty() { Ok(batch) } else { Err(Gap) } };
        batch.updates.retain(|update| update.last() > after);
        for update in &batch.updates {
            // What is hidden may stand for many, some of which were seen before.
            if update.seq > after.next() || update.last() <= after {
                return Err(Gap);
            }
            after = update.last();
        }
        self.after = Some(after);
        Ok(batch)
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{Timestamp, Update, UpdateBody};

    use super::*;

    fn batch(room: RoomId, seqs: impl IntoIterator<Item = u64>) -> UpdateBatch {
        let update = |seq| Update { room, seq: Seq::new(seq), at: Timestamp::default(), by: None, body: UpdateBody::HIDDEN };
        UpdateBatch { room, updates: seqs.into_iter().map(update).collect() }
    }

    #[test]
    fn what_was_seen_before_goes_and_the_rest_moves_the_position() {
        let room = RoomId::random();
        let mut position = Position::new(room);
        position.replaced(room, Seq::new(4));
        let new = position.accept(batch(room, 3..=6)).unwrap();
        assert_eq!(new, batch(room, 5..=6));
        assert_eq!(position.stated().after, Some(Seq::new(6)));
    }

    #[test]
    fn one_that_is_hidden_may_stand_for_many() {
        let room = RoomId::random();
        let mut position = Position::new(room);
        position.replaced(room, Seq::new(4));
        let run = |seq, through| UpdateBatch {
            updates: vec![Update {
                room,
                seq: Seq::new(seq),
                at: Timestamp::default(),
                by: None,
                body: UpdateBody::Hidden { through: Some(Seq::new(through)) },
            }],
            room,
        };
        position.accept(run(3, 9)).unwrap();
        assert_eq!(position.stated().after, Some(Seq::new(9)));
        assert_eq!(position.accept(run(5, 9)).unwrap().updates, []);
        assert_eq!(position.accept(run(11, 12)), Err(Gap));
    }

    #[test]
    fn a_gap_is_noticed_and_does_not_move_the_position() {
        let room = RoomId::random();
        let mut position = Position::new(room);
        position.replaced(room, Seq::new(4));
        assert_eq!(position.accept(batch(room, [5, 7])), Err(Gap));
        assert_eq!(position.accept(batch(room, [6])), Err(Gap));
        assert_eq!(position.stated().after, Some(Seq::new(4)));
    }

    #[test]
    fn updates_before_any_snapshot_are_a_gap_and_other_rooms_are_none_of_it() {
        let (room, other) = (RoomId::random(), RoomId::random());
        let mut position = Position::new(room);
        assert_eq!(position.accept(batch(room, [1])), Err(Gap));
        assert_eq!(position.accept(batch(other, [9])), Ok(batch(other, [9])));
        position.replaced(other, Seq::new(9));
        assert_eq!(position.stated().after, None);
    }
}
