//! Find a family by its node, or those of a realm that have not ended.

use symbolon_token::node::{FamilyNode, RealmNode};
use symbolon_token::time::Time;

use super::{Family, rows};
use crate::{LoadError, World};

/// The family with this node, although it may have ended.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    family: FamilyNode,
) -> Result<Option<Family>, LoadError> {
    rows::find(world, realm, family).await
}

/// The next families of a realm after one, at most so many, that have not ended. Whether they live is
/// another question.
///
/// # Errors
/// [`LoadError`].
pub async fn running(
    world: &World,
    realm: RealmNode,
    after: Option<FamilyNode>,
    (limit, now): (u32, Time),
) -> Result<Vec<Family>, LoadError> {
    rows::running(world, realm, after, (limit, now)).await
}
