//! What was asked of one's inbox and has no answer yet, and how far one has it. It is about no room: it outlives going from one to another.

use std::collections::VecDeque;

use houselights_shared::{CommandId, InboxCommand, InboxCommandBody, InboxNews, Outcome, Refusal, Seq};
use tokio::sync::oneshot;

use super::{Unheard, outbox::CAPACITY, position::Gap};

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
    pub(super) fn next(&mut self) -> Option<InboxCommand> {
        let next = self.waiting.iter_mut().find(|waiting| !waiting.sent)?;
        next.sent = true;
        Some(next.command.clone())
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
        let sent: Vec<_> = std::iter::from_fn(|| letters.next()).collect();
        letters.answered(sent[0].id, Outcome::Accepted { seq: Seq::new(7) });
        assert_eq!(first.try_recv(), Ok(Ok(Outcome::Accepted { seq: Seq::new(7) })));
        letters.lost();
        assert_eq!(std::iter::from_fn(|| letters.next()).collect::<Vec<_>>(), sent[1..]);
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
