//! The file itself: made private, locked, opened, told from other programs' files.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::OpenError;
use crate::unit::{Sequence, Term};

/// `symb`: how the file says that it is ours (`PRAGMA application_id`).
const APPLICATION_ID: i32 = 0x7379_6d62;

/// How long a connection waits for another of this process.
const BUSY: Duration = Duration::from_secs(5);

/// Statements that a connection keeps prepared: more than the program has.
const STATEMENTS: usize = 512;

/// Pages (4 KiB) in the write-ahead log that start a checkpoint: 16 MiB. Rarer than SQLite's own
/// 1,000, for each checkpoint flushes the database file while writers wait.
const CHECKPOINT_PAGES: i64 = 4000;

/// The write-ahead log's length, in bytes, beyond which readers must let go of it, so that it
/// begins anew; and to which it is cut then.
pub(super) const MAX_LOG: u64 = 64 * 1024 * 1024;

/// Makes the file, if it is not there, readable by its owner alone, and returns its one true name,
/// so that no second name gets a lock of its own.
///
/// # Errors
/// [`OpenError::Unreachable`].
pub(super) fn make(path: &Path) -> Result<PathBuf, OpenError> {
    let unreachable = |error: std::io::Error| OpenError::Unreachable {
        reason: format!("{}: {error}", path.display()),
    };
    OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(unreachable)?;
    path.canonicalize().map_err(unreachable)
}

/// Takes the lock beside the file.
///
/// # Errors
/// [`OpenError::Locked`] where another process, or this one, has it already.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let beside = with_suffix(path, ".lock");
    let unreachable = |error: std::io::Error| OpenError::Unreachable {
        reason: format!("{}: {error}", beside.display()),
    };
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&beside)
        .map_err(unreachable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(unreachable(error)),
    }
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes the names in the file's folder durable. Some file systems cannot, and need not.
pub(super) fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
    {
        drop(folder.sync_all());
    }
}

/// A connection that may write.
pub(super) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // NORMAL would let a power cut undo a revocation that was answered.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
    let limit = i64::try_from(MAX_LOG).unwrap_or(i64::MAX);
    connection.pragma_update_and_check(None, "journal_size_limit", limit, |_| Ok(()))?;
    Ok(connection)
}

/// A connection that cannot write.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Writes our mark into a new file, or finds it in an old one.
///
/// # Errors
/// [`OpenError::Foreign`] for another program's database.
pub(super) fn claim(path: &Path, connection: &mut Connection) -> Result<(), OpenError> {
    let read = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i32>(0));
    let mark = read("PRAGMA application_id").map_err(|error| refuse(path, &error))?;
    let tables =
        read("SELECT count(*) FROM sqlite_schema").map_err(|error| refuse(path, &error))?;
    match (mark, tables) {
        (APPLICATION_ID, _) => Ok(()),
        (0, 0) => connection
            .pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(|error| refuse(path, &error)),
        (_, _) => Err(OpenError::Foreign {
            path: path.to_owned(),
        }),
    }
}

/// What an error on opening means.
pub(super) fn refuse(path: &Path, error: &rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::Foreign {
            path: path.to_owned(),
        },
        Some(ErrorCode::DatabaseBusy) => OpenError::Locked {
            path: path.to_owned(),
        },
        Some(_) | None => OpenError::Unreachable {
            reason: format!("{}: {error}", path.display()),
        },
    }
}

/// The last entry's place, and the term.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<(Sequence, Term)> {
    connection
        .prepare_cached("SELECT sequence, term FROM head WHERE id = 1")?
        .query_row([], |row| Ok((Sequence(row.get(0)?), Term(row.get(1)?))))
}
