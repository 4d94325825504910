use proptest::prelude::*;

use super::*;

const BLOCK: u32 = 960;

fn packet(jitter: &mut Jitter, now: i64, number: u16) {
    let timestamp = (u32::MAX - 5_000).wrapping_add(u32::from(number) * BLOCK);
    jitter.insert(now, 65_530_u16.wrapping_add(number), timestamp, Bytes::copy_from_slice(&number.to_be_bytes()));
}

fn number(payload: &Bytes) -> u16 {
    u16::from_be_bytes([payload[0], payload[1]])
}

/// Pulls every 20 ms from `from` to `to`, with the packets of `arrivals` before their time.
fn play(jitter: &mut Jitter, arrivals: &[(i64, u16)], (from, to): (i64, i64)) -> Vec<Pull> {
    let mut waiting = arrivals.iter().peekable();
    let mut out = Vec::new();
    for now in (from..to).step_by(BLOCK_MICROS as usize) {
        while let Some((at, number)) = waiting.next_if(|(at, _)| *at <= now) {
            packet(jitter, *at, *number);
        }
        loop {
            let pulled = jitter.pull(now);
            let again = matches!(pulled, Pull::Skip(_));
            out.push(pulled);
            if !again {
                break;
            }
        }
    }
    out
}

fn played(pulls: &[Pull]) -> Vec<u16> {
    pulls.iter().filter_map(|pull| if let Pull::Play(payload, _) = pull { Some(number(payload)) } else { None }).collect()
}

fn steady(count: u16) -> Vec<(i64, u16)> {
    (0..count).map(|i| (i64::from(i) * BLOCK_MICROS, i)).collect()
}

#[test]
fn a_quiet_network_is_played_with_little_delay_and_no_gap() {
    let mut jitter = Jitter::default();
    let pulls = play(&mut jitter, &steady(300), (0, 300 * BLOCK_MICROS));
    let first = pulls.iter().position(|pull| matches!(pull, Pull::Play(..))).unwrap();
    assert!(first <= 3, "started after {first} blocks");
    assert!(pulls[first..].iter().all(|pull| matches!(pull, Pull::Play(..) | Pull::Skip(_))));
    assert_eq!(jitter.target(), LEAST);
}

#[test]
fn times_grow_by_the_length_of_a_packet_across_the_wrap() {
    let mut jitter = Jitter::default();
    let pulls = play(&mut jitter, &steady(20), (0, 400_000));
    let times: Vec<i64> = pulls.iter().filter_map(|p| if let Pull::Play(_, at) = p { Some(*at) } else { None }).collect();
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == BLOCK_MICROS));
}

