//! Commands that have no answer yet. They outlive a connection.

use std::{collections::VecDeque, time::Duration};

use houselights_shared::{Command, CommandBody, CommandId, Outcome, Refusal};
use tokio::{sync::oneshot, time::Instant};

use super::{Unheard, backoff::spread};

/// The most commands that wait. Full: the new one is refused with [`Refusal::SlowDown`], those that wait are kept.
pub(super) const CAPACITY: usize = 256;
/// When to try again after that, in milliseconds.
const FULL_RETRY_MS: u32 = 1_000;

/// How often a server is asked again that has no room for a command at the moment. After that, whoever asked is told. One that cannot store it is
/// asked for as long as it takes: nobody knows whether it is stored, and only under its id it is not said twice.
const TRIES: u32 = 20;
/// Who was only a little too hasty is not told so: it is sent again by itself. Whoever has to wait longer, as in slow mode, is told.
const A_LITTLE: Duration = Duration::from_secs(2);

/// Whether something may still be done when the connection is back. A word is worth saying later; what changes a show is not.
#[expect(clippy::too_many_lines, reason = "one line a command")]
pub(crate) fn waits(body: &CommandBody) -> bool {
    match body {
        CommandBody::SendMessage { .. }
        | CommandBody::EditMessage { .. }
        | CommandBody::SendNote { .. }
        | CommandBody::AskQuestion { .. }
        | CommandBody::UpvoteQuestion { .. }
        | CommandBody::Vote { .. }
        | CommandBody::Report { .. } => true,
        CommandBody::RemoveMessage { .. }
        | CommandBody::HideMessage { .. }
        | CommandBody::ShowMessage { .. }
        | CommandBody::PinMessage { .. }
        | CommandBody::UnpinMessage { .. }
        | CommandBody::Announce { .. }
        | CommandBody::EndAnnouncement { .. }
        | CommandBody::RemoveNote { .. }
        | CommandBody::WithdrawQuestion { .. }
        | CommandBody::OpenQuestion { .. }
        | CommandBody::DismissQuestion { .. }
        | CommandBody::HoldQuestion { .. }
        | CommandBody::AnswerQuestion { .. }
        | CommandBody::MergeQuestion { .. }
        | CommandBody::RestoreQuestion { .. }
        | CommandBody::DraftPoll { .. }
        | CommandBody::DraftPlanned { .. }
        | CommandBody::DropPoll { .. }
        | CommandBody::OpenPoll { .. }
        | CommandBody::ClosePoll { .. }
        | CommandBody::ReopenPoll { .. }
        | CommandBody::ArchivePoll { .. }
        | CommandBody::HideAnswer { .. }
        | CommandBody::ShowAnswer { .. }
        | CommandBody::ShowOverlay { .. }
        | CommandBody::ClearOverlay { .. }
        | CommandBody::RaiseHand { .. }
        | CommandBody::LowerHand
        | CommandBody::TakeHand { .. }
        | CommandBody::DismissHand { .. }
        | CommandBody::RestoreHand { .. }
        | CommandBody::LeaveStage
        | CommandBody::EditRules { .. }
        | CommandBody::StopAll
        | CommandBody::Resume
        | CommandBody::Sanction { .. }
        | CommandBody::LiftSanction { .. }
        | CommandBody::SettleReport { .. }
        | CommandBody::ReopenReport { .. }
        | CommandBody::Admit { .. }
        | CommandBody::SetSending { .. }
        | CommandBody::BringOnStage { .. }
        | CommandBody::TakeOffStage { .. }
        | CommandBody::SetPreview { .. }
        | CommandBody::EditPreview { .. }
        | CommandBody::CallCue { .. }
        | CommandBody::ResetCues
        | CommandBody::PrepareScene { .. }
        | CommandBody::Take
        | CommandBody::GoLive
        | CommandBody::EndShow
        | CommandBody::UndoEnd
        | CommandBody::Unknown => false,
    }
}

#[derive(Debug)]
struct Waiting {
    command: Command,
    asked: Instant,
    answer: oneshot::Sender<Result<Outcome, Unheard>>,
    /// Over the connection that stands.
    sent: bool,
    /// Over any connection: it may have been done.
    ever: bool,
    /// How often the server had no room for it, and when it is to be asked again.
    turned_away: u32,
    not_before: Option<Instant>,
}

