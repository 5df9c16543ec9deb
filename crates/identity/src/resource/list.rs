//! List a realm's resources, oldest first, page by page.

use symbolon_token::node::{RealmNode, ResourceNode};

use super::{Resource, rows};
use crate::{LoadError, World};

/// The next resources after one, at most `limit`.
///
/// # Errors
/// [`LoadError`].
pub async fn list(
    world: &World,
    realm: RealmNode,
    after: Option<ResourceNode>,
    limit: u32,
) -> Result<Vec<Resource>, LoadError> {
    rows::page(&world.db, realm, after, limit).await
}
