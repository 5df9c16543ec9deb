//! Claims about the binary as an operator meets it: started whole, spoken to over sockets and
//! standard streams, stopped by signals.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test, what is not as arranged should end it"
)]

mod backchannel;
mod backup;
mod breach;
mod client_setting;
mod clock;
mod command;
mod config;
mod dev;
mod disk;
mod fault;
mod foreign;
mod harness;
mod help;
mod journal;
mod jwks;
mod kill;
mod outage;
mod passphrase;
mod password;
mod promoted;
mod resource_server;
mod restored_person;
mod revoke;
mod serve;
mod session;
mod subject;
mod told;
