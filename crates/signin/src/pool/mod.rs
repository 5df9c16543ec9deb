//! The pool: a few threads apart from the asynchronous ones, where passwords are hashed.
//!
//! 1. What is asked for waits in a queue; a full queue refuses, and says when to come again.
//! 2. A thread begins when something waits and none is free, up to the pool's size. It runs behind
//!    all other work of the machine, where the system allows that, and lets others in between ([`pulse`]).
//! 3. A thread that finds nothing to do for [`LINGER`] gives its memory back, and ends a moment later
//!    ([`PARTING`]).

mod pulse;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::oneshot;

use crate::cost::TARGET;
use crate::hash::Memory;
pub(crate) use pulse::Calm;
use pulse::{Holder, Pulse};

/// How long a thread keeps its 19 MiB without work. In a busy minute they are not given back and
/// asked for again between two sign-ins, which would cost as much as a pass.
const LINGER: Duration = Duration::from_secs(1);

/// How long a thread without memory waits before it ends. The allocator returns what is freed to the
/// system when some thread ends or allocates more than a second later; on an idle server only this
/// one does.
const PARTING: Duration = Duration::from_millis(1500);

/// What may wait for each thread: it waits six seconds at most, as long as a person does.
const QUEUE_PER_THREAD: usize = 64;

/// How far behind the other threads these run: other work gets nine tenths of a shared processor.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// How many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Threads.
    pub threads: usize,
    /// What may wait for them.
    pub queue: usize,
}

impl Limits {
    /// For a machine with so many processors: one is left to everything else.
    #[must_use]
    pub fn of_processors(count: usize) -> Self {
        let threads = count.saturating_sub(1).max(1);
        Self {
            threads,
            queue: threads * QUEUE_PER_THREAD,
        }
    }
}

/// Too many passwords wait to be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("too many sign-ins at once; try again in {} seconds", retry_after.as_secs())]
pub struct Full {
    /// When the queue will be shorter, in whole seconds, at least one.
    pub retry_after: Duration,
}

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// A bounded pool of threads.
pub(crate) struct Pool(Arc<Shared>);

struct Shared {
    limits: Limits,
    state: Mutex<State>,
    wake: Condvar,
    pulse: Pulse,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    /// Those that run.
    threads: usize,
    /// Those of them that wait for work.
    free: usize,
    closed: bool,
}

impl Pool {
    /// A pool without threads: they begin with the work.
    #[must_use]
    pub(crate) fn new(limits: Limits) -> Self {
        Self(Arc::new(Shared {
            limits,
            state: Mutex::default(),
            wake: Condvar::new(),
            pulse: Pulse::default(),
        }))
    }

    /// From now on, lets other processes go before the callers of this one while this says so.
    pub(crate) fn calm_while(&self, calm: Calm) {
        self.0.pulse.calm_while(calm);
    }

    /// Runs this on a thread of the pool. If the caller stops waiting before it begins, it never does.
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Full> {
        let (sender, receiver) = oneshot::channel();
        self.push(Box::new(move |memory| {
            if !sender.is_closed() {
                let _ = sender.send(work(memory));
            }
        }))?;
        // The pool was closed, or the work panicked: come again.
        receiver.await.map_err(|_| full(0, self.0.limits))
    }

    /// Has this run, whoever waits for it.
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) fn push(&self, job: Job) -> Result<(), Full> {
        let limits = self.0.limits;
        let mut state = self.0.state();
        if state.queue.len() >= limits.queue {
            return Err(full(state.queue.len(), limits));
        }
        state.queue.push_back(job);
        if state.queue.len() <= state.free || state.threads >= limits.threads {
            self.0.wake.notify_one();
            return Ok(());
        }
        let shared = Arc::clone(&self.0);
        // Begun here, and not by the thread itself, which has stepped back: the pulse has not.
        let holder = self.0.pulse.hold();
        let thread = thread::Builder::new().name("password".to_owned());
        match thread.spawn(move || work(&shared, &holder)) {
            Ok(_) => state.threads += 1,
            Err(error) => {
                tracing::warn!(%error, "no thread could be begun for hashing passwords");
                if state.threads == 0 {
                    state.queue.clear();
                    return Err(full(0, limits));
                }
            }
        }
        Ok(())
    }

    /// How many threads there are now.
    #[cfg(test)]
    fn threads(&self) -> usize {
        self.0.state().threads
    }
}

/// Whoever still waits is told to come again; threads end with the hash that they are at.
impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.closed = true;
        state.queue.clear();
        self.0.wake.notify_all();
    }
}

fn full(waiting: usize, limits: Limits) -> Full {
    let rounds = u32::try_from(waiting / limits.threads.max(1)).unwrap_or(u32::MAX);
    let seconds = TARGET.saturating_mul(rounds).as_secs();
    Full {
        retry_after: Duration::from_secs(seconds.max(1)),
    }
}

