//! `cargo xtask test`: what the tests need, then the tests.
//!
//! 1. Debian's packages: the database server, and an interpreter for each kind of real client.
//! 2. The real clients of `contracts/*`, by their own lockfiles, into their own folders; crates into
//!    cargo's cache.
//! 3. `cargo test` over the workspace, once, and over the published libraries with all their features.
//!
//! What is there already is not asked for again, so that the second run needs no network.

mod crates;
mod debian;
mod npm;
mod pypi;

use std::fs;
use std::path::{Path, PathBuf};

use crate::command;
use crate::failure::Failure;

pub(crate) use debian::has_openssl;

/// Whether something missing may be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Install {
    /// Yes, if the system lets us.
    Allowed,
    /// No: say what is missing.
    Forbidden,
}

const USAGE: &str = "usage: cargo xtask test [--no-install] [-- FILTER …]";

/// Installs what is missing, then runs every test.
///
/// # Errors
/// [`Failure::Missing`] with the command to run; [`Failure::Command`] where a test failed.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let (install, filter) = options(arguments)?;
    let contracts = contracts(root)?;
    debian::provide(&contracts, install)?;
    npm::provide(&contracts, install)?;
    pypi::provide(&contracts, install)?;
    crates::provide(&contracts, install)?;
    let mut cargo = command::cargo(root);
    cargo
        .args(["test", "--workspace", "--locked", "--no-fail-fast", "--"])
        .args(filter);
    command::run(&mut cargo)?;
    let mut whole = command::cargo(root);
    whole
        .args(["test", "--locked", "--no-fail-fast"])
        .args(command::WHOLE_LIBRARIES)
        .arg("--")
        .args(filter);
    command::run(&mut whole)
}

/// What the arguments ask for: install or not, and the words for the test runner.
fn options(arguments: &[String]) -> Result<(Install, &[String]), Failure> {
    let end = arguments
        .iter()
        .position(|one| one == "--")
        .unwrap_or(arguments.len());
    let (ours, rest) = arguments.split_at_checked(end).unwrap_or((arguments, &[]));
    let filter = rest.get(1..).unwrap_or_default();
    match ours {
        [] => Ok((Install::Allowed, filter)),
        [one] if one == "--no-install" => Ok((Install::Forbidden, filter)),
        _ => Err(Failure::Usage(USAGE.into())),
    }
}

/// The folders of real clients, in order.
fn contracts(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let path = root.join("contracts");
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let fault = |source| Failure::File {
        path: "contracts".into(),
        source,
    };
    let entries = fs::read_dir(path).map_err(fault)?;
    let folders = entries
        .map(|entry| entry.map(|one| one.path()))
        .collect::<Result<Vec<_>, _>>();
    let mut folders = folders.map_err(fault)?;
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    Ok(folders)
}

/// Says that packages are being installed into a folder, or that they may not.
fn announce(packages: &str, folder: &Path, install: Install) -> Result<(), Failure> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let what = format!("the {packages} packages of contracts/{name}");
    match install {
        Install::Allowed => println!("installing {what}"),
        Install::Forbidden => {
            let command = format!("cargo xtask test (it installs into contracts/{name} only)");
            return Err(Failure::Missing { what, command });
        }
    }
    Ok(())
}

/// Whether what `lock` asks for was installed: a copy of it stands at `stamp`.
fn is_fresh(lock: &Path, stamp: &Path) -> bool {
    let (asked, installed) = (fs::read(lock), fs::read(stamp));
    matches!((asked, installed), (Ok(asked), Ok(installed)) if asked == installed)
}

/// Notes at `stamp` that what `lock` asks for is installed.
fn mark_fresh(lock: &Path, stamp: &Path) -> Result<(), Failure> {
    let fault = |source| Failure::File {
        path: stamp.display().to_string(),
        source,
    };
    fs::copy(lock, stamp).map(drop).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn everything_after_the_dashes_goes_to_the_test_runner() {
        let arguments = words("--no-install -- race --nocapture");
        let (install, filter) = options(&arguments).unwrap();
        assert_eq!(
            (install, filter),
            (Install::Forbidden, words("race --nocapture").as_slice())
        );
    }

    #[test]
    fn without_arguments_everything_runs_and_may_be_installed() {
        assert_eq!(options(&[]).unwrap(), (Install::Allowed, &[] as &[String]));
    }

    #[test]
    fn what_is_installed_is_fresh_until_its_lockfile_changes() {
        let folder = std::env::temp_dir().join(format!("symbolon-xtask-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (lock, stamp) = (folder.join("lock"), folder.join("stamp"));
        fs::write(&lock, "one").unwrap();
        let missing = is_fresh(&lock, &stamp);
        mark_fresh(&lock, &stamp).unwrap();
        let installed = is_fresh(&lock, &stamp);
        fs::write(&lock, "two").unwrap();
        let changed = is_fresh(&lock, &stamp);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!((missing, installed, changed), (false, true, false));
    }

    #[test]
    fn an_unknown_option_is_refused() {
        assert!(matches!(options(&words("--fast")), Err(Failure::Usage(_))));
    }
}
