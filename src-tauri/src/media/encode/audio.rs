//! The thread that encodes sound.

use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;

use super::{Outgoing, Studio, Turns};
use crate::ipc::FaultCause;
use crate::media::capture::{AudioSource, BLOCK_FRAMES, Block, SAMPLE_RATE, SourceError};
use crate::media::time;

/// Bits a second: speech and music in stereo.
const BITRATE: i32 = 64_000;
/// The largest Opus packet that is made.
const MAX_PACKET: usize = 1_000;
/// A source's clock may stray this far from the count of its samples before the count follows: 100 ms.
const STRAY: i64 = 4_800;
/// Blocks between two reports of one's own level: 100 ms.
const REPORT: u32 = 5;

/// Runs until it is told to stop, or the source fails.
pub(super) fn run(mut source: Box<dyn AudioSource>, studio: &Studio, turns: &Turns) -> Result<(), SourceError> {
    let ended = listen(&mut *source, studio, turns);
    studio.level.send_replace(127);
    ended
}

fn listen(source: &mut dyn AudioSource, studio: &Studio, turns: &Turns) -> Result<(), SourceError> {
    let mut line = Line::new().map_err(|error| SourceError::of(FaultCause::Internal, error))?;
    let mut block: Block = [0.0; BLOCK_FRAMES * 2];
    while turns.wait(source.due()) {
        let at = source.take(time::now(), &mut block)?;
        // A device may take its time, and be another's meanwhile.
        if !turns.go_on() {
            break;
        }
        line.pass(&block, at, studio);
    }
    Ok(())
}

struct Line {
    encoder: opus::Encoder,
    /// The timestamp of the next block, in samples.
    next: i64,
    loudest: u8,
    blocks: u32,
}

impl Line {
    fn new() -> Result<Self, opus::Error> {
        let mut encoder = opus::Encoder::new(SAMPLE_RATE as u32, opus::Channels::Stereo, opus::Application::Voip)?;
        encoder.set_bitrate(opus::Bitrate::Bits(BITRATE))?;
        encoder.set_complexity(5)?;
        encoder.set_inband_fec(true)?;
        encoder.set_packet_loss_perc(5)?;
        Ok(Self { encoder, next: 0, loudest: 127, blocks: 0 })
    }

    fn pass(&mut self, block: &Block, at: i64, studio: &Studio) {
        let level = level(block);
        self.report(level, studio);
        studio.monitor.offer(block);
        let clock = at * SAMPLE_RATE / 1_000_000;
        let timestamp = if (clock - self.next).abs() > STRAY { clock } else { self.next };
        self.next = timestamp + BLOCK_FRAMES as i64;
        if !studio.wishes.microphone.load(Relaxed) || !studio.outlet.open() {
            return;
        }
        let mut packet = [0; MAX_PACKET];
        match self.encoder.encode_float(block, &mut packet) {
            Ok(length) => {
                let bytes = Bytes::copy_from_slice(packet.get(..length).unwrap_or_default());
                // Full: this block is lost, and the other side conceals it.
                studio.outlet.put(Outgoing::Sound { bytes, timestamp: timestamp as u32, at, level });
            }
            Err(error) => tracing::warn!(%error, "a block of sound could not be encoded"),
        }
    }

    fn report(&mut self, level: u8, studio: &Studio) {
        self.loudest = self.loudest.min(level);
        self.blocks += 1;
        if self.blocks >= REPORT {
            studio.level.send_replace(self.loudest);
            (self.loudest, self.blocks) = (127, 0);
        }
    }
}

/// How loud a block is, in dB below full scale, 0 to 127 (RFC 6464, section 3).
pub(crate) fn level(samples: &[f32]) -> u8 {
    let energy: f32 = samples.iter().map(|sample| sample * sample).sum();
    let mean = energy / samples.len().max(1) as f32;
    if mean <= 0.0 { 127 } else { (-10.0 * mean.log10()).clamp(0.0, 127.0).round() as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_counts_down_from_full_scale() {
        assert_eq!(level(&[1.0; 100]), 0);
        assert_eq!(level(&[0.1; 100]), 20);
        assert_eq!(level(&[0.0; 100]), 127);
        assert_eq!(level(&[]), 127);
    }
}
