//! The lock of the server, and whether the database answers: both asked on one connection, which does nothing else.
//!
//! The lock is the connection's: where that goes away, so does the lock, and another server may take it. From the moment at which this side knows
//! that the connection is closed nothing is written; what another server wrote before that moment is kept apart by the key of the rooms' logs.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use deadpool_postgres::{Object, Pool};
use tokio::time::{Instant, timeout};
use tracing::{error, info, warn};

use super::open::{pool_of, unreachable};
use crate::store::{Database, OpenError, Standing};

/// The advisory lock that the server of a database holds: "hous" in ASCII.
const LOCK: i64 = 0x686f_7573;
/// Two: one that is lost may not have been given back when the next is made.
const CONNECTIONS: usize = 2;
/// How long a row may take to be written before the database does not answer: at the database, and with the way there and back.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
const HEARD_WITHIN: Duration = Duration::from_secs(3);
/// How long taking the lock again may take. It is tried again.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);
/// How often the database is asked for an answer.
const ASK_EVERY: Duration = Duration::from_secs(2);

/// The connection that holds the lock.
struct Grip {
    connection: Object,
    /// The process of the database at its other end, and since when: numbers are used again.
    process: i32,
    since: String,
}

/// The lock of a server.
pub(crate) struct Hold {
    url: String,
    pool: Pool,
    /// None once it was let go of.
    grip: Mutex<Option<Arc<Grip>>>,
    is_anothers: AtomicBool,
    answers: AtomicBool,
    /// Whether it was said that the lock is lost.
    is_told: AtomicBool,
    asked: Mutex<Instant>,
}

impl Grip {
    /// Tries to take the lock.
    async fn take(connection: Object) -> Result<Option<Self>, tokio_postgres::Error> {
        // Whoever waits for a row is let go of by the database itself.
        let patience = format!("SET statement_timeout = {}", ANSWERS_WITHIN.as_millis());
        connection.batch_execute(&patience).await?;
        let own = "SELECT pid, coalesce(CAST(backend_start AS TEXT), '') FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        let row = connection.query_one(own, &[]).await?;
        let (process, since) = (row.try_get(0)?, row.try_get(1)?);
        let taken = connection.query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK]).await?.try_get(0)?;
        Ok(if taken { Some(Self { connection, process, since }) } else { None })
    }

    /// Ends what is left of this connection at the database, where only this side knows that it is gone. Whether there was any.
    async fn is_left(&self, by: &Object) -> Result<bool, tokio_postgres::Error> {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND CAST(backend_start AS TEXT) = $2";
        Ok(!by.query(end, &[&self.process, &self.since]).await?.is_empty())
    }

    fn stands(&self) -> bool {
        !self.connection.is_closed()
    }

    /// Writes one row. It is counted nowhere: nobody asked for it.
    async fn answers(&self) -> Result<(), String> {
        let probe = "INSERT INTO probe (id, at) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET at = excluded.at";
        match timeout(HEARD_WITHIN, self.connection.batch_execute(probe)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(super::explain(&error).to_string()),
            Err(_) => Err("it is silent".to_owned()),
        }
    }
}

impl Hold {
    /// Takes it, or says that another server has it.
    pub(crate) async fn take(url: &str) -> Result<Self, OpenError> {
        let pool = pool_of(url, CONNECTIONS, None)?;
        let connection = pool.get().await.map_err(|error| unreachable(url, error))?;
        let grip = Grip::take(connection).await.map_err(|error| unreachable(url, error))?;
        let grip = grip.ok_or_else(|| OpenError::InUse { database: Database::Postgres(url.to_owned()) })?;
        Ok(Self {
            url: url.to_owned(),
            pool,
            grip: Mutex::new(Some(Arc::new(grip))),
            is_anothers: AtomicBool::new(false),
            answers: AtomicBool::new(true),
            is_told: AtomicBool::new(false),
            asked: Mutex::new(Instant::now()),
        })
    }

