//! Revocations by cause: whatever tokens descend from is named, and they are dead at that commit.

mod cause;
mod create;
mod preview;

pub(super) use create::create;
pub(super) use preview::preview;
