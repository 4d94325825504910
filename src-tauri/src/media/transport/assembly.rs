//! From packets to frames: order, gaps, and when to give up and ask for a key frame. Pure: time is an argument.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::vp8::{self, PictureId};
use crate::media::time::Unwrapped;

/// Packets that may wait. Full: all go, and a key frame is asked for.
const CAPACITY: usize = 1_024;
/// A gap is waited for this long, in microseconds: several retransmissions on a good line, one on a poor one.
const PATIENCE: i64 = 200_000;
/// Where frames can be decoded again behind the gap, it is left behind after this.
const HASTE: i64 = 40_000;
/// Between two requests for a key frame.
const ASK_EVERY: i64 = 500_000;

/// A frame that can be decoded, after those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) bytes: Vec<u8>,
    pub(crate) key: bool,
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// The stream's own time, in microseconds.
    pub(crate) at: i64,
}

#[derive(Debug)]
struct Part {
    at: i64,
    marker: bool,
    start: bool,
    picture: Option<PictureId>,
    arrived: i64,
    /// Empty: a packet that carries nothing (a probe).
    bytes: Bytes,
}

/// One video stream.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    parts: BTreeMap<i64, Part>,
    sequence: Unwrapped,
    timestamp: Unwrapped,
    /// The number of the next frame's first packet; nothing while a key frame is awaited.
    next: Option<i64>,
    picture: Option<PictureId>,
    size: (u16, u16),
    asked: Option<i64>,
    lost: u64,
}

/// Where a frame ends, or why that is not known.
enum Extent {
    Whole(i64),
    /// A packet is missing, and something after it has been there since.
    Gap(i64),
    /// The rest has not been sent yet, for all one knows.
    Open,
}

impl Assembly {
    /// A packet came, with its RTP header's sequence number, timestamp (90 kHz) and marker.
    pub(crate) fn insert(&mut self, now: i64, sequence: u16, (timestamp, marker): (u32, bool), payload: &Bytes) {
        let number = self.sequence.of_16(sequence);
        let at = self.timestamp.of_32(timestamp) * 100 / 9;
        if self.next.is_some_and(|next| number < next) {
            return;
        }
        if self.parts.len() >= CAPACITY {
            self.parts.clear();
            self.give_up();
        }
        let (descriptor, bytes) = vp8::parse(payload).unwrap_or_default();
        let part = Part { at, marker, start: descriptor.start, picture: descriptor.picture, arrived: now, bytes };
        self.parts.entry(number).or_insert(part);
    }

    /// An RTP timestamp of the stream as its own time; none before the first packet.
    pub(crate) fn own(&self, timestamp: u32) -> Option<i64> {
        self.timestamp.nearest_32(timestamp).map(|time| time * 100 / 9)
    }

    /// The next frame that can be decoded now.
    pub(crate) fn take(&mut self, now: i64) -> Option<Frame> {
        loop {
            let Some(next) = self.next else { return self.take_key() };
            if self.parts.get(&next).is_some_and(|part| part.bytes.is_empty()) {
                self.parts.remove(&next);
                self.next = Some(next + 1);
                continue;
            }
            match self.extent(next) {
                Extent::Whole(end) => {
                    if let Some(frame) = self.cut_out(next, end) {
                        return Some(frame);
                    }
                }
                Extent::Open => return None,
                Extent::Gap(since) => {
                    let waited = now - since;
                    if waited < HASTE || waited < PATIENCE && self.find_key().is_none() {
                        return None;
                    }
                    self.give_up();
                }
            }
        }
    }

    /// When [`take`](Self::take) may have something to give up, on the clock of its `now`.
    pub(crate) fn deadline(&self) -> Option<i64> {
        match self.extent(self.next?) {
            Extent::Gap(since) => {
                let patience = if self.find_key().is_some() { HASTE } else { PATIENCE };
                Some(since + patience)
            }
            Extent::Whole(_) | Extent::Open => None,
        }
    }

    /// Whether a key frame is to be asked for now. Says so at most twice a second.
    pub(crate) fn asks(&mut self, now: i64) -> bool {
        let due = self.asked.is_none_or(|asked| now - asked >= ASK_EVERY);
        // What begins a key frame is already on its way.
        let coming = self.parts.values().any(|part| part.start && is_key(&part.bytes));
        let asks = self.next.is_none() && !self.parts.is_empty() && due && !coming;
        if asks {
            self.asked = Some(now);
            self.parts.clear();
        }
        asks
    }

    /// Frames that were given up, until now.
    pub(crate) fn lost(&self) -> u64 {
        self.lost
    }

    fn give_up(&mut self) {
        self.next = None;
        self.lost += 1;
    }

    fn extent(&self, first: i64) -> Extent {
        for (expected, (&number, part)) in (first..).zip(self.parts.range(first..)) {
            if number != expected {
                return Extent::Gap(part.arrived);
            }
            if part.marker {
                return Extent::Whole(number);
            }
        }
        Extent::Open
    }

    /// The first key frame that is whole: its first and last number.
    fn find_key(&self) -> Option<(i64, i64)> {
        let starts = self.parts.iter().filter(|(_, part)| part.start && is_key(&part.bytes));
        starts.map(|(&first, _)| (first, self.extent(first))).find_map(|(first, extent)| match extent {
            Extent::Whole(end) => Some((first, end)),
            Extent::Gap(_) | Extent::Open => None,
        })
    }

    fn take_key(&mut self) -> Option<Frame> {
        let (first, end) = self.find_key()?;
        let mut skipped: Vec<i64> = self.parts.range(..first).map(|(_, part)| part.at).collect();
        skipped.dedup();
        // What came before the very first key frame is not lost: it was never to be shown.
        if self.size != (0, 0) {
            self.lost += (skipped.len() as u64).saturating_sub(1);
        }
        self.parts = self.parts.split_off(&first);
        self.picture = None;
        self.cut_out(first, end)
    }

    /// Takes a whole frame out. Nothing when it cannot be decoded: then a key frame is awaited.
    fn cut_out(&mut self, first: i64, end: i64) -> Option<Frame> {
        let rest = self.parts.split_off(&(end + 1));
        let parts = std::mem::replace(&mut self.parts, rest);
        self.next = Some(end + 1);
        let mut bytes = Vec::with_capacity(parts.values().map(|part| part.bytes.len()).sum());
        for (_, part) in parts.range(first..) {
            bytes.extend_from_slice(&part.bytes);
        }
        let head = parts.get(&first)?;
        let key = is_key(&bytes);
        let follows = match (self.picture, head.picture) {
            (Some(before), Some(this)) => before.precedes(this),
            (None, _) | (_, None) => true,
        };
        if !head.start || (!key && !follows) {
            self.give_up();
            return None;
        }
        self.picture = head.picture;
        if key {
            self.size = vp8::size_of_key(&bytes).unwrap_or(self.size);
            self.asked = None;
        }
        Some(Frame { bytes, key, width: self.size.0, height: self.size.1, at: head.at })
    }
}

/// Whether a frame (or its beginning) is a key frame's (RFC 6386, section 9.1).
fn is_key(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|tag| tag & 1 == 0)
}

#[cfg(test)]
#[path = "assembly_tests.rs"]
mod tests;
