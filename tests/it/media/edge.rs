//! What the forwarding unit meets from outside: hostile offers and rubbish on the port.

use std::time::Duration;

use houselights_shared::{MAX_SDP_BYTES, Refusal};
use houselights_tests::media_peer::Slot;
use str0m::ice::{StunMessageBuilder, TransId};

use super::{
    assert_whole, in_slot,
    net::{Client, Dice, SimNet, Weather, seat},
    show::{Publisher, play},
};
use houselights_media::{Census, Event, Identity};

fn refused(net: &mut SimNet, name: &str, sdp: &str, expected: Refusal) {
    let id = Identity { seat: seat(99), crew: false };
    assert_eq!(net.sfu.join(net.now, id, sdp), Err(expected), "{name}");
    assert_eq!(net.sfu.census().peers, 0, "{name}");
}

/// The offer without the lines that begin so.
fn without(sdp: &str, beginning: &str) -> String {
    sdp.lines().filter(|line| !line.starts_with(beginning)).flat_map(|line| [line, "\r\n"]).collect()
}

#[test]
fn hostile_offers_are_refused() {
    let mut net = SimNet::new(20, Weather::CALM);
    let (_, _, good) = net.offer(1);
    let section = good.find("m=video").unwrap();
    let second = section + 1 + good[section + 1..].find("m=audio").unwrap();
    let third = second + 1 + good[second + 1..].find("m=video").unwrap();
    let swapped = format!("{}{}{}{}", &good[..section], &good[second..third], &good[section..second], &good[third..]);
    let last = good.rfind("m=audio").unwrap();
    let bad = Refusal::MediaUnacceptable;
    let table: Vec<(&str, String, Refusal)> = vec![
        ("empty", String::new(), bad),
        ("not SDP", "hello".into(), bad),
        ("only a version", "v=0\r\n".into(), bad),
        ("too large", format!("{good}{}", "a=x\r\n".repeat(MAX_SDP_BYTES / 4)), Refusal::TooLarge),
        ("large but allowed is still read", format!("v=0\r\n{}", "a=x\r\n".repeat(MAX_SDP_BYTES / 6)), bad),
        ("no fingerprint", without(&good, "a=fingerprint"), bad),
        ("a short fingerprint", good.replace("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 00:"), bad),
        ("a weak fingerprint", good.replace("a=fingerprint:sha-256", "a=fingerprint:md5"), bad),
        ("no user", without(&good, "a=ice-ufrag"), bad),
        ("no password", without(&good, "a=ice-pwd"), bad),
        ("no bundle", without(&good, "a=group"), bad),
        ("no multiplexing", without(&good, "a=rtcp-mux"), bad),
        ("no names", without(&good, "a=mid"), bad),
        ("no codecs", without(&good, "a=rtpmap"), bad),
        ("a section too few", good[..last].to_owned(), bad),
        ("a section too many", format!("{good}{}", &good[last..]), bad),
        ("a data channel", format!("{good}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:zzz\r\n"), bad),
        ("sections in another order", swapped, bad),
        ("everything sends", good.replace("a=recvonly", "a=sendrecv"), bad),
        ("another server", format!("{}{}", good.replacen("a=group", "a=ice-lite\r\na=group", 1), ""), bad),
        ("not encrypted", good.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), bad),
        ("a port beyond ports", good.replace("m=audio 9 ", "m=audio 99999 "), bad),
        ("control characters", good.replace("a=mid:", "a=mid:\u{0}"), bad),
        ("only H.264", good.replace("VP8/90000", "H264/90000"), bad),
    ];
    for (name, sdp, expected) in &table {
        refused(&mut net, name, sdp, *expected);
    }
    // Nothing that was cut, repeated or mixed up brings it down either.
    let mut dice = Dice(20);
    let lines: Vec<&str> = good.lines().collect();
    for _ in 0..300 {
        let mut text: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        for _ in 0..=dice.roll() % 4 {
            let (a, b) = (dice.roll() as usize % text.len(), dice.roll() as usize % text.len());
            match dice.roll() % 4 {
                0 => text.swap(a, b),
                1 => text[a] = text[b].clone(),
                2 => {
                    let cut = dice.roll() as usize % (text[a].len() + 1);
                    text[a].truncate(cut);
                }
                _ => text[a].push_str(&dice.roll().to_string()),
            }
        }
        let id = Identity { seat: seat(99), crew: false };
        let _either = net.sfu.join(net.now, id, &(text.join("\r\n") + "\r\n"));
        net.sfu.leave(seat(99));
    }
    assert_eq!(net.sfu.counters().panics, 0);
    assert!(net.try_join(1, true).is_ok(), "a good offer is still taken");
}

