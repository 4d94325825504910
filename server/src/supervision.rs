//! Loops that go on for as long as the server does: where one panics, that is counted and logged, and it begins anew.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::error;

use crate::metrics::Metrics;

/// How long a loop that panicked rests before it begins anew. Each time that it does so again at once it rests twice as long.
const REST: Duration = Duration::from_millis(100);
/// And no longer than this.
const LONGEST_REST: Duration = Duration::from_secs(30);
/// What went on for so long before it panicked rests as for the first time.
const WELL_AFTER: Duration = Duration::from_mins(1);

/// Whoever looks after the loops.
pub(crate) struct Supervisor {
    pub(crate) tasks: TaskTracker,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stop: CancellationToken,
}

impl Supervisor {
    /// Runs a loop, until it ends by itself or the server stops while it rests.
    pub(crate) fn keep<F>(&self, name: &'static str, work: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (metrics, stop) = (Arc::clone(&self.metrics), self.stop.clone());
        self.tasks.spawn(async move {
            let mut rest = None;
            loop {
                let begun = Instant::now();
                // What it holds is its own, or made for being left by anybody at any moment: the store, bells, counters.
                if AssertUnwindSafe(work()).catch_unwind().await.is_ok() {
                    return;
                }
                metrics.panics.increment(1);
                let wait = rest_after(begun.elapsed(), rest);
                error!(name, rest_ms = wait.as_millis(), "a loop panicked: it begins anew");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(wait) => {}
                }
                rest = Some(wait);
            }
        });
    }
}

/// How long a loop rests that panicked when it had gone on for so long, and had rested so long before that, if it did.
fn rest_after(went_on: Duration, rested: Option<Duration>) -> Duration {
    match rested {
        Some(rested) if went_on < WELL_AFTER => rested.saturating_mul(2).min(LONGEST_REST),
        Some(_) | None => REST,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        panic::resume_unwind,
        sync::atomic::{AtomicU32, Ordering},
    };

    use super::*;
    use crate::udp::Figures;

    fn supervisor() -> Supervisor {
        let metrics = Arc::new(Metrics::new().unwrap());
        Supervisor { tasks: TaskTracker::new(), metrics, stop: CancellationToken::new() }
    }

    async fn ended(supervisor: &Supervisor) {
        supervisor.tasks.close();
        supervisor.tasks.wait().await;
    }

    fn panics(supervisor: &Supervisor) -> u32 {
        let counted = supervisor.metrics.render(&Figures::default());
        counted.lines().find_map(|line| line.strip_prefix("houselights_panics_total ")?.parse().ok()).unwrap_or(0)
    }

    #[test]
    fn a_loop_rests_longer_each_time_unless_it_went_on_for_a_while() {
        assert_eq!(rest_after(Duration::ZERO, None), REST);
        assert_eq!(rest_after(Duration::ZERO, Some(REST)), REST * 2);
        assert_eq!(rest_after(Duration::ZERO, Some(LONGEST_REST)), LONGEST_REST);
        assert_eq!(rest_after(WELL_AFTER, Some(LONGEST_REST)), REST);
    }

    #[tokio::test]
    async fn a_loop_that_panics_is_counted_and_begins_anew_until_it_ends_by_itself() {
        let (supervisor, begun) = (supervisor(), Arc::new(AtomicU32::new(0)));
        let counter = Arc::clone(&begun);
        supervisor.keep("test", move || {
            let begun = counter.fetch_add(1, Ordering::Relaxed);
            async move {
                if begun < 2 {
                    resume_unwind(Box::new("as the test wishes"));
                }
            }
        });
        ended(&supervisor).await;
        assert_eq!((begun.load(Ordering::Relaxed), panics(&supervisor)), (3, 2));
    }

    #[tokio::test]
    async fn a_loop_that_always_panics_does_not_keep_the_server_from_stopping() {
        async fn always() {
            resume_unwind(Box::new("as the test wishes"));
        }
        let supervisor = supervisor();
        supervisor.keep("test", always);
        while panics(&supervisor) < 1 {
            tokio::task::yield_now().await;
        }
        supervisor.stop.cancel();
        ended(&supervisor).await;
    }
}
