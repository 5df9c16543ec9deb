//! The way to the writer: a bounded queue, taken in groups.
//!
//! A commit costs a disk flush, whatever its size, so the writer takes whatever waits and makes it
//! durable at once. Nobody waits for a group to fill.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

use tokio::sync::{mpsc, oneshot};
use tracing::{info, warn};

use crate::db::Sink;
use crate::error::{CommitError, Unavailable, WriteFault};
use crate::reach::Reach;
use crate::unit::{Committed, Sequence, Term, Unit};

/// Units in one commit, at most: enough to hide the flush behind them, few enough that the first of
/// them does not wait long for the last.
pub const MAX_GROUP: usize = 512;

/// Units that wait for the writer, at most; beyond it a caller is told at once, instead of after
/// its own client has given up. At 20,000 units a second this is a fifth of a second's work.
pub const MAX_QUEUE: usize = 4096;

/// What a caller of `commit` gets back.
pub(crate) type Outcome = Result<Committed, CommitError>;

/// What the writer can be asked.
pub(crate) enum Command {
    /// Make this durable.
    Commit(Waiting),
    /// Start a new history.
    BeginTerm {
        /// The least number that it may have.
        at_least: Term,
        /// Its number.
        reply: oneshot::Sender<Result<Term, Unavailable>>,
    },
    /// Write something that means nothing, to learn whether writing works.
    Probe(oneshot::Sender<Result<(), Unavailable>>),
    /// Find out whether writing would work, and write nothing.
    Look(oneshot::Sender<()>),
    /// Take nothing more, finish what waits, then answer.
    Close(oneshot::Sender<()>),
}

/// A unit, and who waits for it.
pub(crate) struct Waiting {
    /// What is to become durable.
    pub(crate) unit: Unit,
    /// Where the answer goes. Nobody may be there any more.
    pub(crate) reply: oneshot::Sender<Outcome>,
}

/// What the writer tells everybody else.
pub(crate) struct Shared {
    term: AtomicI64,
    /// How the last write went: [`WELL`], or the place of its fault in [`FAULTS`], from 1.
    fault: AtomicU8,
    sink: OnceLock<Sink>,
    /// How far the journal has come.
    pub(crate) reach: Reach,
}

/// The last write succeeded.
const WELL: u8 = 0;

/// What [`Shared::fault`] numbers.
const FAULTS: [WriteFault; 3] = [WriteFault::Failed, WriteFault::Held, WriteFault::Full];

impl Shared {
    pub(crate) fn new(term: Term) -> Self {
        Self {
            term: AtomicI64::new(term.0),
            fault: AtomicU8::new(WELL),
            sink: OnceLock::new(),
            reach: Reach::new(),
        }
    }

    pub(crate) fn term(&self) -> Term {
        Term(self.term.load(Ordering::Acquire))
    }

    pub(crate) fn set_term(&self, term: Term) {
        self.term.store(term.0, Ordering::Release);
    }

    pub(crate) fn writable(&self) -> bool {
        self.fault.load(Ordering::Acquire) == WELL
    }

    /// What was wrong with the last write.
    pub(crate) fn write_fault(&self) -> Option<WriteFault> {
        let place = usize::from(self.fault.load(Ordering::Acquire).checked_sub(1)?);
        FAULTS.get(place).copied()
    }

    /// Says what is wrong, where the engine knows better than that something is. Once that is
    /// [`Shared::wrote`].
    pub(crate) fn blame(&self, fault: WriteFault) {
        let place = (1_u8..).zip(FAULTS).find(|(_, one)| *one == fault);
        let place = place.map_or(WELL, |(place, _)| place);
        self.fault.store(place, Ordering::Release);
    }

    /// Remembers how the last write went, and says so once, where it changes.
    pub(crate) fn wrote(&self, outcome: Result<(), &Unavailable>) {
        let before = match outcome {
            Ok(()) => self.fault.swap(WELL, Ordering::AcqRel) == WELL,
            Err(_) => self
                .fault
                .compare_exchange(WELL, 1, Ordering::AcqRel, Ordering::Acquire)
                .is_ok(),
        };
        match outcome {
            Ok(()) if !before => info!("the database can be written again"),
            Err(error) if before => {
                warn!(reason = %error.reason, "the database cannot be written");
            }
            Ok(()) | Err(_) => {}
        }
    }

    pub(crate) fn set_sink(&self, sink: Sink) {
        if self.sink.set(sink).is_err() {
            warn!("followed entries have a listener already; the second one is ignored");
        }
    }

    /// Tells the listener what became durable.
    pub(crate) fn tell(&self, followed: &[(Sequence, &[u8])]) {
        if followed.is_empty() {
            return;
        }
        if let Some(sink) = self.sink.get() {
            sink(followed);
        }
    }
}

/// The end of the queue that callers hold.
#[derive(Clone)]
pub(crate) struct Queue(mpsc::Sender<Command>);

impl Queue {
    /// A queue and the end that the writer reads.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Command>) {
        let (sender, receiver) = mpsc::channel(MAX_QUEUE);
        (Self(sender), receiver)
    }

    /// Whether nobody takes anything from it any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Hands a unit over and waits until it is durable.
    pub(crate) async fn commit(&self, unit: Unit) -> Outcome {
        self.ask(|reply| Command::Commit(Waiting { unit, reply }))
            .await?
    }

    /// Hands a command over and waits for its answer.
    ///
    /// # Errors
    /// [`Unavailable`] where the queue is full, or the writer gone.
    pub(crate) async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> Result<T, Unavailable> {
        let (reply, answer) = oneshot::channel();
        self.0
            .try_send(command(reply))
            .map_err(|refused| match refused {
                mpsc::error::TrySendError::Full(_) => {
                    Unavailable::because(format!("{MAX_QUEUE} writes wait already"))
                }
                mpsc::error::TrySendError::Closed(_) => Unavailable::because("it is being closed"),
            })?;
        answer
            .await
            .map_err(|_| Unavailable::because("the writer stopped"))
    }
}

/// Answers everybody in a group alike, except those whose own unit was at fault.
pub(crate) fn answer(
    group: Vec<Waiting>,
    outcome: Result<Vec<Outcome>, Unavailable>,
    shared: &Shared,
) {
    match outcome {
        Ok(outcomes) => {
            shared.tell(&followed(&group, &outcomes));
            shared.wrote(Ok(()));
            let ends = outcomes.iter().flatten().map(|done| done.sequence);
            if let Some(end) = ends.max() {
                shared.reach.come(end);
            }
            for (waiting, outcome) in group.into_iter().zip(outcomes) {
                // The caller may have gone; what it asked for is durable all the same.
                let _ = waiting.reply.send(outcome);
            }
        }
        Err(unavailable) => {
            shared.wrote(Err(&unavailable));
            for waiting in group {
                let _ = waiting.reply.send(Err(unavailable.clone().into()));
            }
        }
    }
}

/// The followed entries of the units that succeeded, each with its place.
fn followed<'a>(group: &'a [Waiting], outcomes: &[Outcome]) -> Vec<(Sequence, &'a [u8])> {
    let mut followed = Vec::new();
    for (waiting, outcome) in group.iter().zip(outcomes) {
        let Ok(committed) = outcome else { continue };
        for (back, entry) in (0_i64..).zip(waiting.unit.entries.iter().rev()) {
            if entry.followed {
                followed.push((Sequence(committed.sequence.0 - back), &*entry.bytes));
            }
        }
    }
    followed.sort_unstable_by_key(|(sequence, _)| *sequence);
    followed
}
