//! The one thread that writes: it commits together what came in while the disk was busy.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::{Order, Write, explain, file::Place, open, run};
use crate::{
    metrics::Metrics,
    store::{Answers, Statement, StoreError},
};

/// The most writes in one transaction: about what a disk syncs in a few milliseconds.
const GROUP: usize = 512;

/// How long to wait for whoever reads the log, where it is to be emptied.
const FORGET_WITHIN: Duration = Duration::from_millis(500);

pub(super) struct Writer {
    path: PathBuf,
    place: Place,
    connection: Option<Connection>,
    writable: Arc<AtomicBool>,
    metrics: Arc<Metrics>,
}

impl Writer {
    pub(super) fn new(
        path: PathBuf,
        place: Place,
        connection: Connection,
        writable: Arc<AtomicBool>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self { path, place, connection: Some(connection), writable, metrics }
    }

    pub(super) fn run(mut self, mut queue: mpsc::Receiver<Order>) {
        let mut group = Vec::new();
        while let Some(first) = queue.blocking_recv() {
            let mut next = Some(first);
            let mut forgetful = None;
            while let Some(order) = next.take() {
                match order {
                    Order::Write(write) => group.push(write),
                    Order::Forget(done) => forgetful = Some(done),
                }
                if group.len() < GROUP && forgetful.is_none() {
                    next = queue.try_recv().ok();
                }
            }
            self.commit(std::mem::take(&mut group));
            if let Some(done) = forgetful {
                drop(done.send(self.forget()));
            }
        }
        if let Some(connection) = self.connection.take() {
            // What remains in the log is read at the next start; moving it now only makes that start faster.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }

    /// Moves the log into the file, where what it overwrites is gone, and empties the log.
    fn forget(&mut self) -> Result<(), StoreError> {
        let Some(connection) = &self.connection else { return Err(super::closed()) };
        // Whoever wants to write waits meanwhile.
        connection.busy_timeout(FORGET_WITHIN).map_err(|error| explain(&error))?;
        let is_busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        connection.busy_timeout(open::BUSY).map_err(|error| explain(&error))?;
        if is_busy.map_err(|error| explain(&error))? {
            return Err(StoreError::Unavailable("somebody reads the log all the time".to_owned()));
        }
        Ok(())
    }

    /// Commits the group. A write that breaks a key or whose demand is not met is undone alone and harms no other.
    fn commit(&mut self, group: Vec<Write>) {
        if group.is_empty() {
            return;
        }
        let started = Instant::now();
        let outcome = self.transaction(&group);
        self.metrics.store_commit_seconds.record(started.elapsed());
        let unavailable = outcome.as_ref().err();
        match (self.writable.swap(unavailable.is_none(), Ordering::Relaxed), unavailable) {
            (true, Some(error)) => warn!(%error, "writing stopped"),
            (false, None) => info!("writing works again"),
            (true, None) | (false, Some(_)) => {}
        }
        // Whoever asked may have gone; what is committed stays.
        match outcome {
            Ok(outcomes) => group.into_iter().zip(outcomes).for_each(|(write, outcome)| drop(write.done.send(outcome))),
            Err(error) => group.into_iter().for_each(|write| drop(write.done.send(Err(error.clone())))),
        }
    }

    /// How each write did; an error where nothing was committed.
    fn transaction(&mut self, group: &[Write]) -> Result<Vec<Result<Answers, StoreError>>, StoreError> {
        // A file that is open can be written after it was taken away, and nobody would ever read that.
        if !self.place.holds() {
            self.metrics.store_failures.increment(1);
            self.connection = None;
            return Err(StoreError::Unavailable("the database file was taken away or replaced".to_owned()));
        }
        if self.connection.is_none() {
            self.connection = Some(open::again(&self.path).map_err(|error| StoreError::Unavailable(error.to_string()))?);
        }
        let Some(connection) = &self.connection else { return Err(super::closed()) };
        let statements: usize = group.iter().map(|write| write.statements.len()).sum();
        self.metrics.store_statements_written.increment(statements as u64);
        let error = match together(connection, group) {
            Ok(outcomes) => return Ok(outcomes),
            Err(error) => error,
        };
        self.metrics.store_failures.increment(1);
        // SQLite has often rolled back by itself after an I/O error; then this says so and changes nothing.
        let _ = connection.execute_batch("ROLLBACK");
        // What this connection believes about the file may be wrong now: the next write opens it afresh.
        self.connection = None;
        Err(StoreError::Unavailable(error.to_string()))
    }
}

/// The group as one transaction, each write with a savepoint of its own; one that is alone needs none.
fn together(connection: &Connection, group: &[Write]) -> rusqlite::Result<Vec<Result<Answers, StoreError>>> {
    let order = |sql| connection.prepare_cached(sql)?.execute([]).map(drop);
    order("BEGIN IMMEDIATE")?;
    if let [write] = group {
        let outcome = alone(connection, &write.statements)?;
        order(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
        return Ok(vec![outcome]);
    }
    let mut outcomes = Vec::with_capacity(group.len());
    for write in group {
        order("SAVEPOINT one")?;
        let outcome = alone(connection, &write.statements)?;
        if outcome.is_err() {
            order("ROLLBACK TO one")?;
        }
        order("RELEASE one")?;
        outcomes.push(outcome);
    }
    order("COMMIT")?;
    Ok(outcomes)
}

/// One write. The outer error is the disk's, the inner one the write's own.
fn alone(connection: &Connection, statements: &[Statement]) -> rusqlite::Result<Result<Answers, StoreError>> {
    let mut answers = Vec::with_capacity(statements.len());
    for (place, statement) in statements.iter().enumerate() {
        match run(connection, statement).map_err(|error| (explain(&error), error)) {
            Ok(rows) if statement.demand.is_none_or(|demand| demand == connection.changes()) => answers.push(rows),
            Ok(_) => return Ok(Err(StoreError::Unmet(place))),
            Err((refused @ (StoreError::Conflict(_) | StoreError::Misfit(_)), _)) => return Ok(Err(refused)),
            Err((_, error)) => return Err(error),
        }
    }
    Ok(Ok(answers))
}
