//! What the protocol promises whatever happens at once, over real databases and through the entry
//! points that the edge calls.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test an error is a failure, also outside its own function"
)]

mod arrange;
mod code_race;
mod end_race;
mod refresh_race;
