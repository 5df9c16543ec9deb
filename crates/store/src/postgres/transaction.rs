//! One group of units as one transaction.
//!
//! Hoping: nobody lost a race, which is nearly always so.
//! 1. Where no unit has steps, one statement does it all: it moves the head, which makes other
//!    nodes wait their turn, and writes the entries.
//! 2. Else: begin, that statement, every step of every unit, all sent at once; then look at the
//!    row counts; then commit.
//!
//! Otherwise: undo it, and run the units one by one, each in a savepoint, so that only the losers
//! lose. The entries come last, so that no loser takes a place in the journal with it.

use std::collections::HashMap;
use std::pin::Pin;
use std::task::Poll;

use futures_util::future::{join, join3};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Statement};

use super::bind;
use super::connect::Session;
use super::fault::{self, Fault};
use crate::error::{CommitError, Unavailable};
use crate::queue::{Outcome, Waiting};
use crate::unit::{Committed, Entry, Rows, Sequence, Step, Term};

const LOCK: &str = "SELECT id FROM head WHERE id = 1 FOR UPDATE";

const APPEND: &str = "WITH moved AS (
         UPDATE head SET sequence = sequence + $1 WHERE id = 1 RETURNING sequence, term
     ), written AS (
         INSERT INTO journal (sequence, followed, entry)
         SELECT moved.sequence - $1 + new.place, new.followed, new.entry
         FROM moved, unnest($2, $3) WITH ORDINALITY AS new (followed, entry, place)
     )
     SELECT sequence, term FROM moved";

const APPEND_TYPES: [Type; 3] = [Type::INT8, Type::INT8_ARRAY, Type::BYTEA_ARRAY];

/// Why a group is not durable, as far as is known.
#[derive(Debug)]
pub(super) enum Failure {
    /// Some unit is at fault; this is what is wrong with the first of them.
    Unit(CommitError),
    /// Two nodes crossed: try again.
    Crossed(String),
    /// The server or the connection.
    Server(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let reason = fault::reason(&error);
        match fault::judge(&error) {
            Fault::Crossed => Self::Crossed(reason),
            Fault::Server | Fault::Follows | Fault::Statement | Fault::Taken => {
                Self::Server(reason)
            }
        }
    }
}

/// A connection that writes, and the statements that it knows.
pub(super) struct Transactor {
    session: Session,
    append: Statement,
    /// By address and length of the text, which is static and so never another.
    statements: HashMap<(usize, usize), Statement>,
}

/// What one step came to.
enum Ran {
    Well,
    AtFault(CommitError),
}

impl Transactor {
    pub(super) async fn new(session: Session) -> Result<Self, Error> {
        let append = session.client.prepare_typed(APPEND, &APPEND_TYPES).await?;
        Ok(Self {
            session,
            append,
            statements: HashMap::new(),
        })
    }

    pub(super) fn client(&self) -> &Client {
        &self.session.client
    }

    /// Cuts the connection.
    pub(super) fn abandon(self) {
        self.session.abandon();
    }

    /// Makes a group durable.
    ///
    /// # Errors
    /// [`Failure::Crossed`], [`Failure::Server`]. A transaction may be left open.
    pub(super) async fn transact(&mut self, group: &[Waiting]) -> Result<Vec<Outcome>, Failure> {
        if group.iter().all(|waiting| waiting.unit.steps.is_empty()) {
            let head = self.append(group.iter()).await?;
            return Ok(places(group, vec![Ok(()); group.len()], head));
        }
        let prepared = self.prepare(group).await?;
        match self.together(group, &prepared).await {
            Err(Failure::Unit(error)) if group.len() == 1 => {
                self.rollback().await?;
                Ok(vec![Err(error)])
            }
            Err(Failure::Unit(_)) => {
                self.rollback().await?;
                self.one_by_one(group, &prepared).await
            }
            outcome => outcome,
        }
    }

    pub(super) async fn rollback(&self) -> Result<(), Error> {
        self.client().batch_execute("ROLLBACK").await
    }

