//! The forwarding unit with real WebRTC ends, over a simulated network.

mod devices;
mod edge;
mod net;
mod show;
mod socket;

use std::{collections::BTreeSet, time::Duration};

use houselights_media::{Census, Event};
use houselights_shared::Level;
use houselights_tests::media_peer::Slot;
use net::{SimNet, Weather, seat, someone};
use show::{Publisher, frames, in_slot, play, told};

/// Everyone's frames are whole from the first key frame on, up to the last ones, which may still be on their way.
fn assert_whole(net: &SimNet, client: usize, slot: Slot, publisher: &Publisher, at_least: usize) {
    let frames = frames(&net.clients[client], slot, publisher.number);
    let first = *frames.keys().next().expect("no frame came");
    assert!(frames.len() >= at_least, "only {} frames came", frames.len());
    for number in first..publisher.frame {
        assert_eq!(frames.get(&number), Some(&true), "frame {number} of {first}..{} is not whole", publisher.frame);
    }
}

/// Frames after the first that came and are not whole. The publisher's last does not count: what its end lost, only a later
/// packet would have shown.
fn holes(net: &SimNet, client: usize, publisher: &Publisher) -> Vec<u32> {
    let frames = frames(&net.clients[client], Slot::Video(0), publisher.number);
    // The very first packet may be lost, and nobody can know of it: then the app asks for another key frame.
    let first = *frames.keys().next().expect("no frame came");
    (first + 1..publisher.frame - 1).filter(|number| frames.get(number) != Some(&true)).collect()
}

/// One publisher and five viewers for five seconds of 5 % loss, jitter and duplicates; what each viewer lacks, in frames.
fn rough_show(seed: u64, shelter_the_speaker: bool) -> Vec<Vec<u32>> {
    let mut net = SimNet::new(seed, Weather::CALM);
    let speaker = net.join(1, true);
    let viewers: Vec<usize> = (2..7).map(|number| net.join(number, number == 2)).collect();
    net.stage(&[1], true);
    net.connect();
    net.sheltered = if shelter_the_speaker { vec![speaker] } else { vec![] };
    net.weather = Weather::ROUGH;
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(5));
    net.run(Duration::from_secs(2));
    viewers.into_iter().map(|viewer| holes(&net, viewer, &publishers[0])).collect()
}

#[test]
fn every_frame_arrives_whole_though_one_packet_in_twenty_is_lost() {
    for seed in 1..5 {
        for (viewer, holes) in rough_show(seed, true).into_iter().enumerate() {
            assert!(holes.is_empty(), "viewer {viewer}: frames {holes:?} are not whole");
        }
    }
}

#[test]
fn nearly_every_frame_arrives_whole_over_two_rough_links() {
    for seed in 1..5 {
        // A packet that was lost on both links has little time left within the window in which the ends ask again.
        for (viewer, holes) in rough_show(seed, false).into_iter().enumerate() {
            assert!(holes.len() <= 4, "viewer {viewer}: frames {holes:?} of 150 are not whole");
        }
    }
}

#[test]
fn a_slot_switches_without_renegotiation_and_without_a_seam() {
    let mut net = SimNet::new(3, Weather::CALM);
    let (first, second) = (net.join(1, true), net.join(2, true));
    let viewer = net.join(10, false);
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, first, 1), Publisher::new(&net, second, 2)];
    publishers[1].video_seq = 44_000;
    play(&mut net, &mut publishers, Duration::from_secs(2));
    net.stage(&[2], true);
    play(&mut net, &mut publishers, Duration::from_secs(2));
    net.stage(&[1], true);
    play(&mut net, &mut publishers, Duration::from_secs(2));

    let packets: Vec<_> = in_slot(&net.clients[viewer], Slot::Video(0)).collect();
    let mut shown = Vec::new();
    for pair in packets.windows(2) {
        let [before, after] = [told(&pair[0].packet.payload), told(&pair[1].packet.payload)];
        assert_eq!(*pair[1].packet.seq_no, *pair[0].packet.seq_no + 1, "a gap in the numbers");
        let ahead = pair[1].packet.header.timestamp.wrapping_sub(pair[0].packet.header.timestamp).cast_signed();
        let same = before.publisher == after.publisher && before.number == after.number;
        assert!(if same { ahead == 0 } else { (1..90_000).contains(&ahead) }, "time went by {ahead}");
        if before.publisher != after.publisher {
            assert!(after.key && after.part == 0, "a switch begins with a key frame");
            shown.push(after.publisher);
        }
    }
    assert_eq!(shown, [2, 1]);
    let ssrcs: BTreeSet<u32> = packets.iter().map(|received| *received.packet.header.ssrc).collect();
    assert_eq!(ssrcs.len(), 1, "one stream for the subscriber");
}

