//! Libraries that others wrote, and this one, read each other's tokens.
//!
//! `cargo xtask test` installs what the programs of `contracts/` need; the tests run them. Each library
//! is asked for everything that this one knows; what it lacks stands in a table with the reason
//! ([`library`]), and is asked for too: it must refuse, so that the table cannot grow stale.

#[cfg(test)]
mod encrypted;
#[cfg(test)]
mod key;
#[cfg(test)]
mod library;
#[cfg(test)]
mod nested;
#[cfg(test)]
mod ours;
#[cfg(test)]
mod program;
#[cfg(test)]
mod published;
#[cfg(test)]
mod signed;
