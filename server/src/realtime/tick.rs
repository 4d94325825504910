//! When a room's connections are told next.

use std::time::Duration;

use houselights_shared::UpdateBody;
use tokio::time::Instant;

/// The tick of a small room: commands that belong together still share a write.
const SHORTEST: Duration = Duration::from_millis(10);
/// Each connection makes the tick this much longer. So writing to all takes a small part of a tick, and from some hundreds of people on those messages
/// share a write that nobody can read one by one: at 50 a second to 500, seven of them.
const A_CONNECTION: Duration = Duration::from_micros(300);
/// The tick of a large room.
const LONGEST: Duration = Duration::from_millis(150);
/// A tick and the round of writing take so long together: to read what takes long to write takes long, too.
const WITHIN: Duration = Duration::from_millis(180);
/// However long the writing takes. Where that is longer, one round follows the other.
const LONGEST_AT_LEAST: Duration = Duration::from_millis(100);

/// The ticks of one room.
pub(super) struct Tick {
    began: Instant,
    /// How long the round before took.
    took: Duration,
    /// Something is to be told that the eye compares with the picture.
    is_urgent: bool,
}

impl Tick {
    pub(super) fn new(now: Instant) -> Self {
        Self { began: now, took: Duration::ZERO, is_urgent: false }
    }

    /// This waits to be told.
    pub(super) fn waits(&mut self, body: &UpdateBody) {
        self.is_urgent |= is_of_stage(body);
    }

    /// A round begins: all that waited until now is told.
    pub(super) fn begins(&mut self, now: Instant) {
        (self.began, self.is_urgent) = (now, false);
    }

    /// And has ended.
    pub(super) fn ends(&mut self, now: Instant) {
        self.took = now - self.began;
    }

    /// When what waits is told: at once in a room that was quiet for a tick.
    pub(super) fn due(&self, connections: usize) -> Instant {
        self.began + if self.is_urgent { SHORTEST } else { self.length(connections) }
    }

    fn length(&self, connections: usize) -> Duration {
        let connections = u32::try_from(connections).unwrap_or(u32::MAX);
        let longest = WITHIN.saturating_sub(self.took).clamp(LONGEST_AT_LEAST, LONGEST);
        A_CONNECTION.saturating_mul(connections).clamp(SHORTEST, longest)
    }
}

/// Whether it changes what is seen and heard on the stage: that comes beside the media, which wait for no tick.
fn is_of_stage(body: &UpdateBody) -> bool {
    use UpdateBody::{CameOnStage, CueCalled, EndUndone, Ended, LeftStage, OverlaySet, ProgramSet, Taken, WentLive};
    matches!(
        body,
        ProgramSet { .. }
            | Taken { .. }
            | CameOnStage { .. }
            | LeftStage { .. }
            | OverlaySet { .. }
            | CueCalled { .. }
            | WentLive
            | Ended { .. }
            | EndUndone
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_tick_is_longer_the_more_there_are_and_shorter_where_writing_takes_long() {
        let now = Instant::now();
        let mut tick = Tick::new(now);
        let lengths = |tick: &Tick| [1, 100, 500, 10_000].map(|connections| tick.due(connections) - now);
        assert_eq!(lengths(&tick), [ms(10), ms(30), ms(150), ms(150)]);
        tick.ends(now + ms(60));
        assert_eq!(lengths(&tick), [ms(10), ms(30), ms(120), ms(120)]);
        tick.ends(now + ms(900));
        assert_eq!(lengths(&tick), [ms(10), ms(30), ms(100), ms(100)], "the writes are shared all the same");
    }

    #[test]
    fn what_changes_the_stage_waits_for_no_tick() {
        let now = Instant::now();
        let mut tick = Tick::new(now);
        tick.waits(&UpdateBody::Unpinned);
        assert_eq!(tick.due(10_000) - now, ms(150));
        tick.waits(&UpdateBody::WentLive);
        assert_eq!(tick.due(10_000) - now, ms(10));
        tick.begins(now);
        assert_eq!(tick.due(10_000) - now, ms(150));
    }
}
