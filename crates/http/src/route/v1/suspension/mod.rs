//! Suspensions: what may come back is refused until it is resumed.

mod stand;

pub(super) use stand::{resume, suspend};
