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

/// A passphrase typed on a terminal; none where there is no terminal to ask.
///
/// # Errors
/// [`StartError`] where the terminal cannot be read.
pub(crate) fn passphrase(prompt: &str) -> Result<Option<Secret>, StartError> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let typed = typed(prompt);
    typed
        .map(Some)
        .map_err(|error| StartError::file(Path::new("the terminal"), error))
}

/// The passphrase that a file is under: typed on a terminal, else the first line of standard input.
///
/// # Errors
/// [`StartError`].
pub(crate) fn old_passphrase() -> Result<Secret, StartError> {
    match passphrase("Passphrase of the root key: ")? {
        Some(typed) => Ok(typed),
        None => read(io::stdin()).map_err(|error| StartError::file(Path::new("-"), error)),
    }
}

/// A new passphrase: typed twice on a terminal, else the first line of standard input.
///
/// # Errors
/// [`StartError`], also where the two differ.
pub(crate) fn new_passphrase() -> Result<Secret, StartError> {
    let Some(first) = passphrase("New passphrase of the root key: ")? else {
        return read(io::stdin()).map_err(|error| StartError::file(Path::new("-"), error));
    };
    let second = passphrase("The same again: ")?;
    if second.as_ref() != Some(&first) {
        let sentence = "the two differ; nothing was done".to_owned();
        return Err(StartError::Sentence(sentence));
    }
    Ok(first)
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
