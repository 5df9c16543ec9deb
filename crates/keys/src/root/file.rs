//! The ring in a file: made once with mode 0600, never overwritten in place, refused where others
//! may read it. Its text is the ring's, or that under a passphrase.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use symbolon_token::random::{self, Random};
use symbolon_token::secret::Secret;
use thiserror::Error;
use zeroize::Zeroizing;

use super::passphrase::{self, PassphraseError};
use super::{RootKeyId, RootKeys, RootKeysError};

/// The longest file that is read: sixteen keys need 900 bytes, the rest is room for comments.
const MAX_BYTES: u64 = 16 * 1024;

/// Mode bits that a file of our own may have.
const OWNED: u32 = 0o600;

/// Mode bits that a file of the superuser's may have: orchestrators mount secrets so, readable by
/// the group of the one process that they are for.
const MOUNTED: u32 = 0o640;

/// Why there is no ring. One sentence for the operator; the process exits with 2.
#[derive(Debug, Error)]
pub enum RootFileError {
    /// Others than its owner may read or write it.
    #[error("{} can be read by others (mode {mode:04o}); run: chmod 600 {}", path.display(), path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It cannot be read or written.
    #[error("the root key file {} cannot be used: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// It is under a passphrase, and none was given.
    #[error("the root key file {} is under a passphrase; name the variable that holds it in root_key.passphrase_environment, or start on a terminal", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// It is not under a passphrase, and one was given: somebody believes that it is protected.
    #[error("the root key file {} is not under a passphrase, and one is given; take it out of the configuration, or run: symbolon root-key lock --file {}", path.display(), path.display())]
    Plain {
        /// The file.
        path: PathBuf,
    },
    /// It does not come out from under its passphrase, or cannot go under it.
    #[error("the root key file {} cannot be opened: {source}", path.display())]
    Passphrase {
        /// The file.
        path: PathBuf,
        /// Why.
        source: PassphraseError,
    },
    /// What it holds is no ring.
    #[error("the root key file {} cannot be read: {source}", path.display())]
    Keys {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: RootKeysError,
    },
}

/// Whether the ring in a file is under a passphrase.
///
/// # Errors
/// [`RootFileError`]; a file that is not there is one too.
pub fn is_locked(path: &Path) -> Result<bool, RootFileError> {
    read(path).map(|text| passphrase::is_locked(&text))
}

/// Reads a ring, with the passphrase that it is under.
///
/// # Errors
/// [`RootFileError`]; a file that is not there is one too.
pub fn load(path: &Path, passphrase: Option<&Secret>) -> Result<RootKeys, RootFileError> {
    let text = read(path)?;
    let path = || path.to_owned();
    match (passphrase, passphrase::is_locked(&text)) {
        (None, true) => Err(RootFileError::Locked { path: path() }),
        (Some(_), false) => Err(RootFileError::Plain { path: path() }),
        (Some(passphrase), true) => {
            passphrase::unlock(&text, passphrase).map_err(|source| RootFileError::Passphrase {
                path: path(),
                source,
            })
        }
        (None, false) => RootKeys::parse(&text).map_err(|source| RootFileError::Keys {
            path: path(),
            source,
        }),
    }
}

/// The text of a file that nobody else may read.
fn read(path: &Path) -> Result<Zeroizing<String>, RootFileError> {
    let io = |source| failed(path, source);
    let mut file = File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    let allowed = if metadata.uid() == 0 { MOUNTED } else { OWNED };
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 & !allowed != 0 {
        let path = path.to_owned();
        return Err(RootFileError::Exposed { path, mode });
    }
    if metadata.len() > MAX_BYTES {
        return Err(io(io::Error::from(io::ErrorKind::FileTooLarge)));
    }
    let room = usize::try_from(metadata.len()).unwrap_or(0) + 1;
    let mut text = Zeroizing::new(String::with_capacity(room));
    (&mut file)
        .take(MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(io)?;
    Ok(text)
}

/// The text that goes into a file.
fn written(
    path: &Path,
    ring: &RootKeys,
    passphrase: Option<&Secret>,
    random: &dyn Random,
) -> Result<Zeroizing<String>, RootFileError> {
    let Some(passphrase) = passphrase else {
        return Ok(ring.to_text());
    };
    passphrase::lock(ring, passphrase, random).map_err(|source| RootFileError::Passphrase {
        path: path.to_owned(),
        source,
    })
}

/// Reads a ring, or makes one where there is no file. Of two processes that make one at once, both
/// read the same.
///
/// # Errors
/// [`RootFileError`].
pub fn load_or_create(
    path: &Path,
    passphrase: Option<&Secret>,
    random: &dyn Random,
) -> Result<RootKeys, RootFileError> {
    if path.try_exists().map_err(|source| failed(path, source))? {
        return load(path, passphrase);
    }
    let text = written(path, &RootKeys::generate(random), passphrase, random)?;
    let draft = write_draft(path, &text, random)?;
    // A link fails where the file has come to be in the meantime; a rename would replace it.
    let linked = fs::hard_link(&draft, path);
    let made = match linked {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // Some file systems know no links. There a crash may leave a file that is cut off, which
        // is refused at the next start.
        Err(_) => write_new(path, &text),
    };
    fs::remove_file(&draft)
        .and(made)
        .map_err(|source| failed(path, source))?;
    sync_directory(path)?;
    load(path, passphrase)
}

/// Rotates: adds a random key to a file, which stays under its passphrase. Running processes go on
/// with the old one until they start again.
///
/// # Errors
/// [`RootFileError`]; the file is as before.
pub fn add(
    path: &Path,
    passphrase: Option<&Secret>,
    random: &dyn Random,
) -> Result<RootKeyId, RootFileError> {
    let ring = load(path, passphrase)?.rotated(random);
    let ring = ring.map_err(|source| RootFileError::Keys {
        path: path.to_owned(),
        source,
    })?;
    let text = written(path, &ring, passphrase, random)?;
    replace(path, &text, random)?;
    Ok(ring.current())
}

/// Puts a file's ring under a passphrase. The same keys stand in it.
///
/// # Errors
/// [`RootFileError`], also where it is under one already; the file is as before.
pub fn lock(path: &Path, passphrase: &Secret, random: &dyn Random) -> Result<(), RootFileError> {
    let ring = load(path, None)?;
    let text = written(path, &ring, Some(passphrase), random)?;
    replace(path, &text, random)
}

/// Puts another text in a file's place, whole or not at all.
fn replace(path: &Path, text: &str, random: &dyn Random) -> Result<(), RootFileError> {
    let draft = write_draft(path, text, random)?;
    fs::rename(&draft, path).map_err(|source| failed(path, source))?;
    sync_directory(path)
}

/// Writes the whole text beside the file and waits until the disk has it.
fn write_draft(path: &Path, text: &str, random: &dyn Random) -> Result<PathBuf, RootFileError> {
    let suffix = u64::from_be_bytes(random::bytes(random));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{suffix:016x}"));
    let draft = path.with_file_name(name);
    let written = write_new(&draft, text);
    if let Err(source) = written {
        // Whatever of a key is in it belongs to no ring.
        drop(fs::remove_file(&draft));
        return Err(failed(path, source));
    }
    Ok(draft)
}

/// Writes a file that was not there, for its owner alone.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNED)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn sync_directory(path: &Path) -> Result<(), RootFileError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(|source| failed(path, source))
}

