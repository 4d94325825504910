//! Why a database cannot be used, and what to do.

use std::path::PathBuf;

use super::Database;

/// An error with all that it came from: the outer words are often only "db error" or "error connecting to server".
pub(super) fn reasons(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(inner) = next {
        let more = inner.to_string();
        if !words.ends_with(&more) {
            words = format!("{words}: {more}");
        }
        next = inner.source();
    }
    words
}

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory of the file cannot be made.
    #[error("cannot make the directory of the database {path}: {cause}")]
    Directory {
        /// The database file.
        path: PathBuf,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// The file may only be read.
    #[error("the database {path} is read-only: make the file and its directory writable, or name another with --database")]
    ReadOnly {
        /// The database file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("the file {path} is not a Houselights database: name another with --database")]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// A newer server has written it.
    #[error(
        "the database {database} has schema {found}, this server knows {known}: start the newer server again, or restore a backup"
    )]
    Newer {
        /// The database.
        database: Database,
        /// The schema in the file.
        found: i64,
        /// The newest that this build knows.
        known: i64,
    },
    /// The file system cannot keep what was promised (WAL needs shared memory; network file systems often lack it).
    #[error("the database {path} cannot use a write-ahead log (it answers {mode}): put it on a local disk")]
    NoWal {
        /// The database file.
        path: PathBuf,
        /// What SQLite uses instead.
        mode: String,
    },
    /// Bringing the schema up to date failed.
    #[error("cannot bring the schema of the database {database} up to date: {}", reasons(cause.as_ref()))]
    Migration {
        /// The database.
        database: Database,
        /// What went wrong.
        cause: Box<refinery::Error>,
    },
    /// Anything else.
    #[error("cannot open the database {path}: {cause}")]
    Other {
        /// The database file.
        path: PathBuf,
        /// `SQLite`'s reason.
        cause: rusqlite::Error,
    },
    /// It cannot hold every text.
    #[error("the database {database} has the encoding {encoding}: make one with ENCODING 'UTF8'")]
    Encoding {
        /// The database.
        database: Database,
        /// What it has instead.
        encoding: String,
    },
    /// Another server has it.
    #[error("the database {database} is in use by another server: stop that one, or name another with --database")]
    InUse {
        /// The database.
        database: Database,
    },
    /// The address of a PostgreSQL server is none.
    #[error("the database {database} cannot be understood: {cause}")]
    Address {
        /// The database.
        database: Database,
        /// What is wrong with it.
        cause: String,
    },
    /// The PostgreSQL server does not answer, or does not let us in.
    #[error("cannot connect to the database {database}: {cause}")]
    Unreachable {
        /// The database.
        database: Database,
        /// Why.
        cause: String,
    },
    /// That no other server has it cannot be made sure.
    #[error("cannot lock {path}: {cause}")]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// The thread that opened it ended without a word.
    #[error("opening the database failed")]
    Panicked,
    /// No thread could be started.
    #[error("cannot start a thread for the database: {0}")]
    Thread(std::io::Error),
}
