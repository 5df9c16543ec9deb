//! The bench's own folder: for its owner alone, gone with the bench.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// A folder below the system's temporary one.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes one. The name holds the process, so that two benches do not meet.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn new(name: &str) -> Result<Self, Failure> {
        let process = std::process::id();
        let path = std::env::temp_dir().join(format!("symbolon-{name}-{process}"));
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|source| fault(&path, source))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file for its owner alone, anew if it is there.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.0.join(name);
        let mut options = OpenOptions::new();
        let options = options.write(true).create(true).truncate(true).mode(0o600);
        let written = options
            .open(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|source| fault(&path, source))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own sweeping.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A file's fault.
pub(super) fn fault(path: &Path, source: std::io::Error) -> Failure {
    Failure::File {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_written_is_its_owners_alone_and_goes_with_the_folder() {
        let folder = Folder::new("folder-test").unwrap();
        let path = folder.write("script", "one").unwrap();
        folder.write("script", "2").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (fs::read_to_string(&path).unwrap(), mode),
            ("2".into(), 0o600)
        );
        drop(folder);
        assert!(!path.exists());
    }
}
