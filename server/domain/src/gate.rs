//! Who comes in at once and who is told when, while many want to come in at the same moment.
//!
//! There are places at a steady pace. Whoever finds none free is given the next, told when it is theirs, and gets in at that time whoever else
//! has come since. Those who lost their connection do not wait behind newcomers.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Places that nobody took are kept for so long, for a few who come together.
const KEPT: Duration = Duration::from_millis(500);
/// A place is kept for whoever was told its time for so long beyond it: they come a little spread, over slow connections.
const GRACE: Duration = Duration::from_secs(30);
/// No place is given so far ahead: who comes then is to come again.
const HORIZON: Duration = Duration::from_mins(1);
/// What a house that is not behind takes to come round to something, and the mail that waits in its fullest room.
const CALM: Duration = Duration::from_millis(40);
const CALM_MAIL: usize = 2_000;
/// However far the house is behind, those who come back are not let in more than so many times slower, and newcomers than so many.
const RETURNING_SLOWED: u32 = 2;
const NEWCOMERS_SLOWED: u32 = 10;

/// As what somebody comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comer {
    /// Works on the show, of whom there are few: waits for nobody.
    Crew,
    /// Was in, and lost the connection.
    Returning,
    /// Comes for the first time, or is not known any more.
    Newcomer,
}

/// How far the house is behind with its work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strain {
    /// How much later than it should the house comes round to something.
    pub lag: Duration,
    /// The mail that waits in its fullest room.
    pub mail: usize,
}

impl Strain {
    /// How many times slower people are let in, `most` at the most.
    fn slows(self, most: u32) -> f64 {
        let by_lag = self.lag.as_secs_f64() / CALM.as_secs_f64();
        let by_mail = self.mail as f64 / CALM_MAIL as f64;
        by_lag.max(by_mail).clamp(1.0, f64::from(most))
    }
}

/// The gate of a house. Those who come are told apart by `K`. Times are since whenever; they never go back.
#[derive(Clone, Debug)]
pub struct Gate<K> {
    /// From one place to the next.
    every: Duration,
    /// When the next place is free, for those who come back and for newcomers.
    returning: Duration,
    newcomers: Duration,
    /// Who was told which time, and the same by time.
    promised: BTreeMap<K, Duration>,
    order: BTreeSet<(Duration, K)>,
}

impl<K: Copy + Ord> Gate<K> {
    /// One with so many places a second.
    #[must_use]
    pub fn new(a_second: u32) -> Self {
        let (promised, order) = Default::default();
        let every = Duration::from_secs(1) / a_second.max(1);
        Self { every, returning: Duration::ZERO, newcomers: Duration::ZERO, promised, order }
    }

    /// Lets somebody in.
    ///
    /// # Errors
    /// How long to wait: then there is a place for them. Who comes before that is told the rest of it.
    pub fn admit(&mut self, now: Duration, who: K, comer: Comer, strain: Strain) -> Result<(), Duration> {
        self.forget(now);
        if comer == Comer::Crew {
            return Ok(());
        }
        if let Some(at) = self.promised.get(&who).copied() {
            if let Some(wait) = at.checked_sub(now).filter(|wait| !wait.is_zero()) {
                return Err(wait);
            }
            self.take_back(at, who);
            return Ok(());
        }
        let (at, next) = self.next(now, comer, strain);
        let wait = at.saturating_sub(now);
        if wait > HORIZON {
            return Err(HORIZON);
        }
        match comer {
            Comer::Crew | Comer::Returning => self.returning = next,
            Comer::Newcomer => self.newcomers = next,
        }
        if wait.is_zero() {
            return Ok(());
        }
        self.promise(at, who);
        Err(wait)
    }

    /// Somebody who was let in by another door has a place here from now on.
    pub fn expect(&mut self, now: Duration, who: K) {
        self.forget(now);
        if !self.promised.contains_key(&who) {
            self.promise(now, who);
        }
    }

    /// Whether somebody was told a time and has not come yet.
    #[must_use]
    pub fn awaits(&self, who: K) -> bool {
        self.promised.contains_key(&who)
    }

    /// How many were told a time and have not come yet.
    #[must_use]
    pub fn awaited(&self) -> usize {
        self.promised.len()
    }