#[test]
fn nothing_is_sent_to_what_an_offer_merely_names() {
    let mut net = SimNet::new(21, Weather::CALM);
    let (_, _, sdp) = net.offer(1);
    let named: String = ["10.0.0.1", "192.168.1.1", "127.0.0.1", "169.254.1.1"]
        .into_iter()
        .flat_map(|address| ["a=candidate:1 1 udp 2130706431 ", address, " 9999 typ host\r\n"])
        .collect();
    let at = sdp.find("a=mid").unwrap();
    let sdp = format!("{}{named}{}", &sdp[..at], &sdp[at..]);
    let answer = net.sfu.join(net.now, Identity { seat: seat(1), crew: true }, &sdp).unwrap();
    for address in ["10.0.0.1", "192.168.1.1", "127.0.0.1"] {
        assert!(!answer.contains(address));
    }
    for line in ["a=ice-lite", "a=setup:passive", "a=candidate:", "a=fingerprint:sha-256 ", "a=group:BUNDLE "] {
        assert!(answer.contains(line), "the answer lacks {line}");
    }
    // The simulator ends the test when a datagram goes to an address that never spoke.
    net.stage(&[1], true);
    net.run(Duration::from_secs(31));
    assert_eq!(net.sent_by_server, 0);
    assert_eq!(net.sfu.census().peers, 0, "and who never comes is forgotten");
}

/// Things that a port on the internet hears.
fn rubbish(dice: &mut Dice) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..dice.roll() % 200).map(|_| dice.roll() as u8).collect();
    let head: &[u8] = match dice.roll() % 7 {
        // STUN, truncated or with lengths that lie
        0 => &[0x00, 0x01, 0x00, 0x08, 0x21, 0x12, 0xa4, 0x42],
        1 => &[0x00, 0x01, 0xff, 0xff, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x06, 0x00, 0x09],
        // A STUN answer that nobody asked for
        2 => &[0x01, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        // A DTLS ClientHello
        3 => &[22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 1, 0, 0, 0x34],
        // RTP and RTCP in the clear
        4 => &[0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9],
        5 => &[0x80, 200, 0, 6, 0, 0, 0, 1],
        _ => &[],
    };
    bytes.splice(0..0, head.iter().copied());
    bytes
}

#[test]
fn rubbish_on_the_port_is_met_with_silence_and_harms_nobody() {
    let mut net = SimNet::new(22, Weather::CALM);
    let speaker = net.join(1, true);
    let viewer = net.join(2, false);
    net.stage(&[1], true);
    net.connect();
    let ufrag = net.clients[viewer].answer.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).unwrap().to_owned();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    let mut dice = Dice(22);
    let stranger = "192.0.2.66:6666".parse().unwrap();
    for _ in 0..1_000 {
        // A stranger: from an address that never spoke, so that any answer ends the test.
        let bytes = rubbish(&mut dice);
        net.inject(stranger, &bytes);
        net.inject(stranger, &binding_request(&ufrag, &bytes));
        // And the same with the address of a peer forged.
        let forged = net.clients[dice.roll() as usize % 2].address;
        net.inject(forged, &bytes);
        play(&mut net, &mut publishers, Duration::from_millis(2));
    }
    net.inject(stranger, &[]);
    net.inject(stranger, &vec![0x80; 65_507]);
    play(&mut net, &mut publishers, Duration::from_secs(1));
    net.run(Duration::from_millis(300));
    assert_whole(&net, viewer, Slot::Video(0), &publishers[0], 80);
    assert_eq!(net.sfu.counters().panics, 0);
    assert!(net.sfu.counters().strangers > 500);
    assert_eq!(net.sfu.census().paths, 2);
}

