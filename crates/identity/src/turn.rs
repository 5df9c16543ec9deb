//! Turns: those who change how one node stands do so one after another, in the order in which they came.
//!
//! A change is judged by how the node stands and written only if it still stands so. Many at once would
//! lose that race again and again, and a revocation is the one write that must get through. So within
//! a process they queue up. Other processes do not wait here: against them a race may still be lost,
//! and is run again ([`Turn::again`]). Nothing rests on the queue but who is first.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::Arc;
use std::time::Duration;

use symbolon_token::random::{Random, bytes};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{sleep, timeout};

/// Queues. Nodes that share one only wait for each other.
const QUEUES: usize = 128;

/// How long to stand in a queue: whoever waited so long goes without a turn, for the database may not
/// answer those before it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a race is run. With ten processes that never cease to change one node, one of a thousand
/// loses all of them.
const MAX_RACES: u32 = 64;

/// Longest pause before a race, in milliseconds: what a process needs to write.
const MAX_PAUSE: u64 = 10;

/// Who changes which node now.
pub(crate) struct Turns(Vec<Arc<Mutex<()>>>);

impl Default for Turns {
    fn default() -> Self {
        Self((0..QUEUES).map(|_| Arc::default()).collect())
    }
}

/// The right to change a node; given back when dropped.
pub struct Turn {
    _first: Option<OwnedMutexGuard<()>>,
    random: Arc<dyn Random>,
    races: u32,
}

impl Turns {
    /// Waits for its turn, in the order of asking. Nobody may ask for a second one meanwhile.
    pub(crate) async fn of(&self, node: impl Hash, random: &Arc<dyn Random>) -> Turn {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(node);
        let queues = u64::try_from(self.0.len()).unwrap_or(u64::MAX);
        let place = usize::try_from(hash % queues).unwrap_or(0);
        let first = match self.0.get(place) {
            Some(queue) => timeout(PATIENCE, Arc::clone(queue).lock_owned()).await.ok(),
            None => None,
        };
        Turn {
            _first: first,
            random: Arc::clone(random),
            races: 0,
        }
    }
}

impl Turn {
    /// Whether to try, once more where a race was lost: then after a short pause of chance, so that
    /// processes do not meet again and again.
    pub async fn again(&mut self) -> bool {
        if self.races == MAX_RACES {
            return false;
        }
        if self.races > 0 {
            let longest = MAX_PAUSE.min(self.races.into());
            let chance = u64::from(u16::from_be_bytes(bytes(&*self.random)));
            let pause = Duration::from_micros((chance * longest * 1000) >> u16::BITS);
            #[expect(
                clippy::disallowed_methods,
                reason = "another process tells nobody when it is about to write"
            )]
            sleep(pause).await;
        }
        self.races += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use symbolon_keys::random::SystemRandom;

    use super::*;

    fn random() -> Arc<dyn Random> {
        Arc::new(SystemRandom)
    }

    #[tokio::test]
    async fn a_turn_comes_when_the_one_before_is_over() {
        let (turns, random) = (Turns::default(), random());
        let first = turns.of(7, &random).await;
        let second = turns.of(7, &random);
        tokio::pin!(second);
        assert!(at_once(second.as_mut()).is_none());
        drop(first);
        second.await;
    }

    #[tokio::test]
    async fn a_race_is_not_run_for_ever() {
        let mut turn = Turns::default().of(7, &random()).await;
        let mut races = 0;
        while turn.again().await {
            races += 1;
        }
        assert_eq!(races, MAX_RACES);
    }

    /// What a future has to say at once.
    fn at_once<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> Option<T> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.poll(&mut context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        }
    }
}
