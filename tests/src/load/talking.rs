//! A crowd talks and claps: so many messages and reactions a second, divided over as many people as that takes.

use std::time::Duration;

use houselights_shared::{CommandBody, Reaction};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval_at},
};

use super::{client::micros, reading::words, tally::Tally};

/// Nobody does more a second.
const DEEDS_A_TALKER: f64 = 2.0;
/// How long the last answers may take, and the last deliveries.
pub(super) const GRACE: Duration = Duration::from_secs(15);
/// What one talker has been given to say and has not said: whoever is out of the room is given no more, and others say it.
pub(super) const GIVEN: usize = 2;

/// What somebody is given to do.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// Say this.
    Say(CommandBody),
    /// Throw this at the stage.
    Throw(Reaction),
}

/// Those of a process who can be given something to do.
pub(super) struct Talkers {
    mark: String,
    words: Vec<mpsc::Sender<Deed>>,
}

impl Talkers {
    pub(super) fn new(mark: String, words: Vec<mpsc::Sender<Deed>>) -> Self {
        Self { mark, words }
    }

    /// Says so many messages a second for so long.
    pub(super) async fn talk(&self, rate: f64, span: Duration, tally: &Tally) {
        let say = || Deed::Say(CommandBody::say(words(&self.mark, micros())));
        self.give_out(rate, span, say, || tally.sent()).await;
    }

    /// Throws so many reactions a second at the stage for so long.
    pub(super) async fn cheer(&self, rate: f64, span: Duration, tally: &Tally) {
        self.give_out(rate, span, || Deed::Throw(Reaction::Clap), || tally.threw()).await;
    }

    /// `what` is to be done each time; `done` counts it.
    async fn give_out(&self, rate: f64, span: Duration, what: impl Fn() -> Deed, done: impl Fn()) {
        if rate <= 0.0 {
            return;
        }
        let began = Instant::now();
        let mut due = interval_at(began, Duration::from_secs_f64(1.0 / rate));
        // What is late is done at once: otherwise a busy machine would do less, and nobody would know.
        due.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut turn = 0;
        while due.tick().await < began + span {
            if let Some(next) = self.give(&what(), turn, self.needed(rate)) {
                done();
                turn = next;
            }
        }
    }

    fn needed(&self, rate: f64) -> usize {
        ((rate / DEEDS_A_TALKER).ceil() as usize).clamp(1, self.words.len().max(1))
    }

    /// Gives something to do to whoever's turn it is, or to who comes after: whose turn it is then. Nothing where nobody can do it.
    fn give(&self, deed: &Deed, turn: usize, needed: usize) -> Option<usize> {
        let mut talkers =
            (turn..turn + needed.max(self.words.len())).filter_map(|turn| Some((turn, self.words.get(turn % needed)?)));
        talkers.find(|(_, give)| give.try_send(deed.clone()).is_ok()).map(|(turn, _)| turn + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEED: Deed = Deed::Throw(Reaction::Clap);

    fn talkers(count: usize) -> (Talkers, Vec<mpsc::Receiver<Deed>>) {
        let (say, heard) = (0..count).map(|_| mpsc::channel(GIVEN)).unzip();
        (Talkers::new("load-1".to_owned(), say), heard)
    }

    #[test]
    fn messages_are_divided_over_as_many_as_it_takes() {
        let (talkers, heard) = talkers(100);
        assert_eq!((talkers.needed(1.0), talkers.needed(10.0), talkers.needed(5_000.0)), (1, 5, 100));
        let mut turn = 0;
        for _ in 0..10 {
            turn = talkers.give(&DEED, turn, 5).unwrap();
        }
        assert_eq!(heard.iter().map(mpsc::Receiver::len).collect::<Vec<_>>()[..6], [2, 2, 2, 2, 2, 0]);
    }

    #[test]
    fn what_one_cannot_say_another_says_and_what_nobody_can_is_not_counted() {
        let (talkers, mut heard) = talkers(3);
        let turn = (0..2).fold(0, |turn, _| talkers.give(&DEED, turn, 1).unwrap());
        assert_eq!(talkers.give(&DEED, turn, 1), None, "the only one who is needed has enough to say");
        let gone = heard.remove(0);
        drop(gone);
        assert!(talkers.give(&DEED, 0, 3).is_some() && heard[0].len() == 1);
    }
}
