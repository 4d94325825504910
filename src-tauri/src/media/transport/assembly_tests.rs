use proptest::prelude::*;

use super::super::vp8::Packetizer;
use super::*;

/// A frame that looks like VP8 as far as the assembly looks: the tag, the start code and the size of key frames.
fn frame(key: bool, number: u8, length: usize) -> Vec<u8> {
    let mut frame = vec![number; length.max(10)];
    frame[0] = u8::from(!key);
    if key {
        frame[3..10].copy_from_slice(&[0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01]);
    }
    frame
}

struct Packet {
    sequence: u16,
    timestamp: u32,
    marker: bool,
    payload: Bytes,
}

/// `count` frames of three packets, every `key_every`th a key frame; numbers are close to where they wrap.
fn stream(count: u32, key_every: u32) -> Vec<Packet> {
    let mut packetizer = Packetizer::default();
    let mut sequence = 65_500_u16;
    let mut out = Vec::new();
    for number in 0..count {
        let parts = packetizer.cut(&frame(number.is_multiple_of(key_every), number as u8, 3_000));
        let last = parts.len() - 1;
        for (i, payload) in parts.into_iter().enumerate() {
            let timestamp = (u32::MAX - 10_000).wrapping_add(number * 3_000);
            out.push(Packet { sequence, timestamp, marker: i == last, payload });
            sequence = sequence.wrapping_add(1);
        }
    }
    out
}

fn give(assembly: &mut Assembly, now: i64, packet: &Packet) {
    assembly.insert(now, packet.sequence, (packet.timestamp, packet.marker), &packet.payload);
}

fn numbers(frames: &[Frame]) -> Vec<u8> {
    frames.iter().map(|frame| frame.bytes[1]).collect()
}

#[test]
fn frames_come_whole_in_order_and_at_once() {
    let (mut assembly, mut frames) = (Assembly::default(), Vec::new());
    for (now, packet) in (0..).zip(stream(20, 100)) {
        give(&mut assembly, now, &packet);
        frames.extend(assembly.take(now));
    }
    assert_eq!(numbers(&frames), (0..20).collect::<Vec<_>>());
    assert_eq!((frames[0].key, frames[0].width, frames[0].height), (true, 640, 360));
    assert!(frames.windows(2).all(|pair| pair[1].at - pair[0].at == 33_333 || pair[1].at - pair[0].at == 33_334));
    assert_eq!(assembly.lost(), 0);
    assert!(!assembly.asks(1_000_000));
}

#[test]
fn a_late_packet_is_waited_for() {
    let (mut assembly, packets) = (Assembly::default(), stream(4, 100));
    for packet in packets.iter().filter(|packet| packet.sequence != packets[4].sequence) {
        give(&mut assembly, 0, packet);
    }
    assert_eq!(assembly.take(10_000).unwrap().bytes[1], 0);
    assert_eq!(assembly.take(10_000), None);
    assert_eq!(assembly.deadline(), Some(PATIENCE));
    give(&mut assembly, 100_000, &packets[4]);
    let rest: Vec<_> = std::iter::from_fn(|| assembly.take(100_000)).collect();
    assert_eq!(numbers(&rest), [1, 2, 3]);
    assert_eq!(assembly.lost(), 0);
}

#[test]
fn what_never_comes_costs_a_key_frame_and_is_asked_for_once() {
    let (mut assembly, packets) = (Assembly::default(), stream(6, 100));
    for packet in packets.iter().filter(|packet| packet.sequence != packets[4].sequence) {
        give(&mut assembly, 0, packet);
    }
    assert!(assembly.take(0).is_some());
    assert_eq!(assembly.take(PATIENCE - 1), None);
    assert!(!assembly.asks(PATIENCE - 1));
    assert_eq!(assembly.take(PATIENCE), None);
    assert!(assembly.asks(PATIENCE));
    assert!(!assembly.asks(PATIENCE + 1));
    assert!(assembly.lost() > 0);
}

#[test]
fn a_key_frame_behind_a_gap_ends_the_wait_early() {
    let (mut assembly, packets) = (Assembly::default(), stream(6, 3));
    for packet in packets.iter().filter(|packet| packet.sequence != packets[4].sequence) {
        give(&mut assembly, 0, packet);
    }
    assert!(assembly.take(0).is_some());
    assert_eq!(assembly.take(HASTE - 1), None);
    assert_eq!(assembly.deadline(), Some(HASTE));
    let rest: Vec<_> = std::iter::from_fn(|| assembly.take(HASTE)).collect();
    assert_eq!(numbers(&rest), [3, 4, 5]);
    assert!(!assembly.asks(HASTE));
}

