//! Drafts: what several verbs make together and one commit makes durable. A token that was minted
//! stands in one until then.

use symbolon_journal::{Event, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_store::{CommitError, Sequence, Step, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::NodeId;
use symbolon_token::time::Time;

use crate::birth::{self, Birth};
use crate::{Order, Recorded, Revoked, World, WriteError};

/// Steps and entries of a unit to be.
#[derive(Default)]
#[must_use = "what was minted must not leave before its draft is committed"]
pub struct Draft(Unit, Vec<Birth>);

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is durable.
    Done,
    /// Somebody was faster: nothing was written; load again.
    Lost {
        /// At which step, from 0.
        step: usize,
    },
}

impl Draft {
    /// What the journal will say.
    pub fn event(event: &Event) -> Self {
        Self(Unit::entry(event.entry()), Vec::new())
    }

    /// Rows to change.
    pub fn steps(steps: impl IntoIterator<Item = Step>) -> Self {
        Self(Unit::default().steps(steps), Vec::new())
    }

    /// A token of which the entry beside this tells.
    pub(crate) fn birth(birth: Birth) -> Self {
        Self(Unit::default(), vec![birth])
    }

    /// This, then the other.
    pub fn and(self, other: Self) -> Self {
        let Self(mut unit, mut births) = self;
        unit.steps.extend(other.0.steps);
        unit.entries.extend(other.0.entries);
        births.extend(other.1);
        Self(unit, births)
    }

    /// What changes how a node stands, as it was ordered: its step, and the event with what becomes of
    /// the node and why.
    pub fn stand(
        world: &World,
        call: &Call,
        event: Event,
        (node, what): (impl Into<NodeId>, Change),
        order: &Order<'_>,
    ) -> (Self, Revoked) {
        let node = node.into();
        let (after, step) = change(&world.lineages, (event.realm, node), what, call.now);
        let event = order.on(event.stands(after.fact(node))).request(call);
        let draft = Self::event(&event).and(Self::steps([step]));
        (draft, Revoked::node(node, after.epoch))
    }

    /// Makes it durable; where somebody was faster, catches up with him, and says that it was not.
    ///
    /// # Errors
    /// [`WriteError`] where the database does not answer.
    pub async fn applied(self, world: &World, now: Time) -> Result<bool, WriteError> {
        match self.commit(world).await? {
            Applied::Done => Ok(true),
            Applied::Lost { .. } => {
                world.catch_up(now).await?;
                Ok(false)
            }
        }
    }

    /// Makes an ordered revocation durable, with what was ordered beside it; nothing where somebody
    /// was faster, and his doing is known by then. What its first entry says is the revocation.
    ///
    /// # Errors
    /// [`WriteError`] where the database does not answer, or what was ordered beside it was done by
    /// somebody else: to load the node again would not help.
    pub async fn ordered(
        self,
        world: &World,
        now: Time,
        (order, revoked): (&Order<'_>, Revoked),
    ) -> Result<Option<Recorded>, WriteError> {
        let own = self.0.steps.len();
        let Self(unit, _) = self.and(Self::steps(order.steps(&revoked)));
        let behind = i64::try_from(unit.entries.len()).unwrap_or(1) - 1;
        match world.db.commit(unit).await {
            Ok(committed) => Ok(Some(Recorded {
                sequence: Sequence(committed.sequence.0 - behind),
                revoked,
            })),
            Err(CommitError::Conflict { step }) => {
                world.catch_up(now).await?;
                if step < own {
                    Ok(None)
                } else {
                    Err(WriteError::Busy)
                }
            }
            Err(CommitError::Unavailable(error)) => Err(error.into()),
        }
    }

    /// Makes it durable, all of it or nothing.
    ///
    /// # Errors
    /// [`WriteError`] where the database does not answer.
    pub async fn commit(self, world: &World) -> Result<Applied, WriteError> {
        match world.db.commit(self.0).await {
            Ok(_) => {
                birth::born(world, self.1).await?;
                Ok(Applied::Done)
            }
            Err(CommitError::Conflict { step }) => Ok(Applied::Lost { step }),
            Err(CommitError::Unavailable(error)) => Err(error.into()),
        }
    }
}

/// What was made as a unit.
impl From<Unit> for Draft {
    fn from(unit: Unit) -> Self {
        Self(unit, Vec::new())
    }
}

/// What the journal calls a change of how a node stands.
#[must_use]
pub const fn verb(what: Change) -> Verb {
    match what {
        Change::Revoke | Change::RevokeAndDisable => Verb::Revoke,
        Change::Disable => Verb::Disable,
        Change::Enable => Verb::Enable,
        Change::End => Verb::End,
    }
}
