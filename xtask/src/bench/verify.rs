//! `cargo xtask bench verify`: what a token costs a resource server on `lib/verify`.
//!
//! 1. Build the library's example `cost` as it would be released.
//! 2. Run it: the bare signature check, a token seen for the first time, one that is remembered.
//! 3. One table; with `--write` it goes to `docs/performance.md`.

use std::path::Path;
use std::process::Command;

use super::{build, machine, page};
use crate::command;
use crate::failure::Failure;

const USAGE: &str = "usage: cargo xtask bench verify [--write]";

/// Measures, and prints the table.
///
/// # Errors
/// [`Failure`] where the program does not build or run.
pub(super) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let write = match arguments {
        [] => false,
        [one] if one == "--write" => true,
        _ => return Err(Failure::Usage(USAGE.into())),
    };
    let which = ["-p", "symbolon-verify", "--example", "cost"];
    let program = build::program(root, &which)?;
    let machine = machine::describe()?;
    let found = command::read(&mut Command::new(program))?;
    let found = format!("{machine}.\nMicroseconds a token, the best of 300 rounds.\n\n{found}");
    println!("\n{found}");
    if write {
        page::write(root, page::VERIFY, &found)?;
    }
    Ok(())
}
