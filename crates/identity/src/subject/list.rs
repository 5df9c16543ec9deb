//! List a realm's subjects, oldest first, page by page; all of them, or the persons that are searched.

use symbolon_token::node::{RealmNode, SubjectNode};

use super::{Subject, identifier, rows};
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

/// The next persons whose username or email address begins like this, at most `limit`.
///
/// # Errors
/// [`LoadError`].
pub async fn search(
    world: &World,
    (realm, typed): (RealmNode, &str),
    after: Option<SubjectNode>,
    limit: u32,
) -> Result<Vec<Subject>, LoadError> {
    let Some(prefix) = identifier::prefix(typed) else {
        return Ok(Vec::new());
    };
    rows::search(&world.db, (realm, &prefix), after, limit).await
}
