//! Commands that have no answer yet. They outlive a connection.

use std::collections::VecDeque;

use houselights_shared::{Command, CommandBody, CommandId, Outcome, Refusal, RoomId};
use tokio::sync::oneshot;

/// The most commands that wait. Full: the new one is refused with [`Refusal::SlowDown`], those that wait are kept.
pub(super) const CAPACITY: usize = 256;
/// When to try again after that, in milliseconds.
const FULL_RETRY_MS: u32 = 1_000;

#[derive(Debug)]
struct Waiting {
    command: Command,
    answer: oneshot::Sender<Outcome>,
    sent: bool,
}

/// In the order in which they were asked for. What has no answer when a connection is lost is sent again over the next one
/// with the same id: the server gives a repeat the first answer.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: VecDeque<Waiting>,
}

impl Outbox {
    /// Takes a command.
    pub(super) fn push(&mut self, room: RoomId, body: CommandBody, answer: oneshot::Sender<Outcome>) {
        if self.waiting.len() >= CAPACITY {
            let _ = answer.send(Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(FULL_RETRY_MS) });
            return;
        }
        let command = Command { id: CommandId::random(), room, body };
        self.waiting.push_back(Waiting { command, answer, sent: false });
    }

    /// The next command to send over the connection that stands.
    pub(super) fn next(&mut self) -> Option<Command> {
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
            let _ = waiting.answer.send(outcome);
        }
    }

    /// There will be no other connection.
    pub(super) fn end(&mut self, refusal: Refusal) {
        for waiting in self.waiting.drain(..) {
            let _ = waiting.answer.send(Outcome::Refused { refusal, retry_after_ms: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use houselights_shared::Seq;

    use super::*;

    fn room() -> RoomId {
        RoomId::random()
    }

    fn say(outbox: &mut Outbox, text: &str) -> oneshot::Receiver<Outcome> {
        let (answer, answered) = oneshot::channel();
        outbox.push(room(), CommandBody::SendMessage { text: text.into() }, answer);
        answered
    }

    #[test]
    fn what_was_not_answered_is_sent_again_in_order_with_the_same_ids() {
        let mut outbox = Outbox::default();
        let mut first = say(&mut outbox, "one");
        let (_second, _third) = (say(&mut outbox, "two"), say(&mut outbox, "three"));
        let sent: Vec<_> = std::iter::from_fn(|| outbox.next()).collect();
        outbox.answered(sent[0].id, Outcome::Accepted { seq: Seq::new(7) });
        assert_eq!(first.try_recv(), Ok(Outcome::Accepted { seq: Seq::new(7) }));
        outbox.lost();
        let again: Vec<_> = std::iter::from_fn(|| outbox.next()).collect();
        assert_eq!(again, sent[1..]);
    }

    #[test]
    fn a_full_outbox_refuses_the_new_one_and_keeps_the_rest() {
        let mut outbox = Outbox::default();
        let mut kept: Vec<_> = (0..CAPACITY).map(|number| say(&mut outbox, &number.to_string())).collect();
        let mut refused = say(&mut outbox, "too many");
        assert!(matches!(refused.try_recv(), Ok(Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(_) })));
        assert!(kept.iter_mut().all(|answer| answer.try_recv().is_err()));
        assert_eq!(std::iter::from_fn(|| outbox.next()).count(), CAPACITY);
    }

    #[test]
    fn the_end_answers_everybody() {
        let mut outbox = Outbox::default();
        let mut answer = say(&mut outbox, "hello");
        outbox.end(Refusal::SignedInElsewhere);
        assert_eq!(answer.try_recv(), Ok(Outcome::Refused { refusal: Refusal::SignedInElsewhere, retry_after_ms: None }));
        assert!(outbox.next().is_none());
    }
}
