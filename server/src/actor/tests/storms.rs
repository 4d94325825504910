//! Crowds, readers that stop, connections that race each other, and clocks that are set.

use std::sync::atomic::Ordering;

use super::*;

/// What somebody said to somebody who watches, each about 8,000 bytes.
const LONG: usize = 2_000;

#[tokio::test]
async fn of_two_connections_that_race_the_newer_stays_however_late_the_older_enters() {
    let house = house().await;
    let mut ada = house.enter(Role::Speaker, None).await;
    let older = house.enter(Role::Attendee, None).await;
    ada.watching(1).await;
    assert!(older.room.deliver(older.leaves()).await);
    let older = house.at_the_door(Arc::clone(&older.who)).await;
    let mut newer = house.at_the_door(Arc::clone(&older.who)).await;
    // The older one was told to go when the newer came; only the room does not know of either yet.
    older.outbox.close(Refusal::SignedInElsewhere, None);
    for mail in [newer.enters(None), older.enters(None), older.leaves()] {
        assert_eq!(ada.room.post(mail, 0), Posted::Taken);
    }
    assert_eq!(newer.snapshot().await, 1);
    ada.say("does anybody hear me?");
    assert_eq!(newer.seqs(2).await, [2], "it misses nothing");
    assert!(newer.room.deliver(newer.leaves()).await);
    ada.watching(0).await;
    assert_eq!(Arc::strong_count(&older.outbox), 1, "nobody keeps the older one");
}

#[tokio::test]
async fn a_reader_that_comes_back_from_long_ago_and_stops_reading_costs_little_and_gets_all_of_it_later() {
    let house = house().await;
    let mut talker = house.enter(Role::Attendee, None).await;
    let last = 1_500;
    for seq in 1..=last {
        talker.say(&"\u{1F3AD}".repeat(LONG));
        assert_eq!(talker.outcome().await, accepted(seq));
    }
    let mut stopped = house.enter(Role::Attendee, Some(Seq::START)).await;
    // What else is asked is answered after it.
    talker.say("still here");
    assert_eq!(talker.outcome().await, accepted(last + 1));
    let waits = stopped.outbox.waits();
    assert!(waits < 512 * 1024, "{waits} bytes of 12 megabytes");
    // Who reads for the connection in these tests.
    let (outbox, room, who) = (Arc::clone(&stopped.outbox), stopped.room.clone(), Arc::clone(&stopped.who));
    let reading = async {
        loop {
            outbox.attention().await;
            outbox.flush().await.unwrap();
            if let Some(after) = outbox.take_owed() {
                let (outbox, who) = (Arc::clone(&outbox), Arc::clone(&who));
                assert!(room.deliver(Mail::Further { outbox, who, after }).await);
            }
        }
    };
    let all = async {
        let seqs = stopped.seqs(last + 1).await;
        talker.say("and now");
        (seqs, stopped.seqs(last + 2).await)
    };
    let (seqs, next) = tokio::select! {
        () = reading => unreachable!(),
        all = all => all,
    };
    assert_eq!(seqs, (1..=last + 1).collect::<Vec<_>>());
    assert_eq!(next, [last + 2], "from then on it hears what happens");
}

#[tokio::test]
async fn a_room_goes_on_though_the_clock_is_set_an_hour_either_way() {
    let house = house().await;
    let mut ada = house.enter(Role::Speaker, None).await;
    let mut bob = house.enter(Role::Speaker, None).await;
    let at = async |guest: &mut Guest| {
        guest.say("what time is it?");
        let is_word = |update: &Update| matches!(update.body, UpdateBody::MessageSent { .. });
        guest
            .until(|frame| if let ServerFrame::Updates(batch) = frame { batch.updates.into_iter().find(is_word) } else { None })
            .await
            .at
    };
    let mut before = at(&mut ada).await;
    for hours in [1, -1, 0] {
        house.set_by.store(hours * 3_600_000_000, Ordering::Relaxed);
        assert!(bob.room.deliver(bob.leaves()).await);
        let now = at(&mut ada).await;
        assert!(now >= before && now.since(before) < Duration::from_mins(1), "{hours}: {now:?} after {before:?}");
        before = now;
        bob = house.enter_as(Arc::clone(&bob.who), None).await;
        let snapshot = bob.until(|frame| if let ServerFrame::Snapshot(s) = frame { Some(s) } else { None }).await;
        assert_eq!(snapshot.crew.unwrap().backstage.len(), 2, "{hours}: whoever is awaited is not sent away");
    }
}
