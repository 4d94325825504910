//! The jitter buffer of one stream of Opus: order, patience, and no more delay than the network asks for. Pure: time is an
//! argument.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::media::capture::{BLOCK_MICROS, SAMPLE_RATE};
use crate::media::time::Unwrapped;

/// Packets that may wait: 2 s. Full: everything goes, and it starts again.
const CAPACITY: usize = 100;
/// Less patience than this never, more never, in microseconds.
const LEAST: i64 = 20_000;
const MOST: i64 = 200_000;
/// What is added to the jitter seen.
const MARGIN: i64 = 8_000;
/// Packets over which jitter is seen: 4 s.
const SEEN: usize = 200;
/// Blocks that are made up in a row before the stream counts as paused: 100 ms.
const CONCEALED: u32 = 5;
/// Blocks over which the buffer must have been too full before one is left out: half a second.
const CALM: u32 = 25;
/// Of a stream that stands this much deeper than it should, everything surplus is left out at once.
const FLOOD: i64 = 160_000;

/// Pictures that are later than their sound by more than this are waited for, in microseconds; sound that waits longer than it
/// must by more than that is hurried. Between lies what nobody notices.
const LATE: i64 = 10_000;
const EARLY: i64 = -50_000;
/// Sound waits for pictures no longer than this.
const LONGEST_WAIT: i64 = 400_000;
/// Blocks between two steps: a block is made up or left out each 100 ms at most.
const STEP_EVERY: u32 = 5;

/// Packets behind the present by which one sees that the numbers are another stream's: 10 s.
const ANOTHER: i64 = 500;

/// What comes out for the next 20 ms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pull {
    /// Decode this and play it.
    Play(Bytes, i64),
    /// Decode this so that the decoder keeps up, play nothing of it, and pull again: the buffer was too full.
    Skip(Bytes),
    /// A packet is missing: let the decoder make something up. With the one after it, if that is there (it may carry a copy).
    Conceal(Option<Bytes>),
    /// The stream pauses.
    Quiet,
}

#[derive(Debug)]
struct Waiting {
    timestamp: i64,
    arrived: i64,
    payload: Bytes,
}

/// One stream. Timestamps that go out are in microseconds of the stream's own time.
#[derive(Debug, Default)]
pub(crate) struct Jitter {
    packets: BTreeMap<i64, Waiting>,
    sequence: Unwrapped,
    timestamp: Unwrapped,
    /// The number of the next packet to play; nothing while it waits to start.
    next: Option<i64>,
    concealed: u32,
    /// How late each packet was, against the earliest.
    delays: VecDeque<i64>,
    target: i64,
    calm: u32,
    /// The least depth seen in the calm spell.
    shallowest: i64,
    /// By how much the pictures that belong to it are later, if that is known.
    late: Option<i64>,
    /// What is waited for them beyond what the network asks for.
    waits: i64,
    /// Blocks since the last step.
    stepped: u32,
}

impl Jitter {
    /// A packet came.
    pub(crate) fn insert(&mut self, now: i64, sequence: u16, timestamp: u32, payload: Bytes) {
        let number = self.sequence.of_16(sequence);
        let timestamp = self.timestamp.of_32(timestamp) * 1_000_000 / SAMPLE_RATE;
        self.learn(now - timestamp);
        if let Some(next) = self.next
            && number < next
        {
            if next - number < ANOTHER {
                return;
            }
            // Nobody is that late: another stream took the slot.
            self.packets.clear();
            self.next = None;
        }
        if self.packets.len() >= CAPACITY {
            self.packets.clear();
            self.next = None;
        }
        self.packets.entry(number).or_insert(Waiting { timestamp, arrived: now, payload });
    }

    /// The next 20 ms are needed.
    pub(crate) fn pull(&mut self, now: i64) -> Pull {
        let next = match self.next {
            Some(next) => next,
            None => match self.packets.first_key_value() {
                Some((&first, waiting)) if now - waiting.arrived >= self.target() => first,
                Some(_) | None => return Pull::Quiet,
            },
        };
        self.next = Some(next);
        if self.steps_back() {
            return Pull::Conceal(None);
        }
        let Some(waiting) = self.packets.remove(&next) else { return self.conceal(next) };
        self.concealed = 0;
        self.next = Some(next + 1);
        if self.too_deep() { Pull::Skip(waiting.payload) } else { Pull::Play(waiting.payload, waiting.timestamp) }
    }

    /// By how much the pictures that belong to it are later than it, as it is played now: so much longer it waits, by and by.
    pub(crate) fn pictures_late(&mut self, late: Option<i64>) {
        self.late = late;
    }

    /// The delay that it aims at, in microseconds.
    pub(crate) fn target(&self) -> i64 {
        self.waits + if self.target == 0 { 2 * LEAST } else { self.target }
    }

    /// Whether a block is made up now, so that everything after it is later.
    fn steps_back(&mut self) -> bool {
        self.stepped += 1;
        if self.stepped < STEP_EVERY {
            return false;
        }
        self.stepped = 0;
        let late = self.late.unwrap_or(i64::MIN);
        if late < EARLY {
            self.waits = (self.waits - BLOCK_MICROS).max(0);
        }
        let waits_longer = late > LATE && self.waits + BLOCK_MICROS <= LONGEST_WAIT;
        if waits_longer {
            self.waits += BLOCK_MICROS;
        }
        waits_longer
    }

    fn conceal(&mut self, next: i64) -> Pull {
        self.concealed += 1;
        if let Some((&first, after)) = self.packets.first_key_value() {
            // A pause of the numbers, or another stream's: it starts again with what is there.
            if first - next > i64::from(CONCEALED) {
                self.next = None;
                self.concealed = 0;
                return Pull::Quiet;
            }
            // Lost, and there is something after it.
            let copy = after.payload.clone();
            let copy = self.packets.contains_key(&(next + 1)).then_some(copy);
            self.next = Some(next + 1);
            return Pull::Conceal(copy);
        }
        // Late: the same packet is still awaited, so the delay grows by what is made up.
        if self.concealed > CONCEALED {
            self.next = None;
            self.concealed = 0;
            return Pull::Quiet;
        }
        Pull::Conceal(None)
    }

    fn too_deep(&mut self) -> bool {
        let depth = self.packets.len() as i64 * BLOCK_MICROS;
        if depth > self.target() + FLOOD {
            return true;
        }
        self.shallowest = if self.calm == 0 { depth } else { self.shallowest.min(depth) };
        self.calm += 1;
        if self.calm < CALM {
            return false;
        }
        self.calm = 0;
        self.shallowest > self.target() + BLOCK_MICROS
    }

    /// `delay` is only good for comparing: arrival minus the stream's own time.
    fn learn(&mut self, delay: i64) {
        // Another clock altogether: the publisher changed.
        if self.delays.back().is_some_and(|last| (delay - last).abs() > 2_000_000) {
            self.delays.clear();
        }
        self.delays.push_back(delay);
        if self.delays.len() > SEEN {
            self.delays.pop_front();
        }
        if self.delays.len() < 10 || !self.delays.len().is_multiple_of(10) && self.delays.len() < SEEN {
            return;
        }
        let mut sorted: Vec<i64> = self.delays.iter().copied().collect();
        sorted.sort_unstable();
        let least = sorted.first().copied().unwrap_or(0);
        let most = sorted.get(sorted.len() * 97 / 100).copied().unwrap_or(0);
        self.target = (most - least + MARGIN).clamp(LEAST, MOST);
    }
}

#[cfg(test)]
#[path = "jitter_tests.rs"]
mod tests;
