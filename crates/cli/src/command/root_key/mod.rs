//! Root keys on this machine: files, no installation needed.

mod create;
mod lock;
mod rotate;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::exit::StartError;

/// What can be done with root keys.
#[derive(Subcommand, Debug)]
pub(crate) enum RootKey {
    /// Make a new root key file, readable by its owner alone
    Create(New),
    /// Add a new root key to a file; the old ones stay, for what rests under them
    Rotate(File),
    /// Put the root keys of a file under a passphrase, typed or read from standard input
    Lock(File),
}

/// The file to be made.
#[derive(Args, Debug)]
pub(crate) struct New {
    #[command(flatten)]
    file: File,
    /// Put it under a passphrase, typed or read from standard input
    #[arg(long)]
    passphrase: bool,
}

/// The file meant.
#[derive(Args, Debug)]
pub(crate) struct File {
    /// Path of the root key file
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

impl RootKey {
    /// Does it.
    ///
    /// # Errors
    /// [`StartError`].
    pub(crate) fn run(self) -> Result<(), StartError> {
        match self {
            Self::Create(new) => create::run(&new.file.file, new.passphrase),
            Self::Rotate(file) => rotate::run(&file.file),
            Self::Lock(file) => lock::run(&file.file),
        }
    }
}