/// A binding request with a peer's user name and a wrong integrity.
fn binding_request(ufrag: &str, filler: &[u8]) -> Vec<u8> {
    let user = format!("{ufrag}:else");
    let mut attributes = vec![0x00, 0x06];
    attributes.extend((user.len() as u16).to_be_bytes());
    attributes.extend(user.as_bytes());
    attributes.resize(attributes.len().next_multiple_of(4), 0);
    attributes.extend([0x00, 0x08, 0x00, 20]);
    attributes.extend((0..20).map(|index| filler.get(index).copied().unwrap_or(7)));
    let mut message = vec![0x00, 0x01];
    message.extend((attributes.len() as u16).to_be_bytes());
    message.extend([0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    message.extend(attributes);
    message
}

#[test]
fn a_flood_is_policed_and_others_go_on() {
    let mut net = SimNet::new(23, Weather::CALM);
    let (speaker, flooder) = (net.join(1, true), net.join(2, true));
    let viewer = net.join(3, false);
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1), Publisher::new(&net, flooder, 2)];
    // 270 packets of 10,000 bytes a second: 22 Mbit/s.
    publishers[1].packet_bytes = 1_400;
    for _ in 0..50 {
        for _ in 0..20 {
            publishers[1].frame += 1;
        }
        let mut flood = vec![0x80; 1_400];
        flood[1] = 96;
        let from = net.clients[flooder].address;
        for _ in 0..200 {
            net.inject(from, &flood);
        }
        play(&mut net, &mut publishers[..1], Duration::from_millis(20));
    }
    net.run(Duration::from_millis(300));
    assert!(net.sfu.counters().policed > 5_000, "{:?}", net.sfu.counters());
    assert_whole(&net, viewer, Slot::Video(0), &publishers[0], 25);
}

#[test]
fn a_full_unit_says_so() {
    let mut net = SimNet::new(24, Weather::CALM);
    for number in 0..100 {
        net.join(number, false);
    }
    assert_eq!(net.try_join(100, false).map(|_| ()), Err(Refusal::Overloaded));
    assert!(net.try_join(7, false).is_ok(), "who is here already may come again");
}

/// An authentic request by which a peer claims that it is somewhere, and perhaps that it wants its packets there.
fn claim(client: &Client, nominates: bool) -> Vec<u8> {
    let told = |sdp: &str, name: &str| sdp.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    let user = format!("{}:{}", told(&client.answer, "a=ice-ufrag:"), told(&client.offer, "a=ice-ufrag:"));
    let password = told(&client.answer, "a=ice-pwd:");
    let builder = StunMessageBuilder::new().binding().request().username(&user).prio(1).ice_controlling(1);
    let builder = if nominates { builder.use_candidate() } else { builder };
    let mut bytes = vec![0; 256];
    let hmac = str0m::crypto::from_feature_flags().sha1_hmac_provider;
    let sign = |key: &[u8], parts: &[&[u8]]| hmac.sha1_hmac(key, parts);
    let length = builder.build(TransId::new()).to_bytes(Some(password.as_bytes()), &mut bytes, sign).unwrap();
    bytes.truncate(length);
    bytes
}

#[test]
fn who_claims_anothers_address_neither_gets_its_packets_nor_sends_it_any() {
    let mut net = SimNet::new(25, Weather::CALM);
    let (speaker, viewer, liar) = (net.join(1, true), net.join(2, false), net.join(3, false));
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    let victim = net.clients[viewer].address;
    let usual = std::mem::take(&mut net.clients[viewer].datagrams);
    for _ in 0..50 {
        let lie = claim(&net.clients[liar], true);
        net.inject(victim, &lie);
        play(&mut net, &mut publishers, Duration::from_millis(20));
    }
    net.run(Duration::from_millis(300));
    for who in [viewer, liar] {
        assert_whole(&net, who, Slot::Video(0), &publishers[0], 50);
    }
    let more = net.clients[viewer].datagrams.saturating_sub(usual);
    assert!(more < usual / 3, "{more} datagrams beyond the usual {usual}");
}

fn is_stun(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| *first < 4)
}

fn is_dtls(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(20..=63))
}

