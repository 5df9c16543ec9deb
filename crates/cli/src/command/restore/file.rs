//! The files of a restore: the lock, the copy, and the change of places.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use symbolon_store::OpenError;

use crate::clock;
use crate::exit::StartError;

/// What SQLite keeps beside a database; they belong to it and to no other.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

/// Bytes copied at once.
const PIECE: usize = 1024 * 1024;

/// What is wrong with the copy is wrong with the backup, whose name people know.
pub(super) fn blamed(error: StartError, copy: &Path, backup: &Path) -> StartError {
    let StartError::Open(error) = error else {
        return error;
    };
    if let OpenError::Foreign { .. } = error {
        let path = backup.to_owned();
        return OpenError::Foreign { path }.into();
    }
    let text = error.to_string();
    let (copy, backup) = (copy.display().to_string(), backup.display().to_string());
    StartError::Sentence(text.replace(&copy, &backup))
}

/// Takes the lock that a process which owns the database holds.
///
/// # Errors
/// [`StartError`], also where a server runs.
pub(super) fn lock(path: &Path) -> Result<File, StartError> {
    let beside = with_suffix(&real(path), ".lock");
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&beside)
        .map_err(|error| match path.parent() {
            // The folder is what is missing, and what the operator named.
            Some(folder) if error.kind() == ErrorKind::NotFound => StartError::file(folder, error),
            Some(_) | None => StartError::file(&beside, error),
        })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked {
            path: path.to_owned(),
        }
        .into()),
        Err(TryLockError::Error(error)) => Err(StartError::file(&beside, error)),
    }
}

/// A copy of the backup beside the database; removed unless it takes the database's place.
pub(super) struct Copy {
    path: PathBuf,
}

/// Copies the backup, on a thread that may wait for the disk.
///
/// # Errors
/// [`StartError`], which names the file at fault: the backup, or the copy.
pub(super) async fn copy(backup: &Path, database: &Path) -> Result<Copy, StartError> {
    let (backup, database) = (backup.to_owned(), database.to_owned());
    let copying = tokio::task::spawn_blocking(move || fill(&backup, &database));
    let stopped = |error: tokio::task::JoinError| StartError::Sentence(error.to_string());
    copying.await.map_err(stopped)?
}

fn fill(backup: &Path, database: &Path) -> Result<Copy, StartError> {
    let unreadable = |error| StartError::file(backup, error);
    let mut from = File::open(backup).map_err(unreadable)?;
    let copy = Copy {
        path: with_suffix(&real(database), ".restoring"),
    };
    copy.clear();
    let failed = |error| StartError::file(&copy.path, error);
    let mut to = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&copy.path)
        .map_err(failed)?;
    let mut piece = vec![0; PIECE];
    loop {
        let read = from.read(&mut piece).map_err(unreadable)?;
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else {
            break;
        };
        to.write_all(read).map_err(failed)?;
    }
    to.sync_all().map_err(failed)?;
    Ok(copy)
}

impl Copy {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps the database under another name, gives its name to the copy, and makes both durable.
    /// Answers the other name.
    ///
    /// # Errors
    /// [`StartError`]; where the copy got no name, the database has its own back.
    pub(super) fn take_the_place_of(self, database: &Path) -> Result<Option<PathBuf>, StartError> {
        let database = real(database);
        let kept = with_suffix(&database, &format!(".replaced-{}", clock::now().seconds()));
        let had = database.exists();
        if had {
            rename_all(&database, &kept)?;
        }
        if let Err(error) = rename_all(&self.path, &database) {
            if had {
                rename_all(&kept, &database)?;
            }
            return Err(error);
        }
        if let Some(folder) = database.parent() {
            let synced = File::open(folder).and_then(|folder| folder.sync_all());
            synced.map_err(|error| StartError::file(folder, error))?;
        }
        Ok(had.then_some(kept))
    }

    fn clear(&self) {
        for suffix in BESIDE.into_iter().chain([".lock"]) {
            // Mostly it is not there; what cannot be removed is met when the copy is made.
            let _absent = fs::remove_file(with_suffix(&self.path, suffix));
        }
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.clear();
    }
}

fn rename_all(from: &Path, to: &Path) -> Result<(), StartError> {
    for suffix in BESIDE {
        let from = with_suffix(from, suffix);
        if from.exists() {
            let renamed = fs::rename(&from, with_suffix(to, suffix));
            renamed.map_err(|error| StartError::file(&from, error))?;
        }
    }
    Ok(())
}

/// The file's one true name, as the store locks it; as it is given, where there is no file.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
