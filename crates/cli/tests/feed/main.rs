//! Claims about the feed, end to end: the real binary, real verifiers that follow it over HTTP, and
//! a proxy between them that cuts, delays, reorders, replays and forges. In each: no token is accepted
//! past its bound, no live token is refused while FRESH, and everything recovers within the seconds
//! that `docs/verify.md` states. The bounds are smaller here than they are by default.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test, what is not as arranged should end it"
)]

mod balanced;
mod clock;
mod fault;
#[path = "../suite/harness/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the suite needs all of it")]
mod harness;
mod kill;
mod present;
mod proxy;
mod receipt;
mod stage;
mod two;
