//! Real clients from Python's index: `contracts/*/requirements.txt` into `contracts/*/.venv`.
//!
//! Tests call `.venv/bin/python`. Where Python cannot make environments, that is a script of ours
//! around packages installed beside it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Install, announce, is_fresh, mark_fresh};
use crate::command;
use crate::failure::Failure;

/// What `pip` is asked.
const PIP: [&str; 5] = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
];

/// Stands for an environment's `python` where there is no `venv`.
const SHIM: &str = "#!/bin/sh\n\
    PYTHONPATH=\"$(dirname \"$0\")/../packages\" exec python3 \"$@\"\n";

/// Brings the packages of every folder that has a `requirements.txt` and is not up to date.
///
/// # Errors
/// [`Failure::Missing`], [`Failure::Command`] of pip.
pub(super) fn provide(contracts: &[PathBuf], install: Install) -> Result<(), Failure> {
    let ours = contracts
        .iter()
        .filter(|folder| folder.join("requirements.txt").is_file());
    ours.into_iter()
        .try_for_each(|folder| provide_one(folder, install))
}

fn provide_one(folder: &Path, install: Install) -> Result<(), Failure> {
    let requirements = folder.join("requirements.txt");
    let environment = folder.join(".venv");
    let stamp = environment.join(".installed");
    if is_fresh(&requirements, &stamp) && environment.join("bin/python").is_file() {
        return Ok(());
    }
    announce("Python", folder, install)?;
    let made = Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&environment)
        .status();
    if made.is_ok_and(|status| status.success()) {
        let mut pip = Command::new(environment.join("bin/python"));
        command::run(pip.args(PIP).arg("-r").arg(&requirements))?;
    } else {
        beside(&environment, &requirements)?;
    }
    mark_fresh(&requirements, &stamp)
}

/// Installs into a plain folder, with a script for `bin/python`.
fn beside(environment: &Path, requirements: &Path) -> Result<(), Failure> {
    let packages = environment.join("packages");
    let mut pip = Command::new("python3");
    pip.args(PIP)
        .arg("--upgrade")
        .arg("--target")
        .arg(packages)
        .arg("-r")
        .arg(requirements);
    command::run(&mut pip)?;
    shim(environment).map_err(|source| Failure::File {
        path: ".venv/bin/python".into(),
        source,
    })
}

fn shim(environment: &Path) -> std::io::Result<()> {
    let bin = environment.join("bin");
    fs::create_dir_all(&bin)?;
    let python = bin.join("python");
    // A half-made environment may have left a link to the system's own interpreter here.
    if python.is_symlink() {
        fs::remove_file(&python)?;
    }
    fs::write(&python, SHIM)?;
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755))
}
