//! The file of the store: its schema, and what happens to one that cannot be read.

use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use super::NotKept;

/// The schema's version. A file of another one is set aside, as one that cannot be read.
const VERSION: i64 = 4;

/// The schema of version [`FIRST`], from which a new file goes on as one of before does.
const SCHEMA: &str = "
CREATE TABLE account (
    one INTEGER PRIMARY KEY CHECK (one = 1), server TEXT NOT NULL, person TEXT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL
) STRICT;
CREATE TABLE asked (
    one INTEGER PRIMARY KEY CHECK (one = 1), server TEXT NOT NULL, email TEXT NOT NULL, device TEXT NOT NULL, expires INTEGER NOT NULL,
    provider TEXT
) STRICT;
CREATE TABLE answer (
    account TEXT NOT NULL, operation TEXT NOT NULL, variables TEXT NOT NULL, document TEXT NOT NULL, data TEXT NOT NULL,
    bytes INTEGER NOT NULL, fetched INTEGER NOT NULL, PRIMARY KEY (account, operation, variables)
) STRICT;
CREATE INDEX answer_by_age ON answer (fetched, bytes);
CREATE TABLE draft (
    account TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, kept INTEGER NOT NULL, PRIMARY KEY (account, key)
) STRICT;
CREATE TABLE registration (
    account TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, starts INTEGER NOT NULL, session INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, id)
) STRICT;
CREATE TABLE reminded (
    account TEXT NOT NULL, registration TEXT NOT NULL, starts INTEGER NOT NULL, lead INTEGER NOT NULL,
    PRIMARY KEY (account, registration, starts, lead)
) STRICT;
PRAGMA user_version = 3;
";

/// The version of `SCHEMA`.
const FIRST: i64 = 3;

/// What makes a file of one version that of the next, from the first on.
const FORWARD: [&str; 3] = [
    "ALTER TABLE asked ADD COLUMN provider TEXT; PRAGMA user_version = 2;",
    "ALTER TABLE registration ADD COLUMN session INTEGER NOT NULL DEFAULT 0; PRAGMA user_version = 3;",
    MESSAGES,
];

/// What is said in rooms, with an index of its words, which are parted and compared before they are stored; and what is not sent yet.
const MESSAGES: &str = "
CREATE TABLE message (
    key INTEGER PRIMARY KEY, login TEXT NOT NULL, room TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL,
    words TEXT NOT NULL, UNIQUE (login, room, seq)
) STRICT;
CREATE INDEX message_by_id ON message (login, room, id);
CREATE TABLE kept_room (login TEXT NOT NULL, room TEXT NOT NULL, low INTEGER NOT NULL, PRIMARY KEY (login, room)) STRICT;
CREATE VIRTUAL TABLE message_words USING fts5 (words, content = 'message', content_rowid = 'key', tokenize = 'ascii', prefix = '1 2 3');
INSERT INTO message_words (message_words, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER message_words_insert AFTER INSERT ON message BEGIN
    INSERT INTO message_words (rowid, words) VALUES (new.key, new.words);
END;
CREATE TRIGGER message_words_delete AFTER DELETE ON message BEGIN
    INSERT INTO message_words (message_words, rowid, words) VALUES ('delete', old.key, old.words);
END;
CREATE TABLE unsent (
    place INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL, UNIQUE (login, id)
) STRICT;
PRAGMA user_version = 4;
";

/// The file, opened when it is first needed; one that did not open is tried again at the next need.
pub(super) struct Base {
    file: Option<PathBuf>,
    connection: Option<Connection>,
}

impl Base {
    pub(super) fn new(file: Option<PathBuf>) -> Self {
        Self { file, connection: None }
    }

    /// Does something with it. Where the file is ruined, it is set aside and the work done on a new one.
    pub(super) fn run<T>(&mut self, work: &mut impl FnMut(&mut Connection) -> rusqlite::Result<T>) -> Result<T, NotKept> {
        let done = match self.attempt(work) {
            Err(error) if is_ruined(&error) => {
                tracing::warn!(%error, "what was kept on this computer cannot be read: set aside, and begun anew");
                self.set_aside();
                self.attempt(work)
            }
            done => done,
        };
        done.map_err(|error| {
            tracing::warn!(%error, "the store failed");
            NotKept
        })
    }

    fn attempt<T>(&mut self, work: &mut impl FnMut(&mut Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => open(self.file.as_deref())?,
        };
        work(self.connection.insert(connection))
    }

    fn set_aside(&mut self) {
        self.connection = None;
        let Some(file) = &self.file else { return };
        // One is kept for whoever wants to look what became of it; an older one goes.
        if let Err(error) = fs::rename(file, aside(file)) {
            tracing::warn!(%error, "it cannot be set aside");
        }
        for beside in ["db-wal", "db-shm"] {
            let _ = fs::remove_file(file.with_extension(beside));
        }
    }
}

fn is_ruined(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

fn ruined(why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(why.into()))
}

fn open(file: Option<&Path>) -> rusqlite::Result<Connection> {
    let mut connection = match file {
        Some(file) => {
            own(file).map_err(|error| {
                tracing::warn!(%error, "the store's file cannot be made");
                rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CANTOPEN), None)
            })?;
            Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?
        }
        None => Connection::open_in_memory()?,
    };
    connection.busy_timeout(Duration::from_secs(2))?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")?;
    let before = match connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? {
        0 => {
            all_of(&mut connection, SCHEMA)?;
            FIRST
        }
        before @ 1..=VERSION => {
            check(&connection)?;
            before
        }
        _ => return Err(ruined("it is of another version of the app")),
    };
    for step in FORWARD.iter().skip(usize::try_from(before - 1).unwrap_or(usize::MAX)) {
        all_of(&mut connection, step)?;
    }
    Ok(connection)
}

fn all_of(connection: &mut Connection, statements: &str) -> rusqlite::Result<()> {
    let writing = connection.transaction()?;
    writing.execute_batch(statements)?;
    writing.commit()
}

fn check(connection: &Connection) -> rusqlite::Result<()> {
    let sound = connection.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0))?;
    if sound == "ok" { Ok(()) } else { Err(ruined("the check found damage")) }
}

/// A file that was set aside is somebody's, too.
pub(super) fn forget_aside(connection: &Connection) -> rusqlite::Result<()> {
    let Some(file) = connection.path().filter(|file| !file.is_empty()) else { return Ok(()) };
    match fs::remove_file(aside(Path::new(file))) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "a file that was set aside is still there");
            Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_DELETE), None))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Where a file goes that cannot be read.
fn aside(file: &Path) -> PathBuf {
    file.with_extension("aside.db")
}

/// Makes the file where there is none, for its owner alone; what SQLite lays beside it gets the same rights.
fn own(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}
