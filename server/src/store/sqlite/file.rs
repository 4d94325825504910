//! The database as a file: that one server alone has it, and that it is still there.

use std::{
    fs::{File, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use crate::store::OpenError;

/// Held by the server that runs on a database: rooms have one owner. Making an event beside it needs none. The system lets go of it
/// when the process ends, however it ends.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, which lies beside the database. Makes the directory where it is not there.
    pub(crate) fn take(database: &Path) -> Result<Self, OpenError> {
        super::open::make_directory(database)?;
        // By whatever name the file is called.
        let database = database.canonicalize().unwrap_or_else(|_| database.to_owned());
        let mut name = database.clone().into_os_string();
        name.push(".lock");
        let fail = |cause: io::Error| {
            if matches!(cause.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) {
                return OpenError::ReadOnly { path: database.clone() };
            }
            OpenError::Lock { path: PathBuf::from(&name), cause }
        };
        let file = File::options().create(true).truncate(false).write(true).open(&name).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { database: database.clone().into() }),
            Err(TryLockError::Error(cause)) => Err(fail(cause)),
        }
    }
}

/// Which file it is that was opened: another one in its place is not it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    path: PathBuf,
    file: Option<FileId>,
}

#[cfg(unix)]
type FileId = (u64, u64);
/// Elsewhere a file that is open cannot be taken away.
#[cfg(not(unix))]
type FileId = ();

#[cfg(unix)]
fn identify(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identify(path: &Path) -> Option<FileId> {
    path.exists().then_some(())
}

impl Place {
    pub(super) fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), file: identify(path) }
    }

    /// Whether the same file is there still. One look at the directory: cheap beside a commit.
    pub(super) fn holds(&self) -> bool {
        self.file.is_some() && identify(&self.path) == self.file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_has_one_server_and_is_free_when_that_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/house.db");
        let lock = Lock::take(&path).unwrap();
        assert!(matches!(Lock::take(&path), Err(OpenError::InUse { .. })));
        drop(lock);
        Lock::take(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn another_name_of_the_same_database_is_the_same_database() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("house.db"), dir.path().join("link.db"));
        std::fs::write(&path, "").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let _lock = Lock::take(&path).unwrap();
        assert!(matches!(Lock::take(&link), Err(OpenError::InUse { .. })));
    }

    #[test]
    fn a_file_that_was_taken_away_or_replaced_is_not_in_place() {
        let dir = tempfile::tempdir().unwrap();
        let (path, aside) = (dir.path().join("house.db"), dir.path().join("aside.db"));
        std::fs::write(&path, "").unwrap();
        let place = Place::of(&path);
        assert!(place.holds());
        std::fs::rename(&path, &aside).unwrap();
        assert!(!place.holds());
        #[cfg(unix)]
        {
            std::fs::write(&path, "").unwrap();
            assert!(!place.holds(), "another file");
        }
        std::fs::rename(&aside, &path).unwrap();
        assert!(place.holds(), "it is back");
    }
}
