//! Opening the file, and the clear word when that cannot be.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::{Dialect, OpenError, migrations};

/// How long to wait for another process that writes, such as `event create`.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// Makes the directory of the file, where it is not there.
pub(super) fn make_directory(path: &Path) -> Result<(), OpenError> {
    let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::create_dir_all(directory).map_err(|cause| OpenError::Directory { path: path.to_owned(), cause })
}

/// Makes the file for its owner alone, where it is not there: it holds people, and the secrets of webhooks. Its log and its shared memory have the mode
/// that it has. Where that cannot be, the engine says why when it tries itself.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

/// At start: makes the file when it is not there, checks it, brings the schema up to date. The writer's connection.
pub(super) fn first(path: &Path) -> Result<Connection, OpenError> {
    make_directory(path)?;
    // A super-user may write what is marked read-only; the mark is a wish all the same.
    if std::fs::metadata(path).is_ok_and(|file| file.permissions().readonly()) {
        return Err(OpenError::ReadOnly { path: path.to_owned() });
    }
    make_private(path);
    let explain = |cause| explain(path, cause);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(explain)?;
    check_schema(path, &connection)?;
    configure(path, &connection)?;
    migrations::runner(Dialect::Sqlite)
        .run(&mut connection)
        .map_err(|cause| OpenError::Migration { database: path.into(), cause: Box::new(cause) })?;
    connection
        .execute_batch(
            "BEGIN IMMEDIATE; INSERT INTO probe (id, at) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET at = 0; COMMIT",
        )
        .map_err(explain)?;
    Ok(connection)
}

/// A writer after a failure: the file has to be there still.
pub(super) fn again(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|cause| explain(path, cause))?;
    configure(path, &connection)?;
    Ok(connection)
}

/// A reader. It opens the file for writing all the same, since a reader of a WAL takes part in its shared memory.
pub(super) fn reader(path: &Path) -> Result<Connection, OpenError> {
    let connection = again(path)?;
    connection.pragma_update(None, "query_only", true).map_err(|cause| explain(path, cause))?;
    Ok(connection)
}

fn check_schema(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_master WHERE name = 'refinery_schema_history'", [], |row| row.get(0))
        .map_err(|cause| explain(path, cause))?;
    if tables == 0 {
        // Another program's, or one that is nobody's yet.
        let others: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))
            .map_err(|cause| explain(path, cause))?;
        return if others == 0 { Ok(()) } else { Err(OpenError::NotADatabase { path: path.to_owned() }) };
    }
    let found: i64 = connection
        .query_row("SELECT coalesce(max(version), 0) FROM refinery_schema_history", [], |row| row.get(0))
        .map_err(|cause| explain(path, cause))?;
    let known = migrations::known_schema(Dialect::Sqlite);
    if found > known { Err(OpenError::Newer { database: path.into(), found, known }) } else { Ok(()) }
}

fn configure(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let explain = |cause| explain(path, cause);
    connection.busy_timeout(BUSY).map_err(explain)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(explain)?;
    if mode != "wal" {
        return Err(OpenError::NoWal { path: path.to_owned(), mode });
    }
    let settings = [
        ("synchronous", "FULL"),
        ("fullfsync", "ON"),
        ("foreign_keys", "ON"),
        ("cache_size", "-8192"),
        // What is deleted is overwritten: who is forgotten is not to be read in the file's free places.
        ("secure_delete", "ON"),
    ];
    for (pragma, value) in settings {
        connection.pragma_update(None, pragma, value).map_err(explain)?;
    }
    // A checkpoint leaves the log file at its largest; a busy hour should not occupy the disk for ever.
    connection.query_row("PRAGMA journal_size_limit = 16777216", [], |_| Ok(())).map_err(explain)?;
    connection.set_prepared_statement_cache_capacity(128);
    let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).map_err(explain)?;
    if synchronous == 2 { Ok(()) } else { Err(OpenError::NoWal { path: path.to_owned(), mode: "no full sync".to_owned() }) }
}

fn explain(path: &Path, cause: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match cause.sqlite_error_code() {
        Some(ErrorCode::ReadOnly) => OpenError::ReadOnly { path },
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { path },
        _ => OpenError::Other { path, cause },
    }
}