#[test]
fn a_viewer_whom_a_router_moves_is_followed_though_it_nominates_nothing_anew() {
    let mut net = SimNet::new(26, Weather::CALM);
    let (speaker, viewer) = (net.join(1, true), net.join(2, false));
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    let (old, new) = (net.clients[viewer].address, "203.0.113.251:4444".parse().unwrap());
    net.translate(old, new);
    play(&mut net, &mut publishers, Duration::from_millis(100));
    // As the app does: it checks the path that it has chosen, and asks for nothing.
    net.blocked = Some(is_stun);
    let speakers = net.clients[speaker].address;
    for _ in 0..4 {
        let (check, kept) = (claim(&net.clients[viewer], false), claim(&net.clients[speaker], false));
        net.inject(new, &check);
        net.inject(speakers, &kept);
        play(&mut net, &mut publishers, Duration::from_secs(2));
    }
    net.clients[viewer].received.clear();
    play(&mut net, &mut publishers, Duration::from_secs(2));
    net.run(Duration::from_millis(300));
    assert_whole(&net, viewer, Slot::Video(0), &publishers[0], 50);
}

#[test]
fn a_publisher_whom_a_router_moves_begins_anew() {
    let mut net = SimNet::new(27, Weather::CALM);
    let speaker = net.join(1, true);
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    net.blocked = Some(is_stun);
    let new = "203.0.113.251:4444".parse().unwrap();
    net.translate(net.clients[speaker].address, new);
    play(&mut net, &mut publishers, Duration::from_millis(100));
    for _ in 0..3 {
        let check = claim(&net.clients[speaker], false);
        net.inject(new, &check);
        play(&mut net, &mut publishers, Duration::from_secs(2));
    }
    assert!(net.events.iter().any(|event| matches!(event, Event::Gone { .. })), "it is told that its media is gone");
    assert_eq!(net.sfu.census().peers, 0);
}

#[test]
fn nothing_is_sent_to_whom_no_longer_consents() {
    let mut net = SimNet::new(28, Weather::CALM);
    let (speaker, viewer) = (net.join(1, true), net.join(2, false));
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    net.blocked = Some(is_stun);
    let speakers = net.clients[speaker].address;
    for _ in 0..8 {
        let kept = claim(&net.clients[speaker], false);
        net.inject(speakers, &kept);
        play(&mut net, &mut publishers, Duration::from_secs(2));
    }
    net.clients[viewer].datagrams = 0;
    play(&mut net, &mut publishers, Duration::from_secs(1));
    assert_eq!(net.clients[viewer].datagrams, 0);
}

#[test]
fn who_never_ends_the_handshake_is_forgotten() {
    let mut net = SimNet::new(29, Weather::CALM);
    net.blocked = Some(is_dtls);
    net.join(1, true);
    net.run(Duration::from_secs(1));
    let client = net.clients.pop().unwrap();
    for second in 0..34 {
        net.inject(client.address, &claim(&client, true));
        net.run(Duration::from_secs(1));
        assert_eq!(net.sfu.census().peers, usize::from(second < 28), "after {second} s");
    }
    assert_eq!(net.sfu.census(), Census { rooms: 0, ..Census::default() });
}

#[test]
fn packets_that_would_not_fit_a_frame_of_the_network_are_dropped() {
    let mut net = SimNet::new(30, Weather::CALM);
    let (speaker, other, viewer) = (net.join(1, true), net.join(2, true), net.join(3, false));
    net.stage(&[1, 2], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1), Publisher::new(&net, other, 2)];
    publishers[1].packet_bytes = 1_400;
    play(&mut net, &mut publishers, Duration::from_secs(2));
    net.run(Duration::from_millis(300));
    assert_whole(&net, viewer, Slot::Video(0), &publishers[0], 50);
    let oversized = in_slot(&net.clients[viewer], Slot::Video(1)).count();
    assert_eq!(oversized, 0);
    assert!(net.sfu.counters().policed > 100, "{:?}", net.sfu.counters());
}

#[test]
fn an_attendee_who_is_not_on_stage_cannot_send() {
    let mut net = SimNet::new(31, Weather::CALM);
    let (speaker, heckler) = (net.join(1, true), net.join(2, false));
    net.stage(&[1], true);
    net.connect();
    let mut publishers = [Publisher::new(&net, speaker, 1), Publisher::new(&net, heckler, 2)];
    play(&mut net, &mut publishers, Duration::from_secs(1));
    let before = net.sfu.counters();
    assert!(before.policed > 50, "{before:?}");
    net.stage(&[1, 2], true);
    play(&mut net, &mut publishers, Duration::from_secs(2));
    assert_eq!(net.sfu.counters().policed, before.policed);
    assert_whole(&net, speaker, Slot::Video(1), &publishers[1], 30);
}
