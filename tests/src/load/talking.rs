//! A crowd talks: so many messages a second, divided over as many people as that takes.

use std::time::Duration;

use houselights_shared::CommandBody;
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval_at},
};

use super::{client::micros, reading::words, tally::Tally};

/// Nobody says more a second.
const MESSAGES_A_TALKER: f64 = 2.0;
/// How long the last answers may take, and the last deliveries.
pub(super) const GRACE: Duration = Duration::from_secs(15);
/// What one talker has been given to say and has not said: whoever is out of the room is given no more, and others say it.
pub(super) const GIVEN: usize = 2;

/// Those of a process who can be given something to say.
pub(super) struct Talkers {
    mark: String,
    words: Vec<mpsc::Sender<CommandBody>>,
}

impl Talkers {
    pub(super) fn new(mark: String, words: Vec<mpsc::Sender<CommandBody>>) -> Self {
        Self { mark, words }
    }

    /// Says so many a second for so long.
    pub(super) async fn talk(&self, rate: f64, span: Duration, tally: &Tally) {
        if rate <= 0.0 {
            return;
        }
        let began = Instant::now();
        let mut due = interval_at(began, Duration::from_secs_f64(1.0 / rate));
        // What is late is said at once: otherwise a busy machine would say less, and nobody would know.
        due.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut turn = 0;
        while due.tick().await < began + span {
            if let Some(next) = self.give(turn, self.needed(rate)) {
                tally.sent();
                turn = next;
            }
        }
    }

    fn needed(&self, rate: f64) -> usize {
        ((rate / MESSAGES_A_TALKER).ceil() as usize).clamp(1, self.words.len().max(1))
    }

    /// Gives the next message to whoever's turn it is, or to who comes after: whose turn it is then. Nothing where nobody can say it.
    fn give(&self, turn: usize, needed: usize) -> Option<usize> {
        let mut talkers =
            (turn..turn + needed.max(self.words.len())).filter_map(|turn| Some((turn, self.words.get(turn % needed)?)));
        let text = words(&self.mark, micros());
        talkers.find(|(_, say)| say.try_send(CommandBody::SendMessage { text: text.clone() }).is_ok()).map(|(turn, _)| turn + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talkers(count: usize) -> (Talkers, Vec<mpsc::Receiver<CommandBody>>) {
        let (say, heard) = (0..count).map(|_| mpsc::channel(GIVEN)).unzip();
        (Talkers::new("load-1".to_owned(), say), heard)
    }

    #[test]
    fn messages_are_divided_over_as_many_as_it_takes() {
        let (talkers, heard) = talkers(100);
        assert_eq!((talkers.needed(1.0), talkers.needed(10.0), talkers.needed(5_000.0)), (1, 5, 100));
        let mut turn = 0;
        for _ in 0..10 {
            turn = talkers.give(turn, 5).unwrap();
        }
        assert_eq!(heard.iter().map(mpsc::Receiver::len).collect::<Vec<_>>()[..6], [2, 2, 2, 2, 2, 0]);
    }

    #[test]
    fn what_one_cannot_say_another_says_and_what_nobody_can_is_not_counted() {
        let (talkers, mut heard) = talkers(3);
        let turn = (0..2).fold(0, |turn, _| talkers.give(turn, 1).unwrap());
        assert_eq!(talkers.give(turn, 1), None, "the only one who is needed has enough to say");
        let gone = heard.remove(0);
        drop(gone);
        assert!(talkers.give(0, 3).is_some() && heard[0].len() == 1);
    }
}