#[test]
fn reordering_is_put_right() {
    let mut jitter = Jitter::default();
    let mut arrivals = steady(100);
    for pair in arrivals.chunks_exact_mut(2) {
        let (a, b) = (pair[0].1, pair[1].1);
        (pair[0].1, pair[1].1) = (b, a);
    }
    let order = played(&play(&mut jitter, &arrivals, (0, 2_000_000)));
    assert!(order.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(order.len() > 90, "{} of 100 played", order.len());
}

#[test]
fn a_lost_packet_is_made_up_from_the_copy_in_the_next() {
    let mut jitter = Jitter::default();
    let arrivals: Vec<_> = steady(40).into_iter().filter(|(_, number)| *number != 20).collect();
    let pulls = play(&mut jitter, &arrivals, (0, 700_000));
    let made_up: Vec<_> = pulls.iter().filter(|pull| matches!(pull, Pull::Conceal(_))).collect();
    assert_eq!(made_up.len(), 1);
    assert!(matches!(made_up[0], Pull::Conceal(Some(copy)) if number(copy) == 21));
}

#[test]
fn jitter_makes_it_wait_longer_and_calm_brings_it_back() {
    let mut jitter = Jitter::default();
    let rough: Vec<_> = (0..400_u16).map(|i| (i64::from(i) * BLOCK_MICROS + i64::from(i % 4) * 20_000, i)).collect();
    play(&mut jitter, &rough, (0, 400 * BLOCK_MICROS));
    let rough_target = jitter.target();
    assert!(rough_target >= 60_000, "{rough_target}");
    let calm: Vec<_> = (400..1_000_u16).map(|i| (i64::from(i) * BLOCK_MICROS, i)).collect();
    let pulls = play(&mut jitter, &calm, (400 * BLOCK_MICROS, 1_000 * BLOCK_MICROS));
    assert_eq!(jitter.target(), LEAST);
    assert!(jitter.packets.len() <= 3, "{} packets still wait", jitter.packets.len());
    assert!(pulls.iter().filter(|pull| matches!(pull, Pull::Skip(_))).count() >= 1);
}

#[test]
fn a_pause_is_quiet_and_the_voice_comes_back() {
    let mut jitter = Jitter::default();
    play(&mut jitter, &steady(10), (0, 200_000));
    let pause = play(&mut jitter, &[], (200_000, 1_000_000));
    assert!(matches!(pause.last(), Some(Pull::Quiet)));
    assert!(pause.iter().filter(|pull| matches!(pull, Pull::Conceal(_))).count() <= CONCEALED as usize);
    let later: Vec<_> = (10..30_u16).map(|i| (1_000_000 + i64::from(i) * BLOCK_MICROS, i)).collect();
    assert!(played(&play(&mut jitter, &later, (1_000_000, 2_000_000))).len() >= 19);
}

#[test]
fn another_stream_in_the_slot_is_played_whatever_its_numbers() {
    for number in [20_000_u16, 40_000, 65_000] {
        let mut jitter = Jitter::default();
        play(&mut jitter, &steady(10), (0, 200_000));
        for i in 0..50 {
            jitter.insert(200_000, number + i, u32::from(i) * BLOCK, Bytes::from_static(b"ab"));
        }
        let pulls = play(&mut jitter, &[], (400_000, 800_000));
        assert!(played(&pulls).len() + pulls.iter().filter(|pull| matches!(pull, Pull::Skip(_))).count() > 10, "{number}");
    }
}

proptest! {
    #[test]
    fn what_is_played_is_played_once_and_in_order(
        fates in prop::collection::vec((0_u8..10, 0_i64..80_000), 200),
    ) {
        let mut arrivals = Vec::new();
        for (i, (fate, delay)) in fates.iter().enumerate() {
            let at = i as i64 * BLOCK_MICROS + delay;
            match fate {
                0 => {}
                1 => arrivals.extend([(at, i as u16), (at + 1_000, i as u16)]),
                _ => arrivals.push((at, i as u16)),
            }
        }
        arrivals.sort_unstable();
        let mut jitter = Jitter::default();
        let order = played(&play(&mut jitter, &arrivals, (0, 5_000_000)));
        prop_assert!(order.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(jitter.packets.len() <= CAPACITY);
    }

    #[test]
    fn rubbish_is_survived(packets in prop::collection::vec((any::<u16>(), any::<u32>()), 0..400)) {
        let mut jitter = Jitter::default();
        for (now, (sequence, timestamp)) in (0..).map(|i| i * 7_000).zip(packets) {
            jitter.insert(now, sequence, timestamp, Bytes::from_static(b"x"));
            jitter.pull(now);
            prop_assert!(jitter.packets.len() <= CAPACITY);
        }
    }
}

#[test]
fn sound_waits_for_pictures_that_are_later_and_no_longer_than_they_are() {
    let mut jitter = Jitter::default();
    let (mut heard, mut number) = (Vec::new(), 0);
    // How long after its arrival a block is heard, while pictures take 200 ms, and then 60 ms.
    for (until, pictures) in [(400, 200_000), (1_600, 60_000)] {
        while number < until {
            let now = i64::from(number) * BLOCK_MICROS;
            packet(&mut jitter, now, number);
            number += 1;
            while let pulled @ (Pull::Play(..) | Pull::Skip(_)) = jitter.pull(now) {
                if let Pull::Play(payload, _) = pulled {
                    let delay = now - i64::from(self::number(&payload)) * BLOCK_MICROS;
                    jitter.pictures_late(Some(pictures - delay));
                    heard.push(delay);
                    break;
                }
            }
        }
        let last = heard.last().unwrap();
        assert!((pictures - LATE - 1..=pictures - EARLY + BLOCK_MICROS).contains(last), "{last} for {pictures}");
    }
    // Nobody waits for pictures that come no more, nor for ever.
    jitter.pictures_late(Some(i64::MAX));
    for _ in 0..1_000 {
        jitter.steps_back();
    }
    assert_eq!(jitter.waits, LONGEST_WAIT);
    jitter.pictures_late(None);
    for _ in 0..1_000 {
        jitter.steps_back();
    }
    assert_eq!(jitter.waits, 0);
}
