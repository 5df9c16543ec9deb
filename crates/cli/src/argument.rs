//! The arguments: global ones, and the commands, a noun and a verb each.

use clap::{Parser, Subcommand};

use crate::command::{
    backup, client, completion, dev, doctor, gate, grant, journal, key, realm, resource, restore,
    revoke, root_key, serve, session, subject, suspend, token,
};
use crate::exit;
use crate::output::Format;
use crate::place::{GLOBAL, Where};

/// One authority for every kind of token.
#[derive(Parser, Debug)]
#[command(name = "symbolon", version, after_help = exit::HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Which installation is meant.
    #[command(flatten)]
    pub(crate) place: Where,
    /// Realm that the command is about; the first one unless named
    #[arg(long, global = true, value_name = "NAME", help_heading = GLOBAL)]
    pub(crate) realm: Option<String>,
    /// How data looks: a table on a terminal, JSON elsewhere unless named
    #[arg(short, long, global = true, value_name = "FORMAT", help_heading = GLOBAL)]
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
    /// Run a gate beside a proxy, which asks it whether requests may pass
    Gate(gate::Gate),
    /// Realms: tenants, each with an issuer of its own
    #[command(subcommand)]
    Realm(realm::Realm),
    /// Clients: the programs that ask for tokens
    #[command(subcommand)]
    Client(client::Client),
    /// Resources: the APIs and servers that tokens are meant for
    #[command(subcommand)]
    Resource(resource::Resource),
    /// Subjects: who a token speaks for
    #[command(subcommand)]
    Subject(subject::Subject),
    /// Sessions: who is signed in
    #[command(subcommand)]
    Session(session::Session),
    /// Grants: what people allowed to clients
    #[command(subcommand)]
    Grant(grant::Grant),
    /// Tokens, read from standard input
    #[command(subcommand)]
    Token(token::Token),
    /// Revoke all that descends from a cause: a client, a person, a key, a session
    Revoke(revoke::Revoke),
    /// Refuse all that descends from a cause that may come back: a mislaid key, a session
    Suspend(suspend::Suspend),
    /// Accept again what was suspended
    Resume(suspend::Suspend),
    /// Signing keys of a realm
    #[command(subcommand)]
    Key(key::Key),
    /// The journal: what happened to every token
    #[command(subcommand)]
    Journal(journal::Journal),
    /// Copy the live database into a new file
    Backup(backup::Backup),
    /// Put a backup in the database's place; every token issued before is dead
    Restore(restore::Restore),
    /// Check the installation, and say what is wrong
    Doctor(doctor::Doctor),
    /// Root keys: the secrets outside the database
    #[command(subcommand)]
    RootKey(root_key::RootKey),
    /// Print a shell's completion script
    Completion(completion::Completion),
}
