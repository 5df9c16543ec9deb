//! Why the store said no, and whose fault it is.

use std::path::PathBuf;

use thiserror::Error;

/// The database cannot answer now. Nothing of the call was written, or, where the connection broke
/// while a commit was under way, nobody was told that it was: ask again.
#[derive(Clone, Debug, Error)]
#[error("the database does not answer now: {reason}")]
pub struct Unavailable {
    /// What the engine said. For the log, never for a client.
    pub reason: String,
}

impl Unavailable {
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

/// Why nothing can be written at the moment, as far as an operator can mend it. Each is one sentence:
/// what, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WriteFault {
    /// Another program holds the file's write lock.
    #[error(
        "another program, such as a sqlite3 shell, holds the write lock of the database file; end it, \
         and writes go on by themselves"
    )]
    Held,
    /// The disk is full.
    #[error("the disk of the database is full; make room, and writes go on by themselves")]
    Full,
    /// Something else, which the log has.
    #[error("the database takes no writes at the moment; the log says why")]
    Failed,
}

/// Why a unit did not become durable. Nothing of it was written.
#[derive(Clone, Debug, Error)]
pub enum CommitError {
    /// A step found other rows than it expected: somebody was faster. Load again.
    #[error("somebody else changed it first (step {step})")]
    Conflict {
        /// Which step of the unit, from 0.
        step: usize,
    },
    /// The disk or the database failed, or too many writes wait already.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a database was not opened. Each is one sentence for the operator; the process exits with 2.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process holds the SQLite file.
    #[error("{} is in use by another Symbolon process; stop it, or use another directory", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// Another program, not one of ours, holds SQLite's own lock.
    #[error("{} is locked by another program, such as a sqlite3 shell or a copying tool; end it (fuser {} names it) and start again", path.display(), path.display())]
    Held {
        /// The file.
        path: PathBuf,
    },
    /// The file is no SQLite database, or one of another program.
    #[error("{} is not a Symbolon database; name another file", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The database was written by a newer version.
    #[error(
        "the database was written by a newer version of Symbolon (it has {migration}); install that version or a later one"
    )]
    Newer {
        /// The migration that this version does not know.
        migration: String,
    },
    /// A migration that was applied has another text now.
    #[error(
        "the database's schema differs from this version's ({migration} was changed after it was applied); use an unmodified build"
    )]
    Changed {
        /// The migration.
        migration: String,
    },
    /// The server is something else than PostgreSQL, or too old, or read-only.
    #[error("this database server cannot be used: {reason}")]
    WrongEngine {
        /// What it is, and what to use.
        reason: String,
    },
    /// The URL cannot be read.
    #[error("the database URL cannot be read: {reason}")]
    Url {
        /// What is wrong with it, without its password.
        reason: String,
    },
    /// It does not answer.
    #[error("the database cannot be reached: {reason}")]
    Unreachable {
        /// What the engine said.
        reason: String,
    },
    /// A schema step failed; the database stands as before it.
    #[error("the database's schema cannot be brought up to date ({migration}): {reason}")]
    Migration {
        /// The migration.
        migration: String,
        /// What the engine said.
        reason: String,
    },
}

/// Why there is no backup. Nothing is left behind.
#[derive(Debug, Error)]
pub enum BackupError {
    /// Something is there already.
    #[error("{} exists already; name another file", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A server has tools of its own.
    #[error("a PostgreSQL database is backed up by pg_dump or pg_basebackup")]
    UsePostgresTools,
    /// The copy failed.
    #[error("the backup failed: {reason}")]
    Failed {
        /// What the disk or the engine said.
        reason: String,
    },
}
