use super::*;

/// One person in video slot 3 and audio slot 1.
fn one_person() -> (Lips, ParticipantId) {
    let (who, lips) = (ParticipantId::random(), Lips::default());
    lips.set_slots(&slots(&[(3, who)], &[(1, who)]));
    (lips, who)
}

fn slots(video: &[(usize, ParticipantId)], audio: &[(usize, ParticipantId)]) -> SlotMap {
    let mut slots = SlotMap { video: vec![None; VIDEO_SLOTS], audio: vec![None; AUDIO_SLOTS] };
    for (slot, who) in video {
        slots.video[*slot] = Some(*who);
    }
    for (slot, who) in audio {
        slots.audio[*slot] = Some(*who);
    }
    slots
}

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
    let (lips, one) = one_person();
    let two = ParticipantId::random();
    lips.set_slots(&slots(&[(3, one), (4, two)], &[(1, one)]));
    let mut clock = StreamClock::default();
    clock.arrived(700_000, 200_000);
    let meant = |slot| lips.meant(slot, &clock, (700_000, 200_000));
    lips.sound_arrived(1, (500_000, 100_000), None);
    lips.heard(1, Some(100_000), 560_000);
    assert_eq!(meant(3), Some(700_000 + 60_000 + AHEAD));
    assert_eq!(meant(4), None);
    // Another voice in the slot: nothing is known of it yet.
    let turn = lips.turn(3);
    lips.set_slots(&slots(&[(3, one), (4, two)], &[(1, two)]));
    assert_eq!((meant(3), meant(4)), (None, None));
    assert_eq!(lips.turn(3), turn);
    lips.set_slots(&slots(&[(3, two), (4, one)], &[(1, one)]));
    assert_ne!(lips.turn(3), turn);
    lips.sound_arrived(1, (500_000, 100_000), None);
    lips.heard(1, Some(100_000), 560_000);
    assert_eq!(meant(4), Some(700_000 + 60_000 + AHEAD));
    lips.heard(1, None, 600_000);
    assert_eq!(meant(4), None);
}

#[test]
fn with_reports_the_moment_of_capture_counts_and_not_the_way() {
    let (lips, _) = one_person();
    // Captured at 9 s of the server's clock: sound arrives 10 ms later and is heard 50 ms after that. The picture's own times
    // have another beginning, and it takes 45 ms.
    lips.sound_arrived(1, (1_010_000, 5_000_000), Some((9_000_000, 5_000_000)));
    lips.heard(1, Some(5_000_000), 1_060_000);
    let mut clock = StreamClock::default();
    clock.arrived(1_045_000, 70_000_000);
    let by_arrival = lips.meant(3, &clock, (1_045_000, 70_000_000)).unwrap();
    assert_eq!(by_arrival, 1_045_000 + 50_000 + AHEAD, "no report of the picture yet");
    clock.reported(9_500_000, 70_500_000);
    assert_eq!(lips.meant(3, &clock, (1_045_000, 70_000_000)), Some(1_060_000 + OPUS));
}

#[test]
fn sound_is_told_how_much_later_the_pictures_are() {
    let (lips, _) = one_person();
    let mut clock = StreamClock::default();
    let mut told = None;
    // Every 20 ms a block, heard 50 ms after its capture; every 40 ms a picture that takes 190 ms.
    for now in (0..3_000_000).step_by(20_000) {
        lips.sound_arrived(1, (now, now), Some((77_000_000, 0)));
        told = lips.heard(1, Some(now), now + 50_000);
        if now % 40_000 == 0 && now > 1_000_000 {
            clock.arrived(now, now - 190_000);
            clock.reported(77_000_000, 0);
            lips.meant(3, &clock, (now, now - 190_000));
        }
        assert!(now > 1_000_000 || told.is_none(), "nothing is known of pictures before one came");
    }
    let late = told.unwrap();
    assert!((late - (190_000 + lips.drawing() - OPUS - 50_000)).abs() < 2_000, "{late}");
    lips.sound_arrived(1, (6_000_000, 6_000_000), None);
    assert_eq!(lips.heard(1, Some(6_000_000), 6_050_000), None, "pictures that come no more are not waited for");
}

#[test]
fn a_report_that_is_wrong_holds_no_picture_for_long() {
    let (lips, _) = one_person();
    lips.sound_arrived(1, (0, 0), Some((0, 0)));
    lips.heard(1, Some(0), 50_000);
    let mut clock = StreamClock::default();
    clock.arrived(0, 0);
    clock.reported(3_600_000_000, 0);
    assert_eq!(lips.meant(3, &clock, (1_000, 0)), Some(1_000 + MOST));
}
