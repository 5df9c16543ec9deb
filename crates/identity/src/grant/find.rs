//! Find what a person has allowed: to a client, or by its id.

use symbolon_lineage::node::State;
use symbolon_token::node::{ClientNode, GrantNode, RealmNode, SubjectNode};

use super::{Grant, rows};
use crate::{LoadError, World};

/// What this person has allowed to this client, if anything.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    subject: SubjectNode,
    client: ClientNode,
) -> Result<Option<Grant>, LoadError> {
    let found = rows::of_client(&world.db, realm, (subject, client)).await?;
    Ok(found.filter(|grant| stands(world, grant)))
}

/// The grant with this id, if it was not withdrawn.
///
/// # Errors
/// [`LoadError`].
pub async fn by_id(
    world: &World,
    realm: RealmNode,
    grant: GrantNode,
) -> Result<Option<Grant>, LoadError> {
    let found = rows::by_node(&world.db, realm, grant).await?;
    Ok(found.filter(|grant| stands(world, grant)))
}

/// Whether it was not withdrawn: a restored backup may hold the row of one that was, and its node knows.
pub(super) fn stands(world: &World, grant: &Grant) -> bool {
    world.lineages.standing(grant.node.0).state != State::Ended
}