    /// The next place, and when the one after it is free.
    fn next(&self, now: Duration, comer: Comer, strain: Strain) -> (Duration, Duration) {
        let kept_since = now.saturating_sub(KEPT);
        let (free, slowed) = match comer {
            Comer::Crew | Comer::Returning => (self.returning, RETURNING_SLOWED),
            // Behind whoever is awaited back.
            Comer::Newcomer => (self.newcomers.max(self.returning.min(now + HORIZON)), NEWCOMERS_SLOWED),
        };
        let at = free.max(kept_since);
        (at, at + self.every.mul_f64(strain.slows(slowed)))
    }

    fn promise(&mut self, at: Duration, who: K) {
        self.promised.insert(who, at);
        self.order.insert((at, who));
    }

    fn take_back(&mut self, at: Duration, who: K) {
        self.promised.remove(&who);
        self.order.remove(&(at, who));
    }

    /// Who did not come is not waited for any longer.
    fn forget(&mut self, now: Duration) {
        while let Some((at, who)) = self.order.first().copied().filter(|(at, _)| *at + GRACE < now) {
            self.take_back(at, who);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BinaryHeap;

    use proptest::prelude::*;

    use super::*;

    const A_SECOND: u32 = 100;
    const EVERY: Duration = Duration::from_millis(10);
    const CALM_HOUSE: Strain = Strain { lag: Duration::ZERO, mail: 0 };
    /// Late enough that every place that is kept is there.
    const NOW: Duration = Duration::from_secs(100);

    /// So many come at once; the waits they are told.
    fn crowd(gate: &mut Gate<u32>, now: Duration, numbers: std::ops::Range<u32>, comer: Comer) -> Vec<Duration> {
        numbers.filter_map(|who| gate.admit(now, who, comer, CALM_HOUSE).err()).collect()
    }

    #[test]
    fn a_few_come_in_at_once_and_each_of_a_crowd_is_told_a_time_of_their_own() {
        let mut gate = Gate::new(A_SECOND);
        let waits = crowd(&mut gate, NOW, 0..1_000, Comer::Returning);
        assert_eq!(waits.len(), 1_000 - 51, "half a second of places, and the one that is free now");
        assert!(waits.iter().zip(1..).all(|(wait, place)| *wait == EVERY * place), "one after the other");
    }

    #[test]
    fn who_was_told_a_time_gets_in_at_it_whoever_else_came_and_not_before() {
        let mut gate = Gate::new(A_SECOND);
        crowd(&mut gate, NOW, 0..200, Comer::Newcomer);
        let wait = gate.admit(NOW, 7_000, Comer::Newcomer, CALM_HOUSE).unwrap_err();
        crowd(&mut gate, NOW, 200..3_000, Comer::Newcomer);
        crowd(&mut gate, NOW, 8_000..9_000, Comer::Returning);
        let half = wait / 2;
        assert_eq!(
            gate.admit(NOW + half, 7_000, Comer::Newcomer, CALM_HOUSE),
            Err(wait.saturating_sub(half)),
            "early: the rest of it"
        );
        assert_eq!(gate.admit(NOW + wait, 7_000, Comer::Newcomer, CALM_HOUSE), Ok(()));
        assert!(gate.admit(NOW + wait, 7_000, Comer::Newcomer, CALM_HOUSE).is_err(), "a place is for once");
    }

    #[test]
    fn who_comes_late_gets_in_and_who_does_not_come_is_forgotten() {
        let mut gate = Gate::new(A_SECOND);
        crowd(&mut gate, NOW, 0..60, Comer::Newcomer);
        let wait = gate.admit(NOW, 70, Comer::Newcomer, CALM_HOUSE).unwrap_err();
        assert_eq!(gate.awaited(), 10);
        assert_eq!(gate.admit(NOW + wait + GRACE, 70, Comer::Newcomer, CALM_HOUSE), Ok(()));
        gate.expect(NOW + wait + GRACE + EVERY, 71);
        assert_eq!((gate.awaited(), gate.order.len()), (1, 1));
    }

    #[test]
    fn who_comes_back_does_not_wait_for_newcomers_and_newcomers_wait_for_them() {
        let mut gate = Gate::new(A_SECOND);
        crowd(&mut gate, NOW, 0..1_000, Comer::Newcomer);
        assert_eq!(gate.admit(NOW, 5_000, Comer::Returning, CALM_HOUSE), Ok(()));
        crowd(&mut gate, NOW, 6_000..8_000, Comer::Returning);
        assert_eq!(gate.admit(NOW, 9_000, Comer::Crew, CALM_HOUSE), Ok(()), "nor the crew for anybody");
        let mut gate = Gate::new(A_SECOND);
        let last = *crowd(&mut gate, NOW, 0..1_000, Comer::Returning).last().unwrap();
        assert_eq!(gate.admit(NOW, 5_000, Comer::Newcomer, CALM_HOUSE), Err(last + EVERY));
    }

    #[test]
    fn a_house_that_is_behind_lets_newcomers_in_much_slower_and_those_who_come_back_a_little() {
        let behind = Strain { lag: CALM * 50, mail: 0 };
        let full = Strain { lag: Duration::ZERO, mail: CALM_MAIL * 3 };
        for (strain, comer, slower) in [
            (behind, Comer::Returning, 2),
            (behind, Comer::Newcomer, 10),
            (full, Comer::Newcomer, 3),
            (CALM_HOUSE, Comer::Newcomer, 1),
        ] {
            let mut gate = Gate::new(A_SECOND);
            crowd(&mut gate, NOW, 0..100, comer);
            let wait = |gate: &mut Gate<u32>, who| gate.admit(NOW, who, comer, strain).unwrap_err();
            let (one, next) = (wait(&mut gate, 200), wait(&mut gate, 201));
            assert_eq!(next.saturating_sub(one), EVERY * slower, "{strain:?} {comer:?}");
        }
    }

    #[test]
    fn nobody_is_given_a_place_beyond_the_horizon_and_all_of_them_are_bounded() {
        let mut gate = Gate::new(A_SECOND);
        let waits = crowd(&mut gate, NOW, 0..50_000, Comer::Returning);
        assert_eq!(waits.last(), Some(&HORIZON));
        assert_eq!(crowd(&mut gate, NOW, 60_000..60_001, Comer::Newcomer), [HORIZON], "not for ever behind them");
        assert_eq!(gate.awaited(), 6_001);
    }

    #[test]
    fn who_was_let_in_by_another_door_takes_nobodys_place() {
        let mut gate = Gate::new(A_SECOND);
        gate.expect(NOW, 1);
        let wait = *crowd(&mut gate, NOW, 10..200, Comer::Newcomer).last().unwrap();
        assert_eq!(gate.admit(NOW, 1, Comer::Newcomer, CALM_HOUSE), Ok(()));
        assert_eq!(gate.admit(NOW, 2, Comer::Newcomer, CALM_HOUSE), Err(wait + EVERY));
    }

    proptest! {
        /// However they come first, all who come when they are told get in then.
        #[test]
        fn all_who_obey_get_in_at_the_pace(firsts in proptest::collection::vec((0_u64..3_000, any::<bool>(), 0.0..0.25_f64), 1..600)) {
            let mut gate = Gate::new(A_SECOND);
            let mut coming: BinaryHeap<_> = firsts.iter().zip(0_u32..).map(|((at, ..), who)| std::cmp::Reverse((NOW + Duration::from_millis(*at), who))).collect();
            let mut admitted = Vec::new();
            let mut told = 0;
            while let Some(std::cmp::Reverse((now, who))) = coming.pop() {
                let (_, is_back, late) = firsts[who as usize];
                let comer = if is_back { Comer::Returning } else { Comer::Newcomer };
                match gate.admit(now, who, comer, CALM_HOUSE) {
                    Ok(()) => admitted.push(now),
                    Err(wait) => {
                        told += 1;
                        coming.push(std::cmp::Reverse((now + wait.mul_f64(1.0 + late), who)));
                    }
                }
            }
            prop_assert_eq!(admitted.len(), firsts.len());
            prop_assert!(told <= firsts.len(), "nobody is told twice who obeys");
            prop_assert_eq!(gate.awaited(), 0);
        }
    }
}
