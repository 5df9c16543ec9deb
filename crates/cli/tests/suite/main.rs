//! Claims about the binary as an operator meets it: started whole, spoken to over sockets and
//! standard streams, stopped by signals.

mod backup;
mod command;
mod config;
mod dev;
mod disk;
mod fault;
mod harness;
mod help;
mod kill;
mod serve;
