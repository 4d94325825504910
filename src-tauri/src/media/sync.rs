//! Lips: pictures follow the sound of whom they show.
//!
//! Streams carry times of their own that only the sender can compare. What can be compared here is how long after the earliest
//! possible arrival something is shown or heard: an [`ArrivalClock`] a stream keeps that earliest arrival. The mix tells how
//! long after it sound is heard; a picture waits as long.

use std::collections::VecDeque;
use std::sync::RwLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use houselights_shared::{AUDIO_SLOTS, ParticipantId, SlotMap, VIDEO_SLOTS};

use super::capture::BLOCK_MICROS;

/// Not known, in the atomics below.
const NOTHING: i64 = i64::MIN;
/// The earliest arrival is looked for among those of this long: clocks drift.
const WINDOW: i64 = 10_000_000;
/// Arrivals this far from each other belong to different streams.
const ANOTHER: i64 = 2_000_000;
/// Sound this late is not waited for.
const MOST: i64 = 400_000;
/// What encoding a picture takes at the sender, about: it leaves that much after it was taken. Sound leaves a block after.
const ENCODING: i64 = 8_000;
/// By how much Opus delays sound on its way through encoder and decoder: 312 samples (RFC 6716, section 2).
const OPUS: i64 = 6_500;

/// By how much a picture is ahead of the sound of the same moment when both arrive at their earliest.
const AHEAD: i64 = BLOCK_MICROS + OPUS - ENCODING;

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

/// How long after its arrival sound is heard, slot by slot, and who is in which slot.
#[derive(Debug)]
pub(crate) struct Lips {
    clocks: [std::sync::Mutex<ArrivalClock>; AUDIO_SLOTS],
    delays: [AtomicI64; AUDIO_SLOTS],
    slots: RwLock<SlotMap>,
    /// Counts the publishers that a video slot has shown.
    turns: [AtomicU64; VIDEO_SLOTS],
    /// From handing a picture to the page until it is drawn, in microseconds, as the page tells; smoothed.
    drawing: AtomicI64,
}

impl Default for Lips {
    fn default() -> Self {
        Self {
            clocks: Default::default(),
            delays: [const { AtomicI64::new(NOTHING) }; AUDIO_SLOTS],
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
            let mut current = self.slots.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            let before = current.clone();
            current.clone_from(slots);
            before
        };
        for (i, turn) in self.turns.iter().enumerate().filter(|(i, _)| before.video.get(*i) != slots.video.get(*i)) {
            tracing::debug!(slot = i, "another publisher in a video slot");
            turn.fetch_add(1, Relaxed);
        }
        let voices = self.clocks.iter().zip(&self.delays).enumerate();
        for (_, (clock, delay)) in voices.filter(|(i, _)| before.audio.get(*i) != slots.audio.get(*i)) {
            *super::locked(clock) = ArrivalClock::default();
            delay.store(NOTHING, Relaxed);
        }
    }

    /// Changes when another publisher is shown in a video slot.
    pub(crate) fn turn(&self, video_slot: usize) -> u64 {
        self.turns.get(video_slot).map_or(0, |turn| turn.load(Relaxed))
    }

    /// Sound with the stream's time `own` arrived in a slot.
    pub(crate) fn sound_arrived(&self, slot: usize, now: i64, own: i64) {
        if let Some(clock) = self.clocks.get(slot) {
            super::locked(clock).note(now, own);
        }
    }

    /// The mix plays the stream's time `own` (or nothing) of a slot, heard at `sounds_at`.
    pub(crate) fn heard(&self, slot: usize, own: Option<i64>, sounds_at: i64) {
        let Some(delay) = self.delays.get(slot) else { return };
        let clock = self.clocks.get(slot);
        let expected = own.and_then(|own| clock.and_then(|clock| super::locked(clock).expected(own)));
        let Some(expected) = expected else { return delay.store(NOTHING, Relaxed) };
        let now = (sounds_at - expected).clamp(0, MOST);
        let before = delay.load(Relaxed);
        delay.store(if before == NOTHING { now } else { before + (now - before) / 8 }, Relaxed);
    }

    /// How long after its earliest arrival the picture of a video slot is to be seen; nothing when nobody is heard with it.
    pub(crate) fn picture_delay(&self, video_slot: usize) -> Option<i64> {
        let slots = self.slots.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let shown: ParticipantId = (*slots.video.get(video_slot)?)?;
        let heard = slots.audio.iter().position(|audio| *audio == Some(shown))?;
        let delay = self.delays.get(heard)?.load(Relaxed);
        (delay != NOTHING).then_some(delay + AHEAD)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_arrival_counts_and_is_forgotten_after_a_while() {
        let mut clock = ArrivalClock::default();
        clock.note(1_030, 1_000);
        clock.note(2_010, 2_000);
        clock.note(3_050, 3_000);
        assert_eq!(clock.expected(4_000), Some(4_010));
        clock.note(WINDOW + 3_040, WINDOW + 3_000);
        assert_eq!(clock.expected(0), Some(40));
    }

    #[test]
    fn another_stream_starts_anew() {
        let mut clock = ArrivalClock::default();
        clock.note(1_000, 0);
        clock.note(2_000, 90_000_000);
        assert_eq!(clock.expected(90_000_000), Some(2_000));
    }

    #[test]
    fn a_picture_waits_for_the_sound_of_the_same_person_and_of_nobody_else() {
        let (one, two) = (ParticipantId::random(), ParticipantId::random());
        let lips = Lips::default();
        let mut slots = SlotMap { video: vec![None; VIDEO_SLOTS], audio: vec![None; AUDIO_SLOTS] };
        slots.video[3] = Some(one);
        slots.video[4] = Some(two);
        slots.audio[1] = Some(one);
        lips.set_slots(&slots);
        lips.sound_arrived(1, 500_000, 100_000);
        lips.heard(1, Some(100_000), 560_000);
        assert_eq!(lips.picture_delay(3), Some(60_000 + AHEAD));
        assert_eq!(lips.picture_delay(4), None);
        // Another voice in the slot: nothing is known of it yet.
        let (turn, mut slots) = (lips.turn(3), lips.slots.read().unwrap().clone());
        slots.audio[1] = Some(two);
        lips.set_slots(&slots);
        assert_eq!((lips.picture_delay(3), lips.picture_delay(4)), (None, None));
        assert_eq!(lips.turn(3), turn);
        slots.video.swap(3, 4);
        slots.audio[1] = Some(one);
        lips.set_slots(&slots);
        assert_ne!(lips.turn(3), turn);
        lips.sound_arrived(1, 500_000, 100_000);
        lips.heard(1, Some(100_000), 560_000);
        assert_eq!(lips.picture_delay(4), Some(60_000 + AHEAD));
        lips.heard(1, None, 600_000);
        assert_eq!(lips.picture_delay(3), None);
    }
}
