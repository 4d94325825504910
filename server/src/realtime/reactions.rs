//! Counting what is thrown at a stage: however much comes, a tick tells it once.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use houselights_shared::{Reaction, ReactionCount};
use tokio::sync::Notify;

/// What came since the last tick, of one room.
#[derive(Default)]
pub(crate) struct Reactions {
    counts: [AtomicU32; Reaction::ALL.len()],
    /// Whether anything came.
    any: AtomicBool,
    /// They do not count just now.
    off: AtomicBool,
    came: Notify,
}

impl Reactions {
    /// One more. What a newer client throws is not counted.
    pub(crate) fn add(&self, reaction: Reaction) {
        let at = Reaction::ALL.iter().position(|known| *known == reaction);
        let Some(count) = at.and_then(|at| self.counts.get(at)).filter(|_| !self.off.load(Ordering::Relaxed)) else { return };
        count.fetch_add(1, Ordering::Relaxed);
        if !self.any.swap(true, Ordering::AcqRel) {
            self.came.notify_one();
        }
    }

    /// From now on they count, or not.
    pub(crate) fn switch(&self, on: bool) {
        self.off.store(!on, Ordering::Relaxed);
    }

    /// Whether anything came since the last tick.
    pub(super) fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Until the first comes since the last tick.
    pub(super) async fn came(&self) {
        self.came.notified().await;
    }

    /// What came since the last tick.
    pub(super) fn take(&self) -> Vec<ReactionCount> {
        if !self.any.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        let counted =
            |(reaction, count): (Reaction, &AtomicU32)| ReactionCount { reaction, count: count.swap(0, Ordering::Relaxed) };
        Reaction::ALL.into_iter().zip(&self.counts).map(counted).filter(|counted| counted.count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_comes_within_a_tick_is_told_once() {
        let reactions = Reactions::default();
        for reaction in [Reaction::Heart, Reaction::Clap, Reaction::Heart, Reaction::Unknown] {
            reactions.add(reaction);
        }
        assert!(reactions.any());
        let counts = [(Reaction::Clap, 1), (Reaction::Heart, 2)].map(|(reaction, count)| ReactionCount { reaction, count });
        assert_eq!(reactions.take(), counts);
        assert_eq!((reactions.any(), reactions.take().len()), (false, 0));
        reactions.switch(false);
        reactions.add(Reaction::Party);
        assert!(!reactions.any(), "they do not count");
    }
}
