//! What encrypted tokens promise.

mod arrange;
mod attack;
mod content_key;
mod json;
mod key;
mod nest;
mod property;
mod vector;
mod wycheproof;
