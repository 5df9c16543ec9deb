//! What the store promises, checked on both engines by one suite.

mod arrange;
mod commit;
mod journal;
mod read;
