//! When a room's connections are told next.

use std::time::Duration;

use houselights_shared::UpdateBody;
use tokio::time::Instant;

/// The tick of a small room: commands that belong together still share a write.
const SHORTEST: Duration = Duration::from_millis(10);
/// Each connection makes the tick this much longer. So writing to all takes a small part of a tick, and from some hundreds of people on those messages
/// share a write that nobody can read one by one: at 50 a second to 500, seven of them.
const A_CONNECTION: Duration = Duration::from_micros(300);
/// The tick of a large room. A round of writing that takes longer than this is followed by the next at once.
const LONGEST: Duration = Duration::from_millis(150);

/// The ticks of one room.
pub(super) struct Tick {
    began: Instant,
    /// Something is to be told that the eye compares with the picture.
    is_urgent: bool,
}

impl Tick {
    pub(super) fn new(now: Instant) -> Self {
        Self { began: now, is_urgent: false }
    }

    /// This waits to be told.
    pub(super) fn waits(&mut self, body: &UpdateBody) {
        self.is_urgent |= is_of_stage(body);
    }

    /// All that waited until now is told.
    pub(super) fn begins(&mut self, now: Instant) {
        *self = Self::new(now);
    }

    /// When what waits is told: at once in a room that was quiet for a tick.
    pub(super) fn due(&self, connections: usize) -> Instant {
        self.began + if self.is_urgent { SHORTEST } else { length(connections) }
    }
}

fn length(connections: usize) -> Duration {
    A_CONNECTION.saturating_mul(u32::try_from(connections).unwrap_or(u32::MAX)).clamp(SHORTEST, LONGEST)
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
    fn a_tick_is_longer_the_more_there_are() {
        let now = Instant::now();
        let tick = Tick::new(now);
        let lengths = [1, 100, 500, 10_000].map(|connections| tick.due(connections) - now);
        assert_eq!(lengths, [ms(10), ms(30), ms(150), ms(150)]);
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
