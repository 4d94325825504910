//! What one process of the crowd counts, all its clients together.

use std::{
    mem::take,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use houselights_shared::{Outcome, Seq};
use tokio::sync::Notify;

use super::{
    orders::{Back, Heard, Joined, Said, Second},
    reading::News,
    trouble::{Step, Trouble},
};

/// The counts. One thread holds all clients, so nobody waits for the lock.
#[derive(Default)]
pub(super) struct Tally {
    inner: Mutex<Inner>,
    /// Something was counted that somebody may wait for.
    counted: Notify,
}

#[derive(Default)]
struct Inner {
    /// How far each client has the log, by its number in this process; nothing where it never came in.
    positions: Vec<Option<Seq>>,
    inside: u32,
    joined: Joined,
    /// Those who gave up coming in.
    stayed_away: u32,
    said: Said,
    heard: Heard,
    second: Second,
    /// Since the last order to settle: up to where, and who is not there yet.
    settling: Option<(Seq, u32)>,
    back: Back,
    troubles: Vec<(Trouble, u64)>,
}

impl Tally {
    pub(super) fn of(clients: u32) -> Self {
        let inner = Inner { positions: vec![None; clients as usize], ..Inner::default() };
        Self { inner: Mutex::new(inner), counted: Notify::new() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until something is as it should be, but not for ever. Whether it is.
    async fn until(&self, holds: impl Fn(&Inner) -> bool, patience: Duration) -> bool {
        let waiting = async {
            loop {
                let counted = self.counted.notified();
                if holds(&self.inner()) {
                    return;
                }
                counted.await;
            }
        };
        tokio::time::timeout(patience, waiting).await.is_ok()
    }

    /// Something was met.
    pub(super) fn met(&self, trouble: &Trouble) {
        self.inner().met(trouble);
    }

    /// A client has a login.
    pub(super) fn signed_in(&self, took: Duration) {
        self.inner().joined.sign_in.record(micros(took));
    }

    /// A client is in the room for the first time.
    pub(super) fn joined(&self, took: Duration) {
        self.inner().joined.connect.record(micros(took));
        self.counted.notify_waiters();
    }

    /// A client gave up coming in.
    pub(super) fn stayed_away(&self) {
        self.inner().stayed_away += 1;
        self.counted.notify_waiters();
    }

    /// A client is in the room, again or for the first time.
    pub(super) fn entered(&self) {
        self.inner().inside += 1;
    }

    /// A connection that was in the room has ended.
    pub(super) fn left(&self) {
        self.inner().inside -= 1;
    }

    /// Waits until everybody is in or has given up: how they came in.
    pub(super) async fn everybody_joined(&self, patience: Duration) -> Joined {
        self.until(|inner| inner.inside + inner.stayed_away >= inner.positions.len() as u32, patience).await;
        let mut inner = self.inner();
        let (inside, troubles) = (inner.inside, take(&mut inner.troubles));
        Joined { inside, troubles, ..take(&mut inner.joined) }
    }

    /// A client read of something that happened; `position` is how far it had the log, and answers how far it has it now.
    pub(super) fn heard(&self, client: usize, position: Option<Seq>, news: &News, (bytes, now): (usize, u64)) -> Option<Seq> {
        let (first, last, sent) = match news {
            News::Updates { span: Some((first, last)), sent, .. } => (*first, *last, sent),
            News::Room(seq, _) => {
                self.advance(client, *seq);
                return Some(*seq);
            }
            News::Thrown(count) => {
                // All are told the same: one of them counts.
                self.inner().heard.thrown += if client == 0 { *count } else { 0 };
                return position;
            }
            News::Updates { span: None, .. } | News::Answer(..) | News::Lobby | News::End(_) | News::Other => return position,
        };
        let mut inner = self.inner();
        if let News::Updates { voters: Some(voters), .. } = news {
            inner.heard.votes.told = inner.heard.votes.told.max(*voters);
        }
        let expected = position.unwrap_or_default().next();
        inner.heard.lacking += first.number().saturating_sub(expected.number());
        inner.heard.repeated += expected.number().saturating_sub(first.number());
        if !sent.is_empty() {
            inner.heard.bytes += bytes as u64;
            inner.heard.delivered += sent.len() as u64;
            inner.second.delivered += sent.len() as u64;
            for took in sent.iter().map(|sent| now.saturating_sub(*sent)) {
                inner.heard.delivery.record(took);
                inner.second.delivery.record(took);
            }
        }
        drop(inner);
        self.advance(client, last);
        Some(last)
    }

    fn advance(&self, client: usize, to: Seq) {
        let mut inner = self.inner();
        let Some(position) = inner.positions.get_mut(client) else { return };
        let before = position.replace(to);
        if let Some((through, behind)) = &mut inner.settling
            && before.is_some_and(|before| before < *through)
            && to >= *through
        {
            *behind = behind.saturating_sub(1);
            if *behind == 0 {
                self.counted.notify_waiters();
            }
        }
    }

    /// A new time of talking begins.
    pub(super) fn begin(&self) {
        let mut inner = self.inner();
        // A poll may have been open before.
        let votes = take(&mut inner.heard.votes);
        (inner.said, inner.heard, inner.settling) = (Said::default(), Heard { votes, ..Heard::default() }, None);
    }

    /// Something was said.
    pub(super) fn sent(&self) {
        self.inner().said.sent += 1;
    }

    /// Something was thrown at the stage.
    pub(super) fn threw(&self) {
        self.inner().said.thrown += 1;
    }

    /// Somebody voted.
    pub(super) fn voted(&self) {
        self.inner().heard.votes.cast += 1;
    }

    /// A vote is answered.
    pub(super) fn vote_answered(&self, outcome: Outcome, took: u64) {
        let mut inner = self.inner();
        inner.heard.votes.answer.record(took);
        match outcome {
            Outcome::Accepted { .. } => inner.heard.votes.accepted += 1,
            Outcome::Refused { refusal, .. } => inner.met(&Step::Command.refused(refusal)),
            Outcome::Unknown => {}
        }
        self.counted.notify_waiters();
    }

    /// What was said is answered.
    pub(super) fn answered(&self, outcome: Outcome, took: u64) {
        let mut inner = self.inner();
        inner.said.answer.record(took);
        match outcome {
            Outcome::Accepted { seq } => {
                inner.said.accepted += 1;
                inner.said.through = inner.said.through.max(seq);
            }
            Outcome::Refused { refusal, .. } => {
                inner.said.refused += 1;
                inner.met(&Step::Command.refused(refusal));
            }
            Outcome::Unknown => inner.said.refused += 1,
        }
        self.counted.notify_waiters();
    }

    /// Waits until all that was said is answered: what was said.
    pub(super) async fn everything_answered(&self, patience: Duration) -> Said {
        self.until(|inner| inner.said.accepted + inner.said.refused >= inner.said.sent, patience).await;
        let mut inner = self.inner();
        let troubles = take(&mut inner.troubles);
        Said { troubles, ..inner.said.clone() }
    }

    /// Waits until every client that ever came in has the log up to here: what they heard.
    pub(super) async fn settled(&self, through: Seq, patience: Duration) -> Heard {
        {
            let mut inner = self.inner();
            let behind = inner.positions.iter().flatten().filter(|position| **position < through).count();
            inner.settling = Some((through, behind as u32));
        }
        let behind = |inner: &Inner| inner.settling.map_or(0, |(_, behind)| behind);
        let votes_are_answered = |inner: &Inner| inner.heard.votes.answer.count() >= inner.heard.votes.cast;
        self.until(|inner| behind(inner) == 0 && votes_are_answered(inner), patience).await;
        let mut inner = self.inner();
        let (behind, troubles) = (behind(&inner), take(&mut inner.troubles));
        Heard { behind, troubles, ..inner.heard.clone() }
    }

    /// Everybody who is in is about to be cut. The position that whoever is back must have.
    pub(super) fn cut(&self) -> Seq {
        let mut inner = self.inner();
        inner.back = Back { cut: inner.inside, ..Back::default() };
        inner.positions.iter().flatten().max().copied().unwrap_or_default()
    }

    /// A client that was cut is back; `anew` where it was given the whole room.
    pub(super) fn back(&self, took: Duration, anew: bool) {
        let mut inner = self.inner();
        inner.back.back += 1;
        inner.back.anew += u32::from(anew);
        inner.back.took.record(micros(took));
        self.counted.notify_waiters();
    }

    /// Waits until everybody who was cut is back: how.
    pub(super) async fn everybody_back(&self, patience: Duration) -> Back {
        self.until(|inner| inner.back.back >= inner.back.cut, patience).await;
        let mut inner = self.inner();
        let troubles = take(&mut inner.troubles);
        Back { troubles, ..inner.back.clone() }
    }

    /// What happened since this was asked last.
    pub(super) fn second(&self, at: u64) -> Second {
        let mut inner = self.inner();
        let inside = inner.inside;
        Second { at, inside, ..take(&mut inner.second) }
    }
}

impl Inner {
    fn met(&mut self, trouble: &Trouble) {
        match self.troubles.iter_mut().find(|(known, _)| known == trouble) {
            Some((_, count)) => *count += 1,
            None => self.troubles.push((trouble.clone(), 1)),
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use houselights_shared::Refusal;

    use super::*;

    const NOW: (usize, u64) = (100, 1_000);

    fn updates(first: u64, last: u64) -> News {
        News::Updates { span: Some((Seq::new(first), Seq::new(last))), sent: vec![400; 2], ballot: None, voters: None }
    }

    #[tokio::test]
    async fn what_a_client_lacks_and_what_it_gets_twice_is_counted() {
        let tally = Tally::of(1);
        let mut position = tally.heard(0, None, &News::Room(Seq::new(4), None), NOW);
        position = tally.heard(0, position, &updates(5, 6), NOW);
        position = tally.heard(0, position, &updates(9, 9), NOW);
        position = tally.heard(0, position, &updates(9, 10), NOW);
        assert_eq!(position, Some(Seq::new(10)));
        let heard = tally.settled(Seq::new(10), Duration::ZERO).await;
        assert_eq!((heard.lacking, heard.repeated, heard.behind), (2, 1, 0));
        assert_eq!((heard.delivered, heard.bytes, heard.delivery.quantile(0.5)), (6, 300, 600));
    }

    #[tokio::test]
    async fn who_is_behind_is_waited_for_and_then_told() {
        let tally = Tally::of(3);
        for client in 0..2 {
            tally.heard(client, None, &News::Room(Seq::new(1), None), NOW);
        }
        let (settled, ()) = tokio::join!(tally.settled(Seq::new(3), Duration::from_secs(30)), async {
            for client in 0..2 {
                tally.heard(client, Some(Seq::new(1)), &updates(2, 3), NOW);
            }
        });
        assert_eq!(settled.behind, 0, "who never came in is not waited for");
        assert_eq!(tally.settled(Seq::new(4), Duration::ZERO).await.behind, 2);
    }

    #[tokio::test]
    async fn a_refused_message_is_answered_and_the_reason_counted() {
        let tally = Tally::of(1);
        tally.begin();
        (0..3).for_each(|_| tally.sent());
        tally.answered(Outcome::Accepted { seq: Seq::new(7) }, 10);
        for _ in 0..2 {
            tally.answered(Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: None }, 10);
        }
        let said = tally.everything_answered(Duration::from_secs(30)).await;
        assert_eq!((said.sent, said.accepted, said.refused, said.through), (3, 1, 2, Seq::new(7)));
        assert_eq!(said.troubles, [(Step::Command.refused(Refusal::SlowDown), 2)]);
        assert!(tally.settled(Seq::default(), Duration::ZERO).await.troubles.is_empty(), "each is told once");
    }
}
