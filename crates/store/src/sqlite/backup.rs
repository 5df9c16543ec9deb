//! A copy of a live file.
//!
//! 1. Copy into a file beside the target, with a name that nobody takes for a backup.
//! 2. Flush it.
//! 3. Give it its name, unless something has that name by now.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::{Connection, backup::Backup, backup::StepResult};

use super::file;
use crate::error::{BackupError, OpenError};
use crate::unit::Sequence;

pub(super) fn failed(error: impl std::fmt::Display) -> BackupError {
    BackupError::Failed {
        reason: error.to_string(),
    }
}

/// Copies the whole file as of one commit; writers go on meanwhile. Answers its last entry's place.
///
/// # Errors
/// [`BackupError`].
pub(super) fn copy(from: &Path, to: &Path) -> Result<Sequence, BackupError> {
    let exists = || BackupError::Exists {
        path: to.to_owned(),
    };
    if to.symlink_metadata().is_ok() {
        return Err(exists());
    }
    let partial = file::with_suffix(to, ".partial");
    let done = fill(from, &partial, to).and_then(|sequence| {
        // A second name, not a new one: that would replace what came there meanwhile.
        fs::hard_link(&partial, to).map_err(|error| {
            if error.kind() == std::io::ErrorKind::AlreadyExists {
                exists()
            } else {
                failed(error)
            }
        })?;
        Ok(sequence)
    });
    drop(fs::remove_file(&partial));
    file::sync_folder(to);
    done
}

/// The failure, with the file that it is about.
fn named(path: &Path, error: &impl std::fmt::Display) -> BackupError {
    failed(format!("{}: {error}", path.display()))
}

/// Steps 1 and 2. Faults of the new file name it as it will be called.
fn fill(from: &Path, partial: &Path, to: &Path) -> Result<Sequence, BackupError> {
    // What a copy that was killed left behind.
    if partial.exists() {
        fs::remove_file(partial).map_err(failed)?;
    }
    let read = |error| named(from, &error);
    let write = |error| named(to, &error);
    file::make(partial).map_err(|error| {
        let name = partial.display().to_string();
        let reason = if let OpenError::Unreachable { reason } = error {
            reason
        } else {
            error.to_string()
        };
        failed(reason.replace(&name, &to.display().to_string()))
    })?;
    let source = file::open_reader(from).map_err(read)?;
    let mut target = Connection::open(partial).map_err(write)?;
    let copied = Backup::new(&source, &mut target)
        .and_then(|backup| backup.step(-1))
        .map_err(write)?;
    if !matches!(copied, StepResult::Done) {
        return Err(failed("the database is busy"));
    }
    // One file, without a log beside it.
    target
        .pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
        .map_err(write)?;
    let (sequence, _) = file::head(&target).map_err(write)?;
    target.close().map_err(|(_, error)| write(error))?;
    File::open(partial)
        .and_then(|file| file.sync_all())
        .map_err(|error| named(to, &error))?;
    Ok(sequence)
}
