//! Find one subject by its id.

use symbolon_token::node::{RealmNode, SubjectNode};

use super::{Subject, rows};
use crate::{LoadError, World};

/// The name of the subject that operators' management tokens speak for.
pub const OPERATOR: &str = "operator";

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

/// The agent that operators' management tokens speak for, once it was made.
pub(crate) async fn find_operator(
    world: &World,
    realm: RealmNode,
) -> Result<Option<Subject>, LoadError> {
    rows::agent_by_name(&world.db, realm, OPERATOR).await
}
