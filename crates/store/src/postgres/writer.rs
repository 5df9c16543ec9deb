//! The one task that writes: it takes what waits, makes it durable in one transaction, and answers.
//!
//! A broken connection is made anew when the next group needs it, and not before a pause that
//! doubles with each failure: meanwhile callers are told at once. Where a connection breaks while
//! a commit is under way, its outcome is unknown, and unavailable is the answer: followers of the
//! journal find the entries if they are there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_postgres::Error;
use tracing::warn;

use super::connect::{Connector, Role};
use super::fault;
use super::transaction::{Failure, Transactor};
use crate::error::Unavailable;
use crate::queue::{Command, MAX_GROUP, Outcome, Shared, Waiting, answer};
use crate::unit::Term;

/// How often a group that crossed another node's is tried in all.
const MAX_TRIES: usize = 5;

/// How long a group may take: longer than any of its statements and locks may.
const PATIENCE: Duration = Duration::from_secs(15);

/// The pause after the first failure to connect, and the longest.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

const TERM: &str = "UPDATE head SET term = GREATEST(term + 1, $1) WHERE id = 1 RETURNING term";
const PROBE: &str = "UPDATE head SET probes = probes + 1 WHERE id = 1";

/// What the writing task owns.
pub(super) struct Writer {
    connector: Arc<Connector>,
    shared: Arc<Shared>,
    transactor: Option<Transactor>,
    outage: Option<Outage>,
}

/// Since the server could not be reached.
struct Outage {
    pause: Duration,
    until: Instant,
    reason: Unavailable,
}

impl Writer {
    pub(super) fn new(connector: Arc<Connector>, shared: Arc<Shared>) -> Self {
        Self {
            connector,
            shared,
            transactor: None,
            outage: None,
        }
    }

    /// Writes until nobody can ask any more.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        let mut taken = Vec::with_capacity(MAX_GROUP);
        let mut closing = Vec::new();
        while commands.recv_many(&mut taken, MAX_GROUP).await > 0 {
            let mut group = Vec::with_capacity(taken.len());
            for command in taken.drain(..) {
                match command {
                    Command::Commit(waiting) => group.push(waiting),
                    Command::BeginTerm { at_least, reply } => {
                        self.group(std::mem::take(&mut group)).await;
                        let _ = reply.send(self.begin_term(at_least).await);
                    }
                    Command::Probe(reply) => {
                        self.group(std::mem::take(&mut group)).await;
                        let _ = reply.send(self.probe().await);
                    }
                    // A server says what is wrong with a write when one fails.
                    Command::Look(reply) => {
                        let _ = reply.send(());
                    }
                    Command::Close(reply) => {
                        commands.close();
                        closing.push(reply);
                    }
                }
            }
            self.group(group).await;
        }
        for reply in closing {
            let _ = reply.send(());
        }
    }

    async fn group(&mut self, group: Vec<Waiting>) {
        if group.is_empty() {
            return;
        }
        let outcome = self.write(&group).await;
        if let Ok(outcomes) = &outcome
            && let Some(committed) = outcomes.iter().flatten().last()
        {
            self.shared.set_term(committed.term);
        }
        answer(group, outcome, &self.shared);
    }

    async fn write(&mut self, group: &[Waiting]) -> Result<Vec<Outcome>, Unavailable> {
        for attempt in 1.. {
            let mut transactor = self.transactor().await?;
            let Ok(outcome) = timeout(PATIENCE, transactor.transact(group)).await else {
                transactor.abandon();
                return Err(Unavailable::because("the database server is too slow"));
            };
            let failure = match outcome {
                Ok(outcomes) => {
                    self.transactor = Some(transactor);
                    return Ok(outcomes);
                }
                Err(failure) => failure,
            };
            // A connection that cannot even undo is not kept.
            if transactor.rollback().await.is_ok() {
                self.transactor = Some(transactor);
            }
            match failure {
                Failure::Crossed(reason) if attempt < MAX_TRIES => {
                    warn!(attempt, %reason, "a write crossed another node's; trying again");
                }
                Failure::Crossed(reason) | Failure::Server(reason) => {
                    return Err(Unavailable::because(reason));
                }
                Failure::Unit(error) => return Err(Unavailable::because(error.to_string())),
            }
        }
        Err(Unavailable::because("tried too often"))
    }

    async fn begin_term(&mut self, at_least: Term) -> Result<Term, Unavailable> {
        let transactor = self.transactor().await?;
        let row = transactor.client().query_one(TERM, &[&at_least.0]).await;
        let term = row.and_then(|row| row.try_get(0)).map(Term);
        let term = self.settle(transactor, term)?;
        self.shared.set_term(term);
        Ok(term)
    }

    async fn probe(&mut self) -> Result<(), Unavailable> {
        let probed = match self.transactor().await {
            Ok(transactor) => {
                let probed = transactor.client().batch_execute(PROBE).await;
                self.settle(transactor, probed)
            }
            Err(unavailable) => Err(unavailable),
        };
        self.shared.wrote(probed.as_ref().copied());
        probed
    }

    /// Keeps the connection after a statement of its own, unless that failed.
    fn settle<T>(
        &mut self,
        transactor: Transactor,
        outcome: Result<T, Error>,
    ) -> Result<T, Unavailable> {
        match outcome {
            Ok(value) => {
                self.transactor = Some(transactor);
                Ok(value)
            }
            Err(error) => Err(Unavailable::because(fault::reason(&error))),
        }
    }

    /// The connection, made anew where it is broken.
    async fn transactor(&mut self) -> Result<Transactor, Unavailable> {
        if let Some(transactor) = self.transactor.take()
            && !transactor.client().is_closed()
        {
            return Ok(transactor);
        }
        if let Some(outage) = &self.outage
            && Instant::now() < outage.until
        {
            return Err(outage.reason.clone());
        }
        match self.connect().await {
            Ok(transactor) => {
                self.outage = None;
                Ok(transactor)
            }
            Err(error) => {
                let reason = Unavailable::because(fault::reason(&error));
                let before = self.outage.as_ref().map(|outage| outage.pause * 2);
                let pause = before.unwrap_or(PAUSE).min(LONGEST_PAUSE);
                self.outage = Some(Outage {
                    pause,
                    until: Instant::now() + pause,
                    reason: reason.clone(),
                });
                Err(reason)
            }
        }
    }

    async fn connect(&self) -> Result<Transactor, Error> {
        Transactor::new(self.connector.connect(Role::Writer).await?).await
    }
}
