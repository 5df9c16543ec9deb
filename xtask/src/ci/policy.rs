//! What may be depended on: licences, sources, bans and advisories, as `deny.toml` says.
//!
//! 1. cargo-deny is looked for on the path, then in the target directory, else built there: about
//!    a minute on two cores, once.
//! 2. Licences, sources and bans need no network and always count.
//! 3. Advisories need their database: where it cannot be fetched the step is skipped with a word;
//!    a found advisory is a failure.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command;
use crate::failure::Failure;

/// The version that is built where there is none. A newer one on the path is welcome.
const VERSION: &str = "0.20.2";

/// What needs no network.
const OFFLINE: [&str; 3] = ["licenses", "sources", "bans"];

/// How many seconds the advisory database may take. It is small; a network that swallows packets
/// would otherwise hold the run for minutes.
const FETCH_SECONDS: &str = "60";

/// Holds the dependencies against `deny.toml`.
///
/// # Errors
/// [`Failure::Command`] where they break the policy or cargo-deny cannot be built.
pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    let program = cargo_deny(root)?;
    let mut rules = deny(Command::new(&program), root);
    command::run(
        rules
            .args(["--offline", "check", "--hide-inclusion-graph"])
            .args(OFFLINE),
    )?;
    let mut timed = Command::new("timeout");
    timed.arg(FETCH_SECONDS).arg(&program);
    if command::succeeds(deny(timed, root).args(["fetch", "db"])) {
        let mut advisories = deny(Command::new(&program), root);
        command::run(advisories.args(["--offline", "check", "advisories"]))
    } else {
        println!("advisories: skipped, their database cannot be reached from here");
        Ok(())
    }
}

/// What every call of cargo-deny says: all crates, all features.
fn deny(mut command: Command, root: &Path) -> Command {
    command
        .current_dir(root)
        .args(["--workspace", "--all-features"]);
    command
}

/// Where cargo-deny is, built if need be.
fn cargo_deny(root: &Path) -> Result<PathBuf, Failure> {
    const NAME: &str = "cargo-deny";
    if command::on_path(NAME) {
        return Ok(NAME.into());
    }
    let tools = command::target(root).join("tools");
    let program = tools.join("bin").join(NAME);
    if !program.is_file() {
        println!(
            "{NAME} is missing: building version {VERSION} into {}",
            tools.display()
        );
        // Built in a directory of its own that cargo deletes: 700 MB, wanted once.
        let mut install = command::cargo(root);
        install.args([
            "install",
            NAME,
            "--version",
            VERSION,
            "--locked",
            "--debug",
            "--root",
        ]);
        command::run(install.arg(&tools).env_remove("CARGO_TARGET_DIR"))?;
    }
    Ok(program)
}