/// What a thread does with its life.
fn work(shared: &Shared, pulse: &Holder) {
    step_back();
    let mut memory = Memory::default();
    let mut patience = LINGER;
    loop {
        match shared.next(patience) {
            Next::Work(job) => {
                patience = LINGER;
                let beating = pulse.beat();
                let outcome = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
                drop(beating);
                if outcome.is_err() {
                    tracing::error!("hashing a password panicked");
                }
            }
            Next::Nothing => {
                patience = PARTING;
                memory = Memory::default();
            }
            Next::End => {
                // Where the pool is gone, as after `dev` has set its person's password.
                if patience == LINGER {
                    drop(memory);
                    thread::park_timeout(PARTING);
                }
                return;
            }
        }
    }
}

/// What a thread does next.
enum Next {
    Work(Job),
    /// It gives its memory back.
    Nothing,
    /// It is counted no more.
    End,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next work; nothing, where none came for so long; or the thread's end, which is counted
    /// under the same lock: nobody relies on a thread that is about to go.
    fn next(&self, patience: Duration) -> Next {
        let mut state = self.state();
        let mut is_patient = true;
        loop {
            if let Some(job) = state.queue.pop_front() {
                return Next::Work(job);
            }
            if !state.closed && !is_patient && patience == LINGER {
                return Next::Nothing;
            }
            if state.closed || !is_patient {
                state.threads -= 1;
                return Next::End;
            }
            state.free += 1;
            let waited = self.wake.wait_timeout(state, patience);
            let (woken, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.free -= 1;
            is_patient = !timeout.timed_out();
        }
    }
}

/// Lets everything else go first. On Linux a niceness is a thread's own; elsewhere it is the whole
/// process's, and is left alone.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "hashing runs at the usual priority");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const ONE: Limits = Limits {
        threads: 1,
        queue: 2,
    };

    /// Keeps a thread busy until the sender goes.
    fn occupy(pool: &Pool) -> mpsc::Sender<()> {
        let (busy, begun) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let job = move |_: &mut Memory| {
            busy.send(()).unwrap();
            let _ = released.recv();
        };
        pool.push(Box::new(job)).unwrap();
        begun.recv().unwrap();
        release
    }

    #[test]
    fn one_processor_is_left_to_everything_else() {
        assert_eq!(Limits::of_processors(0).threads, 1);
        assert_eq!(Limits::of_processors(1).threads, 1);
        assert_eq!(Limits::of_processors(2).threads, 1);
        assert_eq!(Limits::of_processors(8).threads, 7);
        assert_eq!(Limits::of_processors(8).queue, 448);
    }

    #[tokio::test]
    async fn a_full_queue_refuses_and_says_when_to_come_again() {
        let pool = Pool::new(ONE);
        let release = occupy(&pool);
        for _ in 0..2 {
            pool.push(Box::new(|_| ())).unwrap();
        }
        let retry_after = Duration::from_secs(1);
        assert_eq!(pool.run(|_| ()).await, Err(Full { retry_after }));
        drop(release);
    }

    #[tokio::test]
    async fn what_waits_is_done_in_turn_by_no_more_threads_than_there_may_be() {
        let pool = Pool::new(Limits {
            threads: 2,
            queue: 100,
        });
        let (first, second) = (occupy(&pool), occupy(&pool));
        let (done, order) = mpsc::channel();
        for at in 0..10 {
            let done = done.clone();
            pool.push(Box::new(move |_| done.send(at).unwrap()))
                .unwrap();
        }
        assert_eq!(pool.threads(), 2);
        drop(first);
        let order: Vec<_> = order.iter().take(10).collect();
        assert_eq!(order, (0..10).collect::<Vec<_>>());
        drop(second);
    }

    #[tokio::test]
    async fn a_panic_costs_one_caller_and_no_thread() {
        let pool = Pool::new(ONE);
        let lost = pool.run(|_| unreachable!("on purpose")).await;
        assert!(lost.is_err());
        assert_eq!(pool.run(|_| 7).await, Ok(7));
        assert_eq!(pool.threads(), 1);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_done() {
        let pool = Pool::new(ONE);
        let release = occupy(&pool);
        let (done, seen) = mpsc::channel::<()>();
        tokio::select! {
            biased;
            _ = pool.run(move |_| done.send(())) => unreachable!("the thread is busy"),
            () = tokio::task::yield_now() => {}
        }
        drop(release);
        pool.run(|_| ()).await.unwrap();
        assert!(seen.recv().is_err());
    }

    #[test]
    fn a_closed_pool_ends_its_threads() {
        let pool = Pool::new(ONE);
        let shared = Arc::downgrade(&pool.0);
        let (held, ended) = mpsc::channel::<()>();
        pool.push(Box::new(move |_| drop(held))).unwrap();
        drop(pool);
        // The work either ran or was dropped with the queue.
        assert!(ended.recv().is_err());
        while shared.strong_count() > 0 {
            std::thread::yield_now();
        }
    }
}