/// In the order in which they were asked for. What has no answer when a connection is lost is sent again over the next one
/// with the same id: the server gives a repeat the first answer.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: VecDeque<Waiting>,
}

impl Outbox {
    /// Takes a command.
    pub(super) fn push(&mut self, command: Command, asked: Instant, answer: oneshot::Sender<Result<Outcome, Unheard>>) {
        if self.waiting.len() >= CAPACITY {
            let _ = answer.send(Ok(Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(FULL_RETRY_MS) }));
            return;
        }
        self.waiting.push_back(Waiting { command, asked, answer, sent: false, ever: false, turned_away: 0, not_before: None });
    }

    /// The next command to send over the connection that stands. What may wait does so behind what was turned away, in order.
    pub(super) fn next(&mut self, now: Instant) -> Option<Command> {
        let is_held = self.again_at().is_some_and(|at| now < at);
        let next = self.waiting.iter_mut().find(|waiting| !waiting.sent && (!is_held || !waits(&waiting.command.body)))?;
        (next.sent, next.ever) = (true, true);
        Some(next.command.clone())
    }

    /// When something that was turned away is to be sent again.
    pub(super) fn again_at(&self) -> Option<Instant> {
        self.waiting.iter().filter(|waiting| !waiting.sent).filter_map(|waiting| waiting.not_before).max()
    }

    /// The server has no room for a command at the moment. Where it may wait it is sent again when the server wants it to, by a random number
    /// from 0 to 1 a little later, with the same id. False: whoever asked is to be told.
    pub(super) fn asks_again(&mut self, id: CommandId, outcome: Outcome, now: Instant, random: f64) -> bool {
        let Some(wait) = room_after(outcome) else { return false };
        let is_meant = |waiting: &&mut Waiting| waiting.command.id == id && waits(&waiting.command.body);
        let is_unsure = matches!(outcome, Outcome::Refused { refusal: Refusal::StorageUnavailable, .. });
        let may_again = |waiting: &&mut Waiting| is_unsure || waiting.turned_away < TRIES;
        let Some(waiting) = self.waiting.iter_mut().find(is_meant).filter(may_again) else { return false };
        waiting.turned_away += u32::from(!is_unsure);
        (waiting.sent, waiting.not_before) = (false, Some(now + spread(wait, random)));
        true
    }

    /// The connection is lost: everything without an answer is to be sent again.
    pub(super) fn lost(&mut self) {
        for waiting in &mut self.waiting {
            waiting.sent = false;
        }
    }

    /// When the next is to be given up.
    pub(super) fn deadline(&self, in_time: Duration) -> Option<Instant> {
        let mortal = self.waiting.iter().filter(|waiting| !waits(&waiting.command.body));
        mortal.map(|waiting| waiting.asked + in_time).min()
    }

    /// What does not wait and was asked for `in_time` ago or earlier goes without an answer. What was never sent was not done;
    /// of what was sent nobody knows.
    pub(super) fn give_up(&mut self, now: Instant, in_time: Duration) {
        let late = |waiting: &Waiting| !waits(&waiting.command.body) && now >= waiting.asked + in_time;
        let (given_up, kept): (VecDeque<_>, _) = std::mem::take(&mut self.waiting).into_iter().partition(late);
        self.waiting = kept;
        for waiting in given_up {
            let _ = waiting.answer.send(Err(if waiting.ever { Unheard::Unsure } else { Unheard::Offline }));
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

    /// The room is left: what was asked of it goes without an answer. What was never sent was not done; of what was sent nobody knows.
    pub(super) fn leave(&mut self) {
        for waiting in self.waiting.drain(..) {
            let _ = waiting.answer.send(Err(if waiting.ever { Unheard::Unsure } else { Unheard::Offline }));
        }
    }

    /// There will be no other connection.
    pub(super) fn end(&mut self, refusal: Refusal) {
        for waiting in self.waiting.drain(..) {
            let _ = waiting.answer.send(Ok(Outcome::Refused { refusal, retry_after_ms: None }));
        }
    }
}

/// When a server is to be asked again that has no room for a command at the moment, or cannot store it; nothing where that is not what it says.
fn room_after(outcome: Outcome) -> Option<Duration> {
    let Outcome::Refused { refusal, retry_after_ms: Some(wait) } = outcome else { return None };
    let wait = Duration::from_millis(wait.into());
    let has_none = matches!(refusal, Refusal::Overloaded | Refusal::StorageUnavailable);
    (has_none || (refusal == Refusal::SlowDown && wait <= A_LITTLE)).then_some(wait)
}

#[cfg(test)]
mod tests {
    use houselights_shared::{RoomId, Seq};

    use super::*;

    fn room() -> RoomId {
        RoomId::random()
    }

    type Answer = oneshot::Receiver<Result<Outcome, Unheard>>;

    fn ask(outbox: &mut Outbox, body: CommandBody, now: Instant) -> Answer {
        let (answer, answered) = oneshot::channel();
        outbox.push(Command { id: CommandId::random(), room: room(), body }, now, answer);
        answered
    }

    fn say(outbox: &mut Outbox, text: &str) -> Answer {
        ask(outbox, CommandBody::say(text), Instant::now())
    }

    #[test]
    fn what_changes_the_show_is_not_sent_late_and_words_are() {
        const IN_TIME: Duration = Duration::from_secs(5);
        let (mut outbox, start) = (Outbox::default(), Instant::now());
        let mut take = ask(&mut outbox, CommandBody::Take, start);
        let mut word = ask(&mut outbox, CommandBody::say("hello"), start);
        assert_eq!(std::iter::from_fn(|| outbox.next(Instant::now())).count(), 2);
        let mut end = ask(&mut outbox, CommandBody::EndShow, start);
        let mut live = ask(&mut outbox, CommandBody::GoLive, start + IN_TIME);
        outbox.lost();
        assert_eq!(outbox.deadline(IN_TIME), Some(start + IN_TIME));
        outbox.give_up(start + IN_TIME - Duration::from_millis(1), IN_TIME);
        assert!(take.try_recv().is_err(), "there is still time");
        outbox.give_up(start + IN_TIME, IN_TIME);
        assert_eq!(take.try_recv(), Ok(Err(Unheard::Unsure)), "it was sent");
        assert_eq!(end.try_recv(), Ok(Err(Unheard::Offline)), "it was not");
        let bodies: Vec<_> = std::iter::from_fn(|| outbox.next(Instant::now())).map(|command| command.body).collect();
        assert_eq!(bodies, [CommandBody::say("hello"), CommandBody::GoLive]);
        assert!(word.try_recv().is_err() && live.try_recv().is_err());
        assert_eq!(outbox.deadline(IN_TIME), Some(start + IN_TIME * 2), "words have none");
    }

    #[test]
    fn what_was_not_answered_is_sent_again_in_order_with_the_same_ids() {
        let mut outbox = Outbox::default();
        let mut first = say(&mut outbox, "one");
        let (_second, _third) = (say(&mut outbox, "two"), say(&mut outbox, "three"));
        let sent: Vec<_> = std::iter::from_fn(|| outbox.next(Instant::now())).collect();
        outbox.answered(sent[0].id, Outcome::Accepted { seq: Seq::new(7) });
        assert_eq!(first.try_recv(), Ok(Ok(Outcome::Accepted { seq: Seq::new(7) })));
        outbox.lost();
        let again: Vec<_> = std::iter::from_fn(|| outbox.next(Instant::now())).collect();
        assert_eq!(again, sent[1..]);
    }

    fn refused(refusal: Refusal, millis: u32) -> Outcome {
        Outcome::Refused { refusal, retry_after_ms: Some(millis) }
    }

    #[test]
    fn words_that_the_server_had_no_room_for_are_said_again_when_it_wants_them_and_in_order() {
        let (mut outbox, now) = (Outbox::default(), Instant::now());
        let mut first = say(&mut outbox, "one");
        let one = outbox.next(now).unwrap();
        assert!(outbox.asks_again(one.id, refused(Refusal::Overloaded, 1_000), now, 1.0));
        let _second = say(&mut outbox, "two");
        let _take = ask(&mut outbox, CommandBody::Take, now);
        assert_eq!(outbox.next(now).unwrap().body, CommandBody::Take, "what is for now does not wait");
        let again = now + Duration::from_millis(1_250);
        assert_eq!((outbox.again_at(), outbox.next(again - Duration::from_millis(1))), (Some(again), None));
        assert_eq!(outbox.next(again), Some(one.clone()), "the same, with the same id");
        assert_eq!(outbox.next(again).unwrap().body, CommandBody::say("two"));
        assert_eq!(outbox.again_at(), None);
        assert!(first.try_recv().is_err(), "nobody was told of it");
        outbox.answered(one.id, Outcome::Accepted { seq: Seq::new(3) });
        assert_eq!(first.try_recv(), Ok(Ok(Outcome::Accepted { seq: Seq::new(3) })));
    }

    #[test]
    fn words_of_which_nobody_knows_whether_they_are_stored_are_said_under_their_id_until_that_is_known() {
        let (mut outbox, mut now) = (Outbox::default(), Instant::now());
        let mut answer = say(&mut outbox, "hello");
        let word = outbox.next(now).unwrap();
        for _ in 0..3 * TRIES {
            assert!(outbox.asks_again(word.id, refused(Refusal::StorageUnavailable, 1_000), now, 0.0));
            assert_eq!(outbox.next(now), None, "not before it is wanted");
            now += Duration::from_secs(1);
            assert_eq!(outbox.next(now), Some(word.clone()), "the same, with the same id");
        }
        assert!(answer.try_recv().is_err(), "nobody puts the words back");
        let _take = ask(&mut outbox, CommandBody::Take, now);
        let take = outbox.next(now).unwrap();
        assert!(!outbox.asks_again(take.id, refused(Refusal::StorageUnavailable, 1_000), now, 0.0), "what is for now is told");
        outbox.answered(word.id, Outcome::Accepted { seq: Seq::new(3) });
        assert_eq!(answer.try_recv(), Ok(Ok(Outcome::Accepted { seq: Seq::new(3) })));
    }

    #[test]
    fn what_is_for_now_what_takes_long_and_what_never_gets_in_is_told() {
        let (mut outbox, now) = (Outbox::default(), Instant::now());
        let _take = ask(&mut outbox, CommandBody::Take, now);
        let take = outbox.next(now).unwrap();
        assert!(!outbox.asks_again(take.id, refused(Refusal::Overloaded, 10), now, 0.0));
        let _word = say(&mut outbox, "hello");
        let word = outbox.next(now).unwrap();
        assert!(!outbox.asks_again(word.id, refused(Refusal::SlowDown, 10_000), now, 0.0), "slow mode");
        assert!(!outbox.asks_again(word.id, refused(Refusal::MessageTooLong, 10), now, 0.0));
        let gone = Outcome::Refused { refusal: Refusal::Overloaded, retry_after_ms: None };
        assert!(!outbox.asks_again(word.id, gone, now, 0.0));
        for _ in 0..TRIES {
            assert!(outbox.asks_again(word.id, refused(Refusal::SlowDown, 10), now, 0.0));
        }
        assert!(!outbox.asks_again(word.id, refused(Refusal::SlowDown, 10), now, 0.0));
    }

    #[test]
    fn a_full_outbox_refuses_the_new_one_and_keeps_the_rest() {
        let mut outbox = Outbox::default();
        let mut kept: Vec<_> = (0..CAPACITY).map(|number| say(&mut outbox, &number.to_string())).collect();
        let mut refused = say(&mut outbox, "too many");
        assert!(matches!(refused.try_recv(), Ok(Ok(Outcome::Refused { refusal: Refusal::SlowDown, retry_after_ms: Some(_) }))));
        assert!(kept.iter_mut().all(|answer| answer.try_recv().is_err()));
        assert_eq!(std::iter::from_fn(|| outbox.next(Instant::now())).count(), CAPACITY);
    }

    #[test]
    fn what_was_asked_of_a_room_is_not_asked_of_the_next() {
        let mut outbox = Outbox::default();
        let mut sent = say(&mut outbox, "sent");
        assert!(outbox.next(Instant::now()).is_some());
        let mut unsent = say(&mut outbox, "unsent");
        outbox.leave();
        assert_eq!((sent.try_recv(), unsent.try_recv()), (Ok(Err(Unheard::Unsure)), Ok(Err(Unheard::Offline))));
        assert!(outbox.next(Instant::now()).is_none());
    }

    #[test]
    fn the_end_answers_everybody() {
        let mut outbox = Outbox::default();
        let mut answer = say(&mut outbox, "hello");
        outbox.end(Refusal::SignedInElsewhere);
        assert_eq!(answer.try_recv(), Ok(Ok(Outcome::Refused { refusal: Refusal::SignedInElsewhere, retry_after_ms: None })));
        assert!(outbox.next(Instant::now()).is_none());
    }
}