fn failed(path: &Path, source: io::Error) -> RootFileError {
    RootFileError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::random::SystemRandom;

    fn directory() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_file_is_made_once_for_its_owner_alone() {
        let directory = directory();
        let path = directory.path().join("root.key");
        let made = load_or_create(&path, None, &SystemRandom).unwrap();
        let again = load_or_create(&path, None, &SystemRandom).unwrap();
        assert_eq!(*made.to_text(), *again.to_text());
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_with_the_command_that_mends_it() {
        let directory = directory();
        let path = directory.path().join("root.key");
        load_or_create(&path, None, &SystemRandom).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = load(&path, None).err().unwrap().to_string();
        let path = path.display();
        let sentence = format!("{path} can be read by others (mode 0644); run: chmod 600 {path}");
        assert_eq!(error, sentence);
    }

    #[test]
    fn an_added_key_is_the_current_one() {
        let directory = directory();
        let path = directory.path().join("root.key");
        load_or_create(&path, None, &SystemRandom).unwrap();
        let id = add(&path, None, &SystemRandom).unwrap();
        let ring = load(&path, None).unwrap();
        assert_eq!((ring.current(), id), (RootKeyId(2), RootKeyId(2)));
        assert!(ring.ids().eq([RootKeyId(1), RootKeyId(2)]));
    }

    #[test]
    fn a_file_that_is_cut_off_is_refused_and_left_alone() {
        let directory = directory();
        let path = directory.path().join("root.key");
        load_or_create(&path, None, &SystemRandom).unwrap();
        fs::write(&path, "1 AAEC").unwrap();
        assert!(matches!(
            load_or_create(&path, None, &SystemRandom),
            Err(RootFileError::Keys { .. })
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "1 AAEC");
    }

    #[test]
    fn a_file_under_a_passphrase_is_made_rotated_and_opened_with_it_alone() {
        let directory = directory();
        let path = directory.path().join("root.key");
        let passphrase = Secret::new("correct horse battery staple".to_owned());
        load_or_create(&path, Some(&passphrase), &SystemRandom).unwrap();
        assert!(is_locked(&path).unwrap());
        let refused = load(&path, None);
        assert!(matches!(refused, Err(RootFileError::Locked { .. })));
        add(&path, Some(&passphrase), &SystemRandom).unwrap();
        let ring = load(&path, Some(&passphrase)).unwrap();
        assert!(ring.ids().eq([RootKeyId(1), RootKeyId(2)]));
    }

    #[test]
    fn a_plain_file_goes_under_a_passphrase_with_the_same_keys() {
        let directory = directory();
        let path = directory.path().join("root.key");
        let passphrase = Secret::new("correct horse battery staple".to_owned());
        let before = load_or_create(&path, None, &SystemRandom).unwrap();
        let refused = load(&path, Some(&passphrase));
        assert!(matches!(refused, Err(RootFileError::Plain { .. })));
        lock(&path, &passphrase, &SystemRandom).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let after = load(&path, Some(&passphrase)).unwrap();
        assert_eq!(*after.to_text(), *before.to_text());
        let again = lock(&path, &passphrase, &SystemRandom);
        assert!(matches!(again, Err(RootFileError::Locked { .. })));
    }
}
