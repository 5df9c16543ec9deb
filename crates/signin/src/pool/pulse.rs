//! The pulse: where there are few processors, nobody waits long behind a password.
//!
//! To hash one is a tenth of a second of arithmetic without a pause. Whoever is woken meanwhile on the
//! same processor may wait until the kernel next chooses who runs there, which by itself it does at its
//! tick, every four milliseconds at 250 Hz, however low the hash's priority is. So, while it lasts:
//!
//! 1. A hash stays on the processor on which it began: moved about, it displaces whoever runs well
//!    where it comes to.
//! 2. A thread on that processor sleeps for a [`BEAT`] at a time: each time that it falls asleep again,
//!    the kernel chooses, and whoever waited runs.
//! 3. Between two hashes the processor is left alone for a [`BREATH`]. Some kernels weigh a group of
//!    processes (a session, a container) anew each time that one of its threads wakes, and while that
//!    goes on let no other group run there at all: in a breath they do.
//! 4. It does not beat while those others are needed: a node that falls behind its database
//!    ([`Pulse::calm_while`]) waits for processes of another group.
//!
//! With more processors than [`MAX_PROCESSORS`] a woken thread finds a free one; there is no pulse.

#[cfg(target_os = "linux")]
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

#[cfg(target_os = "linux")]
use rustix::thread::{
    CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity, set_current_timer_slack,
};

/// How long a thread may wait behind a hash. It costs the hash some 7 % of its time.
const BEAT: Duration = Duration::from_micros(100);

/// How long the processor is left alone after each hash: long enough for whoever answers a question, and
/// one in a hundred of what a hash takes.
const BREATH: Duration = Duration::from_millis(1);

/// By how much the kernel may put a beat off, to wake several sleepers at once; by itself half a beat.
#[cfg(target_os = "linux")]
const SLACK: NonZero<u64> = NonZero::new(1_000).unwrap();

/// The most processors that have a pulse.
#[cfg(target_os = "linux")]
const MAX_PROCESSORS: u32 = 4;

/// Beats while somebody hashes.
#[derive(Default)]
pub(super) struct Pulse(Arc<Shared>);

/// Whether others than this process are waited for.
pub(crate) type Calm = Box<dyn Fn() -> bool + Send + Sync>;

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    calm: OnceLock<Calm>,
}

#[derive(Default)]
struct State {
    /// Those that have a pulse, and whether a hash runs there.
    processors: Vec<(usize, bool)>,
    /// How many pool threads there are, for whose sake the beating threads are kept.
    holders: usize,
    /// Which threads beat: those of an earlier set end, whenever they notice.
    set: u64,
}

/// For as long as it lives, a pool thread may hash.
pub(super) struct Holder(Arc<Shared>);

/// For as long as it lives, the pulse beats for the thread that asked for it.
pub(super) struct Beating<'a> {
    shared: &'a Shared,
    /// Where it beats, if anywhere.
    processor: Option<usize>,
    /// Where the thread may run otherwise.
    #[cfg(target_os = "linux")]
    elsewhere: Option<CpuSet>,
}

impl Pulse {
    /// From now on, does not beat while this says so. Only the first one is asked.
    pub(super) fn calm_while(&self, calm: Calm) {
        let _first = self.0.calm.set(calm);
    }

    /// Keeps the beating threads for a pool thread. The first one begins them.
    pub(super) fn hold(&self) -> Holder {
        let mut state = self.0.state();
        state.holders += 1;
        if state.holders == 1 {
            state.set += 1;
            let processors = processors();
            for &processor in &processors {
                begin(&self.0, state.set, processor);
            }
            state.processors = processors.into_iter().map(|one| (one, false)).collect();
        }
        Holder(Arc::clone(&self.0))
    }
}

impl Holder {
    /// Beats from now on, and keeps the caller's thread on its processor.
    pub(super) fn beat(&self) -> Beating<'_> {
        let claimed = self.0.state().claim(here());
        let beating = Beating {
            shared: &self.0,
            processor: claimed,
            #[cfg(target_os = "linux")]
            elsewhere: claimed.and_then(|_| sched_getaffinity(None).ok()),
        };
        if let Some(processor) = claimed {
            stay_on(processor);
            self.0.changed.notify_all();
            // The beating thread was woken behind this one: it begins before the hash does.
            thread::yield_now();
        }
        beating
    }
}

