//! Signing keys: a realm's key pairs, one line of succession for each algorithm.
//!
//! ```text
//! announced ──active_at──▶ active ──retires_at──▶ retiring ──gone_at──▶ gone
//!     └──────────────────────┴── revoke ──▶ revoked ◀─┘
//! ```
//!
//! A row carries the times of its whole life, so a phase is a question to the clock and not a
//! write: every node turns over at the same moment, none can be late or do it twice, and a clock
//! that steps back finds a key that is published either way. What is written is who succeeds whom:
//! announcing a successor sets its `active_at` and, in the same unit, the `retires_at` of the key
//! before it. Keys are published from their first moment until they are gone or revoked.
//!
//! Two nodes that rotate at once: both insert the next generation of the same algorithm, which is
//! unique, and both move the same predecessor, which must stand as it was seen. The later unit is a
//! conflict; whoever lost loads again and finds the successor announced.
//!
//! A signing key is a lineage node: whoever commits [`revoke`]'s steps ends that node in the same
//! unit, and with it everything that the key signed.
//!
//! issue: none, tokens are issued by their kinds. verify: a signature's check is jose's.

pub mod create;
pub mod list;
mod make;
mod phase;
mod policy;
pub mod reseal;
pub mod revoke;
pub mod rotate;
mod rows;
pub mod schedule;

pub use make::{Made, MakeError, Successor, generate};
pub use phase::{Life, Phase};
pub use policy::{LEEWAY, LONGEST_SESSION, LONGEST_TOKEN, MAX_LIVE, Policy, SPREAD};
pub(crate) use rows::place;
pub use rows::{LoadError, SCHEMA, SigningKeyRow, due, of_realm};

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod simulation;
