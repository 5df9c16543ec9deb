//! List what a person has allowed, oldest first, page by page.

use symbolon_token::node::{GrantNode, RealmNode, SubjectNode};

use super::{Grant, rows};
use crate::{LoadError, World};

/// The next grants of a person after one, at most `limit`.
///
/// # Errors
/// [`LoadError`].
pub async fn list(
    world: &World,
    whose: (RealmNode, SubjectNode),
    after: Option<GrantNode>,
    limit: u32,
) -> Result<Vec<Grant>, LoadError> {
    rows::of_subject(&world.db, whose, after, limit).await
}
