//! Real clients from npm: `contracts/*/package.json`, by their lockfile, without their scripts.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Install, announce, is_fresh, mark_fresh};
use crate::command;
use crate::failure::Failure;

/// What `npm` is asked: exactly the lockfile, and nothing that a package would like to run.
const CI: [&str; 4] = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

/// Brings the packages of every folder that has a `package.json` and is not up to date.
///
/// # Errors
/// [`Failure::Missing`], [`Failure::Command`] of npm.
pub(super) fn provide(contracts: &[PathBuf], install: Install) -> Result<(), Failure> {
    let ours = contracts
        .iter()
        .filter(|folder| folder.join("package.json").is_file());
    ours.into_iter()
        .try_for_each(|folder| provide_one(folder, install))
}

fn provide_one(folder: &Path, install: Install) -> Result<(), Failure> {
    let lock = folder.join("package-lock.json");
    let stamp = folder.join("node_modules/.installed");
    if is_fresh(&lock, &stamp) {
        return Ok(());
    }
    announce("npm", folder, install)?;
    command::run(Command::new("npm").args(CI).current_dir(folder))?;
    mark_fresh(&lock, &stamp)
}
