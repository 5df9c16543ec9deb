//! Secrets that commands are given: by file or standard input, or typed on a terminal without being
//! shown; never as an argument, which every process of the machine may read.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Read};
use std::path::Path;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use symbolon_token::secret::Secret;

use crate::exit::{Fault, StartError};
use crate::output;

/// The most that is read, in bytes: the longest token has 16 KiB.
const MAX_BYTES: u64 = 64 * 1024;

/// A token from standard input, or typed.
///
/// # Errors
/// [`Fault`] where there is none.
pub(super) fn token() -> Result<Secret, Fault> {
    secret(Path::new("-"), "Token: ")
}

/// A secret from a file; `-` is standard input, where a terminal is asked.
///
/// # Errors
/// [`Fault`] where there is none.
pub(super) fn secret(path: &Path, prompt: &str) -> Result<Secret, Fault> {
    let read = if path != Path::new("-") {
        File::open(path).and_then(read)
    } else if io::stdin().is_terminal() {
        typed(prompt)
    } else {
        read(io::stdin())
    };
    let text = read.map_err(|error| StartError::file(path, error))?;
    if text.is_empty() {
        let sentence = format!("{} holds nothing to read", path.display());
        return Err(StartError::Sentence(sentence).into());
    }
    Ok(text)
}

/// All of it, without the line's end.
fn read(from: impl Read) -> io::Result<Secret> {
    let mut text = String::new();
    from.take(MAX_BYTES).read_to_string(&mut text)?;
    let length = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(length);
    Ok(Secret::new(text))
}

/// One line from the terminal, which does not show it.
fn typed(prompt: &str) -> io::Result<Secret> {
    let silence = Silence::begin()?;
    output::message(prompt);
    let mut text = String::new();
    io::stdin().lock().take(MAX_BYTES).read_line(&mut text)?;
    drop(silence);
    let length = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(length);
    Ok(Secret::new(text))
}

/// A terminal that shows nothing until this is dropped.
struct Silence(Termios);

impl Silence {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // A terminal that has gone away shows nothing either.
        let _gone = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}
