//! Lips: pictures follow the sound of whom they show, and sound waits for pictures that take longer.
//!
//! Streams carry times of their own. The server's sender reports (RFC 3550, section 6.4.1) tell when, on its clock, a stream's
//! time was captured: so a participant's sound and pictures can be compared, whatever happened to either on its way. Until
//! both have a report they are compared by how long after the earliest possible arrival something is shown or heard.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError, RwLock};

use houselights_shared::{AUDIO_SLOTS, ParticipantId, SlotMap, VIDEO_SLOTS};

use super::capture::BLOCK_MICROS;
use super::locked;

/// The earliest arrival is looked for among those of this long: clocks drift.
const WINDOW: i64 = 10_000_000;
/// Arrivals this far from each other belong to different streams.
const ANOTHER: i64 = 2_000_000;
/// Neither sound nor a picture waits longer than this for the other.
const MOST: i64 = 400_000;
/// Without reports: what encoding a picture takes at the sender, about. It leaves that much after it was taken; sound leaves
/// a block after.
const ENCODING: i64 = 8_000;
/// By how much Opus delays sound on its way through encoder and decoder: 312 samples (RFC 6716, section 2).
const OPUS: i64 = 6_500;
/// Without reports: by how much a picture is ahead of the sound of the same moment when both arrive at their earliest.
const AHEAD: i64 = BLOCK_MICROS + OPUS - ENCODING;
/// Pictures that came longer ago than this are not waited for.
const STALE: i64 = 2_000_000;

/// When a stream's own times arrive, at the earliest.
#[derive(Debug, Default)]
pub(crate) struct ArrivalClock {
    /// Arrival and arrival minus own time, the latter growing: the first is the least of the window.
    least: VecDeque<(i64, i64)>,
    last: Option<i64>,
}

impl ArrivalClock {
    /// Something with the stream's time `own` arrived.
    pub(crate) fn note(&mut self, now: i64, own: i64) {
        let offset = now - own;
        let jumped = self.last.is_some_and(|last| (offset - last).abs() > ANOTHER);
        self.last = Some(offset);
        if jumped {
            self.least.clear();
        }
        while self.least.back().is_some_and(|&(_, other)| other >= offset) {
            self.least.pop_back();
        }
        self.least.push_back((now, offset));
        while self.least.front().is_some_and(|&(at, _)| now - at > WINDOW) {
            self.least.pop_front();
        }
    }

    /// When the stream's time `own` arrives at the earliest.
    pub(crate) fn expected(&self, own: i64) -> Option<i64> {
        self.least.front().map(|&(_, offset)| own + offset)
    }
}

/// What is known of the times of a stream.
#[derive(Debug, Default)]
pub(crate) struct StreamClock {
    arrivals: ArrivalClock,
    /// What to add to the stream's time to get the server's.
    offset: Option<i64>,
}

impl StreamClock {
    /// Something with the stream's time `own` arrived.
    pub(crate) fn arrived(&mut self, now: i64, own: i64) {
        self.arrivals.note(now, own);
    }

    /// The server says that the stream's time `own` was captured at `captured`, on its clock.
    pub(crate) fn reported(&mut self, captured: i64, own: i64) {
        self.offset = Some(captured - own);
    }

    fn captured(&self, own: i64) -> Option<i64> {
        self.offset.map(|offset| own + offset)
    }
}

/// The sound of a slot.
#[derive(Debug, Default)]
struct Voice {
    clock: StreamClock,
    /// From the earliest arrival of sound until it is heard; smoothed, like what follows.
    after_arrival: Option<i64>,
    /// From its capture on the server's clock until it is heard on ours: says nothing by itself.
    after_capture: Option<i64>,
    /// The same for pictures of who is heard, at the soonest; and when the last one came.
    pictures: Option<(i64, i64)>,
}

/// How long after its arrival or capture sound is heard, slot by slot, and who is in which slot.
#[derive(Debug)]
pub(crate) struct Lips {
    voices: [Mutex<Voice>; AUDIO_SLOTS],
    slots: RwLock<SlotMap>,
    /// Counts the publishers that a video slot has shown.
    turns: [AtomicU64; VIDEO_SLOTS],
    /// From handing a picture to the page until it is drawn, in microseconds, as the page tells; smoothed.
    drawing: AtomicI64,
}

impl Default for Lips {
    fn default() -> Self {
        Self {
            voices: Default::default(),
            slots: RwLock::default(),
            turns: [const { AtomicU64::new(0) }; VIDEO_SLOTS],
            drawing: AtomicI64::new(20_000),
        }
    }
}