#[test]
fn who_joins_after_packet_65536_sees_and_hears() {
    let mut net = SimNet::new(4, Weather::CALM);
    let speaker = net.join(1, true);
    let early = net.join(2, false);
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    publishers[0].video_seq = 65_300;
    publishers[0].audio_seq = 65_500;
    play(&mut net, &mut publishers, Duration::from_secs(4));
    assert!(publishers[0].video_seq > 65_536 + 300);
    let late = net.join(3, false);
    net.connect();
    play(&mut net, &mut publishers, Duration::from_secs(3));
    net.run(Duration::from_millis(200));
    for (viewer, at_least) in [(early, 190), (late, 70)] {
        assert_whole(&net, viewer, Slot::Video(0), &publishers[0], at_least);
        assert!(in_slot(&net.clients[viewer], Slot::Audio(0)).count() > at_least);
    }
}

#[test]
fn the_loudest_three_are_heard_and_the_speaker_is_told() {
    let mut net = SimNet::new(5, Weather::CALM);
    let mut publishers: Vec<Publisher> = Vec::new();
    for number in 1..6 {
        let client = net.join(number, true);
        publishers.push(Publisher::new(&net, client, number as u16));
    }
    let viewer = net.join(10, false);
    net.stage(&[1, 2, 3, 4, 5], true);
    net.connect();
    for publisher in &mut publishers {
        *publisher = Publisher::new(&net, publisher.client, publisher.number);
        publisher.level = if publisher.number <= 2 { 90 } else { 40 };
    }
    play(&mut net, &mut publishers, Duration::from_secs(3));
    net.clients[viewer].received.clear();
    play(&mut net, &mut publishers, Duration::from_secs(1));
    let heard: BTreeSet<u16> = (0..3)
        .flat_map(|slot| {
            in_slot(&net.clients[viewer], Slot::Audio(slot)).map(|received| told(&received.packet.payload).publisher)
        })
        .collect();
    assert_eq!(heard, BTreeSet::from([3, 4, 5]));
    let heard_by_4: BTreeSet<u16> = (0..3)
        .flat_map(|slot| in_slot(&net.clients[3], Slot::Audio(slot)).map(|received| told(&received.packet.payload).publisher))
        .collect();
    assert!(!heard_by_4.contains(&4), "nobody is sent their own voice");
    publishers[0].level = 10;
    net.events.clear();
    play(&mut net, &mut publishers, Duration::from_secs(2));
    let speaking: Vec<_> = net
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Levels { crew, .. } => Some(crew.iter().find(|level| level.speaking)?.participant),
            Event::Slots { .. } | Event::Gone { .. } => None,
        })
        .collect();
    assert!((8..=10).contains(&speaking.len()), "levels came {} times in two seconds", speaking.len());
    assert_eq!(speaking.last(), Some(&someone(1)));
}

#[test]
fn key_frames_are_asked_for_once_a_second_at_most() {
    let mut net = SimNet::new(6, Weather::CALM);
    let speaker = net.join(1, true);
    let viewers: Vec<usize> = (2..22).map(|number| net.join(number, false)).collect();
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    net.clients[speaker].key_frames_wanted = 0;
    for _ in 0..50 {
        for viewer in &viewers {
            net.clients[*viewer].peer.want_key_frame(0);
        }
        play(&mut net, &mut publishers, Duration::from_millis(100));
    }
    let wanted = net.clients[speaker].key_frames_wanted;
    assert!((4..=6).contains(&wanted), "{wanted} key frames were asked for in five seconds by twenty viewers");
}

