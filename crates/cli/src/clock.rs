//! The process's clock: the one place that reads it. Everything below is handed the time.
//!
//! Time never goes back, so that nothing which has expired lives again. A clock that is set ahead is
//! believed at once. One that is set back is not: time goes on from where it was, a tenth slower
//! than the monotonic clock, until the wall clock has caught up. At a start, time begins no earlier
//! than the journal's last entry ([`not_before`]).

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use symbolon_token::time::Time;

/// How far the wall clock may lag behind before the log says so, in milliseconds: what NTP corrects
/// without anybody noticing.
const TOLERATED_LAG: i64 = 60_000;

/// How often the log says so, in microseconds of the clock's own time: once a minute.
const WARN_EVERY: i64 = 60_000_000;

/// The last reading, and when it was taken.
struct Reading {
    /// Microseconds since 1970.
    last: i64,
    at: Option<Instant>,
    warned: i64,
}

static READING: Mutex<Reading> = Mutex::new(Reading {
    last: 0,
    at: None,
    warned: i64::MIN / 2,
});

/// The time now. A clock before 1970 is taken for 1970.
pub(crate) fn now() -> Time {
    let (wall, at) = (wall(), Instant::now());
    let mut reading = READING.lock().unwrap_or_else(PoisonError::into_inner);
    let elapsed = reading
        .at
        .map(|before| at.saturating_duration_since(before));
    let elapsed = elapsed.map_or(0, |elapsed| i64::try_from(elapsed.as_micros()).unwrap_or(0));
    let time = next(reading.last, elapsed, wall);
    let lag = (time - wall) / 1000;
    if lag > TOLERATED_LAG && time - reading.warned > WARN_EVERY {
        reading.warned = time;
        tracing::error!(
            lag_ms = lag,
            "the machine's clock was set back; time goes on slowly until it has caught up"
        );
    }
    reading.last = time;
    reading.at = Some(at);
    Time(time / 1000)
}

/// How far time is ahead of the wall clock, because that was set back.
pub(crate) fn lag() -> Duration {
    let ahead = now().0.saturating_sub(wall() / 1000);
    Duration::from_millis(u64::try_from(ahead).unwrap_or(0))
}

/// Time begins no earlier than this: the journal knows that it was then already.
pub(crate) fn not_before(time: Time) {
    let mut reading = READING.lock().unwrap_or_else(PoisonError::into_inner);
    reading.last = reading.last.max(time.0.saturating_mul(1000));
}

/// The next reading, in microseconds: never before the last.
fn next(last: i64, elapsed: i64, wall: i64) -> i64 {
    if wall >= last {
        wall
    } else {
        last.saturating_add(elapsed.saturating_mul(9) / 10)
    }
}

/// What the wall clock says, in microseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the edge that reads the clock for everybody below"
)]
fn wall() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since.map_or(0, |since| since.as_micros());
    i64::try_from(micros).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_800_000_000_000_000;
    const HOUR: i64 = 3_600_000_000;
    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_clock_that_is_set_ahead_is_believed() {
        assert_eq!(next(NOON, SECOND, NOON + HOUR), NOON + HOUR);
    }

    #[test]
    fn a_clock_that_is_set_back_is_not() {
        let after = next(NOON, SECOND, NOON - HOUR);
        assert!(after > NOON);
        assert!(after < NOON + SECOND);
    }

    #[test]
    fn an_hour_is_caught_up_with_in_ten() {
        let (mut time, mut wall, mut seconds) = (NOON, NOON - HOUR, 0);
        while time > wall && seconds < 100_000 {
            wall += SECOND;
            time = next(time, SECOND, wall);
            seconds += 1;
        }
        assert_eq!(time, wall);
        assert!((35_000..=36_000).contains(&seconds), "{seconds}");
    }

    #[test]
    fn readings_never_go_back() {
        not_before(Time(4_000_000_000_000));
        let first = now();
        assert!(first >= Time(4_000_000_000_000));
        assert!(lag() > Duration::from_hours(1));
        assert!(now() >= first);
    }
}
