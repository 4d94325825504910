//! Who is heard: the loudest three, and who of them speaks, from the audio levels that ride on the packets (RFC 6464).

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use houselights_shared::{AUDIO_SLOTS, Level, ParticipantId};

/// The level of silence, and of a packet without a level (RFC 6464, section 3).
pub(crate) const SILENCE: u8 = 127;
/// How much of the distance to a louder, and to a softer packet the measured level goes.
const ATTACK: f32 = 0.3;
const RELEASE: f32 = 0.04;
/// A voice takes a slot from another when it is this much louder, in dB: two equal voices never swap back and forth.
const MARGIN: f32 = 6.0;
/// A slot is kept for this long once taken.
const HOLD: Duration = Duration::from_millis(500);
/// Loudness, in dB above silence, below which nobody speaks or takes a slot from another.
const VOICE: f32 = 70.0;
/// Sound is no longer arriving when no packet came for this long.
const GONE_QUIET: Duration = Duration::from_millis(600);

#[derive(Debug)]
struct Voice {
    /// Smoothed, in dB above silence.
    loudness: f32,
    heard_at: Instant,
    slot_since: Instant,
}

/// The voices of a room.
#[derive(Debug, Default)]
pub(crate) struct Voices {
    heard: HashMap<ParticipantId, Voice>,
    slots: [Option<ParticipantId>; AUDIO_SLOTS],
    active: Option<ParticipantId>,
}

impl Voices {
    /// Who has the audio slots.
    pub(crate) fn slots(&self) -> &[Option<ParticipantId>; AUDIO_SLOTS] {
        &self.slots
    }

    /// Keeps only the voices that may be heard.
    pub(crate) fn keep(&mut self, may_be_heard: impl Fn(ParticipantId) -> bool) {
        self.heard.retain(|who, _| may_be_heard(*who));
        for slot in &mut self.slots {
            *slot = slot.filter(|who| self.heard.contains_key(who));
        }
        self.active = self.active.filter(|who| self.heard.contains_key(who));
    }

    fn loudness_with(&self, who: ParticipantId, below_full_scale: u8) -> f32 {
        let level = f32::from(SILENCE.saturating_sub(below_full_scale));
        let loudness = self.heard.get(&who).map_or(0.0, |voice| voice.loudness);
        loudness + (level - loudness) * if level > loudness { ATTACK } else { RELEASE }
    }

    /// Whether this packet would bring its sender into a slot.
    pub(crate) fn would_change(&self, now: Instant, who: ParticipantId, below_full_scale: u8) -> bool {
        !self.slots.contains(&Some(who)) && self.slot_for(now, self.loudness_with(who, below_full_scale)).is_some()
    }

    /// A packet of someone who may be heard came.
    pub(crate) fn hear(&mut self, now: Instant, who: ParticipantId, below_full_scale: u8) {
        let loudness = self.loudness_with(who, below_full_scale);
        let slot = if self.slots.contains(&Some(who)) { None } else { self.slot_for(now, loudness) };
        let voice = self.heard.entry(who).or_insert(Voice { loudness, heard_at: now, slot_since: now });
        voice.loudness = loudness;
        voice.heard_at = now;
        if let Some(slot) = slot.and_then(|slot| self.slots.get_mut(slot)) {
            voice.slot_since = now;
            *slot = Some(who);
        }
    }

    /// A free slot, or that of the softest voice if `loudness` beats it.
    fn slot_for(&self, now: Instant, loudness: f32) -> Option<usize> {
        if let Some(free) = self.slots.iter().position(Option::is_none) {
            return Some(free);
        }
        let (index, softest, since) = self
            .slots
            .iter()
            .enumerate()
            .filter_map(|(index, who)| {
                let voice = self.heard.get(&(*who)?)?;
                let quiet = now.saturating_duration_since(voice.heard_at) >= GONE_QUIET;
                Some((index, if quiet { 0.0 } else { voice.loudness }, voice.slot_since))
            })
            .min_by(|a, b| a.1.total_cmp(&b.1))?;
        (loudness >= VOICE && loudness > softest + MARGIN && now.saturating_duration_since(since) >= HOLD).then_some(index)
    }

