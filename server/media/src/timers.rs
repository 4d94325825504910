//! When which peer wants to be looked at.

use std::{
    collections::{BTreeSet, HashMap},
    time::Instant,
};

use crate::room::PeerId;

/// At most one timer a peer.
#[derive(Default)]
pub(crate) struct Timers {
    order: BTreeSet<(Instant, PeerId)>,
    of: HashMap<PeerId, Instant>,
}

impl Timers {
    /// Looks at the peer at this time. A timer that is earlier stays: to be too early costs a look, moving it costs more.
    pub(crate) fn set(&mut self, id: PeerId, due: Instant) {
        if self.of.get(&id).is_some_and(|at| *at <= due) {
            return;
        }
        self.cancel(id);
        self.of.insert(id, due);
        self.order.insert((due, id));
    }

    /// The peer is gone.
    pub(crate) fn cancel(&mut self, id: PeerId) {
        if let Some(at) = self.of.remove(&id) {
            self.order.remove(&(at, id));
        }
    }

    /// The next peer whose time has come.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<PeerId> {
        let (_, id) = self.order.first().copied().filter(|(at, _)| *at <= now)?;
        self.cancel(id);
        Some(id)
    }

    /// When the next one is due.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.order.first().map(|(at, _)| *at)
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_peer_has_one_timer_and_the_earliest_counts() {
        let (mut timers, begin) = (Timers::default(), Instant::now());
        let after = |millis| begin + Duration::from_millis(millis);
        timers.set(1, after(20));
        timers.set(1, after(10));
        timers.set(1, after(30));
        timers.set(2, after(15));
        assert_eq!((timers.len(), timers.next()), (2, Some(after(10))));
        assert_eq!(timers.take_due(after(9)), None);
        assert_eq!(timers.take_due(after(15)), Some(1));
        timers.set(1, after(40));
        assert_eq!(timers.take_due(after(15)), Some(2));
        assert_eq!(timers.take_due(after(15)), None);
        timers.cancel(1);
        assert_eq!((timers.len(), timers.next()), (0, None));
    }
}
