//! A person on several devices: each of them watches, and one of them is watched.

use std::{collections::BTreeSet, time::Duration};

use houselights_media::{Census, Event};
use houselights_tests::media_peer::Slot;

use super::{
    net::{SimNet, Weather, device, seat},
    show::{Publisher, frames, play, told},
};

/// Whose packets of pictures, and whose of sound, a client got.
fn got(net: &SimNet, client: usize) -> (BTreeSet<u16>, BTreeSet<u16>) {
    let of = |picture: bool| {
        let received =
            net.clients[client].received.iter().filter(|received| matches!(received.slot, Slot::Video(_)) == picture);
        received.map(|received| told(&received.packet.payload).publisher).collect()
    };
    (of(true), of(false))
}

fn forget(net: &mut SimNet) {
    for client in &mut net.clients {
        client.received.clear();
    }
}

#[test]
fn each_device_of_a_viewer_gets_picture_and_sound_and_ends_alone() {
    let mut net = SimNet::new(60, Weather::CALM);
    let speaker = net.join(1, true);
    let (laptop, phone) = (net.join_on(2, 1, false), net.join_on(2, 2, false));
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(2));
    for viewer in [laptop, phone] {
        assert!(frames(&net.clients[viewer], Slot::Video(0), 1).len() > 40);
        assert_eq!(got(&net, viewer), (BTreeSet::from([1]), BTreeSet::from([1])));
    }
    net.sfu.leave(houselights_media::Seat { device: Some(device(1)), ..seat(2) });
    forget(&mut net);
    play(&mut net, &mut publishers, Duration::from_secs(1));
    assert_eq!(got(&net, laptop), (BTreeSet::new(), BTreeSet::new()));
    assert_eq!(got(&net, phone), (BTreeSet::from([1]), BTreeSet::from([1])));
}

#[test]
fn of_two_devices_that_send_the_named_one_is_taken_and_the_other_may_follow_it() {
    let mut net = SimNet::new(61, Weather::CALM);
    let (laptop, phone) = (net.join_on(1, 1, true), net.join_on(1, 2, true));
    let viewer = net.join(2, false);
    net.stage_from(&[1], true, &[(1, 1)]);
    net.connect();
    // The two send different pictures, so that they can be told apart.
    let mut publishers = [Publisher::new(&net, laptop, 1), Publisher::new(&net, phone, 2)];
    for (named, publisher) in [(1, 1), (2, 2), (1, 1)] {
        net.stage_from(&[1], true, &[(1, named)]);
        net.run(Duration::from_millis(100));
        forget(&mut net);
        play(&mut net, &mut publishers, Duration::from_secs(2));
        let only = BTreeSet::from([publisher]);
        assert_eq!(got(&net, viewer), (only.clone(), only.clone()));
        assert!(frames(&net.clients[viewer], Slot::Video(0), publisher).len() > 30, "it goes on with a key frame soon");
        let (sends, watches) = if named == 1 { (laptop, phone) } else { (phone, laptop) };
        assert_eq!(got(&net, sends), (BTreeSet::new(), BTreeSet::new()), "nobody gets back what they send");
        assert_eq!(got(&net, watches), (only, BTreeSet::new()), "one's own sound would howl");
    }
}

#[test]
fn a_device_that_only_watches_ends_without_a_trace_in_the_show() {
    let mut net = SimNet::new(62, Weather::CALM);
    let (laptop, phone) = (net.join_on(1, 1, true), net.join_on(1, 2, true));
    let viewer = net.join(2, false);
    net.stage_from(&[1], true, &[(1, 1)]);
    net.connect();
    let mut publishers = [Publisher::new(&net, laptop, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    net.events.clear();
    net.sfu.leave(houselights_media::Seat { device: Some(device(2)), ..seat(1) });
    forget(&mut net);
    play(&mut net, &mut publishers, Duration::from_secs(1));
    assert_eq!(got(&net, viewer), (BTreeSet::from([1]), BTreeSet::from([1])));
    assert!(!net.events.iter().any(|event| matches!(event, Event::Slots { .. })), "nobody's place changed");
    assert_eq!((net.sfu.census().peers, net.sfu.census().publications), (2, 1));
    assert_eq!(got(&net, phone), (BTreeSet::new(), BTreeSet::new()));
}

#[test]
fn where_none_is_named_the_first_that_sends_is_taken_and_its_end_frees_the_place() {
    let mut net = SimNet::new(63, Weather::CALM);
    let (laptop, phone) = (net.join_on(1, 1, true), net.join_on(1, 2, true));
    let viewer = net.join(2, false);
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, laptop, 1), Publisher::new(&net, phone, 2)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    assert_eq!(got(&net, viewer).0, BTreeSet::from([1]));
    net.sfu.leave(houselights_media::Seat { device: Some(device(1)), ..seat(1) });
    net.run(Duration::from_millis(100));
    forget(&mut net);
    play(&mut net, &mut publishers[1..], Duration::from_secs(2));
    assert_eq!(got(&net, viewer).0, BTreeSet::from([2]));
    net.clients.clear();
    net.stage(&[], false);
    net.run(Duration::from_secs(35));
    assert_eq!(net.sfu.census(), Census::default());
}
