//! A thread that answers queries.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::mpsc;

use super::{Read, explain, open, run};
use crate::{
    metrics::Metrics,
    store::{Row, Statement, StoreError},
};

fn next(queue: &Mutex<mpsc::Receiver<Read>>) -> Option<Read> {
    // Whoever holds the lock waits for the next query, the others for the lock.
    queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

pub(super) fn run_thread(path: &Path, queue: &Mutex<mpsc::Receiver<Read>>, metrics: &Metrics) {
    let mut connection = None;
    while let Some(Read { statement, done }) = next(queue) {
        metrics.store_statements_read.increment(1);
        let outcome = answer(path, &mut connection, &statement);
        if outcome.is_err() {
            metrics.store_failures.increment(1);
            connection = None;
        }
        // Whoever asked may have gone.
        let _ = done.send(outcome);
    }
}

fn answer(path: &Path, connection: &mut Option<Connection>, statement: &Statement) -> Result<Vec<Row>, StoreError> {
    let open = match connection.take() {
        Some(open) => open,
        None => open::reader(path).map_err(|error| StoreError::Unavailable(error.to_string()))?,
    };
    run(connection.insert(open), statement).map_err(|error| explain(&error))
}
