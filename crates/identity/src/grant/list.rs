//! List what a person has allowed, oldest first, page by page.

use symbolon_token::node::{GrantNode, RealmNode, SubjectNode};

use super::find::stands;
use super::{Grant, rows};
use crate::{LoadError, World};

/// The next grants of a person after one, at most `limit`. Fewer are the last ones.
///
/// # Errors
/// [`LoadError`].
pub async fn list(
    world: &World,
    whose: (RealmNode, SubjectNode),
    mut after: Option<GrantNode>,
    limit: u32,
) -> Result<Vec<Grant>, LoadError> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut standing = Vec::new();
    loop {
        let found = rows::of_subject(&world.db, whose, after, limit).await?;
        let is_last = found.len() < wanted;
        after = found.last().map(|grant| grant.node).or(after);
        standing.extend(found.into_iter().filter(|grant| stands(world, grant)));
        if is_last || standing.len() >= wanted {
            standing.truncate(wanted);
            return Ok(standing);
        }
    }
}
