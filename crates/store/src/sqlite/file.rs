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
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// How long a start waits for another program to let go of the file: longer than a backup tool takes
/// a look, shorter than an operator's patience.
const BUSY_AT_START: Duration = Duration::from_secs(2);

/// Statements that a connection keeps prepared: more than the program has.
const STATEMENTS: usize = 512;

/// Pages (4 KiB) in the write-ahead log that start a checkpoint: 16 MiB. Rarer than SQLite's own
/// 1,000, for each checkpoint flushes the database file while writers wait.
const CHECKPOINT_PAGES: i64 = 4000;

/// The write-ahead log's length, in bytes, beyond which readers must let go of it, so that it
/// begins anew; and to which it is cut then.
pub(super) const MAX_LOG: u64 = 64 * 1024 * 1024;

/// The file's one true name, so that no second name gets a lock of its own. It may not exist yet.
///
/// # Errors
/// [`OpenError::Unreachable`] where its folder does not exist.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, OpenError> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        Some(_) | None => Path::new("."),
    };
    let in_folder = || {
        Ok(folder
            .canonicalize()?
            .join(path.file_name().unwrap_or_default()))
    };
    path.canonicalize()
        .or_else(|_| in_folder())
        .map_err(|error| unreachable(folder, &error))
}

/// Makes the file, if it is not there, readable by its owner alone. One that is there is not even
/// opened: closing it again would undo the locks that SQLite holds for this process.
///
/// # Errors
/// [`OpenError::Unreachable`].
pub(super) fn make(path: &Path) -> Result<(), OpenError> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(unreachable(path, &error))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

fn unreachable(path: &Path, error: &std::io::Error) -> OpenError {
    OpenError::Unreachable {
        reason: format!("{}: {error}", path.display()),
    }
}

/// Takes the lock beside the file.
///
/// # Errors
/// [`OpenError::Locked`] where another process, or this one, has it already.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let beside = with_suffix(path, ".lock");
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&beside)
        .map_err(|error| unreachable(&beside, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(unreachable(&beside, &error)),
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
    let connection = open_plain(path)?;
    configure(&connection)?;
    Ok(connection)
}

fn open_plain(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // NORMAL would let a power cut undo a revocation that was answered.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What was overwritten or deleted is zeroed: who was erased is not left behind in free space.
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
    let limit = i64::try_from(MAX_LOG).unwrap_or(i64::MAX);
    connection.pragma_update_and_check(None, "journal_size_limit", limit, |_| Ok(()))
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

/// Opens the file for the first time: changes nothing in it before it is known to be ours, or new,
/// and marks a new one.
///
/// # Errors
/// [`OpenError::Foreign`] for another program's database, [`OpenError::Held`] where another program
/// may write it at this moment.
pub(super) fn claim(path: &Path) -> Result<Connection, OpenError> {
    let refused = |error: rusqlite::Error| refuse(path, &error);
    let connection = open_plain(path).map_err(refused)?;
    connection.busy_timeout(BUSY_AT_START).map_err(refused)?;
    let read = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i32>(0));
    let mark = read("PRAGMA application_id").map_err(refused)?;
    let tables = read("SELECT count(*) FROM sqlite_schema").map_err(refused)?;
    let is_new = mark == 0 && tables == 0;
    if !is_new && mark != APPLICATION_ID {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
        });
    }
    configure(&connection).map_err(refused)?;
    if is_new {
        connection
            .pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(refused)?;
    }
    may_write(&connection).map_err(refused)?;
    connection.busy_timeout(BUSY).map_err(refused)?;
    Ok(connection)
}

/// Takes SQLite's write lock and lets go of it: nothing is written.
pub(super) fn may_write(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")
}

/// What an error on opening means.
pub(super) fn refuse(path: &Path, error: &rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::Foreign {
            path: path.to_owned(),
        },
        // Ours would hold the lock beside the file, and that one is taken before.
        Some(ErrorCode::DatabaseBusy) => OpenError::Held {
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
