//! The gate of the house: how many come in at a time, so that those inside do not feel it. The rule is `houselights_domain::Gate`; here are its
//! clock, and how far the house is behind.

use std::{
    collections::HashSet,
    hash::{BuildHasher, Hash, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use houselights_domain::{Comer, Gate as Rule, Strain};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::{app::App, limits::millis, metrics::Metrics};

/// Whoever has a place so soon waits for it here: to come again would cost both sides more.
const WAITS_HERE: Duration = Duration::from_millis(500);
/// How often it is looked how far the house is behind.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Who comes in at once, and who is told when.
pub(crate) struct Gate {
    rule: Mutex<Rule<u64>>,
    /// Nobody can choose to be taken for another.
    keys: RandomState,
    opened: Instant,
    lag_micros: AtomicU64,
    mail: AtomicUsize,
    metrics: Arc<Metrics>,
    /// Logins and invites of the crew, as the store had them when the server started: nobody is known then, and a crowd is at the gate.
    crew: HashSet<String>,
}

impl Gate {
    /// One that lets so many in a second, and whoever has one of these secrets, of which these are the hashes, before everybody else.
    pub(crate) fn new(a_second: u32, crew: HashSet<String>, metrics: Arc<Metrics>) -> Self {
        Self {
            rule: Mutex::new(Rule::new(a_second)),
            keys: RandomState::new(),
            opened: Instant::now(),
            lag_micros: AtomicU64::default(),
            mail: AtomicUsize::default(),
            metrics,
            crew,
        }
    }

    /// As what somebody comes of whom nobody knows yet who it is, by the hash of their secret.
    pub(crate) fn stranger(&self, hash: &str) -> Comer {
        if self.crew.contains(hash) { Comer::Crew } else { Comer::Newcomer }
    }

    fn rule(&self) -> MutexGuard<'_, Rule<u64>> {
        self.rule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn strain(&self) -> Strain {
        let lag = Duration::from_micros(self.lag_micros.load(Ordering::Relaxed));
        Strain { lag, mail: self.mail.load(Ordering::Relaxed) }
    }

    /// Lets somebody in, at once or after a moment; otherwise says in how many milliseconds there is a place for them, which is kept.
    pub(crate) async fn pass(&self, who: &impl Hash, comer: Comer) -> Result<(), u32> {
        let who = self.keys.hash_one(who);
        loop {
            let asked = self.rule().admit(self.opened.elapsed(), who, comer, self.strain());
            match asked {
                Ok(()) => {
                    self.metrics.gate_admitted.increment(1);
                    return Ok(());
                }
                Err(wait) if wait <= WAITS_HERE => sleep(wait).await,
                Err(wait) => {
                    self.metrics.gate_told.increment(1);
                    self.metrics.gate_wait_seconds.record(wait);
                    return Err(millis(wait));
                }
            }
        }
    }

    /// Whether somebody was told a time, and has not come since.
    pub(crate) fn awaits(&self, who: &impl Hash) -> bool {
        self.rule().awaits(self.keys.hash_one(who))
    }

    /// Somebody was let in to sign in: the connection that follows has its place.
    pub(crate) fn expect(&self, who: &impl Hash) {
        let who = self.keys.hash_one(who);
        self.rule().expect(self.opened.elapsed(), who);
    }

    /// The house came round to something so much later than it should.
    fn felt(&self, late: Duration) {
        // At once up, and slowly down.
        let before = self.lag_micros.load(Ordering::Relaxed);
        let lag = (late.as_micros() as u64).max(before - before / 8);
        self.lag_micros.store(lag, Ordering::Relaxed);
        self.metrics.lag_seconds.set(Duration::from_micros(lag).as_secs_f64());
    }
}

/// Looks again and again how far the house is behind.
pub(crate) async fn watch(app: Arc<App>, stop: CancellationToken) {
    loop {
        let due = Instant::now() + LOOK_EVERY;
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep_until(due) => {}
        }
        app.gate.felt(due.elapsed());
        app.gate.mail.store(app.rooms.fullest(), Ordering::Relaxed);
        app.metrics.gate_awaited.set(app.gate.rule().awaited() as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(a_second: u32) -> Gate {
        Gate::new(a_second, HashSet::new(), Arc::new(Metrics::new().unwrap()))
    }

    #[tokio::test]
    async fn who_has_a_place_soon_waits_for_it_and_others_are_told_when() {
        let gate = gate(4);
        assert_eq!(gate.pass(&"ada", Comer::Newcomer).await, Ok(()));
        let began = gate.opened;
        let (grace, mary, joan) = tokio::join!(
            gate.pass(&"grace", Comer::Newcomer),
            gate.pass(&"mary", Comer::Newcomer),
            gate.pass(&"joan", Comer::Newcomer),
        );
        assert_eq!((grace, mary), (Ok(()), Ok(())));
        assert!(began.elapsed() >= Duration::from_millis(500), "{:?}", began.elapsed());
        assert!(joan.is_err_and(|wait| (501..=751).contains(&wait)), "{joan:?}");
        gate.expect(&"hedy");
        assert_eq!(gate.pass(&"hedy", Comer::Newcomer).await, Ok(()), "let in by another door");
    }

    #[test]
    fn what_was_felt_is_felt_for_a_while() {
        let gate = gate(100);
        gate.felt(Duration::from_millis(800));
        gate.felt(Duration::ZERO);
        assert_eq!(gate.strain().lag, Duration::from_millis(700));
        (0..60).for_each(|_| gate.felt(Duration::from_millis(1)));
        assert!(gate.strain().lag < Duration::from_millis(2));
    }
}
