//! The arguments: global ones, and the commands, a noun and a verb each.

use clap::{Parser, Subcommand};

use crate::command::{dev, root_key, serve};
use crate::exit;
use crate::output::Format;
use crate::place::Where;

/// One authority for every kind of token.
#[derive(Parser, Debug)]
#[command(name = "symbolon", version, after_help = exit::HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Which installation is meant.
    #[command(flatten)]
    pub(crate) place: Where,
    /// Realm that the command is about; the first one unless named
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) realm: Option<String>,
    /// How data looks: a table on a terminal, JSON elsewhere unless named
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Every command.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Run an authority for development, with a demo client
    Dev(dev::Dev),
    /// Run an authority as configured
    Serve(serve::Serve),
    /// Root keys: the secrets outside the database
    #[command(subcommand)]
    RootKey(root_key::RootKey),
}
