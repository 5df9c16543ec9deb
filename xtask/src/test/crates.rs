//! Real clients from crates.io: `contracts/*/Cargo.toml`, by their lockfile, into cargo's own cache.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Install, announce};
use crate::command;
use crate::failure::Failure;

/// Brings the crates of every folder that has a `Cargo.toml`, where the cache lacks one.
///
/// # Errors
/// [`Failure::Missing`], with the command to run where the network can be reached.
pub(super) fn provide(contracts: &[PathBuf], install: Install) -> Result<(), Failure> {
    let ours = contracts
        .iter()
        .filter(|folder| folder.join("Cargo.toml").is_file());
    ours.into_iter()
        .try_for_each(|folder| provide_one(folder, install))
}

fn provide_one(folder: &Path, install: Install) -> Result<(), Failure> {
    if command::succeeds(fetch(folder).arg("--offline")) {
        return Ok(());
    }
    announce("crates.io", folder, install)?;
    command::run(&mut fetch(folder)).map_err(|_| missing(folder))
}

fn fetch(folder: &Path) -> Command {
    let mut cargo = command::cargo(folder);
    cargo.args(["fetch", "--locked"]);
    cargo
}

/// What to run once the registry can be reached.
fn missing(folder: &Path) -> Failure {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    Failure::Missing {
        what: format!("the crates of contracts/{name}, and the registry did not give them"),
        command: format!(
            "cargo fetch --locked --manifest-path contracts/{name}/Cargo.toml (with a network, once)"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_offline_is_told_what_to_run() {
        let failure = missing(Path::new("/x/contracts/rust-oauth2")).to_string();
        assert_eq!(
            failure,
            "the tests need the crates of contracts/rust-oauth2, and the registry did not give \
             them; run: cargo fetch --locked --manifest-path contracts/rust-oauth2/Cargo.toml \
             (with a network, once)"
        );
    }

    #[test]
    fn a_folder_without_crates_asks_for_none() {
        let folder = std::env::temp_dir().join("symbolon-xtask-no-crates");
        assert!(provide(&[folder], Install::Forbidden).is_ok());
    }
}
