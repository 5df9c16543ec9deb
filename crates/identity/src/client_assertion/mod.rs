//! Client assertions: JWTs by which a client proves itself (RFC 7523 §2.2), each good for one use.
//!
//! issue: the client makes them.
//! revoke: an assertion lives for minutes and is spent by its first use; revoke the client's secret
//! or remove its key.

mod redeem;
mod rows;
mod sweep;
mod verify;

pub use redeem::{RedeemError, redeem};
pub use sweep::sweep;
pub use verify::{AssertionClaims, AssertionError, Expectation, verify};

use std::time::Duration;

use symbolon_jose::Algorithm;
use symbolon_store::Migration;

/// The table of spent assertions.
pub const MIGRATION: Migration = Migration {
    noun: "client_assertion",
    number: 1,
    sql: include_str!("schema.sql"),
};

/// How far ahead an assertion may expire: it is remembered that long.
pub const MAX_LIFE: Duration = Duration::from_hours(1);

/// How far the clocks of a client and of the authority may differ.
pub const LEEWAY: Duration = Duration::from_secs(30);

/// The algorithms of `client_secret_jwt`.
pub const HS_ALGORITHMS: [Algorithm; 3] = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
