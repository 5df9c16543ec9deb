//! The machine's own clocks and chance: the edge of this crate.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use symbolon_token::random::Random;
use symbolon_token::time::Time;

use crate::moment::{Clock, Moment, Monotonic};

/// The machine's clocks. The monotonic one goes on while the machine sleeps where the system has such a
/// clock (Linux, Android: `CLOCK_BOOTTIME`).
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Clock for System {
    fn now(&self) -> Moment {
        #[expect(clippy::disallowed_methods, reason = "this is the edge")]
        let wall = SystemTime::now();
        let since = wall.duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment {
            monotonic: Monotonic(monotonic()),
            wall: Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn monotonic() -> Duration {
    let read = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(
        u64::try_from(read.tv_sec).unwrap_or_default(),
        u32::try_from(read.tv_nsec).unwrap_or_default(),
    )
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn monotonic() -> Duration {
    use std::sync::LazyLock;
    use std::time::Instant;

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

impl Random for System {
    /// By aws-lc. A machine without chance is one on which nothing is fresh: a nonce of zeros is known
    /// to nobody less than to an attacker, so the process ends.
    fn fill(&self, buffer: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "aws-lc's generator never fails")]
        aws_lc_rs::rand::fill(buffer).expect("the system gives random bytes");
    }
}
