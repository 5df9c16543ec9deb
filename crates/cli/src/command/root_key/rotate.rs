//! Rotate: add a root key to a file. Running processes go on with the old one until they start again.

use std::path::Path;

use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::file;

use crate::command::input;
use crate::exit::StartError;
use crate::output;

pub(super) fn run(path: &Path) -> Result<(), StartError> {
    let passphrase = if file::is_locked(path)? {
        Some(input::old_passphrase()?)
    } else {
        None
    };
    let id = file::add(path, passphrase.as_ref(), &SystemRandom)?;
    output::message(&format!(
        "root key {id} added to {}; it is used from the next start on, the older ones stay",
        path.display()
    ));
    Ok(())
}
