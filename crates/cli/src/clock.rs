//! The process's clock: the one place that reads it. Everything below is handed the time.

use std::time::{SystemTime, UNIX_EPOCH};

use symbolon_token::time::Time;

/// The time now. A clock before 1970 is taken for 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the edge that reads the clock for everybody below"
)]
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Time(i64::try_from(millis).unwrap_or(i64::MAX))
}