#[test]
fn joining_in_the_middle_shows_nothing_until_a_key_frame() {
    let (mut assembly, packets) = (Assembly::default(), stream(8, 5));
    let mut frames = Vec::new();
    for packet in &packets[4..] {
        give(&mut assembly, 0, packet);
        frames.extend(assembly.take(0));
    }
    assert_eq!(numbers(&frames), [5, 6, 7]);
    assert_eq!(assembly.lost(), 0);
}

#[test]
fn a_frame_that_the_forwarder_left_out_is_noticed_by_its_number() {
    let (mut assembly, mut packets) = (Assembly::default(), stream(6, 100));
    // The forwarder closed the gap in the sequence numbers; the picture numbers tell.
    packets.drain(6..9);
    for (i, packet) in packets.iter_mut().enumerate() {
        packet.sequence = i as u16;
        give(&mut assembly, 0, packet);
    }
    let frames: Vec<_> = std::iter::from_fn(|| assembly.take(0)).collect();
    assert_eq!(numbers(&frames), [0, 1]);
    assert!(assembly.asks(0));
}

#[test]
fn empty_packets_are_no_gap() {
    let (mut assembly, packets) = (Assembly::default(), stream(2, 100));
    for (i, packet) in packets.iter().enumerate() {
        let sequence = if i < 3 { i as u16 } else { i as u16 + 1 };
        let renumbered = Packet { sequence, payload: packet.payload.clone(), ..*packet };
        give(&mut assembly, 0, &renumbered);
    }
    give(&mut assembly, 0, &Packet { sequence: 3, timestamp: packets[0].timestamp, marker: false, payload: Bytes::new() });
    let frames: Vec<_> = std::iter::from_fn(|| assembly.take(0)).collect();
    assert_eq!(numbers(&frames), [0, 1]);
}

#[test]
fn a_flood_without_a_key_frame_stays_bounded() {
    let mut assembly = Assembly::default();
    for packet in stream(2_000, 5_000).iter().skip(1) {
        give(&mut assembly, 0, packet);
        assert_eq!(assembly.take(0), None);
        assert!(assembly.parts.len() <= CAPACITY);
    }
}

proptest! {
    /// Whatever is lost, doubled and shaken, frames come out whole, in order, and each after the one it needs.
    #[test]
    fn nothing_that_cannot_be_decoded_comes_out(
        fates in prop::collection::vec((0_u8..10, 0_i64..60_000), 300),
    ) {
        let packets = stream(100, 10);
        let mut arrivals: Vec<(i64, usize)> = Vec::new();
        for (i, (fate, jitter)) in fates.iter().enumerate() {
            let sent = i as i64 * 11_000;
            match fate {
                0 => {}
                1 => arrivals.extend([(sent + jitter, i), (sent + jitter + 5_000, i)]),
                _ => arrivals.push((sent + jitter, i)),
            }
        }
        arrivals.sort_unstable();
        let (mut assembly, mut frames) = (Assembly::default(), Vec::new());
        for (now, i) in arrivals {
            give(&mut assembly, now, &packets[i]);
            while let Some(taken) = assembly.take(now) {
                frames.push(taken);
            }
        }
        for taken in &frames {
            prop_assert_eq!(&taken.bytes, &frame(taken.key, taken.bytes[1], 3_000));
        }
        prop_assert!(frames.first().is_none_or(|first| first.key));
        for pair in frames.windows(2) {
            prop_assert!(pair[1].key && pair[1].bytes[1] > pair[0].bytes[1] || pair[1].bytes[1] == pair[0].bytes[1] + 1);
        }
    }

    /// Any bytes at all: no panic, and no more memory than allowed.
    #[test]
    fn rubbish_is_survived(packets in prop::collection::vec(
        (any::<u16>(), any::<u32>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..40)), 0..300,
    )) {
        let mut assembly = Assembly::default();
        for (now, (sequence, timestamp, marker, bytes)) in (0..).map(|i| i * 5_000).zip(packets) {
            assembly.insert(now, sequence, (timestamp, marker), &Bytes::from(bytes));
            while assembly.take(now).is_some() {}
            assembly.asks(now);
            prop_assert!(assembly.parts.len() <= CAPACITY);
        }
    }
}
