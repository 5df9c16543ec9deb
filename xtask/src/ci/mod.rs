//! `cargo xtask ci`: every check but the tests, in the order of their cost to whoever waits.
//!
//! Each step is announced with its duration; the first failure ends the run.

mod policy;

use std::path::Path;
use std::time::Instant;

use crate::failure::Failure;
use crate::{command, tidy};

/// A check: its name and its function.
type Step = (&'static str, fn(&Path) -> Result<(), Failure>);

const STEPS: &[Step] = &[
    ("format", format),
    ("tidy", |root| tidy::run(root, &[])),
    ("lints", lints),
    ("docs", docs),
    ("dependency policy", policy::check),
];

/// Runs every check.
///
/// # Errors
/// [`Failure::Step`]: the first that failed.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage("usage: cargo xtask ci".into()));
    }
    for (step, check) in STEPS {
        println!("── {step}");
        let start = Instant::now();
        check(root).map_err(|source| Failure::Step {
            step,
            source: Box::new(source),
        })?;
        println!("── {step}: ok, {:.1} s", start.elapsed().as_secs_f64());
    }
    Ok(())
}

fn format(root: &Path) -> Result<(), Failure> {
    command::run(command::cargo(root).args(["fmt", "--all", "--check"]))
}

fn lints(root: &Path) -> Result<(), Failure> {
    let mut cargo = command::cargo(root);
    cargo.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]);
    command::run(&mut cargo)?;
    let mut whole = command::cargo(root);
    whole
        .args(["clippy", "--all-targets", "--locked"])
        .args(command::WHOLE_LIBRARIES)
        .args(["--", "-D", "warnings"]);
    command::run(&mut whole)
}

fn docs(root: &Path) -> Result<(), Failure> {
    let mut cargo = command::cargo(root);
    cargo
        .args(["doc", "--workspace", "--no-deps", "--locked"])
        .env("RUSTDOCFLAGS", "-D warnings");
    command::run(&mut cargo)
}