    /// Moves the head and writes the entries; answers with the new head.
    async fn append(
        &self,
        units: impl Iterator<Item = &Waiting>,
    ) -> Result<(Sequence, Term), Error> {
        let entries: Vec<&Entry> = units.flat_map(|waiting| &waiting.unit.entries).collect();
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let followed: Vec<Option<i64>> = entries
            .iter()
            .map(|entry| entry.followed.then_some(1))
            .collect();
        let bytes: Vec<&[u8]> = entries.iter().map(|entry| &*entry.bytes).collect();
        let row = self
            .client()
            .query_one(&self.append, &[&count, &followed, &bytes])
            .await?;
        Ok((Sequence(row.try_get(0)?), Term(row.try_get(1)?)))
    }

    /// The statements of each unit's steps, or what is wrong with the unit.
    async fn prepare(
        &mut self,
        group: &[Waiting],
    ) -> Result<Vec<Result<Vec<Statement>, CommitError>>, Failure> {
        let mut prepared = Vec::with_capacity(group.len());
        for waiting in group {
            let mut statements = Ok(Vec::with_capacity(waiting.unit.steps.len()));
            for step in &waiting.unit.steps {
                match self.statement(step).await {
                    Ok(statement) => {
                        if let Ok(list) = &mut statements {
                            list.push(statement);
                        }
                    }
                    Err(Failure::Unit(error)) => {
                        statements = Err(error);
                        break;
                    }
                    Err(other) => return Err(other),
                }
            }
            prepared.push(statements);
        }
        Ok(prepared)
    }

    async fn statement(&mut self, step: &Step) -> Result<Statement, Failure> {
        let key = (step.sql.as_ptr().addr(), step.sql.len());
        if let Some(known) = self.statements.get(&key)
            && bind::fits(known.params(), &step.params)
        {
            return Ok(known.clone());
        }
        let statement = self.learn(step).await?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }

