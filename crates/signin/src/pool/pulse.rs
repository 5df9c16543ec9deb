//! The pulse: where there are few processors, nobody waits long behind a password.
//!
//! To hash one is a tenth of a second of arithmetic without a pause. Whoever is woken meanwhile on the
//! same processor waits until the kernel next chooses who runs there, which by itself it does at its
//! tick, every four milliseconds at 250 Hz, however low the hash's priority is. So while a hash runs, a
//! thread on each processor sleeps for a [`BEAT`] at a time: each time that it falls asleep again, the
//! kernel chooses, and whoever waited runs.
//!
//! With more processors than [`MAX_PROCESSORS`] a woken thread finds a free one; there is no pulse.

#[cfg(target_os = "linux")]
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

#[cfg(target_os = "linux")]
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity, set_current_timer_slack};

/// How long a thread may wait behind a hash. It costs a processor some 2 % of its time, and only while
/// somebody hashes.
const BEAT: Duration = Duration::from_micros(100);

/// By how much the kernel may put a beat off, to wake several sleepers at once; by itself half a beat.
#[cfg(target_os = "linux")]
const SLACK: NonZero<u64> = NonZero::new(1_000).unwrap();

/// The most processors that have a pulse.
#[cfg(target_os = "linux")]
const MAX_PROCESSORS: u32 = 4;

/// Beats while somebody hashes.
#[derive(Default)]
pub(super) struct Pulse(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How many hash at this moment.
    hashing: usize,
    /// How many pool threads there are, for whose sake the beating threads are kept.
    holders: usize,
    /// Which threads beat: those of an earlier set end, whenever they notice.
    set: u64,
}

/// For as long as it lives, a pool thread may hash.
pub(super) struct Holder(Arc<Shared>);

/// For as long as it lives, the pulse beats.
pub(super) struct Beating<'a>(&'a Shared);

impl Pulse {
    /// Keeps the beating threads for a pool thread. The first one begins them.
    pub(super) fn hold(&self) -> Holder {
        let mut state = self.0.state();
        state.holders += 1;
        if state.holders == 1 {
            state.set += 1;
            for processor in processors() {
                begin(&self.0, state.set, processor);
            }
        }
        Holder(Arc::clone(&self.0))
    }
}

impl Holder {
    /// Beats from now on.
    pub(super) fn beat(&self) -> Beating<'_> {
        self.0.state().hashing += 1;
        self.0.changed.notify_all();
        Beating(&self.0)
    }
}

impl Drop for Beating<'_> {
    fn drop(&mut self) {
        self.0.state().hashing -= 1;
    }
}

/// The last pool thread that ends takes the beating ones with it.
impl Drop for Holder {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.holders -= 1;
        if state.holders == 0 {
            self.0.changed.notify_all();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a beating thread does with its life.
    fn beat(&self, set: u64) {
        let mut state = self.state();
        while state.holders > 0 && state.set == set {
            state = if state.hashing > 0 {
                drop(state);
                thread::park_timeout(BEAT);
                self.state()
            } else {
                let woken = self.changed.wait(state);
                woken.unwrap_or_else(PoisonError::into_inner)
            };
        }
    }
}

/// The processors that this process may use, where they are few.
#[cfg(target_os = "linux")]
fn processors() -> Vec<usize> {
    let Ok(allowed) = sched_getaffinity(None) else {
        return Vec::new();
    };
    if allowed.count() > MAX_PROCESSORS {
        return Vec::new();
    }
    let all = 0..CpuSet::MAX_CPU;
    all.filter(|one| allowed.is_set(*one)).collect()
}

/// Elsewhere threads cannot be told where to run.
#[cfg(not(target_os = "linux"))]
fn processors() -> Vec<usize> {
    Vec::new()
}

fn begin(shared: &Arc<Shared>, set: u64, processor: usize) {
    let shared = Arc::clone(shared);
    let thread = thread::Builder::new().name("pulse".to_owned());
    let begun = thread.spawn(move || {
        stay_on(processor);
        shared.beat(set);
    });
    if let Err(error) = begun {
        tracing::debug!(%error, "no thread could be begun for the pulse");
    }
}

fn stay_on(processor: usize) {
    #[cfg(target_os = "linux")]
    {
        let mut only = CpuSet::new();
        only.set(processor);
        let bound = sched_setaffinity(None, &only);
        if let Err(error) = bound.and_then(|()| set_current_timer_slack(Some(SLACK))) {
            tracing::debug!(%error, processor, "this pulse is not bound to its processor");
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = processor;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_thread_of_the_pool_takes_the_pulse_with_it() {
        let pulse = Pulse::default();
        let (one, other) = (pulse.hold(), pulse.hold());
        let set = pulse.0.state().set;
        drop(one);
        let beating = other.beat();
        assert_eq!(pulse.0.state().hashing, 1);
        drop(beating);
        drop(other);
        // Returns: nobody holds it.
        pulse.0.beat(set);
        assert_eq!(pulse.0.state().hashing, 0);
    }

    #[test]
    fn threads_of_an_earlier_set_end_although_the_pulse_is_held_again() {
        let pulse = Pulse::default();
        drop(pulse.hold());
        let earlier = pulse.0.state().set;
        let _again = pulse.hold();
        pulse.0.beat(earlier);
        assert_eq!(pulse.0.state().set, earlier + 1);
    }
}
