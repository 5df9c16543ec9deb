//! How long to wait after a failure: twice as long each time, up to a limit, and by chance up to a half
//! less, so that a thousand followers do not come back at once.

use std::time::Duration;

use symbolon_token::random::{self, Random};

/// The first wait: a restart takes a second.
const FIRST: Duration = Duration::from_millis(100);

/// The longest wait: recovery takes no longer than this after the authority is back.
pub const LONGEST: Duration = Duration::from_secs(3);

/// The waits after failures in a row.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    next: Duration,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self::from(FIRST)
    }

    /// With another first wait.
    pub(super) fn from(first: Duration) -> Self {
        Self { first, next: first }
    }

    /// It worked.
    pub(super) fn reset(&mut self) {
        self.next = self.first;
    }

    /// It failed again: how long to wait.
    pub(super) fn wait(&mut self, random: &dyn Random) -> Duration {
        let full = self.next;
        self.next = full.saturating_mul(2).min(LONGEST);
        let [chance] = random::bytes::<1>(random);
        full.mul_f64(1.0 - f64::from(chance) / 512.0)
    }
}

/// Waits.
pub(super) async fn pause(wait: Duration) {
    tokio::time::sleep_until(tokio::time::Instant::now() + wait).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl Random for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn waits_double_up_to_the_limit_and_begin_anew() {
        let mut backoff = Backoff::new();
        let waits: Vec<_> = (0..7)
            .map(|_| backoff.wait(&Fixed(0)).as_millis())
            .collect();
        assert_eq!(waits, [100, 200, 400, 800, 1600, 3000, 3000]);
        backoff.reset();
        let wait = backoff.wait(&Fixed(255));
        assert!(wait > FIRST / 2 && wait < FIRST, "{wait:?}");
    }
}
