//! Find a family by its node.

use symbolon_token::node::{FamilyNode, RealmNode};

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
