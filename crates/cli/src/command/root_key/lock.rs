//! Lock: put a file's root keys under a passphrase. They stay the same keys.

use std::path::Path;

use symbolon_keys::random::SystemRandom;
use symbolon_keys::root::file;

use crate::command::input;
use crate::exit::StartError;
use crate::output;

pub(super) fn run(path: &Path) -> Result<(), StartError> {
    let passphrase = input::new_passphrase()?;
    file::lock(path, &passphrase, &SystemRandom)?;
    output::message(&format!(
        "{} is under the passphrase now; keep that apart from it, and destroy older copies of the file",
        path.display()
    ));
    Ok(())
}