    /// How loud those are whose sound arrives, in the order of their ids; chooses the active speaker.
    pub(crate) fn levels(&mut self, now: Instant) -> Vec<Level> {
        let mut arriving: Vec<(ParticipantId, f32)> = self
            .heard
            .iter()
            .filter(|(_, voice)| now.saturating_duration_since(voice.heard_at) < GONE_QUIET)
            .map(|(who, voice)| (*who, voice.loudness))
            .collect();
        arriving.sort_by_key(|(who, _)| *who);
        let loudest = arriving.iter().copied().filter(|(_, loudness)| *loudness >= VOICE).max_by(|a, b| a.1.total_cmp(&b.1));
        let active = self.active.and_then(|who| arriving.iter().copied().find(|(other, _)| *other == who));
        self.active = match (active, loudest) {
            (Some((who, loudness)), Some((_, louder))) if loudness >= VOICE && louder <= loudness + MARGIN => Some(who),
            (_, loudest) => loudest.map(|(who, _)| who),
        };
        arriving
            .into_iter()
            .map(|(participant, loudness)| Level {
                participant,
                below_full_scale: SILENCE.saturating_sub(loudness.round() as u8),
                speaking: self.active == Some(participant),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone(number: u128) -> ParticipantId {
        format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
    }

    /// Everyone sends a packet every 20 ms, at the levels given.
    fn run(voices: &mut Voices, from: Instant, packets: u32, levels: &[(u128, u8)]) -> Instant {
        let mut now = from;
        for _ in 0..packets {
            now += Duration::from_millis(20);
            for (who, level) in levels {
                voices.hear(now, someone(*who), *level);
            }
        }
        now
    }

    #[test]
    fn the_loudest_three_are_heard() {
        let mut voices = Voices::default();
        let now = run(&mut voices, Instant::now(), 50, &[(1, 60), (2, 60), (3, 60), (4, 60), (5, 127)]);
        let first = *voices.slots();
        assert_eq!(first, [Some(someone(1)), Some(someone(2)), Some(someone(3))]);
        let now = run(&mut voices, now, 50, &[(1, 20), (2, 60), (3, 20), (4, 20), (5, 127)]);
        assert_eq!(*voices.slots(), [Some(someone(1)), Some(someone(4)), Some(someone(3))], "only the softest gave way");
        let levels = voices.levels(now);
        assert_eq!(levels.iter().filter(|level| level.speaking).count(), 1);
    }

    #[test]
    fn equal_voices_do_not_swap() {
        let mut voices = Voices::default();
        let mut now = run(&mut voices, Instant::now(), 50, &[(1, 30), (2, 30), (3, 30), (4, 30)]);
        let first = *voices.slots();
        for round in 0..20 {
            let (a, b) = if round % 2 == 0 { (30, 32) } else { (32, 30) };
            now = run(&mut voices, now, 5, &[(1, a), (2, b), (3, a), (4, b)]);
        }
        assert_eq!(*voices.slots(), first);
    }

    #[test]
    fn who_leaves_frees_the_slot() {
        let mut voices = Voices::default();
        let now = run(&mut voices, Instant::now(), 10, &[(1, 30), (2, 30), (3, 30), (4, 30)]);
        voices.keep(|who| who != someone(2));
        assert_eq!(voices.slots()[1], None);
        run(&mut voices, now, 1, &[(4, 30)]);
        assert_eq!(voices.slots()[1], Some(someone(4)));
    }

    #[test]
    fn nobody_speaks_in_silence() {
        let mut voices = Voices::default();
        let now = run(&mut voices, Instant::now(), 10, &[(1, 127), (2, 100)]);
        assert!(voices.levels(now).iter().all(|level| !level.speaking));
        assert!(voices.levels(now + Duration::from_secs(2)).is_empty());
    }
}
