//! ID tokens: what a client is told of a sign-in (OpenID Connect Core §2).
//!
//! revoke: an ID token only tells what happened, and expires; end the session.

mod issue;
mod verify;

pub use issue::{NewId, issue};
pub use verify::{Hint, verify};

use std::time::Duration;

/// How long an ID token may be accepted as news of a sign-in.
pub const LIFETIME: Duration = Duration::from_hours(1);
