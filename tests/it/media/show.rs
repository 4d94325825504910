//! What publishers send in the simulator: frames and sounds that tell who sent them, which they are, and when they were made.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use houselights_tests::media_peer::{Publish, Slot};
use str0m::media::MediaKind;

use super::net::{Client, Received, SimNet};

/// Packets of a frame: few enough that the ends, which ask again for the last hundred packets, have time for five attempts.
pub(crate) const PACKETS_A_FRAME: u8 = 5;

/// A publisher: 30 frames and 50 sounds a second, a key frame when one is asked for.
pub(crate) struct Publisher {
    pub(crate) client: usize,
    pub(crate) number: u16,
    pub(crate) video_seq: u64,
    pub(crate) audio_seq: u64,
    pub(crate) frame: u32,
    pub(crate) level: u8,
    pub(crate) packet_bytes: usize,
    began: Instant,
    sounds: u32,
    key_frames_answered: usize,
    pub(crate) key_frames: Vec<Instant>,
}

/// What a payload tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Told {
    pub(crate) publisher: u16,
    pub(crate) number: u32,
    pub(crate) part: u8,
    pub(crate) key: bool,
    pub(crate) captured_us: u64,
}

impl Publisher {
    pub(crate) fn new(net: &SimNet, client: usize, number: u16) -> Self {
        Self {
            client,
            number,
            video_seq: 1_000,
            audio_seq: 500,
            frame: 0,
            level: 30,
            packet_bytes: 300,
            began: net.now,
            sounds: 0,
            key_frames_answered: 0,
            key_frames: Vec::new(),
        }
    }

    /// Publishes what is due.
    pub(crate) fn step(&mut self, net: &mut SimNet) {
        let now = net.now;
        let client = &mut net.clients[self.client];
        while self.began + Duration::from_micros(u64::from(self.frame) * 1_000_000 / 30) <= now {
            let key = self.frame == 0 || client.key_frames_wanted > self.key_frames_answered;
            if key {
                self.key_frames_answered = client.key_frames_wanted;
                self.key_frames.push(now);
            }
            for part in 0..PACKETS_A_FRAME {
                let descriptor = if part == 0 { 0x10 } else { 0x00 };
                let packet = Publish {
                    seq: self.video_seq,
                    time: self.frame.wrapping_mul(3_000).wrapping_add(77),
                    captured_at: now,
                    marker: part + 1 == PACKETS_A_FRAME,
                    level: None,
                    payload: self.payload(now, &[descriptor, u8::from(!key)], self.frame, part),
                };
                self.video_seq += 1;
                client.peer.publish(MediaKind::Video, packet).unwrap();
            }
            self.frame += 1;
        }
        while self.began + Duration::from_millis(u64::from(self.sounds) * 20) <= now {
            let packet = Publish {
                seq: self.audio_seq,
                time: self.sounds.wrapping_mul(960).wrapping_add(5),
                captured_at: now,
                marker: false,
                level: Some(self.level),
                payload: self.payload(now, &[0xfc, 0], self.sounds, 0),
            };
            self.audio_seq += 1;
            client.peer.publish(MediaKind::Audio, packet).unwrap();
            self.sounds += 1;
        }
    }

    fn payload(&self, now: Instant, head: &[u8], number: u32, part: u8) -> Arc<[u8]> {
        let mut bytes = head.to_vec();
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(number.to_be_bytes());
        bytes.push(part);
        let captured = u64::try_from(now.saturating_duration_since(self.began).as_micros()).unwrap();
        bytes.extend(captured.to_be_bytes());
        let filler = number as u8 ^ part;
        bytes.resize(self.packet_bytes.max(bytes.len()), filler);
        bytes.into()
    }
}

/// Reads a payload, and checks that nothing in it is damaged.
pub(crate) fn told(payload: &[u8]) -> Told {
    let number = u32::from_be_bytes(payload[4..8].try_into().unwrap());
    let part = payload[8];
    assert!(payload[17..].iter().all(|byte| *byte == number as u8 ^ part), "a payload is damaged");
    Told {
        publisher: u16::from_be_bytes(payload[2..4].try_into().unwrap()),
        number,
        part,
        key: payload[1] & 1 == 0,
        captured_us: u64::from_be_bytes(payload[9..17].try_into().unwrap()),
    }
}

/// The packets of a slot.
pub(crate) fn in_slot(client: &Client, slot: Slot) -> impl Iterator<Item = &Received> {
    client.received.iter().filter(move |received| received.slot == slot)
}

/// The frames of a publisher that arrived in a slot: number, and whether whole.
pub(crate) fn frames(client: &Client, slot: Slot, publisher: u16) -> BTreeMap<u32, bool> {
    let mut parts: BTreeMap<u32, BTreeSet<u8>> = BTreeMap::new();
    for received in in_slot(client, slot) {
        let told = told(&received.packet.payload);
        if told.publisher == publisher {
            parts.entry(told.number).or_default().insert(told.part);
        }
    }
    parts.into_iter().map(|(frame, parts)| (frame, parts.len() == usize::from(PACKETS_A_FRAME))).collect()
}

/// Publishes and lets time pass.
pub(crate) fn play(net: &mut SimNet, publishers: &mut [Publisher], span: Duration) {
    let end = net.now + span;
    while net.now < end {
        for publisher in &mut *publishers {
            publisher.step(net);
        }
        net.step();
    }
}
