//! Ask for a revocation that runs over the journal: its row and its journal entry are durable when the
//! asker hears its name.

use symbolon_identity::realm::Realm;
use symbolon_identity::{LoadError, Order, With, World, WriteError};
use symbolon_journal::{Event, Noun, Sequence, Verb};
use symbolon_lineage::status;
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;
use thiserror::Error;

use super::rows::{self, Done, JobRow};
use super::{What, actor_text};
use crate::revocation::{FindError, Of, Span};

/// A job that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its name.
    pub id: NodeId,
    /// When: what is issued later is not looked at.
    pub as_of: Time,
    /// How many entries it looks at, at most.
    pub total: i64,
}

/// Why no job was made.
#[derive(Debug, Error)]
pub enum AskError {
    /// There is no such cause.
    #[error(transparent)]
    Find(#[from] FindError),
    /// It was not written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<LoadError> for AskError {
    fn from(error: LoadError) -> Self {
        Self::Write(error.into())
    }
}

/// Asks for it.
///
/// # Errors
/// [`AskError`]; nothing was written.
pub async fn ask(
    world: &World,
    call: &Call,
    realm: &Realm,
    span: Span,
    (reason, with): (&str, With<Job>),
) -> Result<Job, AskError> {
    span.check(world, realm, call.now).await?;
    let (_, head) = world.db.head().await.map_err(LoadError::from)?;
    let bottom = match span.of {
        // Its families may be older than any access token.
        Of::Network(_) => Sequence(0),
        Of::SigningKey(_) => {
            let oldest = status::oldest(&world.db, Some(realm.node), call.now).await;
            oldest.map_err(LoadError::from)?.unwrap_or(head)
        }
    };
    let id = world.ids.next(call.now);
    let job = Job {
        id,
        as_of: call.now,
        total: head.0 - bottom.0,
    };
    let row = JobRow {
        id,
        realm: Some(realm.node),
        what: What::Span(span),
        reason: reason.to_owned(),
        actor: actor_text(call.actor),
        asked_at: call.now,
        head,
        bottom,
        place: Sequence(head.0 + 1),
        done: Done::default(),
        ended_at: None,
    };
    let event = Event::done(call, realm.node, Verb::Create, Noun::Revocation).name(span.words());
    let event = Order::because(reason).on(event).request(call);
    let unit = Unit::entry(event.entry()).step(rows::insert(&row));
    match world.db.commit(unit.steps(with.steps(&job))).await {
        Ok(_) => Ok(job),
        Err(CommitError::Conflict { .. }) => Err(WriteError::Busy.into()),
        Err(CommitError::Unavailable(error)) => Err(WriteError::from(error).into()),
    }
}
