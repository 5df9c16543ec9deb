//! The file: a line is appended and flushed; where it grew too long, a shorter one takes its place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Longest file that is read, in bytes: five times what this program writes.
const MAX_BYTES: u64 = 1024 * 1024;

/// By which a file that somebody else wrote to is told from the one that was read.
pub(super) type Mark = (u64, u64);

/// How a file stands now; `None` where there is none.
pub(super) fn mark(path: &Path) -> io::Result<Option<Mark>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some((found.ino(), found.len()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What it holds; `None` where there is none.
pub(super) fn read(path: &Path) -> io::Result<Option<String>> {
    if mark(path)?.is_some_and(|(_, size)| size > MAX_BYTES) {
        return Err(io::Error::other(
            "the file is longer than this program makes it",
        ));
    }
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Appends lines, durably. A line that a crash cut off is ended first.
pub(super) fn append(path: &Path, lines: &[String], begin_anew: bool) -> io::Result<()> {
    let is_new = mark(path)?.is_none();
    let mut text = String::new();
    if begin_anew {
        text.push('\n');
    }
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    let mut options = OpenOptions::new();
    let mut file = options.append(true).create(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_data()?;
    if is_new {
        sync_folder(path)?;
    }
    Ok(())
}

/// Puts another text in its place, durably.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    match path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}
