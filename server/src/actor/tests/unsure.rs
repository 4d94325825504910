//! Commits that seem to fail and do not: what follows from them is done all the same, once it is known.

use houselights_shared::{Refused, SanctionAct};

use super::*;

impl Guest {
    async fn refused(&mut self) -> Refused {
        self.until(|frame| if let ServerFrame::Refused(refused) = frame { Some(refused) } else { None }).await
    }

    fn sanctions(&self, id: CommandId, guest: &Self, act: SanctionAct) {
        self.ask(id, CommandBody::Sanction { participant: guest.who.participant, act });
    }
}

/// How many wait to be let in.
fn waiting(frame: ServerFrame) -> Option<u32> {
    if let ServerFrame::Signal(signal) = frame
        && let SignalBody::Lobby { count, .. } = signal.body
    {
        return Some(count);
    }
    None
}

#[tokio::test]
async fn whom_a_commit_sent_away_that_seemed_to_fail_goes_and_is_told_nothing_more() {
    let mut house = house().await;
    let mut mo = house.enter(Role::Moderator, None).await;
    for (act, refusal) in [(SanctionAct::Ban, Refusal::Banned), (SanctionAct::Remove, Refusal::Removed)] {
        let mut eve = house.enter(Role::Attendee, None).await;
        eve.snapshot().await;
        house.engine.be(Mood::Unsure);
        let id = CommandId::random();
        mo.sanctions(id, &eve, act);
        assert!(matches!(mo.outcome().await, Outcome::Refused { refusal: Refusal::StorageUnavailable, .. }));
        house.engine.be(Mood::Works);
        // Asked once more it is done already, and what follows is done, too.
        mo.sanctions(id, &eve, act);
        assert!(matches!(mo.outcome().await, Outcome::Accepted { .. }));
        assert_eq!(eve.refused().await.refusal, refusal);
        if act == SanctionAct::Ban {
            assert_eq!(house.bans.recv().await.unwrap(), (eve.who.participant, true));
        }
    }
}

#[tokio::test]
async fn the_event_hears_of_a_ban_whose_commit_seemed_to_fail_though_nobody_asks_again_and_everybody_leaves() {
    let mut house = house_that_keeps_rooms_for(Duration::from_millis(1)).await;
    let mut mo = house.enter(Role::Moderator, None).await;
    let eve = house.enter(Role::Attendee, None).await;
    mo.snapshot().await;
    house.engine.be(Mood::Unsure);
    mo.sanctions(CommandId::random(), &eve, SanctionAct::Ban);
    assert!(matches!(mo.outcome().await, Outcome::Refused { .. }));
    // While nothing can be stored the room is not read.
    house.engine.be(Mood::Fails);
    for guest in [&mo, &eve] {
        assert!(guest.room.deliver(guest.leaves()).await);
    }
    mo.say("heard once the mail before was");
    assert!(matches!(mo.outcome().await, Outcome::Refused { .. }));
    house.engine.be(Mood::Works);
    let told = tokio::time::timeout(Duration::from_mins(1), house.bans.recv()).await.unwrap().unwrap();
    assert_eq!(told, (eve.who.participant, true));
}

#[tokio::test]
async fn who_waits_still_does_after_a_commit_that_seemed_to_fail() {
    let house = house().await;
    let mut mo = house.guarded().await;
    let mut eve = house.waiting().await;
    house.engine.be(Mood::Unsure);
    mo.say("lost?");
    assert!(matches!(mo.outcome().await, Outcome::Refused { .. }));
    house.engine.be(Mood::Works);
    assert_eq!(mo.until(waiting).await, 1, "who waits still does");
    mo.ask(CommandId::random(), CommandBody::Admit { participants: vec![eve.who.participant] });
    assert!(matches!(mo.outcome().await, Outcome::Accepted { .. }));
    eve.snapshot().await;
}

#[tokio::test]
async fn who_waits_is_told_once_a_second_and_the_last_of_it_in_any_case() {
    let house = house().await;
    let mut mo = house.guarded().await;
    let (mut told, mut guests, began) = (0_u32, Vec::new(), tokio::time::Instant::now());
    for _ in 0..50 {
        guests.push(house.waiting().await);
    }
    loop {
        let count = mo.until(waiting).await;
        told += 1;
        if count == 50 {
            break;
        }
    }
    let seconds = u32::try_from(began.elapsed().as_secs()).unwrap();
    assert!(told <= seconds + 2, "{told} times in {seconds} seconds");
}
