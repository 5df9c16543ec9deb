//! Running other programs: shown, quiet, or read.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// The published libraries with what the authority does not switch on. By themselves: a feature that is
/// on for one crate of a build is on for all.
pub(crate) const WHOLE_LIBRARIES: [&str; 5] = [
    "-p",
    "symbolon-jose",
    "-p",
    "symbolon-verify",
    "--all-features",
];

/// The cargo that runs this program.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Runs it with its output shown.
///
/// # Errors
/// [`Failure::Start`], [`Failure::Command`].
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command
        .status()
        .map_err(|source| not_started(command, source))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Command(line(command)))
    }
}

/// Runs it and gives what it prints; its complaints are shown.
///
/// # Errors
/// [`Failure::Start`], [`Failure::Command`], [`Failure::Shape`] where it prints no UTF-8.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|source| not_started(command, source))?;
    if !output.status.success() {
        return Err(Failure::Command(line(command)));
    }
    String::from_utf8(output.stdout).map_err(|why| Failure::Shape {
        what: "a program's output",
        why: why.to_string(),
    })
}

/// Whether it starts and succeeds; nothing is shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Whether a program of this name is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn not_started(command: &Command, source: std::io::Error) -> Failure {
    Failure::Start {
        command: line(command),
        source,
    }
}

/// The target directory that cargo uses here.
pub(crate) fn target(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |path| root.join(path))
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_program_is_named_as_typed() {
        let failure = run(Command::new("false").arg("-x")).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "`false -x` failed; what it said is above"
        );
    }

    #[test]
    fn what_a_program_prints_is_read() {
        assert_eq!(read(Command::new("echo").arg("one")).unwrap(), "one\n");
    }

    #[test]
    fn a_program_that_is_nowhere_is_not_on_the_path() {
        assert_eq!(
            (on_path("sh"), on_path("no-such-program-here")),
            (true, false)
        );
    }
}
