//! Claims about the gate as a server meets it: a question in, an answer out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test, what is not as arranged should end it"
)]

mod answer;
mod arrange;
mod setting;
