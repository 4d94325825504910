//! The test source: bars, a strip of grass that goes by, a block that moves and the burnt-in clock; and a tone that starts with each second.

use std::f32::consts::TAU;

use houselights_picture::{Picture, clock, draw};

use super::{AudioSource, BLOCK_FRAMES, BLOCK_MICROS, Block, SAMPLE_RATE, Shot, SourceError, VideoSource};
use crate::ipc::FaultCause;
use crate::media::time;

const WIDTH: usize = 640;
const HEIGHT: usize = 360;
const RATE: u32 = 30;
/// Above it are the bars.
const MEADOW_TOP: usize = 200;
/// The tone sounds in the first tenth of each second of the wall clock.
const BEEP_MICROS: i64 = 100_000;

/// Bars at 640x360 and 30 pictures a second with [the clock](houselights_picture::clock) of the moment of drawing.
pub(crate) struct TestPicture {
    background: Picture,
    meadow: draw::Meadow,
    start: i64,
    next: i64,
}

impl TestPicture {
    pub(crate) fn new() -> Result<Self, SourceError> {
        let mut background = Picture::black(WIDTH, HEIGHT).map_err(|error| SourceError::of(FaultCause::Internal, error))?;
        draw::bars(&mut background);
        let meadow = draw::Meadow::new(2 * WIDTH, HEIGHT - MEADOW_TOP);
        Ok(Self { background, meadow, start: time::now(), next: 0 })
    }
}

impl VideoSource for TestPicture {
    fn rate(&self) -> u32 {
        RATE
    }

    fn due(&self) -> i64 {
        self.start + self.next * 1_000_000 / i64::from(RATE)
    }

    fn take(&mut self, now: i64) -> Result<Option<Shot>, SourceError> {
        // After a pause it goes on with the present, not with what was missed.
        let present = (now - self.start) * i64::from(RATE) / 1_000_000;
        self.next = self.next.max(present) + 1;
        let mut picture = self.background.clone();
        // The clock that is burnt in is read as late as possible.
        let (at, wall) = (now, time::wall());
        self.meadow.draw(&mut picture, MEADOW_TOP, wall);
        draw::shuttle(&mut picture, wall);
        clock::burn(&mut picture, wall);
        Ok(Some(Shot { picture, at }))
    }
}

/// 1 kHz at half the full scale in the first 100 ms of each second of the wall clock, over a hum of 100 Hz at one hundredth.
pub(crate) struct TestTone {
    next: i64,
}

impl TestTone {
    pub(crate) fn new() -> Self {
        Self { next: time::now() }
    }

    /// The sample at a time of the wall clock.
    pub(crate) fn sample(wall: i64) -> f32 {
        let within = wall.rem_euclid(1_000_000);
        let seconds = within as f32 / 1e6;
        let hum = 0.01 * (TAU * 100.0 * seconds).sin();
        if within < BEEP_MICROS { hum + 0.5 * (TAU * 1000.0 * seconds).sin() } else { hum }
    }
}

impl AudioSource for TestTone {
    fn due(&self) -> i64 {
        self.next + BLOCK_MICROS
    }

    fn take(&mut self, now: i64, block: &mut Block) -> Result<i64, SourceError> {
        if now > self.due() + 10 * BLOCK_MICROS {
            self.next = now - BLOCK_MICROS;
        }
        let at = self.next;
        let wall = at + (time::wall() - time::now());
        for (i, frame) in block.chunks_exact_mut(2).take(BLOCK_FRAMES).enumerate() {
            frame.fill(Self::sample(wall + i as i64 * 1_000_000 / SAMPLE_RATE));
        }
        self.next += BLOCK_MICROS;
        Ok(at)
    }
}