#[test]
fn only_the_stage_is_shown_and_only_on_air() {
    let mut net = SimNet::new(8, Weather::CALM);
    let (speaker, backstage, heckler) = (net.join(1, true), net.join(2, true), net.join(3, false));
    let (producer, viewer) = (net.join(4, true), net.join(5, false));
    net.stage(&[1], false);
    net.connect();
    let mut publishers =
        [Publisher::new(&net, speaker, 1), Publisher::new(&net, backstage, 2), Publisher::new(&net, heckler, 3)];
    play(&mut net, &mut publishers, Duration::from_secs(2));
    let from = |net: &SimNet, client: usize| -> BTreeSet<(bool, u16)> {
        let received = net.clients[client].received.iter();
        received.map(|r| (matches!(r.slot, Slot::Video(_)), told(&r.packet.payload).publisher)).collect()
    };
    assert!(from(&net, viewer).is_empty(), "off air the audience gets nothing");
    assert_eq!(
        from(&net, producer),
        BTreeSet::from([(true, 1), (false, 1), (true, 2)]),
        "the crew sees backstage, and hears the stage"
    );
    assert_eq!(from(&net, speaker), BTreeSet::from([(true, 2)]), "nobody gets their own");
    let metered = |net: &SimNet| {
        let people = |levels: &[Level]| levels.iter().map(|level| level.participant).collect::<Vec<_>>();
        let told = net.events.iter().rev().find_map(|event| match event {
            Event::Levels { crew, audience, .. } => Some((people(crew), people(audience))),
            Event::Slots { .. } | Event::Gone { .. } => None,
        });
        told.expect("levels are told")
    };
    assert_eq!(metered(&net), (vec![someone(1), someone(2)], vec![]), "meters move backstage too, for the crew alone");
    net.stage(&[1, 3], true);
    play(&mut net, &mut publishers, Duration::from_secs(2));
    assert_eq!(from(&net, viewer), BTreeSet::from([(true, 1), (false, 1), (true, 3), (false, 3)]));
    assert!(!from(&net, heckler).contains(&(true, 3)));
    assert_eq!(metered(&net), (vec![someone(1), someone(3), someone(2)], vec![someone(1), someone(3)]));
    net.stage(&[], true);
    net.run(Duration::from_millis(100));
    net.clients[viewer].received.clear();
    play(&mut net, &mut publishers, Duration::from_secs(1));
    assert!(from(&net, viewer).is_empty(), "off stage is out of sight");
    let Some(Event::Slots { crew, audience, .. }) = net.events.iter().rev().find(|event| matches!(event, Event::Slots { .. }))
    else {
        panic!("no slots were told")
    };
    assert!(audience.video.iter().all(Option::is_none));
    assert_eq!(crew.video.iter().flatten().count(), 2, "the crew still sees the two of them backstage");
}

#[test]
fn sound_and_picture_of_a_publisher_have_one_clock() {
    let mut net = SimNet::new(9, Weather { delay_ms: 20, jitter_ms: 10, ..Weather::CALM });
    let speaker = net.join(1, true);
    let viewer = net.join(2, false);
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(6));
    let client = &net.clients[viewer];
    let skew = |slot: Slot, rate: f64| -> f64 {
        let (_, report) = client.reports.iter().rev().find(|(of, _)| *of == slot).expect("a report of each slot");
        let received = in_slot(client, slot).last().unwrap();
        let since = received.packet.header.timestamp.wrapping_sub(report.rtp_time.numer() as u32).cast_signed();
        let ntp = report.ntp_time.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64() + f64::from(since) / rate;
        ntp - told(&received.packet.payload).captured_us as f64 / 1e6
    };
    let apart = skew(Slot::Video(0), 90_000.0) - skew(Slot::Audio(0), 48_000.0);
    assert!(apart.abs() < 0.015, "sound and picture are {:.1} ms apart", apart * 1e3);
}

#[test]
fn who_leaves_leaves_nothing_behind() {
    let mut net = SimNet::new(10, Weather::CALM);
    let speaker = net.join(1, true);
    for number in 2..8 {
        net.join(number, false);
    }
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    let full = net.sfu.census();
    assert_eq!((full.peers, full.paths, full.rooms, full.publications), (7, 7, 1, 1));
    // Four say so, three fall silent.
    for number in 1..5 {
        net.sfu.leave(seat(number));
    }
    net.clients.clear();
    net.stage(&[], false);
    net.run(Duration::from_secs(35));
    assert_eq!(net.sfu.census(), Census::default());
    let gone = net.events.iter().filter(|event| matches!(event, Event::Gone { .. })).count();
    assert_eq!(gone, 3);
}

#[test]
fn a_new_offer_replaces_the_connection_before() {
    let mut net = SimNet::new(11, Weather::CALM);
    let speaker = net.join(1, true);
    let viewer = net.join(2, false);
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    net.clients[viewer].received.clear();
    let again = net.join(2, false);
    let speaker_again = net.join(1, true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker_again, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(2));
    net.run(Duration::from_millis(200));
    assert_whole(&net, again, Slot::Video(0), &publishers[0], 50);
    assert_eq!(net.sfu.census().peers, 2);
    assert!(!net.events.iter().any(|event| matches!(event, Event::Gone { .. })));
}
