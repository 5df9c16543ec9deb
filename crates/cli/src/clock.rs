//! The process's clock: the one place that reads it. Everything below is handed the time.
//!
//! Time never goes back, so that nothing which has expired lives again. A clock that is set ahead is
//! believed at once. One that is set back is not: time goes on from where it was, a tenth slower
//! than the monotonic clock, until the wall clock has caught up. At a start, time begins no earlier
//! than the journal's last entry ([`not_before`]).
//!
//! A jump of more than a minute against the monotonic clock, either way, raises an alarm: which of the
//! two times is right is not known, so nothing is issued until both have agreed for ten seconds
//! ([`is_trusted`]).

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use symbolon_token::time::Time;

/// How far the wall clock may lag behind before the log says so, in milliseconds: what NTP corrects
/// without anybody noticing.
const TOLERATED_LAG: i64 = 60_000;

/// How often the log says so, in microseconds of the clock's own time: once a minute.
const WARN_EVERY: i64 = 60_000_000;

/// What is a jump, in microseconds: more than NTP corrects at once on a machine that works.
const JUMP: i64 = 60_000_000;

/// What is a step while a jump is being watched, in microseconds.
const STEP: i64 = 1_000_000;

/// For how long both clocks must agree after a jump, in microseconds.
const CALM: i64 = 10_000_000;

/// How wall clock and monotonic clock agree.
#[derive(Default)]
struct Agreement {
    /// By how much they differed at the last look.
    offset: Option<i64>,
    /// On the monotonic clock: until then neither is believed.
    calm_at: i64,
}

impl Agreement {
    /// Looks at both; gives the jump, if there was one since the last look.
    fn look(&mut self, steady: i64, wall: i64) -> Option<i64> {
        let offset = wall.saturating_sub(steady);
        let moved = offset.saturating_sub(self.offset.replace(offset)?);
        let is_jump = moved.saturating_abs() > JUMP;
        let is_restless = !self.is_calm(steady) && moved.saturating_abs() > STEP;
        if is_jump || is_restless {
            self.calm_at = steady.saturating_add(CALM);
        }
        is_jump.then_some(moved)
    }

    fn is_calm(&self, steady: i64) -> bool {
        steady >= self.calm_at
    }
}

/// The last reading, and when it was taken.
struct Reading {
    /// Microseconds since 1970.
    last: i64,
    at: Option<Instant>,
    warned: i64,
    /// When the first one was taken, on the monotonic clock.
    first: Option<Instant>,
    agreement: Agreement,
}

static READING: Mutex<Reading> = Mutex::new(Reading {
    last: 0,
    at: None,
    warned: i64::MIN / 2,
    first: None,
    agreement: Agreement {
        offset: None,
        calm_at: 0,
    },
});

/// The time now. A clock before 1970 is taken for 1970.
pub(crate) fn now() -> Time {
    let (wall, at) = (wall(), Instant::now());
    let mut reading = READING.lock().unwrap_or_else(PoisonError::into_inner);
    let steady = reading.steady(at);
    if let Some(jump) = reading.agreement.look(steady, wall) {
        tracing::error!(
            jump_ms = jump / 1000,
            "the machine's clock jumped; nothing is issued until it has been steady for ten seconds"
        );
    }
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

/// Whether the machine's clock has not jumped of late: only then is anything issued.
pub(crate) fn is_trusted() -> bool {
    let _time = now();
    let mut reading = READING.lock().unwrap_or_else(PoisonError::into_inner);
    let steady = reading.steady(Instant::now());
    reading.agreement.is_calm(steady)
}

impl Reading {
    /// Microseconds on the monotonic clock.
    fn steady(&mut self, at: Instant) -> i64 {
        let first = *self.first.get_or_insert(at);
        let steady = at.saturating_duration_since(first).as_micros();
        i64::try_from(steady).unwrap_or(i64::MAX)
    }
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
    fn after_a_jump_either_way_nothing_is_believed_for_ten_seconds() {
        for jump in [HOUR, -HOUR, JUMP + SECOND, -JUMP - SECOND] {
            let mut agreement = Agreement::default();
            assert_eq!(agreement.look(0, NOON), None);
            assert!(agreement.is_calm(0));
            assert_eq!(agreement.look(SECOND, NOON + SECOND + jump), Some(jump));
            assert!(!agreement.is_calm(11 * SECOND - 1));
            assert_eq!(agreement.look(9 * SECOND, NOON + 9 * SECOND + jump), None);
            assert!(agreement.is_calm(11 * SECOND));
        }
    }

    #[test]
    fn a_clock_that_goes_on_stepping_is_not_believed_until_it_stops() {
        let mut agreement = Agreement::default();
        agreement.look(0, NOON);
        agreement.look(SECOND, NOON + HOUR);
        let restless = NOON + HOUR + 10 * SECOND;
        assert_eq!(agreement.look(5 * SECOND, restless), None);
        assert!(!agreement.is_calm(11 * SECOND));
        assert!(agreement.is_calm(15 * SECOND));
    }

    #[test]
    fn what_ntp_corrects_is_no_jump() {
        let mut agreement = Agreement::default();
        let mut wall = NOON;
        for second in 0..3600 {
            wall += SECOND + 500;
            assert_eq!(agreement.look(second * SECOND, wall), None);
        }
        assert_eq!(agreement.look(3600 * SECOND, wall + JUMP), None);
        assert!(agreement.is_calm(3600 * SECOND));
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
