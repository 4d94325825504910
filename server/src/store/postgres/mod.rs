//! PostgreSQL: a pool of connections, one transaction a write, and one connection that holds the lock of the server and asks whether it answers.

#[cfg(test)]
#[path = "../../../../tests/src/postgres.rs"]
#[allow(unreachable_pub, reason = "the harness shows it to others")]
pub(crate) mod cluster;
mod hold;
mod open;
mod values;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use deadpool_postgres::{GenericClient, Object, Pool};
use futures_util::{FutureExt, TryStreamExt, future::BoxFuture, pin_mut};
use tokio_postgres::error::SqlState;
use tracing::{info, warn};

pub(crate) use hold::Hold;

use super::{Answers, Db, Dialect, OpenError, Row, Statement, StoreError};
use crate::metrics::Metrics;

/// How long a write or a read may wait for a connection, and then for its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Two transactions that wait for each other: PostgreSQL ends one, and that one is tried again.
const TRIES: u32 = 5;

/// The engine.
pub(crate) struct Postgres {
    pool: Pool,
    writable: AtomicBool,
    metrics: Arc<Metrics>,
}

impl Postgres {
    /// Connects and brings the schema up to date.
    pub(crate) async fn open(url: &str, metrics: &Arc<Metrics>) -> Result<Self, OpenError> {
        let pool = open::pool(url).await?;
        Ok(Self { pool, writable: AtomicBool::new(true), metrics: Arc::clone(metrics) })
    }

    async fn connection(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    async fn transaction(&self, statements: &[Statement]) -> Result<Answers, Failure> {
        let mut connection = self.connection().await.map_err(Failure::Final)?;
        let transaction = connection.transaction().await?;
        let mut answers = Vec::with_capacity(statements.len());
        for (place, statement) in statements.iter().enumerate() {
            let (rows, changed) = run(&transaction, statement).await?;
            if statement.demand.is_some_and(|demand| demand != changed) {
                transaction.rollback().await?;
                return Err(Failure::Final(StoreError::Unmet(place)));
            }
            answers.push(rows);
        }
        transaction.commit().await?;
        Ok(answers)
    }

    async fn try_transaction(&self, statements: &[Statement]) -> Result<Answers, StoreError> {
        self.metrics.store_statements_written.increment(statements.len() as u64);
        for _ in 1..TRIES {
            match self.transaction(statements).await {
                Err(Failure::Again) => {}
                Err(Failure::Final(error)) => return Err(error),
                Ok(answers) => return Ok(answers),
            }
        }
        self.transaction(statements).await.map_err(|failure| match failure {
            Failure::Again => StoreError::Unavailable("other writes were always first".to_owned()),
            Failure::Final(error) => error,
        })
    }

    /// Says when writing stops and when it works again.
    fn note(&self, outcome: &Result<Answers, StoreError>) {
        let unavailable = match outcome {
            Err(error @ StoreError::Unavailable(_)) => Some(error),
            Ok(_) | Err(StoreError::Conflict(_) | StoreError::Misfit(_) | StoreError::Unmet(_) | StoreError::Corrupt(_)) => {
                None
            }
        };
        if unavailable.is_some() {
            self.metrics.store_failures.increment(1);
        }
        match (self.writable.swap(unavailable.is_none(), Ordering::Relaxed), unavailable) {
            (true, Some(error)) => warn!(%error, "writing stopped"),
            (false, None) => info!("writing works again"),
            (true, None) | (false, Some(_)) => {}
        }
    }
}

/// Why a transaction was not done.
enum Failure {
    /// It met another one; it can be done again.
    Again,
    Final(StoreError),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.code() {
            Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE) => Self::Again,
            Some(_) | None => Self::Final(explain(&error)),
        }
    }
}

/// Which kind of failure it is. What PostgreSQL says in detail is left out: it repeats the values of the row.
fn explain(error: &tokio_postgres::Error) -> StoreError {
    let Some(told) = error.as_db_error() else { return StoreError::Unavailable(error.to_string()) };
    let said = format!("{} ({})", told.message(), told.code().code());
    // Class 23: integrity constraint violation (PostgreSQL, Appendix A).
    match *told.code() {
        SqlState::UNIQUE_VIOLATION => StoreError::Conflict(said),
        ref other if other.code().starts_with("23") => StoreError::Misfit(said),
        _ => StoreError::Unavailable(said),
    }
}

/// Runs one statement; its rows, and how many it changed.
async fn run(client: &impl GenericClient, statement: &Statement) -> Result<(Vec<Row>, u64), tokio_postgres::Error> {
    let prepared = if statement.planned_anew {
        // The first plans of a statement are for its values, and not for any (PostgreSQL, "PREPARE").
        client.prepare(&statement.sql).await?
    } else {
        client.prepare_cached(&statement.sql).await?
    };
    let stream = client.query_raw(&prepared, &statement.values).await?;
    pin_mut!(stream);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        rows.push(values::row(&row)?);
    }
    Ok((rows, stream.rows_affected().unwrap_or(0)))
}

fn too_late() -> StoreError {
    StoreError::Unavailable("the database does not answer".to_owned())
}

impl Db for Postgres {
    fn write(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<Answers, StoreError>> {
        async move {
            let started = Instant::now();
            let done = tokio::time::timeout(PATIENCE, self.try_transaction(&statements)).await;
            let outcome = done.unwrap_or_else(|_| Err(too_late()));
            self.metrics.store_commit_seconds.record(started.elapsed());
            self.note(&outcome);
            outcome
        }
        .boxed()
    }

    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        async move {
            self.metrics.store_statements_read.increment(1);
            let reading = async {
                let connection = self.connection().await?;
                run(&connection, &statement).await.map(|(rows, _)| rows).map_err(|error| explain(&error))
            };
            let outcome = tokio::time::timeout(PATIENCE, reading).await.unwrap_or_else(|_| Err(too_late()));
            if outcome.is_err() {
                self.metrics.store_failures.increment(1);
            }
            outcome
        }
        .boxed()
    }

    fn forget(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async { Ok(()) }.boxed()
    }

    fn is_writable(&self) -> bool {
        self.writable.load(Ordering::Relaxed)
    }

    /// A server in the network is where it is.
    fn is_in_place(&self) -> bool {
        true
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async move { self.pool.close() }.boxed()
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }
}
