//! The one thread that writes: it commits together what came in while the disk was busy.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use rusqlite::Connection;
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::{Write, explain, file::Place, open, run};
use crate::{metrics::Metrics, store::StoreError};

/// The most writes in one transaction: about what a disk syncs in a few milliseconds.
const GROUP: usize = 512;

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

    pub(super) fn run(mut self, mut queue: mpsc::Receiver<Write>) {
        let mut group = Vec::new();
        while let Some(first) = queue.blocking_recv() {
            group.push(first);
            while group.len() < GROUP
                && let Ok(next) = queue.try_recv()
            {
                group.push(next);
            }
            self.commit(std::mem::take(&mut group));
        }
        if let Some(connection) = self.connection.take() {
            // What remains in the log is read at the next start; moving it now only makes that start faster.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }

    /// Commits the group. Where one write breaks a key, each gets a transaction of its own, so that it harms no other.
    fn commit(&mut self, group: Vec<Write>) {
        let started = Instant::now();
        let outcome = self.transaction(&group);
        self.metrics.store_commit_seconds.record(started.elapsed());
        match outcome {
            Err(StoreError::Conflict(_)) if group.len() > 1 => group.into_iter().for_each(|write| self.commit(vec![write])),
            Ok(()) => self.report(group, &Ok(())),
            Err(error) => self.report(group, &Err(error)),
        }
    }

    fn report(&mut self, group: Vec<Write>, outcome: &Result<(), StoreError>) {
        let unavailable = matches!(outcome, Err(StoreError::Unavailable(_)));
        let was_writable = self.writable.swap(!unavailable, Ordering::Relaxed);
        match (was_writable, unavailable, outcome) {
            (true, true, Err(error)) => warn!(%error, "writing stopped"),
            (false, false, _) => info!("writing works again"),
            (true | false, true | false, Ok(()) | Err(_)) => {}
        }
        for write in group {
            // Whoever asked may have gone; what is committed stays.
            let _ = write.done.send(outcome.clone());
        }
    }

    fn transaction(&mut self, group: &[Write]) -> Result<(), StoreError> {
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
        let mut statements = 0;
        let outcome = connection.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
            for statement in group.iter().flat_map(|write| &write.statements) {
                statements += 1;
                run(connection, statement)?;
            }
            connection.execute_batch("COMMIT")
        });
        self.metrics.store_statements_written.increment(statements);
        let Err(error) = outcome else { return Ok(()) };
        self.metrics.store_failures.increment(1);
        // SQLite has often rolled back by itself after an I/O error; then this says so and changes nothing.
        let _ = connection.execute_batch("ROLLBACK");
        let error = explain(&error);
        if matches!(error, StoreError::Unavailable(_)) {
            // What this connection believes about the file may be wrong now: the next write opens it afresh.
            self.connection = None;
        }
        Err(error)
    }
}
