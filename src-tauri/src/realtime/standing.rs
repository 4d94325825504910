//! One connection that stands: what was heard on it, and when.

use std::time::{Duration, SystemTime};

use houselights_shared::{ClientFrame, Timestamp};
use tokio::time::Instant;

use super::{
    Timing, Wire,
    wire::{self, Unsent},
};

/// Goodbye may take this long: the window is already gone.
const CLOSE_WITHIN: Duration = Duration::from_millis(300);

/// One connection that stands.
pub(super) struct Standing {
    pub(super) wire: Wire,
    opened: Instant,
    welcomed: Option<Instant>,
    heard: Instant,
    ping_at: Instant,
    /// What was sent and is not answered yet.
    pinged: Option<(Timestamp, Instant)>,
}

impl Standing {
    pub(super) fn new(wire: Wire) -> Self {
        let now = Instant::now();
        Self { wire, opened: now, welcomed: None, heard: now, ping_at: now, pinged: None }
    }

    pub(super) const fn is_welcomed(&self) -> bool {
        self.welcomed.is_some()
    }

    /// How long ago the server said welcome.
    pub(super) fn stood(&self) -> Duration {
        self.welcomed.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// The server says welcome: the first ping is due.
    pub(super) fn welcome(&mut self) {
        self.welcomed = Some(self.heard);
        self.ping_at = self.heard;
    }

    /// Something is heard; when.
    pub(super) fn hear(&mut self) -> Instant {
        self.heard = Instant::now();
        self.heard
    }

    /// When it is lost, where nothing is heard until then.
    pub(super) fn dead_at(&self, timing: &Timing) -> Instant {
        if self.is_welcomed() { self.heard + timing.dead_after } else { self.opened + timing.welcome_within }
    }

    pub(super) const fn ping_at(&self) -> Instant {
        self.ping_at
    }

    /// For how many ms the last ping has had no answer.
    pub(super) fn unanswered_for(&self) -> Option<u32> {
        self.pinged.map(|(_, at)| millis(at.elapsed()))
    }

    pub(super) async fn ping(&mut self, timing: &Timing) -> Result<(), Unsent> {
        let (sent_at, now) = (clock(), Instant::now());
        self.ping_at = now + timing.ping_every;
        self.pinged = Some((sent_at, now));
        self.send(&ClientFrame::Ping { sent_at }, timing).await
    }

    /// In how many ms the last ping is answered now; nothing where this is the answer to another.
    pub(super) fn pong(&mut self, sent_at: Timestamp) -> Option<u32> {
        let (_, at) = self.pinged.take_if(|(pinged, _)| *pinged == sent_at)?;
        Some(millis(self.heard - at))
    }

    pub(super) async fn send(&mut self, frame: &ClientFrame, timing: &Timing) -> Result<(), Unsent> {
        wire::send(&mut self.wire, frame, timing.write_within).await
    }

    pub(super) async fn close(self) {
        wire::close(self.wire, CLOSE_WITHIN).await;
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

fn clock() -> Timestamp {
    let micros = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_micros());
    Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}
