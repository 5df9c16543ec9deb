//! The one binary `symbolon`.
fn main() {}
