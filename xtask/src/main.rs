//! The chores of the project: `cargo xtask <chore>`.
//!
//! One module a chore. Each takes the root of the workspace and its own arguments, prints what it
//! does, and fails with one sentence.

mod bench;
mod ci;
mod command;
mod failure;
mod fuzz;
mod test;
mod tidy;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use failure::Failure;

/// A chore: the root of the workspace and the arguments after the chore's name.
type Chore = fn(&Path, &[String]) -> Result<(), Failure>;

/// Every chore: its name, what it does, and its function.
const CHORES: &[(&str, &str, Chore)] = &[
    (
        "tidy",
        "keep the house style: sizes, crate edges, verbs, names [--write]",
        tidy::run,
    ),
    (
        "ci",
        "format, lints, docs, tidy, dependency policy",
        ci::run,
    ),
    (
        "test",
        "install what the tests need, then run them [--no-install] [-- FILTER]",
        test::run,
    ),
    (
        "bench",
        "measure rates, memory, starts and room [jose] [--quick] [--only NAME] [--write]",
        bench::run,
    ),
    (
        "fuzz",
        "look for bytes that break what holds for any [--seconds N] [TARGET]",
        fuzz::run,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    let Some((name, rest)) = arguments.split_first() else {
        return Err(Failure::Usage(usage()));
    };
    let chore = CHORES.iter().find(|(known, _, _)| known == name);
    let (_, _, run) = chore.ok_or_else(|| Failure::Usage(usage()))?;
    run(&root(), rest)
}

/// The root of the workspace that cargo runs this program for. Read when it runs, not when it is
/// built: clones may share a target directory.
fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    package
        .and_then(|path| path.parent().map(Path::to_path_buf))
        .unwrap_or_else(|| ".".into())
}

fn usage() -> String {
    let rows = CHORES
        .iter()
        .map(|(name, about, _)| format!("\n  {name:<6} {about}"));
    format!("usage: cargo xtask <chore>{}", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_chore_is_answered_with_the_list() {
        let failure = dispatch(&["sweep-floor".into()]).unwrap_err().to_string();
        assert!(
            CHORES.iter().all(|(name, _, _)| failure.contains(name)),
            "{failure}"
        );
    }
}
