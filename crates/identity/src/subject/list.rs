//! List a realm's subjects, oldest first, page by page.

use symbolon_token::node::{RealmNode, SubjectNode};

use super::{Subject, rows};
use crate::{LoadError, World};

/// The next subjects after one, at most `limit`.
///
/// # Errors
/// [`LoadError`].
pub async fn list(
    world: &World,
    realm: RealmNode,
    after: Option<SubjectNode>,
    limit: u32,
) -> Result<Vec<Subject>, LoadError> {
    rows::page(&world.db, realm, after, limit).await
}
