//! Find one subject by its id.

use symbolon_token::node::{RealmNode, SubjectNode};

use super::{Subject, rows};
use crate::{LoadError, World};

/// The subject, unless it has ended.
///
/// # Errors
/// [`LoadError`].
pub async fn find(
    world: &World,
    realm: RealmNode,
    subject: SubjectNode,
) -> Result<Option<Subject>, LoadError> {
    rows::find(&world.db, realm, subject).await
}
