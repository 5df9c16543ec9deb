//! `cargo xtask fuzz`: what holds for any bytes, looked for in bytes that nobody thought of.
//!
//! 1. A nightly toolchain and cargo-fuzz are looked for; what is missing is named with the command
//!    that brings it. cargo-fuzz may also stand in the target directory, where cargo-deny does.
//! 2. Each target of `fuzz/fuzz_targets` runs for its seconds, from its seeds and from what earlier
//!    runs found worth keeping. The first fault ends the run; its input is kept below
//!    `fuzz/artifacts`, and libFuzzer prints how to run it again.

mod option;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use self::option::Options;
use crate::command;
use crate::failure::Failure;

/// The crate of the targets, outside the workspace.
const CRATE: &str = "fuzz";

/// Runs one target or all of them.
///
/// # Errors
/// [`Failure::Tool`] with the command to run; [`Failure::Command`] where a target found a fault.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let options = Options::read(arguments)?;
    let chosen = options.choose(targets(root)?)?;
    let path = provide(root)?;
    for target in chosen {
        println!("── {target}, {} s", options.seconds);
        run_one(root, &target, options.seconds, &path)?;
    }
    Ok(())
}

/// The names of the targets, in order.
fn targets(root: &Path) -> Result<Vec<String>, Failure> {
    let folder = root.join(CRATE).join("fuzz_targets");
    let fault = |source| Failure::File {
        path: folder.display().to_string(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            names.extend(
                path.file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}

/// Step 1: the search path on which everything is found.
fn provide(root: &Path) -> Result<OsString, Failure> {
    let missing = |what, command| Failure::Tool { what, command };
    if !command::succeeds(Command::new("cargo").args(["+nightly", "--version"])) {
        return Err(missing(
            "a nightly toolchain, for the sanitizer that fuzzing is built with",
            "rustup toolchain install nightly --profile minimal",
        ));
    }
    let tools = command::target(root).join("tools").join("bin");
    if !tools.join("cargo-fuzz").is_file() && !command::on_path("cargo-fuzz") {
        return Err(missing("cargo-fuzz", "cargo install cargo-fuzz --locked"));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tools).chain(env::split_paths(&path));
    env::join_paths(folders).map_err(|why| Failure::Shape {
        what: "the search path",
        why: why.to_string(),
    })
}

/// Step 2, for one target.
fn run_one(root: &Path, target: &str, seconds: u32, path: &OsString) -> Result<(), Failure> {
    let built = command::target(root).join("fuzz");
    let found = corpus(&built, target)?;
    let mut cargo = Command::new("cargo");
    cargo
        .args(["+nightly", "fuzz", "run", "--target-dir"])
        .arg(&built)
        .arg(target)
        .arg(found)
        .arg(Path::new("seeds").join(target))
        .args(["--".into(), format!("-max_total_time={seconds}")])
        .current_dir(root.join(CRATE))
        .env("PATH", path)
        .env_remove("CARGO_TARGET_DIR");
    command::run(&mut cargo)
}

/// Where a target keeps what it found worth keeping.
fn corpus(built: &Path, target: &str) -> Result<PathBuf, Failure> {
    let folder = built.join("corpus").join(target);
    fs::create_dir_all(&folder).map_err(|source| Failure::File {
        path: folder.display().to_string(),
        source,
    })?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        package.parent().unwrap().to_path_buf()
    }

    #[test]
    fn every_target_is_built_and_has_seeds() {
        let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
        let targets = targets(&root()).unwrap();
        assert!(targets.len() >= 4);
        for target in targets {
            let line = format!("name = \"{target}\", path = \"fuzz_targets/{target}.rs\"");
            assert!(manifest.contains(&line), "{target}");
            let seeds = root().join("fuzz/seeds").join(&target);
            assert!(fs::read_dir(seeds).unwrap().next().is_some(), "{target}");
        }
    }
}
