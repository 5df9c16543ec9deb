//! Suspend what may come back, and resume it: a mislaid key, a laptop that may only have been left
//! behind. Revoking is for ever; this kills nothing.
//!
//! 1. The cause is found as for a revocation.
//! 2. Its noun's own verb writes state and journal entry in one unit. For a client, a subject and a
//!    password that is what `disable` and `enable` write: there is one state for all, and one way to
//!    say it.
//! 3. A realm is disabled and enabled by itself; keys, families and single tokens have no way back.

mod suspend;

pub use suspend::{SuspendError, suspend};
pub use symbolon_identity::Way;
