//! Revocations by cause: whatever tokens descend from is named, and they are dead at that commit.

mod cause;
mod create;
mod preview;
mod progress;

pub(super) use cause::Named;
pub(super) use create::{create, reason, recalled};
pub(super) use preview::preview;
pub(super) use progress::progress;