impl Drop for Beating<'_> {
    fn drop(&mut self) {
        let Some(processor) = self.processor else {
            return;
        };
        self.shared.state().mark(processor, false);
        // Free first: where somebody has moved to the processor meanwhile, the next hash begins on
        // another one.
        #[cfg(target_os = "linux")]
        if let Some(elsewhere) = &self.elsewhere {
            run_on(elsewhere);
        }
        thread::park_timeout(BREATH);
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

impl State {
    /// A processor for a hash: this one, unless another hash runs there.
    fn claim(&mut self, here: usize) -> Option<usize> {
        let free = |&&(_, hashes): &&(usize, bool)| !hashes;
        let mut all = self.processors.iter().filter(free).map(|&(one, _)| one);
        let first = all.next()?;
        let claimed = all.find(|one| *one == here).unwrap_or(first);
        self.mark(claimed, true);
        Some(claimed)
    }

    fn mark(&mut self, processor: usize, hashes: bool) {
        let one = self.processors.iter_mut().find(|one| one.0 == processor);
        if let Some(one) = one {
            one.1 = hashes;
        }
    }

    fn hashes(&self, processor: usize) -> bool {
        self.processors.contains(&(processor, true))
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until the next beat, or the next time to ask whether there may be one.
    fn pause(&self) -> Duration {
        match self.calm.get() {
            Some(calm) if calm() => BREATH,
            Some(_) | None => BEAT,
        }
    }

    /// What a beating thread does with its life.
    fn beat(&self, set: u64, processor: usize) {
        let mut state = self.state();
        while state.holders > 0 && state.set == set {
            state = if state.hashes(processor) {
                drop(state);
                thread::park_timeout(self.pause());
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

/// The processor that runs this.
fn here() -> usize {
    #[cfg(target_os = "linux")]
    return sched_getcpu();
    #[cfg(not(target_os = "linux"))]
    return 0;
}

fn begin(shared: &Arc<Shared>, set: u64, processor: usize) {
    let shared = Arc::clone(shared);
    let thread = thread::Builder::new().name("pulse".to_owned());
    let begun = thread.spawn(move || {
        stay_on(processor);
        #[cfg(target_os = "linux")]
        if let Err(error) = set_current_timer_slack(Some(SLACK)) {
            tracing::debug!(%error, "this pulse may be late");
        }
        shared.beat(set, processor);
    });
    if let Err(error) = begun {
        tracing::debug!(%error, "no thread could be begun for the pulse");
    }
}

/// Binds the caller's thread to a processor.
fn stay_on(processor: usize) {
    #[cfg(target_os = "linux")]
    {
        let mut only = CpuSet::new();
        only.set(processor);
        run_on(&only);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = processor;
}

#[cfg(target_os = "linux")]
fn run_on(processors: &CpuSet) {
    if let Err(error) = sched_setaffinity(None, processors) {
        tracing::debug!(%error, ?processors, "a thread runs where the kernel likes");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_hash_stays_where_it_began_unless_another_one_runs_there() {
        let mut state = State {
            processors: vec![(0, false), (2, false), (3, false)],
            ..State::default()
        };
        assert_eq!(state.claim(2), Some(2));
        assert_eq!(state.claim(2), Some(0));
        assert!(state.hashes(0) && state.hashes(2) && !state.hashes(3));
        assert_eq!(state.claim(2), Some(3));
        assert_eq!(state.claim(2), None);
        state.mark(2, false);
        // One that the process was not allowed to use when it began.
        assert_eq!(state.claim(7), Some(2));
    }

    #[test]
    fn it_is_calm_while_the_first_who_is_asked_says_so() {
        let shared = Shared::default();
        assert_eq!(shared.pause(), BEAT);
        let pulse = Pulse(Arc::new(shared));
        let asked = Arc::new(AtomicBool::new(true));
        let first = Arc::clone(&asked);
        pulse.calm_while(Box::new(move || first.load(Ordering::Relaxed)));
        pulse.calm_while(Box::new(|| true));
        assert_eq!(pulse.0.pause(), BREATH);
        asked.store(false, Ordering::Relaxed);
        assert_eq!(pulse.0.pause(), BEAT);
    }

    #[test]
    fn without_processors_nothing_beats() {
        assert_eq!(State::default().claim(0), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn while_it_beats_its_thread_stays_and_then_goes_where_it_could() {
        let pulse = Pulse::default();
        let holder = pulse.hold();
        let before = sched_getaffinity(None).unwrap();
        let few = before.count() <= MAX_PROCESSORS;
        let beating = holder.beat();
        let during = sched_getaffinity(None).unwrap().count();
        assert_eq!(during, if few { 1 } else { before.count() });
        assert_eq!(
            pulse.0.state().claim(0).is_none(),
            before.count() == 1 || !few
        );
        drop(beating);
        assert_eq!(sched_getaffinity(None).unwrap(), before);
    }

    #[test]
    fn the_last_thread_of_the_pool_takes_the_pulse_with_it() {
        let pulse = Pulse::default();
        let (one, other) = (pulse.hold(), pulse.hold());
        let set = pulse.0.state().set;
        drop(one);
        drop(other.beat());
        assert_eq!(pulse.0.state().holders, 1);
        drop(other);
        // Returns: nobody holds it.
        pulse.0.beat(set, 0);
        assert_eq!(pulse.0.state().holders, 0);
    }

    #[test]
    fn threads_of_an_earlier_set_end_although_the_pulse_is_held_again() {
        let pulse = Pulse::default();
        drop(pulse.hold());
        let earlier = pulse.0.state().set;
        let _again = pulse.hold();
        pulse.0.beat(earlier, 0);
        assert_eq!(pulse.0.state().set, earlier + 1);
    }
}
