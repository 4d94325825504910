//! One audio slot: jitter buffer, decoder, and where in the stream one is.

use std::collections::VecDeque;

use bytes::Bytes;

use super::jitter::{Jitter, Pull};
use crate::media::capture::{BLOCK_FRAMES, SAMPLE_RATE};

/// The longest Opus packet: 120 ms.
const LONGEST: usize = 5_760;

/// Quieter than this counts as silence: 60 dB below full scale.
const SILENCE: f32 = 0.001;

/// A stream that is heard.
pub(crate) struct Voice {
    jitter: Jitter,
    decoder: opus::Decoder,
    /// Decoded and not played, interleaved. Bounded: it is filled only when it is short of what is asked for.
    ready: VecDeque<f32>,
    /// The stream's time of the first sample in `ready`, in microseconds, once known.
    at: Option<i64>,
    /// Where a packet is decoded to.
    pcm: Box<[f32]>,
    /// Samples a channel that came in packets and were not silence, and were not asked for yet.
    heard: u64,
}

impl Voice {
    pub(crate) fn new() -> Result<Self, opus::Error> {
        let decoder = opus::Decoder::new(SAMPLE_RATE as u32, opus::Channels::Stereo)?;
        Ok(Self {
            jitter: Jitter::default(),
            decoder,
            ready: VecDeque::new(),
            at: None,
            pcm: vec![0.0; LONGEST * 2].into(),
            heard: 0,
        })
    }

    pub(crate) fn insert(&mut self, now: i64, sequence: u16, timestamp: u32, payload: Bytes) {
        self.jitter.insert(now, sequence, timestamp, payload);
    }

    /// By how much the pictures that belong to it are later than it, if that is known.
    pub(crate) fn pictures_late(&mut self, late: Option<i64>) {
        self.jitter.pictures_late(late);
    }

    /// How many samples a channel came in packets and were not silence, since this was asked last. What is made up for lost
    /// packets does not count.
    pub(crate) fn take_heard(&mut self) -> u64 {
        std::mem::take(&mut self.heard)
    }

    /// Adds the next samples to a mix, `gain` times as loud. Tells the stream's time of the first of them, if it sounds.
    pub(crate) fn mix_into(&mut self, now: i64, gain: f32, out: &mut [f32]) -> Option<i64> {
        while self.ready.len() < out.len() {
            if !self.decode_next(now) {
                break;
            }
        }
        if self.ready.is_empty() {
            self.at = None;
            return None;
        }
        let at = self.at;
        let count = out.len().min(self.ready.len());
        for (to, from) in out.iter_mut().zip(self.ready.drain(..count)) {
            *to += from * gain;
        }
        self.at = at.map(|at| at + (count / 2) as i64 * 1_000_000 / SAMPLE_RATE);
        at
    }

    /// Whether something came of it.
    fn decode_next(&mut self, now: i64) -> bool {
        let pcm = &mut self.pcm;
        let one_block = BLOCK_FRAMES * 2;
        let decoded = match self.jitter.pull(now) {
            Pull::Quiet => return false,
            Pull::Skip(payload) => {
                let _ = self.decoder.decode_float(&payload, pcm, false);
                return true;
            }
            Pull::Play(payload, timestamp) => {
                let waiting = (self.ready.len() / 2) as i64 * 1_000_000 / SAMPLE_RATE;
                self.at = Some(timestamp - waiting);
                let decoded = self.decoder.decode_float(&payload, pcm, false);
                let loud = |samples: &[f32]| samples.iter().any(|sample| sample.abs() > SILENCE);
                if let Ok(frames) = decoded
                    && pcm.get(..frames * 2).is_some_and(loud)
                {
                    self.heard += frames as u64;
                }
                decoded
            }
            Pull::Conceal(Some(after)) => match pcm.get_mut(..one_block) {
                Some(block) => self.decoder.decode_float(&after, block, true),
                None => Ok(0),
            },
            Pull::Conceal(None) => match pcm.get_mut(..one_block) {
                Some(block) => self.decoder.decode_float(&[], block, false),
                None => Ok(0),
            },
        };
        // What cannot be decoded is a block of silence: the stream goes on.
        let frames = decoded.unwrap_or(BLOCK_FRAMES);
        self.ready.extend(pcm.get(..frames * 2).unwrap_or_default());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second of packets with a sample each 20 ms of this loudness, every `nth` of them lost; what counts as heard.
    fn heard(loudness: f32, nth: u16) -> u64 {
        let mut encoder = opus::Encoder::new(48_000, opus::Channels::Stereo, opus::Application::Audio).unwrap();
        let mut voice = Voice::new().unwrap();
        let mut packet = [0; 1_000];
        for number in 0..50_u16 {
            let now = i64::from(number) * 20_000;
            let block: Vec<f32> = (0..BLOCK_FRAMES * 2).map(|i| loudness * ((i / 2) as f32 / 8.0).sin()).collect();
            let length = encoder.encode_float(&block, &mut packet).unwrap();
            if nth == 0 || number % nth != nth - 1 {
                voice.insert(now, number, u32::from(number) * 960, Bytes::copy_from_slice(&packet[..length]));
            }
            for half in 0..2 {
                voice.mix_into(now + half * 10_000, 1.0, &mut [0.0; 960]);
            }
        }
        voice.take_heard()
    }

    #[test]
    fn silence_and_what_is_made_up_are_not_heard() {
        let all = heard(0.3, 0);
        assert!(all > 40_000, "{all}");
        assert_eq!(heard(0.0, 0), 0);
        let gaps = heard(0.3, 5);
        assert!(gaps < all * 9 / 10 && gaps > all / 2, "{gaps} of {all}");
    }
}
