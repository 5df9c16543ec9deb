//! End a family: every token that one code gave is dead at that commit.

use symbolon_journal::{Event, Noun, Verb};
use symbolon_lineage::node::{Change, change};
use symbolon_store::{CommitError, Unit};
use symbolon_token::call::Call;
use symbolon_token::node::{ClientNode, FamilyNode, RealmNode, SubjectNode};

use super::rows;
use crate::load::MAX_CONFLICTS;
use crate::{World, WriteError};
use symbolon_lineage::node::State;

/// Ends a family, for a reason. One that has ended stays so.
///
/// # Errors
/// [`WriteError`]; nothing was written.
pub async fn revoke(
    world: &World,
    call: &Call,
    (realm, (family, client, subject)): (RealmNode, (FamilyNode, ClientNode, SubjectNode)),
    reason: &str,
) -> Result<(), WriteError> {
    for _ in 0..MAX_CONFLICTS {
        if world.lineages.standing(family.0).state == State::Ended {
            return Ok(());
        }
        let (after, step) = change(&world.lineages, (realm, family.0), Change::End, call.now);
        let event = Event::done(call, realm, Verb::Revoke, Noun::Refresh)
            .client(client)
            .subject(subject)
            .family(family)
            .stands(after.fact(family))
            .reason(reason)
            .request(call);
        let entry = world.with_network(event, call).entry();
        let unit = Unit::entry(entry)
            .step(step)
            .step(rows::end(family, call.now));
        match world.db.commit(unit).await {
            Ok(_) => return Ok(()),
            Err(CommitError::Conflict { .. }) => world.catch_up(call.now).await?,
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Err(WriteError::Busy)
}
