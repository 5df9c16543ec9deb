//! Create a root key file. One that is there already is left alone and refused.

use std::path::Path;

use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::file;

use crate::command::input;
use crate::exit::StartError;
use crate::output;

pub(super) fn run(path: &Path, under_passphrase: bool) -> Result<(), StartError> {
    if path.symlink_metadata().is_ok() {
        return Err(StartError::Sentence(format!(
            "{} exists already; a root key is never replaced, for everything in its database rests on it",
            path.display()
        )));
    }
    let passphrase = if under_passphrase {
        Some(input::new_passphrase()?)
    } else {
        None
    };
    file::load_or_create(path, passphrase.as_ref(), &SystemRandom)?;
    output::message(&format!(
        "made {}; keep a copy apart from the database's backups: without it they cannot be read",
        path.display()
    ));
    Ok(())
}
