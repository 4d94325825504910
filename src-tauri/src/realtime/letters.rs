//! What was asked of one's inbox and has no answer yet, and how far one has it. It is about no room: it outlives going from one to another.

use std::{collections::VecDeque, time::Duration};

use houselights_shared::{CommandId, InboxCommand, InboxCommandBody, InboxNews, Outcome, Refusal, Seq};
use tokio::{sync::oneshot, time::Instant};

use super::{Unheard, backoff::spread, outbox::CAPACITY, position::Gap};

/// When to try again where too much waits, in milliseconds.
const FULL_RETRY_MS: u32 = 1_000;

/// The way back to whoever asked.
pub(super) type Answer = oneshot::Sender<Result<Outcome, Unheard>>;

struct Waiting {
    command: InboxCommand,
    answer: Answer,
    /// Over the connection that stands.
    sent: bool,
}

/// In the order in which they were asked for. All of it may be done later, so all of it waits for a connection, and what was not answered
/// over one is sent again over the next, with the same id.
#[derive(Default)]
pub(super) struct Letters {
    waiting: VecDeque<Waiting>,
    /// The server could not store what it was asked, and wants to be asked again then.
    not_before: Option<Instant>,
    after: Seq,
}

impl Letters {
    /// Takes what is asked. Full: the new one is refused with [`Refusal::SlowDown`], those that wait are kept.
    pub(super) fn push(&mut self, id: CommandId, body: InboxCommandBody, answer: Answer) {
        if self.waiting.len() >= CAPACITY {
            let _ = answer.send(Ok(Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(FULL_RETRY_MS) }));
            return;
        }
        self.waiting.push_back(Waiting { command: InboxCommand { id, body }, answer, sent: false });
    }

    /// The next to send over the connection that stands.
    pub(super) fn next(&mut self, now: Instant) -> Option<InboxCommand> {
        if self.not_before.is_some_and(|at| now < at) {
            return None;
        }
        let next = self.waiting.iter_mut().find(|waiting| !waiting.sent)?;
        next.sent = true;
        Some(next.command.clone())
    }

    /// When something is to be sent again.
    pub(super) fn again_at(&self) -> Option<Instant> {
        self.not_before.filter(|_| self.waiting.iter().any(|waiting| !waiting.sent))
    }

    /// The server cannot store it at the moment, or does not know whether it did: it is sent again when the server wants it to, by a random number from
    /// 0 to 1 a little later, with the same id, so that it is not said twice. False: whoever asked is to be told.
    pub(super) fn asks_again(&mut self, id: CommandId, outcome: Outcome, now: Instant, random: f64) -> bool {
        let Outcome::Refused { refusal: Refusal::StorageUnavailable, retry_after_ms: Some(wait) } = outcome else {
            return false;
        };
        let Some(waiting) = self.waiting.iter_mut().find(|waiting| waiting.command.id == id) else { return false };
        waiting.sent = false;
        self.not_before = Some(now + spread(Duration::from_millis(wait.into()), random));
        true
    }

    /// The connection is lost: everything without an answer is to be sent again.
    pub(super) fn lost(&mut self) {
        for waiting in &mut self.waiting {
            waiting.sent = false;
        }
    }

    /// An answer came. One to something that nobody waits for is nothing.
    pub(super) fn answered(&mut self, id: CommandId, outcome: Outcome) {
        if let Some(at) = self.waiting.iter().position(|waiting| waiting.command.id == id)
            && let Some(waiting) = self.waiting.remove(at)
        {
            let _ = waiting.answer.send(Ok(outcome));
        }
    }

    /// There will be no other connection.
    pub(super) fn end(&mut self, refusal: Refusal) {
        for waiting in self.waiting.drain(..) {
            let _ = waiting.answer.send(Ok(Outcome::Refused { refusal, retry_after_ms: None }));
        }
    }

    /// How far one has one's inbox, as `Hello` states it.
    pub(super) const fn after(&self) -> Seq {
        self.after
    }

    /// The next connection starts from where the inbox stands.
    pub(super) const fn forget(&mut self) {
        self.after = Seq::START;
    }

    /// Leaves in the news what is new and moves past it; nothing where there is nothing new.
    ///
    /// # Errors
    /// [`Gap`] where something is missing in between.
    pub(super) fn accept(&mut self, news: InboxNews) -> Result<Option<InboxNews>, Gap> {
        match news {
            InboxNews::Stands(snapshot) => {
                self.after = snapshot.up_to;
                Ok(Some(InboxNews::Stands(snapshot)))
            }
            InboxNews::Entries(mut batch) => {
                if batch.after > self.after {
                    return Err(Gap);
                }
                if batch.up_to <= self.after {
                    return Ok(None);
                }
                batch.entries.retain(|entry| entry.position > self.after);
                batch.after = std::mem::replace(&mut self.after, batch.up_to);
                Ok(Some(InboxNews::Entries(batch)))
            }
            InboxNews::Unknown => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::{DirectsFrom, InboxBatch, InboxEntry, InboxEntryBody, InboxSnapshot, Timestamp};

    use super::*;

    const NOBODY: InboxCommandBody = InboxCommandBody::AllowDirects { from: DirectsFrom::Nobody };

    fn batch(after: u64, positions: impl IntoIterator<Item = u64>, up_to: u64) -> InboxNews {
        let body = InboxEntryBody::DirectsAllowed { from: DirectsFrom::Nobody };
        let entry = |number| InboxEntry { position: Seq::new(number), at: Timestamp::default(), body: body.clone() };
        let entries = positions.into_iter().map(entry).collect();
        InboxNews::Entries(InboxBatch { after: Seq::new(after), up_to: Seq::new(up_to), entries })
    }

    fn ask(letters: &mut Letters) -> oneshot::Receiver<Result<Outcome, Unheard>> {
        let (answer, answered) = oneshot::channel();
        letters.push(CommandId::random(), NOBODY, answer);
        answered
    }

    #[test]
    fn what_was_not_answered_is_sent_again_in_order_with_the_same_ids() {
        let mut letters = Letters::default();
        let (mut first, _second) = (ask(&mut letters), ask(&mut letters));
        let sent: Vec<_> = std::iter::from_fn(|| letters.next(Instant::now())).collect();
        letters.answered(sent[0].id, Outcome::Accepted { seq: Seq::new(7) });
        assert_eq!(first.try_recv(), Ok(Ok(Outcome::Accepted { seq: Seq::new(7) })));
        letters.lost();
        assert_eq!(std::iter::from_fn(|| letters.next(Instant::now())).collect::<Vec<_>>(), sent[1..]);
    }

    #[test]
    fn of_what_nobody_knows_whether_it_is_stored_the_server_is_asked_again_with_the_same_id() {
        let (mut letters, now) = (Letters::default(), Instant::now());
        let mut answer = ask(&mut letters);
        let first = letters.next(now).unwrap();
        let unsure = Outcome::Refused { refusal: Refusal::StorageUnavailable, retry_after_ms: Some(1_000) };
        assert!(letters.asks_again(first.id, unsure, now, 0.0));
        let _second = ask(&mut letters);
        let again = now + Duration::from_secs(1);
        assert_eq!((letters.again_at(), letters.next(now)), (Some(again), None));
        assert_eq!(letters.next(again), Some(first.clone()), "in order");
        assert!(letters.next(again).is_some());
        assert_eq!(letters.again_at(), None);
        assert!(answer.try_recv().is_err(), "nobody puts the words back");
        let told = Outcome::Refused { refusal: Refusal::NotAllowed, retry_after_ms: None };
        assert!(!letters.asks_again(first.id, told, again, 0.0));
    }

    #[test]
    fn too_much_is_refused_and_the_end_answers_everybody() {
        let mut letters = Letters::default();
        let mut kept: Vec<_> = (0..CAPACITY).map(|_| ask(&mut letters)).collect();
        let mut refused = ask(&mut letters);
        assert!(matches!(refused.try_recv(), Ok(Ok(Outcome::Refused { refusal: Refusal::SlowDown, .. }))));
        letters.end(Refusal::TokenInvalid);
        let over = Ok(Ok(Outcome::Refused { refusal: Refusal::TokenInvalid, retry_after_ms: None }));
        assert!(kept.iter_mut().all(|answer| answer.try_recv() == over));
    }

    #[test]
    fn what_was_seen_before_goes_and_a_gap_is_noticed() {
        let mut letters = Letters::default();
        let stands = InboxNews::Stands(InboxSnapshot { up_to: Seq::new(4), ..InboxSnapshot::default() });
        assert!(letters.accept(stands).unwrap().is_some());
        assert_eq!(letters.accept(batch(2, [3, 4, 6], 7)).unwrap(), Some(batch(4, [6], 7)), "a mark was left out");
        assert_eq!(letters.after(), Seq::new(7));
        assert_eq!(letters.accept(batch(7, [], 7)).unwrap(), None);
        assert_eq!(letters.accept(batch(3, [4], 5)).unwrap(), None);
        assert_eq!(letters.accept(batch(8, [9], 9)), Err(Gap));
        assert_eq!(letters.after(), Seq::new(7));
        letters.forget();
        assert_eq!(letters.after(), Seq::START);
    }
}
