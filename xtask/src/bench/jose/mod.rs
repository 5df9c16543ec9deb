//! `cargo xtask bench jose`: what a token costs beside the bare cryptography and beside other
//! libraries.
//!
//! 1. Build `contracts/rust-jose-bench` as the authority is released. It is a workspace of its own,
//!    for one of the other libraries brings OpenSSL.
//! 2. Run it: all take their rounds in turn, in one process.
//! 3. One table; with `--write` it goes to `docs/performance.md`.
//!
//! A missed aim is marked and fails nothing: machines differ.

mod row;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use self::row::Row;
use super::{Fault, build, folder, machine, page};
use crate::command;
use crate::failure::Failure;
use crate::test::has_openssl;

const USAGE: &str = "usage: cargo xtask bench jose [--quick] [--write]";

/// The program, from the root.
const PROGRAM: &str = "contracts/rust-jose-bench";

/// What the arguments ask for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    /// Only to see whether it works.
    quick: bool,
    /// Put the table into `docs/performance.md`.
    write: bool,
}

/// Measures, and prints the table.
///
/// # Errors
/// [`Failure`] where the program does not build or run.
pub(super) fn run(root: &Path, arguments: &[String]) -> Result<(), Failure> {
    let options = options(arguments)?;
    if !has_openssl() {
        let missing = Fault::Missing {
            what: "OpenSSL's headers, for the crate josekit",
            command: "apt-get install --no-install-recommends libssl-dev pkg-config",
        };
        return Err(missing.into());
    }
    let source = root.join(PROGRAM);
    let target = command::target(root).join("contracts");
    let target = target.display().to_string();
    let program = build::program(&source, &["--locked", "--target-dir", &target])?;
    let machine = machine::describe()?;
    let mut measure = Command::new(program);
    if options.quick {
        measure.arg("--quick");
    }
    let lock = source.join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|source| folder::fault(&lock, source))?;
    let found = report(&command::read(&mut measure)?, &lock)?;
    let found = format!("{machine}.\n{found}");
    println!("\n{found}");
    if options.write {
        page::write(root, page::JOSE, &found)?;
    }
    Ok(())
}

fn options(arguments: &[String]) -> Result<Options, Failure> {
    let mut options = Options::default();
    for argument in arguments {
        match argument.as_str() {
            "--quick" => options.quick = true,
            "--write" => options.write = true,
            _ => return Err(Failure::Usage(USAGE.into())),
        }
    }
    Ok(options)
}

/// What the program printed, as a table with its story.
fn report(printed: &str, lock: &str) -> Result<String, Failure> {
    let shape = |why: String| Failure::Shape {
        what: "what the bench of the JOSE library has printed",
        why,
    };
    let document: Value = serde_json::from_str(printed).map_err(|why| shape(why.to_string()))?;
    let number = |name: &str| document.get(name).and_then(Value::as_u64);
    let rows = document.get("rows").and_then(Value::as_array);
    let rows = rows.map(|rows| rows.iter().map(Row::read).collect::<Option<Vec<Row>>>());
    match (number("claims"), number("rounds"), rows.flatten()) {
        (Some(claims), Some(rounds), Some(rows)) => Ok(format!(
            "Nanoseconds a call, medians of {rounds} rounds; {claims} bytes of claims. Beside \
             jsonwebtoken {} (aws-lc-rs) and josekit {} (OpenSSL).\n\n{}",
            version(lock, "jsonwebtoken").unwrap_or("?"),
            version(lock, "josekit").unwrap_or("?"),
            row::table(&rows)
        )),
        _ => Err(shape("it lacks claims, rounds or rows".into())),
    }
}

/// The version that a lockfile has of a crate.
fn version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    after.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_answered_with_the_usage() {
        let words =
            |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
        let both = Options {
            quick: true,
            write: true,
        };
        assert_eq!(options(&words("--quick --write")).unwrap(), both);
        assert!(matches!(
            options(&words("--only sign")),
            Err(Failure::Usage(_))
        ));
    }

    #[test]
    fn the_table_says_beside_whom() {
        let printed = r#"{"claims":300,"rounds":3,"rows":[{"name":"sign ES256","entries":[
            {"name":"bare","ns":100,"excess":20.0,"ratio":1.2},
            {"name":"ours","ns":120,"excess":0,"ratio":1}]}]}"#;
        let lock = "[[package]]\nname = \"josekit\"\nversion = \"0.10.3\"\n";
        let found = report(printed, lock).unwrap();
        assert!(found.contains("jsonwebtoken ? (aws-lc-rs) and josekit 0.10.3 (OpenSSL)"));
        assert!(found.contains("| sign ES256 |"), "{found}");
        assert!(matches!(report("{}", lock), Err(Failure::Shape { .. })));
    }
}
