//! SQLite: one writer thread with group commit, a few readers.

mod file;
mod open;
mod reader;
mod writer;

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use futures_util::{FutureExt, future::BoxFuture};
use rusqlite::{CachedStatement, Connection, ErrorCode, types::ValueRef};
use tokio::sync::{mpsc, oneshot};

pub(crate) use file::Lock;

use super::{Answers, Db, Dialect, OpenError, Row, Statement, StoreError, Value};
use crate::metrics::Metrics;

/// Writes that wait. Full: whoever wants to write waits, and so does the room behind it.
const QUEUED_WRITES: usize = 1_024;
/// Reads that wait. Full: whoever wants to read waits.
const QUEUED_READS: usize = 256;
/// Enough for logins and replays; what is hot is in the rooms' memory.
const READERS: usize = 2;
/// SQLite needs little stack; the default of 2 MB a thread is waste.
const STACK: usize = 512 * 1024;

/// A statement list to commit, and whom to tell.
struct Write {
    statements: Vec<Statement>,
    done: oneshot::Sender<Result<Answers, StoreError>>,
}

/// What the writer is to do.
enum Order {
    Write(Write),
    /// To leave nothing of what was deleted in the files, and whom to tell.
    Forget(oneshot::Sender<Result<(), StoreError>>),
}

/// A query, and whom to tell.
struct Read {
    statement: Statement,
    done: oneshot::Sender<Result<Vec<Row>, StoreError>>,
}

/// The ways to the threads; gone once closed.
struct Ways {
    writes: mpsc::Sender<Order>,
    reads: mpsc::Sender<Read>,
}

/// The engine.
pub(crate) struct Sqlite {
    ways: Mutex<Option<Ways>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    writable: Arc<AtomicBool>,
    place: file::Place,
}

impl Sqlite {
    /// Opens or makes the file, brings its schema up to date and starts the threads.
    pub(crate) fn open(path: &Path, metrics: &Arc<Metrics>) -> Result<Self, OpenError> {
        let connection = open::first(path)?;
        let (writable, place) = (Arc::new(AtomicBool::new(true)), file::Place::of(path));
        let (writes, queued_writes) = mpsc::channel(QUEUED_WRITES);
        let (reads, queued_reads) = mpsc::channel(QUEUED_READS);
        let queued_reads = Arc::new(Mutex::new(queued_reads));
        let mut threads = Vec::with_capacity(READERS + 1);
        let scribe =
            writer::Writer::new(path.to_owned(), place.clone(), connection, Arc::clone(&writable), Arc::clone(metrics));
        threads.push(thread("store-writer", move || scribe.run(queued_writes))?);
        for _ in 0..READERS {
            let (path, queue, metrics) = (path.to_owned(), Arc::clone(&queued_reads), Arc::clone(metrics));
            threads.push(thread("store-reader", move || reader::run_thread(&path, &queue, &metrics))?);
        }
        Ok(Self { ways: Mutex::new(Some(Ways { writes, reads })), threads: Mutex::new(threads), writable, place })
    }

    fn ways<T>(&self, pick: impl FnOnce(&Ways) -> T) -> Result<T, StoreError> {
        let ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        ways.as_ref().map(pick).ok_or_else(closed)
    }
}

fn thread(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    std::thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(body).map_err(OpenError::Thread)
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

impl Db for Sqlite {
    fn write(&self, statements: Vec<Statement>) -> BoxFuture<'_, Result<Answers, StoreError>> {
        async move {
            let (done, outcome) = oneshot::channel();
            let way = self.ways(|ways| ways.writes.clone())?;
            way.send(Order::Write(Write { statements, done })).await.map_err(|_| closed())?;
            outcome.await.map_err(|_| closed())?
        }
        .boxed()
    }

    fn read(&self, statement: Statement) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        async move {
            let (done, outcome) = oneshot::channel();
            let way = self.ways(|ways| ways.reads.clone())?;
            way.send(Read { statement, done }).await.map_err(|_| closed())?;
            outcome.await.map_err(|_| closed())?
        }
        .boxed()
    }

    fn forget(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async move {
            let (done, outcome) = oneshot::channel();
            let way = self.ways(|ways| ways.writes.clone())?;
            way.send(Order::Forget(done)).await.map_err(|_| closed())?;
            outcome.await.map_err(|_| closed())?
        }
        .boxed()
    }

    fn is_writable(&self) -> bool {
        self.writable.load(Ordering::Relaxed)
    }

    fn is_in_place(&self) -> bool {
        self.place.holds()
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async move {
            drop(self.ways.lock().unwrap_or_else(PoisonError::into_inner).take());
            let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
            let joined = tokio::task::spawn_blocking(move || threads.into_iter().for_each(|thread| drop(thread.join())));
            drop(joined.await);
        }
        .boxed()
    }
}

/// `$1`, `$2`, … as `SQLite` numbers them. It takes those for names, numbers them by first appearance, and finds one by going over all of them: a list of
/// 500 ids would cost 500 times that. No text of ours holds the sign for anything else.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

fn bind(prepared: &mut CachedStatement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    let wanted = prepared.parameter_count();
    if values.len() != wanted {
        return Err(rusqlite::Error::InvalidParameterCount(values.len(), wanted));
    }
    for (index, value) in (1..).zip(values) {
        match value {
            Value::Null => prepared.raw_bind_parameter(index, None::<i64>)?,
            Value::Int(number) => prepared.raw_bind_parameter(index, number)?,
            Value::Text(text) => prepared.raw_bind_parameter(index, text.as_str())?,
            Value::Bytes(bytes) => prepared.raw_bind_parameter(index, bytes.as_slice())?,
        }
    }
    Ok(())
}

/// Runs one statement and collects what it answers.
fn run(connection: &Connection, statement: &Statement) -> rusqlite::Result<Vec<Row>> {
    let mut prepared = connection.prepare_cached(&numbered(&statement.sql))?;
    bind(&mut prepared, &statement.values)?;
    let columns = prepared.column_count();
    let mut found = Vec::new();
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| row.get_ref(column).map(owned)).collect::<Result<_, _>>()?;
        found.push(Row(values));
    }
    Ok(found)
}

fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        // No column of ours holds a REAL.
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}

/// Which kind of failure it is.
fn explain(error: &rusqlite::Error) -> StoreError {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE};
    let extended = error.sqlite_error().map(|error| error.extended_code);
    match (error.sqlite_error_code(), extended) {
        (
            Some(ErrorCode::ConstraintViolation),
            Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID),
        ) => StoreError::Conflict(error.to_string()),
        (Some(ErrorCode::ConstraintViolation), _) => StoreError::Misfit(error.to_string()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