impl Lips {
    /// Who is in which slot from now on. What was learned of another's stream is forgotten.
    pub(crate) fn set_slots(&self, slots: &SlotMap) {
        let before = {
            let mut current = self.slots.write().unwrap_or_else(PoisonError::into_inner);
            let before = current.clone();
            current.clone_from(slots);
            before
        };
        for (i, turn) in self.turns.iter().enumerate().filter(|(i, _)| before.video.get(*i) != slots.video.get(*i)) {
            tracing::debug!(slot = i, "another publisher in a video slot");
            turn.fetch_add(1, Relaxed);
        }
        for (_, voice) in self.voices.iter().enumerate().filter(|(i, _)| before.audio.get(*i) != slots.audio.get(*i)) {
            *locked(voice) = Voice::default();
        }
    }

    /// Changes when another publisher is shown in a video slot.
    pub(crate) fn turn(&self, video_slot: usize) -> u64 {
        self.turns.get(video_slot).map_or(0, |turn| turn.load(Relaxed))
    }

    /// Sound with the stream's time `own` arrived in a slot; and what the server last reported of its stream, if it did:
    /// when a time of the stream was captured.
    pub(crate) fn sound_arrived(&self, slot: usize, (now, own): (i64, i64), report: Option<(i64, i64)>) {
        if let Some(voice) = self.voices.get(slot) {
            let mut voice = locked(voice);
            voice.clock.arrived(now, own);
            if let Some((captured, own)) = report {
                voice.clock.reported(captured, own);
            }
        }
    }

    /// The mix plays the stream's time `own` (or nothing) of a slot, heard at `sounds_at`. Tells by how much the pictures of
    /// who is heard are later than that, where it is known: so much longer the sound should wait.
    pub(crate) fn heard(&self, slot: usize, own: Option<i64>, sounds_at: i64) -> Option<i64> {
        let mut voice = locked(self.voices.get(slot)?);
        let expected = own.and_then(|own| voice.clock.arrivals.expected(own));
        let captured = own.and_then(|own| voice.clock.captured(own));
        let arrival = expected.map(|expected| (sounds_at - expected).clamp(0, MOST));
        voice.after_arrival = arrival.map(|now| smoothed(voice.after_arrival, now, 8));
        voice.after_capture = captured.map(|captured| smoothed(voice.after_capture, sounds_at - captured, 8));
        let (pictures, at) = voice.pictures?;
        (sounds_at - at < STALE).then_some(pictures - voice.after_capture?)
    }

    /// A picture of a video slot with the stream's time `own` can go to the page from `now` on: when it is meant to be seen.
    /// Nothing when nobody is heard with it.
    pub(crate) fn meant(&self, video_slot: usize, clock: &StreamClock, (now, own): (i64, i64)) -> Option<i64> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let shown: ParticipantId = (*slots.video.get(video_slot)?)?;
        let heard = slots.audio.iter().position(|audio| *audio == Some(shown))?;
        drop(slots);
        let mut voice = locked(self.voices.get(heard)?);
        let by_capture = clock.captured(own).zip(voice.after_capture);
        let meant = if let Some((captured, delay)) = by_capture {
            // What Opus gives out at a time went in that much earlier.
            let soonest = now + self.drawing() - (captured + OPUS);
            let before = voice.pictures.filter(|(before, _)| (soonest - before).abs() < ANOTHER);
            voice.pictures = Some((smoothed(before.map(|(before, _)| before), soonest, 16), now));
            captured + OPUS + delay
        } else {
            clock.arrivals.expected(own)? + voice.after_arrival? + AHEAD
        };
        Some(meant.min(now + MOST))
    }

    /// The page drew a picture that long after it got it.
    pub(crate) fn drawn(&self, micros: i64) {
        let before = self.drawing.load(Relaxed);
        self.drawing.store(before + (micros.clamp(0, 200_000) - before) / 16, Relaxed);
    }

    /// From handing a picture to the page until it is drawn.
    pub(crate) fn drawing(&self) -> i64 {
        self.drawing.load(Relaxed)
    }
}

/// `now` counts one part of `parts`; what is far from what was before counts whole.
fn smoothed(before: Option<i64>, now: i64, parts: i64) -> i64 {
    match before {
        Some(before) if (now - before).abs() < ANOTHER => before + (now - before) / parts,
        Some(_) | None => now,
    }
}

#[cfg(test)]
#[path = "sync_tests.rs"]
mod tests;