    fn grip(&self) -> Option<Arc<Grip>> {
        self.grip.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether it is held, as far as this side knows: nothing may be written otherwise.
    pub(crate) fn stands(&self) -> bool {
        !self.is_anothers.load(Ordering::Relaxed) && self.grip().is_some_and(|grip| grip.stands())
    }

    /// Whether the database answered when it was asked last.
    pub(crate) fn answers(&self) -> bool {
        self.answers.load(Ordering::Relaxed)
    }

    /// Lets go of it.
    pub(crate) fn let_go(&self) {
        drop(self.grip.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.pool.close();
    }

    /// Looks how it stands: takes it again where it is lost and nobody else has it, and asks now and then whether the database answers.
    pub(crate) async fn look(&self) -> Standing {
        if self.is_anothers.load(Ordering::Relaxed) {
            return Standing::Anothers;
        }
        let Some(grip) = self.grip() else { return Standing::Ours };
        if grip.stands() {
            if self.is_time_to_ask() {
                self.note(&grip.answers().await);
            }
        } else {
            self.take_again(&grip).await;
        }
        if self.is_anothers.load(Ordering::Relaxed) { Standing::Anothers } else { Standing::Ours }
    }

    /// While it does not answer it is asked all the time.
    fn is_time_to_ask(&self) -> bool {
        let (now, mut asked) = (Instant::now(), self.asked.lock().unwrap_or_else(PoisonError::into_inner));
        let is_time = !self.answers() || now.duration_since(*asked) >= ASK_EVERY;
        if is_time {
            *asked = now;
        }
        is_time
    }

    fn note(&self, answer: &Result<(), String>) {
        match (self.answers.swap(answer.is_ok(), Ordering::Relaxed), answer) {
            (true, Err(why)) => warn!(%why, "the database does not answer: clients are not sent here"),
            (false, Ok(())) => info!("the database answers again"),
            (true, Ok(())) | (false, Err(_)) => {}
        }
    }

    async fn take_again(&self, was: &Grip) {
        if !self.is_told.swap(true, Ordering::Relaxed) {
            warn!(
                "the connection that holds the lock of the database was lost: nothing is written until the lock is taken again"
            );
        }
        let trying = async {
            let connection = self.pool.get().await.map_err(|error| unreachable(&self.url, error))?;
            let is_left = was.is_left(&connection).await.map_err(|error| unreachable(&self.url, error))?;
            let grip = Grip::take(connection).await.map_err(|error| unreachable(&self.url, error))?;
            Ok::<_, OpenError>((grip, is_left))
        };
        // Where it cannot be reached, nobody can; it is tried again soon.
        let Ok(Ok((grip, is_left))) = timeout(TAKEN_WITHIN, trying).await else { return };
        if let Some(grip) = grip {
            let mut held = self.grip.lock().unwrap_or_else(PoisonError::into_inner);
            // It may have been let go of meanwhile.
            if held.is_some() {
                *held = Some(Arc::new(grip));
                self.is_told.store(false, Ordering::Relaxed);
                info!("the lock of the database is held again");
            }
        } else if !is_left {
            self.is_anothers.store(true, Ordering::Relaxed);
            error!("another server has taken the lock of the database: this one stops");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::cluster;

    /// The way between may be gone for this side alone.
    #[tokio::test]
    async fn what_is_left_of_ones_own_connection_is_no_other_server() {
        let hold = Hold::take(&cluster::new_database()).await.unwrap();
        let was = hold.grip().unwrap();
        let again = async {
            while hold.grip().unwrap().process == was.process {
                hold.take_again(&was).await;
                assert_eq!(hold.look().await, Standing::Ours);
            }
        };
        timeout(Duration::from_mins(1), again).await.expect("in time");
        assert!(hold.stands());
        hold.let_go();
        assert!(!hold.stands());
    }
}
