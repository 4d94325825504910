//! The one place where the server reads the wall clock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use houselights_shared::Timestamp;

/// A [`Clock`] follows the wall clock by so small a part of the time that passes.
const FOLLOWS: i64 = 10;
/// A wall clock that is suddenly further ahead was not set: the machine slept.
const SLEPT: Duration = Duration::from_hours(2);

/// Now.
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::default().plus(since_epoch)
}

/// What rooms and their clients go by: it never goes back, and while the wall clock is set, by an hour either way, it goes on evenly, a little
/// faster or slower until they agree again. So nothing that is waited for is skipped, or waited for an hour longer. Tokens and doors go by the
/// wall clock itself: they are about times of day.
#[derive(Clone)]
pub(crate) struct Clock {
    wall: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    steady: Arc<Mutex<Steady>>,
}

impl Clock {
    /// The machine's.
    pub(crate) fn new() -> Self {
        Self::over(now)
    }

    /// One that follows another wall clock.
    pub(crate) fn over(wall: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        let steady = Steady { now: wall(), read_at: Instant::now() };
        Self { wall: Arc::new(wall), steady: Arc::new(Mutex::new(steady)) }
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        steady.read((self.wall)(), Instant::now())
    }
}

/// What the clock showed, and when that was.
struct Steady {
    now: Timestamp,
    read_at: Instant,
}

impl Steady {
    fn read(&mut self, wall: Timestamp, at: Instant) -> Timestamp {
        let passed = i64::try_from(at.saturating_duration_since(self.read_at).as_micros()).unwrap_or(i64::MAX);
        let even = self.now.micros().saturating_add(passed);
        let ahead = wall.micros().saturating_sub(even);
        let most = passed / FOLLOWS;
        let slept = u128::try_from(ahead).is_ok_and(|ahead| ahead > SLEPT.as_micros());
        let now = if slept { wall.micros() } else { even.saturating_add(ahead.clamp(-most, most)) };
        *self = Self { now: Timestamp::from_micros(now), read_at: at.max(self.read_at) };
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_micros(1_900_000_000_000_000);
    const HOUR: Duration = Duration::from_hours(1);

    /// What it shows, twice a second for so many seconds, while the wall clock shows what it should, moved by `jump`.
    fn shown(seconds: u64, jump: impl Fn(Timestamp) -> Timestamp) -> Vec<Timestamp> {
        let begun = Instant::now();
        let mut steady = Steady { now: START, read_at: begun };
        let halves = (1..=2 * seconds).map(|half| Duration::from_millis(500 * half));
        halves.map(|passed| steady.read(jump(START.plus(passed)), begun + passed)).collect()
    }

    #[test]
    fn a_wall_clock_that_is_right_is_shown() {
        assert_eq!(shown(60, |wall| wall).last(), Some(&START.plus(Duration::from_mins(1))));
    }

    #[test]
    fn whatever_the_wall_clock_is_set_to_it_goes_on_evenly_and_never_back() {
        let jumps: [fn(Timestamp) -> Timestamp; 2] = [|wall| wall.plus(HOUR), |wall| wall.minus(HOUR)];
        for jump in jumps {
            let shown = shown(15, jump);
            assert!(shown.is_sorted_by(|before, after| after.since(*before) >= Duration::from_millis(450)));
            let passed = shown.last().unwrap().since(START);
            assert!((Duration::from_millis(13_400)..=Duration::from_millis(16_600)).contains(&passed), "{passed:?}");
        }
    }

    #[test]
    fn in_time_it_agrees_with_the_wall_clock_again() {
        for jump in [|wall: Timestamp| wall.plus(HOUR), |wall: Timestamp| wall.minus(HOUR)] {
            let seconds = 11 * 3_600;
            assert_eq!(shown(seconds, jump).last(), Some(&jump(START.plus(Duration::from_secs(seconds)))));
        }
    }

    #[test]
    fn after_a_night_asleep_it_is_morning() {
        let night = |wall: Timestamp| wall.plus(HOUR * 8);
        assert_eq!(shown(1, night).last(), Some(&night(START.plus(Duration::from_secs(1)))));
    }
}
