//! Any one token: its story, whether it lives, its end. It comes in the body, for addresses are
//! logged.

mod inspect;
mod revoke;
mod verify;
mod why;

pub(super) use inspect::inspect;
pub(super) use revoke::revoke;
pub(super) use verify::verify;
pub(super) use why::why;

use serde::Deserialize;

use crate::document::Document;

/// The token that is meant.
#[derive(Deserialize)]
pub(super) struct Presented {
    token: String,
}

impl Document for Presented {}