    async fn learn(&self, step: &Step) -> Result<Statement, Failure> {
        let at_fault = |unavailable: Unavailable| Failure::Unit(unavailable.into());
        let mut first = None;
        for types in bind::candidates(&step.params) {
            match self.client().prepare_typed(step.sql, &types).await {
                Ok(statement) if statement.params().len() == step.params.len() => {
                    return Ok(statement);
                }
                Ok(statement) => {
                    let (parameters, values) = (statement.params().len(), step.params.len());
                    return Err(at_fault(bind::unfit(parameters, values)));
                }
                Err(error) if fault::judge(&error) == Fault::Statement => {
                    first.get_or_insert(error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        let reason = first.map_or_else(String::new, |error| fault::reason(&error));
        Err(at_fault(Unavailable::because(reason)))
    }

    /// All units at once.
    async fn together(
        &self,
        group: &[Waiting],
        prepared: &[Result<Vec<Statement>, CommitError>],
    ) -> Result<Vec<Outcome>, Failure> {
        let mut steps = Vec::new();
        let mut sent = Vec::new();
        for (waiting, statements) in group.iter().zip(prepared) {
            let statements = statements
                .as_ref()
                .map_err(|error| Failure::Unit(error.clone()))?;
            for (number, (step, statement)) in waiting.unit.steps.iter().zip(statements).enumerate()
            {
                steps.push((number, step));
                sent.push(self.client().execute_raw(statement, &step.params));
            }
        }
        let (begun, head, ran) = join3(
            self.client().batch_execute("BEGIN"),
            self.append(group.iter()),
            pipelined(sent),
        )
        .await;
        begun?;
        let head = head?;
        for ((number, step), ran) in steps.into_iter().zip(ran) {
            if let Ran::AtFault(error) = judge(step, number, ran)? {
                return Err(Failure::Unit(error));
            }
        }
        self.client().batch_execute("COMMIT").await?;
        Ok(places(group, vec![Ok(()); group.len()], head))
    }

    /// Each unit in a savepoint. What ends one savepoint travels with what begins the next.
    async fn one_by_one(
        &self,
        group: &[Waiting],
        prepared: &[Result<Vec<Statement>, CommitError>],
    ) -> Result<Vec<Outcome>, Failure> {
        let (begun, locked) = join(
            self.client().batch_execute("BEGIN"),
            self.client().query(LOCK, &[]),
        )
        .await;
        begun?;
        locked?;
        let mut end = "";
        let mut outcomes = Vec::with_capacity(group.len());
        for (waiting, statements) in group.iter().zip(prepared) {
            let statements = match statements {
                Ok(statements) => statements,
                Err(error) => {
                    outcomes.push(Err(error.clone()));
                    continue;
                }
            };
            if statements.is_empty() {
                outcomes.push(Ok(()));
                continue;
            }
            match self.savepoint(end, &waiting.unit.steps, statements).await? {
                Ran::Well => {
                    end = "RELEASE SAVEPOINT unit;";
                    outcomes.push(Ok(()));
                }
                Ran::AtFault(error) => {
                    end = "ROLLBACK TO SAVEPOINT unit; RELEASE SAVEPOINT unit;";
                    outcomes.push(Err(error));
                }
            }
        }
        let standing = group.iter().zip(&outcomes);
        let standing = standing.filter_map(|(waiting, outcome)| outcome.is_ok().then_some(waiting));
        let (ended, head) = join(self.client().batch_execute(end), self.append(standing)).await;
        ended?;
        let head = head?;
        self.client().batch_execute("COMMIT").await?;
        Ok(places(group, outcomes, head))
    }

    async fn savepoint(
        &self,
        end: &str,
        steps: &[Step],
        statements: &[Statement],
    ) -> Result<Ran, Failure> {
        let opening = format!("{end} SAVEPOINT unit");
        let sent = steps
            .iter()
            .zip(statements)
            .map(|(step, statement)| self.client().execute_raw(statement, &step.params))
            .collect();
        let (begun, ran) = join(self.client().batch_execute(&opening), pipelined(sent)).await;
        begun?;
        for ((number, step), ran) in steps.iter().enumerate().zip(ran) {
            if let Ran::AtFault(error) = judge(step, number, ran)? {
                return Ok(Ran::AtFault(error));
            }
        }
        Ok(Ran::Well)
    }
}

/// What a step's answer means for its unit.
fn judge(step: &Step, number: usize, ran: Result<u64, Error>) -> Result<Ran, Failure> {
    let conflict = || Ran::AtFault(CommitError::Conflict { step: number });
    let error = match ran {
        Ok(1) => return Ok(Ran::Well),
        Ok(_) if step.expect == Rows::Any => return Ok(Ran::Well),
        Ok(_) => return Ok(conflict()),
        Err(error) => error,
    };
    match fault::judge(&error) {
        Fault::Taken => Ok(conflict()),
        Fault::Statement => {
            let unavailable = Unavailable::because(fault::reason(&error));
            Ok(Ran::AtFault(unavailable.into()))
        }
        Fault::Crossed | Fault::Server | Fault::Follows => Err(error.into()),
    }
}

/// Gives each unit that stands its place: the last of the group's entries is at the head.
fn places(
    group: &[Waiting],
    standing: Vec<Result<(), CommitError>>,
    (head, term): (Sequence, Term),
) -> Vec<Outcome> {
    let count = |waiting: &Waiting| i64::try_from(waiting.unit.entries.len()).unwrap_or(i64::MAX);
    let written: i64 = group
        .iter()
        .zip(&standing)
        .filter(|(_, outcome)| outcome.is_ok())
        .map(|(waiting, _)| count(waiting))
        .sum();
    let mut sequence = Sequence(head.0 - written);
    let place = |(waiting, outcome): (&Waiting, Result<(), CommitError>)| {
        outcome?;
        sequence.0 += count(waiting);
        Ok(Committed { sequence, term })
    };
    group.iter().zip(standing).map(place).collect()
}

/// Sends all of them in order before waiting for the first answer.
///
/// A request of the driver is sent when its future is first polled.
async fn pipelined<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut early: Vec<Option<F::Output>> = Vec::with_capacity(futures.len());
    std::future::poll_fn(|context| {
        for future in &mut futures {
            early.push(match future.as_mut().poll(context) {
                Poll::Ready(output) => Some(output),
                Poll::Pending => None,
            });
        }
        Poll::Ready(())
    })
    .await;
    let mut outputs = Vec::with_capacity(futures.len());
    for (future, early) in futures.into_iter().zip(early) {
        outputs.push(match early {
            Some(output) => output,
            None => future.await,
        });
    }
    outputs
}
