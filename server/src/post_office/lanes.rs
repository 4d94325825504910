//! Which letter goes next: what somebody waits for before what goes to many, over lines that the latter never has all of.

use std::collections::VecDeque;

use houselights_shared::Timestamp;

use super::{BATCH, HELD};
use crate::store::Turn;

/// The lines to the mail server, and what waits for one.
pub(super) struct Lanes<T> {
    lines: usize,
    /// How many of them mail to many may have at once.
    for_bulk: usize,
    urgent: Lane<T>,
    bulk: Lane<T>,
}

/// Letters of one kind.
struct Lane<T> {
    /// Taken out of the outbox, each with when.
    held: VecDeque<(T, Timestamp)>,
    under_way: usize,
    /// Whether there may be more in the outbox.
    look: bool,
}

impl<T> Lane<T> {
    const fn new() -> Self {
        Self { held: VecDeque::new(), under_way: 0, look: true }
    }
}

impl<T> Lanes<T> {
    /// Of several lines a quarter, one at least, is kept from mail to many.
    pub(super) fn new(lines: usize) -> Self {
        let lines = lines.max(1);
        let kept = if lines == 1 { 0 } else { (lines / 4).max(1) };
        Self { lines, for_bulk: lines - kept, urgent: Lane::new(), bulk: Lane::new() }
    }

    /// The outbox may hold something new.
    pub(super) fn look(&mut self) {
        (self.urgent.look, self.bulk.look) = (true, true);
    }

    /// One was sent, or not.
    pub(super) fn done(&mut self, turn: Turn) {
        let lane = self.lane(turn);
        lane.under_way = lane.under_way.saturating_sub(1);
    }

    /// How many of a kind to take out of the outbox now; nothing where none.
    pub(super) fn wants(&mut self, turn: Turn) -> Option<usize> {
        let free = self.free(turn);
        let lane = self.lane(turn);
        let wants = free > 0 && lane.held.is_empty() && lane.look;
        // What is urgent is not held: it goes at once.
        let most = match turn {
            Turn::Urgent => free,
            Turn::Bulk => BATCH.max(free),
        };
        wants.then_some(most)
    }

    /// These were taken, where so many were asked for.
    pub(super) fn took(&mut self, turn: Turn, (letters, most): (Vec<T>, usize), now: Timestamp) {
        let lane = self.lane(turn);
        lane.look = letters.len() >= most;
        lane.held.extend(letters.into_iter().map(|letter| (letter, now)));
    }

    /// The next of a kind that has a line now.
    pub(super) fn next(&mut self, turn: Turn, now: Timestamp) -> Option<T> {
        if self.free(turn) == 0 {
            return None;
        }
        let lane = self.lane(turn);
        while let Some((letter, since)) = lane.held.pop_front() {
            if now.since(since) < HELD {
                lane.under_way += 1;
                return Some(letter);
            }
        }
        None
    }

    /// What was taken out of the outbox and has had no line.
    pub(super) fn held(self) -> Vec<T> {
        self.urgent.held.into_iter().chain(self.bulk.held).map(|(letter, _)| letter).collect()
    }

    /// Whether there may be more in the outbox than was taken.
    pub(super) fn is_looking(&self) -> bool {
        self.urgent.look || self.bulk.look || !self.bulk.held.is_empty()
    }

    /// Whether neither kind has a line now for what there may be of it.
    pub(super) fn is_full(&self) -> bool {
        let waits = |turn, lane: &Lane<T>| (lane.look || !lane.held.is_empty()) && self.free(turn) > 0;
        !waits(Turn::Urgent, &self.urgent) && !waits(Turn::Bulk, &self.bulk)
    }

    fn free(&self, turn: Turn) -> usize {
        let all = self.lines.saturating_sub(self.urgent.under_way + self.bulk.under_way);
        match turn {
            Turn::Urgent => all,
            Turn::Bulk => all.min(self.for_bulk.saturating_sub(self.bulk.under_way)),
        }
    }

    const fn lane(&mut self, turn: Turn) -> &mut Lane<T> {
        match turn {
            Turn::Urgent => &mut self.urgent,
            Turn::Bulk => &mut self.bulk,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000_000_000_000);

    fn all(lanes: &mut Lanes<u32>, turn: Turn, now: Timestamp) -> Vec<u32> {
        std::iter::from_fn(|| lanes.next(turn, now)).collect()
    }

    #[test]
    fn however_much_goes_to_many_a_line_is_left_for_what_is_urgent() {
        let mut lanes = Lanes::new(8);
        assert_eq!(lanes.wants(Turn::Bulk), Some(BATCH));
        lanes.took(Turn::Bulk, ((0..60).collect(), BATCH), NOW);
        assert_eq!(all(&mut lanes, Turn::Bulk, NOW).len(), 6);
        assert_eq!((lanes.wants(Turn::Bulk), lanes.wants(Turn::Urgent)), (None, Some(2)));
        lanes.took(Turn::Urgent, (vec![70, 71], 2), NOW);
        assert_eq!(all(&mut lanes, Turn::Urgent, NOW), [70, 71]);
        assert!(lanes.is_looking() && lanes.is_full());
        lanes.done(Turn::Urgent);
        assert_eq!((lanes.wants(Turn::Urgent), lanes.next(Turn::Bulk, NOW)), (Some(1), None));
        lanes.done(Turn::Bulk);
        assert_eq!(lanes.wants(Turn::Urgent), Some(2), "what is urgent has every line that is free");
        assert_eq!(all(&mut lanes, Turn::Bulk, NOW), [6]);
    }

    #[test]
    fn what_had_no_line_is_known_at_the_end() {
        let mut lanes = Lanes::new(2);
        lanes.took(Turn::Bulk, (vec![1, 2, 3], BATCH), NOW);
        assert_eq!((all(&mut lanes, Turn::Bulk, NOW), lanes.held()), (vec![1], vec![2, 3]));
    }

    #[test]
    fn one_line_is_for_both() {
        let mut lanes = Lanes::new(1);
        lanes.took(Turn::Bulk, (vec![1, 2], BATCH), NOW);
        assert_eq!(all(&mut lanes, Turn::Bulk, NOW), [1]);
        assert_eq!(lanes.wants(Turn::Urgent), None);
        lanes.done(Turn::Bulk);
        assert_eq!(lanes.wants(Turn::Urgent), Some(1));
    }

    #[test]
    fn what_was_held_for_too_long_is_left_to_whoever_takes_it_next() {
        let mut lanes = Lanes::new(2);
        lanes.took(Turn::Bulk, (vec![1, 2], BATCH), NOW);
        assert_eq!(all(&mut lanes, Turn::Bulk, NOW.plus(HELD)), [0_u32; 0]);
        assert!(HELD < crate::store::LEASE);
    }

    #[test]
    fn nothing_is_looked_for_until_something_may_be_there() {
        let mut lanes = Lanes::<u32>::new(8);
        for turn in [Turn::Urgent, Turn::Bulk] {
            let most = lanes.wants(turn).expect("it looks once");
            lanes.took(turn, (Vec::new(), most), NOW);
            assert_eq!(lanes.wants(turn), None);
        }
        assert!(!lanes.is_looking());
        lanes.look();
        assert!(lanes.is_looking() && lanes.wants(Turn::Urgent).is_some());
    }
}
